import { Reader } from './reader.ts';

/** Numbers of sections (WebAssembly core specification 3.0, §5.5). */
export const sections = { custom: 0, import: 2, memory: 5, export: 7, code: 10 } as const;

/** One section as it lies in the binary. */
export interface Section {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** A module's parts, as far as the census needs them. */
export interface ModuleParts {
  readonly sections: readonly Section[];
  /** Of the functions that it defines, from the declaration of locals on. */
  readonly bodies: readonly Reader[];
  readonly importedMemories: number;
  readonly definedMemories: number;
  /** Exported names first, then those of the name section, then numbers. */
  functionName(definedIndex: number): string;
}

const kinds = { function: 0, table: 1, memory: 2, global: 3 };

/**
 * Finds a module's sections.
 *
 * @throws Error where the bytes are no module, RangeError where they are cut short
 */
export function readSections(bytes: Uint8Array, file: string): ModuleParts {
  const reader = new Reader(bytes);
  if (reader.unsigned() !== 0 || String.fromCharCode(reader.byte(), reader.byte(), reader.byte()) !== 'asm')
    throw new Error(`${file} is no WebAssembly module: it does not begin with \\0asm`);
  reader.skip(4);
  const found: Section[] = [];
  const bodies: Reader[] = [];
  const exported = new Map<number, string>();
  const named = new Map<number, string>();
  const imported = { functions: 0, memories: 0 };
  let definedMemories = 0;
  while (!reader.done) {
    const id = reader.byte();
    const length = reader.unsigned();
    const start = reader.position;
    const part = reader.part(length);
    found.push({ id, start, end: start + length });
    if (id === sections.import) countImports(part, imported);
    if (id === sections.memory) definedMemories = part.unsigned();
    if (id === sections.export) readExports(part, exported);
    if (id === sections.code)
      for (let left = part.unsigned(); left > 0; left--) bodies.push(part.part(part.unsigned()));
    if (id === sections.custom) readNames(part, named);
  }
  return {
    sections: found,
    bodies,
    importedMemories: imported.memories,
    definedMemories,
    functionName(definedIndex) {
      const index = imported.functions + definedIndex;
      return exported.get(index) ?? named.get(index) ?? `function ${index}`;
    },
  };
}

function countImports(part: Reader, imported: { functions: number; memories: number }): void {
  for (let left = part.unsigned(); left > 0; left--) {
    part.text();
    part.text();
    const kind = part.byte();
    if (kind === kinds.function) {
      imported.functions++;
      part.skipInteger();
    } else if (kind === kinds.table) {
      part.byte();
      skipLimits(part);
    } else if (kind === kinds.memory) {
      imported.memories++;
      skipLimits(part);
    } else if (kind === kinds.global) part.skip(2);
    else {
      part.byte();
      part.skipInteger();
    }
  }
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
    if (kind === kinds.function) exported.set(index, name);
  }
}

/** The custom section `name`: subsection 1 holds the names of functions (appendix, §7.4.1). */
function readNames(part: Reader, named: Map<number, string>): void {
  if (part.text() !== 'name') return;
  while (!part.done) {
    const id = part.byte();
    const subsection = part.part(part.unsigned());
    if (id !== 1) continue;
    for (let left = subsection.unsigned(); left > 0; left--) {
      const index = subsection.unsigned();
      named.set(index, subsection.text());
    }
  }
}
