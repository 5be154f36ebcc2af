import { closeSync, openSync, readSync } from 'node:fs';

/** Names of the functions of one library, by address in its own file. */
export interface Symbols {
  /** Whether addresses are where the library is loaded, and not relative to it. */
  readonly absolute: boolean;
  /** The function that an address lies in. */
  at(address: number): string | undefined;
}

const sectionTypes = { symtab: 2, dynsym: 11 } as const;
const functionType = 2;

/**
 * Reads the symbol table of an ELF file for 64-bit little-endian machines: `.symtab`, which Node's own binaries
 * carry, or else `.dynsym` (System V ABI, "Symbol Table").
 *
 * @returns undefined where the file is none, or was stripped of both
 */
export function readSymbols(path: string): Symbols | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(path, 'r');
    return symbolsOf((offset, length) => readAt(handle as number, offset, length));
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

type Read = (offset: number, length: number) => Buffer;

function readAt(handle: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(handle, bytes, 0, length, offset);
  return bytes;
}

function symbolsOf(read: Read): Symbols | undefined {
  const header = read(0, 64);
  // 0x7f ELF, 64 bits, little endian.
  if (header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1) return undefined;
  const executable = 2;
  const size = header.readUInt16LE(58);
  const count = header.readUInt16LE(60);
  const table = read(Number(header.readBigUInt64LE(40)), size * count);
  const sections = Array.from({ length: count }, (_, index) => sectionOf(table, index * size));
  const symbols =
    sections.find(({ type }) => type === sectionTypes.symtab) ??
    sections.find(({ type }) => type === sectionTypes.dynsym);
  const names = symbols && sections[symbols.link];
  if (!symbols || !names) return undefined;
  return lookUp(
    read(symbols.offset, symbols.size),
    read(names.offset, names.size),
    header.readUInt16LE(16) === executable,
  );
}

const sectionOf = (table: Buffer, at: number) => ({
  type: table.readUInt32LE(at + 4),
  offset: Number(table.readBigUInt64LE(at + 24)),
  size: Number(table.readBigUInt64LE(at + 32)),
  link: table.readUInt32LE(at + 40),
});

function lookUp(entries: Buffer, names: Buffer, absolute: boolean): Symbols {
  const entrySize = 24;
  const found: { start: number; end: number; name: number }[] = [];
  for (let at = 0; at + entrySize <= entries.length; at += entrySize) {
    if (((entries[at + 4] as number) & 15) !== functionType) continue;
    const start = Number(entries.readBigUInt64LE(at + 8));
    const size = Number(entries.readBigUInt64LE(at + 16));
    if (start > 0) found.push({ start, end: start + size, name: entries.readUInt32LE(at) });
  }
  found.sort((a, b) => a.start - b.start);
  return {
    absolute,
    at(address) {
      let [low, high] = [0, found.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((found[middle] as { start: number }).start <= address) low = middle + 1;
        else high = middle;
      }
      const symbol = found[low - 1];
      if (!symbol || address >= symbol.end) return undefined;
      return demangle(names.toString('latin1', symbol.name, names.indexOf(0, symbol.name)));
    },
  };
}

/**
 * The qualified name of a C++ function without its types: `_ZN2v84base7ieee7543sinEd` → `v8::base::ieee754::sin`
 * (Itanium C++ ABI, §5.1.2). What is not of that plain form stays as it is.
 */
export function demangle(symbol: string): string {
  const nested = /^_Z(?:N[VKrRO]*(?:St)?|L)?(?=\d)/.exec(symbol);
  if (!nested) return symbol;
  const parts: string[] = [];
  for (let at = nested[0].length; ; ) {
    const length = /^\d+/.exec(symbol.slice(at, at + 5))?.[0];
    if (length === undefined) break;
    at += length.length;
    const part = symbol.slice(at, at + Number(length));
    parts.push(part.startsWith('_GLOBAL__N') ? '(anonymous namespace)' : part);
    at += Number(length);
    // Template arguments end the plain form.
    if (symbol[at] === 'I') break;
  }
  return parts.length > 0 ? parts.join('::') : symbol;
}
