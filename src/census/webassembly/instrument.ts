import { readInstruction, skipLocals } from './instructions.ts';
import { type ModuleParts, readSections, sections } from './module.ts';
import type { Reader } from './reader.ts';

/** A straight run of instructions of a module: it is executed as a whole. */
export interface WasmBlock {
  /** Index among the functions that the module defines. */
  readonly function: number;
  readonly opcodes: Readonly<Record<string, number>>;
}

/** A module with a counter for each of its blocks. */
export interface InstrumentedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly blocks: readonly WasmBlock[];
  readonly functionName: (index: number) => string;
}

/** The export that holds an instance's counters, a memory of 64-bit integers, one a block; the module's number follows. */
export const counterExport = '__pgram_counters_';

const bytesPerPage = 65_536;

/**
 * Puts a counter at the beginning of every block of a module: in a memory of its own, added behind those that the
 * module has (multiple memories, WebAssembly 3.0), so that no index changes and every instance counts for itself.
 * Blocks begin with a function, a loop's body, a branch's sides, and behind whatever may jump.
 *
 * @throws Error for an instruction that is not known
 */
export function instrumentModule(
  bytes: Uint8Array,
  { number, file }: { number: number; file: string },
): InstrumentedModule {
  const parts = readSections(bytes, file);
  const memory = parts.importedMemories + parts.definedMemories;
  const blocks: WasmBlock[] = [];
  const bodies = parts.bodies.map((body, index) =>
    instrumentBody(body, { bytes, blocks, memory, function: index, place: { name: parts.functionName(index), file } }),
  );
  const pages = Math.max(1, Math.ceil((blocks.length * 8) / bytesPerPage));
  return { bytes: assemble(bytes, parts, { bodies, memory, pages, number }), blocks, functionName: parts.functionName };
}

interface Body {
  readonly bytes: Uint8Array;
  readonly blocks: WasmBlock[];
  readonly memory: number;
  readonly function: number;
  readonly place: { readonly name: string; readonly file: string };
}

const afterWhich =
  /^(loop|if|else|end|br|br_if|br_table|return|unreachable|throw|try|catch|catch_all|delegate|br_on\w*)$/;

function instrumentBody(body: Reader, { bytes, blocks, memory, function: owner, place }: Body): Uint8Array {
  const start = body.position;
  skipLocals(body);
  const chunks: Uint8Array[] = [bytes.subarray(start, body.position)];
  let from = body.position;
  let opcodes: Record<string, number> = {};
  const close = (): void => {
    if (from === body.position) return;
    chunks.push(increment(blocks.length, memory), bytes.subarray(from, body.position));
    blocks.push({ function: owner, opcodes });
    opcodes = {};
    from = body.position;
  };
  while (!body.done) {
    const name = readInstruction(body, place);
    opcodes[name] = (opcodes[name] ?? 0) + 1;
    if (afterWhich.test(name)) close();
  }
  close();
  return concatenate(chunks);
}

/** `counters[block] += 1`. */
function increment(block: number, memory: number): Uint8Array {
  const [constant32, load64, constant64, add64, store64] = [0x41, 0x29, 0x42, 0x7c, 0x37];
  // Alignment 2³, with the bit that says that a memory's index follows.
  const place = [0x40 | 3, ...leb(memory), ...leb(block * 8)];
  return Uint8Array.from([
    ...[constant32, 0, constant32, 0, load64, ...place],
    ...[constant64, 1, add64, store64, ...place],
  ] as number[]);
}

function assemble(
  bytes: Uint8Array,
  { sections: found }: ModuleParts,
  { bodies, memory, pages, number }: { bodies: readonly Uint8Array[]; memory: number; pages: number; number: number },
): Uint8Array<ArrayBuffer> {
  const limits = [0, ...leb(pages)];
  const name = [...new TextEncoder().encode(counterExport + number)];
  const exported = [...leb(name.length), ...name, 2, ...leb(memory)];
  const made = new Map<number, Uint8Array>([
    [sections.memory, appended(bytes, found, sections.memory, limits)],
    [sections.export, appended(bytes, found, sections.export, exported)],
    [sections.code, vectorOf(bodies.map(body => concatenate([Uint8Array.from(leb(body.length)), body])))],
  ]);
  const chunks: Uint8Array[] = [bytes.subarray(0, 8)];
  const write = (id: number, content: Uint8Array): void => {
    chunks.push(Uint8Array.from([id, ...leb(content.length)]), content);
    made.delete(id);
  };
  for (const { id, start, end } of found) {
    // Sections come in a fixed order: what is missing goes before the first that comes later.
    if (id !== sections.custom)
      for (const [missing, content] of [...made]) if (orderOf(missing) < orderOf(id)) write(missing, content);
    write(id, made.get(id) ?? bytes.subarray(start, end));
  }
  if (bodies.length === 0) made.delete(sections.code);
  for (const [missing, content] of [...made]) write(missing, content);
  return concatenate(chunks);
}

/** Tags (13) stand between memories and globals, the data count (12) before the code. */
const orderOf = (id: number): number => ({ 13: 5.5, 12: 9.5 })[id] ?? id;

/** A section of a vector with one more item. */
function appended(bytes: Uint8Array, found: ModuleParts['sections'], id: number, item: readonly number[]): Uint8Array {
  const section = found.find(each => each.id === id);
  if (!section) return Uint8Array.from([1, ...item]);
  let count = 0;
  let at = section.start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] as number;
    count |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return concatenate([Uint8Array.from(leb(count + 1)), bytes.subarray(at, section.end), Uint8Array.from(item)]);
}

const vectorOf = (items: readonly Uint8Array[]): Uint8Array =>
  concatenate([Uint8Array.from(leb(items.length)), ...items]);

function leb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
