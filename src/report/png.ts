import { crc32 } from 'node:zlib';

const signatureLength = 8;
/** IHDR is the first chunk and always 4 + 4 + 13 + 4 bytes long (PNG specification, 3rd edition, §11.2.1). */
const headerLength = signatureLength + 25;

/**
 * Writes the resolution into a PNG (chunk pHYs, §11.3.4.3), so that a word processor or LaTeX places it at its true
 * width instead of guessing 72 dots an inch.
 */
export function withResolution(png: Uint8Array, dotsPerInch: number): Buffer {
  const dotsPerMetre = Math.round(dotsPerInch / 0.0254);
  const chunk = Buffer.alloc(21);
  chunk.writeUInt32BE(9, 0);
  chunk.write('pHYs', 4, 'latin1');
  chunk.writeUInt32BE(dotsPerMetre, 8);
  chunk.writeUInt32BE(dotsPerMetre, 12);
  chunk.writeUInt8(1, 16);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
  return Buffer.concat([png.subarray(0, headerLength), chunk, png.subarray(headerLength)]);
}
