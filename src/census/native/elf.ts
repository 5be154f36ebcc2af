import { closeSync, openSync, readSync } from 'node:fs';

/** Addresses as the file was linked, the end exclusive. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

const loadable = 1;
const executableFlag = 1;

/**
 * Where the code of a 64-bit little-endian ELF file lies (Tool Interface Standard, ELF Specification 1.2, Program Header;
 * 64-bit layout of the System V ABI); undefined for what is no such file.
 */
export function executableExtents(path: string): Extent[] | undefined {
  const read = (length: number, position: number): Buffer => {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, position));
  };
  let file = -1;
  try {
    file = openSync(path, 'r');
    const header = read(64, 0);
    if (header.length < 64 || header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1)
      return undefined;
    const at = Number(header.readBigUInt64LE(32));
    const [size, count] = [header.readUInt16LE(54), header.readUInt16LE(56)];
    const table = read(size * count, at);
    return Array.from({ length: count }, (_, index) => table.subarray(index * size, (index + 1) * size))
      .filter(entry => entry.readUInt32LE(0) === loadable && (entry.readUInt32LE(4) & executableFlag) !== 0)
      .map(entry => {
        const from = Number(entry.readBigUInt64LE(16));
        return { from, to: from + Number(entry.readBigUInt64LE(40)) };
      });
  } catch {
    return undefined;
  } finally {
    if (file >= 0) closeSync(file);
  }
}
