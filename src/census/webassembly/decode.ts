import { categorise, type FunctionCensus, type Layer, layerOf } from '../types.ts';
import { atomic, miscellaneous, type Opcode, single, vector, wasmCategory, wasmFlops } from './opcodes.ts';
import { Reader } from './reader.ts';

const sectionNames = { import: 2, export: 7, code: 10 };
const functionKind = 0;

/**
 * The static mix of a WebAssembly module: each instruction of each function once.
 *
 * @param file what the module is called in the census
 * @throws RangeError for a binary that is cut short, Error for an instruction that is not known
 */
export function webassemblyLayer(bytes: Uint8Array, file: string): Layer {
  const reader = new Reader(bytes);
  if (reader.unsigned() !== 0 || String.fromCharCode(reader.byte(), reader.byte(), reader.byte()) !== 'asm')
    throw new Error(`${file} is no WebAssembly module: it does not begin with \\0asm`);
  reader.skip(4);
  let imported = 0;
  const exported = new Map<number, string>();
  const functions: FunctionCensus[] = [];
  while (!reader.done) {
    const section = reader.byte();
    const part = reader.part(reader.unsigned());
    if (section === sectionNames.import) imported = importedFunctions(part);
    if (section === sectionNames.export) readExports(part, exported);
    if (section === sectionNames.code)
      for (let index = 0, count = part.unsigned(); index < count; index++) {
        const name = exported.get(imported + index) ?? `function ${imported + index}`;
        functions.push(censusOf(part.part(part.unsigned()), { name, file, line: 0 }));
      }
  }
  return layerOf('webassembly', { functions, categoryOf: wasmCategory });
}

function importedFunctions(part: Reader): number {
  let functions = 0;
  for (let left = part.unsigned(); left > 0; left--) {
    part.text();
    part.text();
    const kind = part.byte();
    if (kind === functionKind) {
      functions++;
      part.skipInteger();
    } else if (kind === 1) {
      part.byte();
      skipLimits(part);
    } else if (kind === 2) skipLimits(part);
    else if (kind === 3) part.skip(2);
    else {
      part.byte();
      part.skipInteger();
    }
  }
  return functions;
}

function skipLimits(part: Reader): void {
  const flags = part.byte();
  part.skipInteger();
  if (flags & 1) part.skipInteger();
}

function readExports(part: Reader, exported: Map<number, string>): void {
  for (let left = part.unsigned(); left > 0; left--) {
    const name = part.text();
    const kind = part.byte();
    const index = part.unsigned();
    if (kind === functionKind) exported.set(index, name);
  }
}

function censusOf(body: Reader, place: Pick<FunctionCensus, 'name' | 'file' | 'line'>): FunctionCensus {
  for (let groups = body.unsigned(); groups > 0; groups--) {
    body.skipInteger();
    body.skipInteger();
  }
  const opcodes: Record<string, number> = {};
  let flops = 0;
  while (!body.done) {
    const { name, immediate } = nextOpcode(body, place);
    skipImmediate(body, immediate);
    opcodes[name] = (opcodes[name] ?? 0) + 1;
    flops += wasmFlops(name);
  }
  return { ...place, opcodes, counts: categorise(opcodes, wasmCategory), flops };
}

function nextOpcode(body: Reader, { name, file }: { name: string; file: string }): Opcode {
  const at = body.position;
  const byte = body.byte();
  const prefixed = byte === 0xfc ? miscellaneous : byte === 0xfd ? vector : byte === 0xfe ? atomic : undefined;
  const number = prefixed ? body.unsigned() : byte;
  const opcode = (prefixed ?? single).get(number);
  if (opcode) return opcode;
  throw new Error(
    `${file}, ${name}: no instruction 0x${byte.toString(16)}${prefixed ? ` 0x${number.toString(16)}` : ''} is known (byte ${at})`,
  );
}

function skipImmediate(body: Reader, immediate: Opcode['immediate']): void {
  switch (immediate) {
    case 'none':
      return;
    case 'index':
    case 'i32':
    case 'block':
      body.skipInteger();
      return;
    case 'index2':
      body.skipInteger();
      body.skipInteger();
      return;
    case 'memory':
    case 'memory-lane':
      // Bit 6 of the alignment says that a memory's index follows.
      if (body.unsigned() & 0x40) body.skipInteger();
      body.skipInteger();
      if (immediate === 'memory-lane') body.skip(1);
      return;
    case 'lane':
      body.skip(1);
      return;
    case 'table':
      for (let targets = body.unsigned() + 1; targets > 0; targets--) body.skipInteger();
      return;
    case 'types':
      body.skip(body.unsigned());
      return;
    case 'f32':
      body.skip(4);
      return;
    case 'f64':
      body.skip(8);
      return;
    case 'lanes16':
      body.skip(16);
  }
}
