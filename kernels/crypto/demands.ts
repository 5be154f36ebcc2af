import type { Demands, Parameters } from '../../src/workload/types.ts';
import { blockBytes, type CtrInput, keyBytes, messageOffsets } from './input.ts';
import { aesBlockOperations, paddedBlocks } from './work.ts';

/**
 * Fewest 32-bit operations of a block of SHA-256 in any code without instructions made for it. Against the standard's
 * count (work.ts): a rotation is one operation, Ch and Maj two each (three-input logic does them in one, and the probe
 * counts such an instruction as two), a sum of three counts as one (`lea`, or a GPU's three-input addition), and
 * bytes are swapped for nothing.
 *
 * 64 rounds: Σ0 and Σ1 5 each, Ch 2, Maj 2, 7 additions 3.5. 48 words: σ0 and σ1 5 each, 3 additions 1.5. 8 at the end.
 */
export const sha256Floor = 64 * 17.5 + 48 * 11.5 + 8;

/**
 * What each kernel cannot do without, from its own napkin arithmetic:
 * - `naive`, `webgpu-naive`: the standard's operations, a byte at a time, and 16 look-ups a round.
 * - `tuned`, `threads`: 4 look-ups for rounds 1 and 2 together, 16 in each later one (tuned-aes.ts); for each a word is
 *   added to others, and for three of four a byte taken out of a word: 7 operations for 4 look-ups.
 * - `simd`: 26 vector instructions a round from the third on, 13 of them shuffles; 22 with 10 for the last one; for 8 of 9
 *   blocks, while the ninth goes by tables in the integer units (assembly/aes.ts).
 * - `webgpu-tuned`: what is less of its two kernels: bitsliced, 8 blocks at once, 4 · 115 gates of the S-box and 32 of
 *   the key a round (bitsliced-wgsl.ts); by a table, 16 bytes taken out, 12 rotations, 12 additions and 4 of the key for
 *   a block and round (aes-table.wgsl).
 */
export function cryptoDemands(size: number, { algorithm }: Parameters): Readonly<Record<string, Demands>> {
  if (algorithm === 'sha-256') return hashDemands(size);
  const rounds = keyBytes((algorithm ?? 'aes-256-ctr') as CtrInput['algorithm']) / 4 + 6;
  const blocks = Math.ceil(size / blockBytes);
  const textbook = { scalarIntegers: blocks * aesBlockOperations(rounds), lookups: blocks * 16 * rounds };
  const lookups = blocks * (4 + 16 * (rounds - 2));
  const tables = { lookups, scalarIntegers: 1.75 * lookups };
  const inVectors = blocks - Math.floor(blocks / 9);
  const vectors = {
    vectorIntegers: inVectors * 4 * (26 * (rounds - 3) + 22),
    shuffles: inVectors * (13 * (rounds - 3) + 10),
  };
  return {
    naive: textbook,
    tuned: tables,
    threads: tables,
    simd: vectors,
    'simd-threads': vectors,
    'webgpu-naive': { vectorIntegers: textbook.scalarIntegers },
    'webgpu-tuned': { vectorIntegers: blocks * Math.min(44, (4 * 115 + 32) / 8) * rounds },
  };
}

function hashDemands(size: number): Readonly<Record<string, Demands>> {
  const offsets = messageOffsets(size);
  let blocks = 0;
  for (let m = 1; m < offsets.length; m++) blocks += paddedBlocks((offsets[m] as number) - (offsets[m - 1] as number));
  const operations = blocks * sha256Floor;
  const [scalar, vector] = [{ scalarIntegers: operations }, { vectorIntegers: operations }];
  return {
    ...{ naive: scalar, tuned: scalar, threads: scalar },
    ...{ simd: vector, 'simd-threads': vector, 'webgpu-naive': vector, 'webgpu-tuned': vector },
  };
}
