import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sbox } from '../../../kernels/crypto/sbox.ts';
import { simdAesTables } from '../../../kernels/crypto/simd-aes-tables.ts';
import { lastTables } from '../../../kernels/crypto/tables.ts';
import { outOfBasis } from '../../../kernels/crypto/vector-permute.ts';
import { createRandom, randomBytes } from '../../../src/workload/random.ts';
import { computeAll, ctr, hex } from './support.ts';

/**
 * Every ninth block goes by tables of columns, the others by vectors, each with what it keeps of the counter's upper 96
 * bits; a carry out of the lower 32 may fall into either part, between them, or at an end.
 */
const lengths = [0, 1, 16, 127, 128, 9 * 16, 9 * 16 + 1, 18 * 16 - 1, 16 * 256 * 9 + 5, 50_021];

describe.each([
  ['simd', lengths],
  // Threads take 256 blocks or more each; a team for every length would take its time.
  ['simd-threads', lengths.slice(-2)],
] as const)('%s', (name, ofBytes) => {
  test.each([16, 32])('equals node:crypto wherever the counter carries, key of %i bytes', async keyLength => {
    const random = createRandom(keyLength);
    for (const length of ofBytes) {
      const key = randomBytes(random, keyLength);
      const message = randomBytes(random, length);
      const blocks = Math.ceil(length / 16);
      const starts = [0, 1, 8, 255, 256].flatMap(far => [far, Math.floor(blocks / 9) + far, blocks - far]);
      const more = fc.sample(fc.tuple(fc.nat(blocks + 1), fc.constantFrom(4, 8, 12, 16)), {
        numRuns: 12,
        seed: length,
      });
      const cases = [...starts.map((before, i): [number, number] => [before, 4 * (1 + (i % 4))]), ...more];
      const inputs = cases.map(([before, ones]) => {
        const counter = randomBytes(random, 16).fill(0xff, 16 - ones);
        new DataView(counter.buffer).setUint32(12, (2 ** 32 - Math.max(0, before)) % 2 ** 32);
        return ctr(key, counter, message);
      });
      const outputs = await computeAll(name, inputs);
      for (const [i, { counter }] of inputs.entries() as ArrayIterator<[number, ReturnType<typeof ctr>]>) {
        const cipher = createCipheriv(`aes-${8 * keyLength}-ctr`, key, counter);
        expect(`${cases[i]}: ${hex(outputs[i] as Uint8Array)}`).toBe(
          `${cases[i]}: ${cipher.update(message).toString('hex')}`,
        );
      }
    }
  });
});

test('look-ups of nibbles lead out of the basis that those of permuteTables lead into', () => {
  const tables = simdAesTables(new Uint8Array(32));
  const [low, high] = [tables.subarray(9 * 16, 10 * 16), tables.subarray(10 * 16, 11 * 16)];
  for (let byte = 0; byte < 256; byte++) {
    const inside = (low[byte & 15] as number) ^ (high[byte >> 4] as number);
    expect((outOfBasis[0]?.[inside & 15] as number) ^ (outOfBasis[1]?.[inside >> 4] as number)).toBe(byte);
  }
});

test('the tables of the last round hold the S-box in each place of a word', () => {
  for (let x = 0; x < 256; x++)
    for (const [row, table] of lastTables.entries())
      expect((table[x] as number) >>> 0).toBe((sbox[x] as number) * 2 ** (8 * row));
});
