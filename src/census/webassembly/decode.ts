import { categorise, type FunctionCensus, type Layer, layerOf } from '../types.ts';
import { readInstruction, skipLocals } from './instructions.ts';
import { readSections } from './module.ts';
import { wasmCategory, wasmFlops } from './opcodes.ts';
import type { Reader } from './reader.ts';

/**
 * The static mix of a WebAssembly module: each instruction of each function once.
 *
 * @param file what the module is called in the census
 * @throws RangeError for a binary that is cut short, Error for an instruction that is not known
 */
export function webassemblyLayer(bytes: Uint8Array, file: string): Layer {
  const { bodies, functionName } = readSections(bytes, file);
  const functions = bodies.map((body, index) => censusOf(body, { name: functionName(index), file, line: 0 }));
  return layerOf('webassembly', { functions, categoryOf: wasmCategory });
}

function censusOf(body: Reader, place: Pick<FunctionCensus, 'name' | 'file' | 'line'>): FunctionCensus {
  skipLocals(body);
  const opcodes: Record<string, number> = {};
  let flops = 0;
  while (!body.done) {
    const name = readInstruction(body, place);
    opcodes[name] = (opcodes[name] ?? 0) + 1;
    flops += wasmFlops(name);
  }
  return { ...place, opcodes, counts: categorise(opcodes, wasmCategory), flops };
}
