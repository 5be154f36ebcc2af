import type { Parameters, WorkModel } from '../../src/workload/types.ts';
import { blockBytes, type CtrInput, digestBytes, keyBytes, messageOffsets } from './input.ts';

/**
 * Integer operations of one block of AES-CTR as FIPS 197 and SP 800-38A write it, a byte at a time; table look-ups
 * and moves are free, an XOR, AND, shift or multiplication is one.
 * - AddRoundKey: 16 XORs, in each of Nr + 1 places.
 * - MixColumns (Nr − 1 times, 4 columns): the sum of a column 3; for each of its 4 bytes the sum of two neighbours 1,
 *   xtime 5 (shift, shift, multiply, XOR, mask), and 2 XORs: 3 + 4·8 = 35 a column, 140 a round.
 * - The message is XORed to the key stream, 16; the counter grows by 1.
 *
 * AES-128 (Nr = 10): 16·11 + 140·9 + 17 = 1453, or 90.8 a byte. AES-256 (Nr = 14): 16·15 + 140·13 + 17 = 2077, or
 * 129.8 a byte. The key schedule, once a message, is left out.
 */
export const aesBlockOperations = (rounds: number): number => 16 * (rounds + 1) + 140 * (rounds - 1) + 17;

/**
 * Integer operations of one block of SHA-256 as FIPS 180-4 writes it, a rotation being three (§3.2: two shifts, OR).
 * - The 16 words of the block from bytes: 3 shifts, 3 ORs each: 96.
 * - Message schedule, 48 words: σ0 and σ1 9 each (two rotations, a shift, two XORs), 3 additions: 21·48 = 1008.
 * - 64 rounds: Σ0 and Σ1 11 each (three rotations, two XORs), Ch 4, Maj 5, 7 additions: 38·64 = 2432.
 * - 8 additions at the end.
 *
 * 3544 a block, 55.4 a byte of it.
 */
export const sha256BlockOperations = 96 + 48 * 21 + 64 * 38 + 8;

/** Blocks of a padded message: a byte 0x80 and 8 bytes of length are added (FIPS 180-4 §5.1.1). */
export const paddedBlocks = (bytes: number): number => Math.floor((bytes + 8) / 64) + 1;

export function cryptoWork(size: number, parameters: Parameters): WorkModel {
  if (parameters.algorithm === 'sha-256') return hashWork(size);
  const key = keyBytes((parameters.algorithm ?? 'aes-256-ctr') as CtrInput['algorithm']);
  const rounds = key / 4 + 6;
  const bytesRead = size + key + blockBytes;
  return {
    operations: Math.ceil(size / blockBytes) * aesBlockOperations(rounds),
    operationUnit: 'intop',
    bytesRead,
    bytesWritten: size,
    bytesToDevice: bytesRead,
    bytesFromDevice: size,
    items: size,
    itemUnit: 'byte',
  };
}

function hashWork(size: number): WorkModel {
  const offsets = messageOffsets(size);
  let blocks = 0;
  for (let m = 1; m < offsets.length; m++) blocks += paddedBlocks((offsets[m] as number) - (offsets[m - 1] as number));
  const bytesRead = size + offsets.byteLength;
  const bytesWritten = (offsets.length - 1) * digestBytes;
  return {
    operations: blocks * sha256BlockOperations,
    operationUnit: 'intop',
    bytesRead,
    bytesWritten,
    bytesToDevice: bytesRead,
    bytesFromDevice: bytesWritten,
    items: size,
    itemUnit: 'byte',
  };
}
