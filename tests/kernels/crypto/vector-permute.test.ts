import { expect, test } from 'vitest';
import { multiply, sbox } from '../../../kernels/crypto/sbox.ts';
import { sboxConstant } from '../../../kernels/crypto/sbox-circuit.ts';
import { permuteTables } from '../../../kernels/crypto/vector-permute.ts';

test('look-ups of nibbles give the S-box and its double, for all 256 bytes', () => {
  const tables = permuteTables(new Uint8Array(32));
  const vector = (index: number): Uint8Array => tables.subarray(16 * index, 16 * index + 16);
  const [, inverses, timesA, onceU, onceV, twiceU, twiceV, plainU, plainV, low, high] = Array.from(
    { length: 11 },
    (_, i) => vector(i),
  ) as Uint8Array[];
  // As `swizzle` does it: an index with its highest bit set gives 0.
  const look = (table: Uint8Array | undefined, index: number): number =>
    index & 0x80 ? 0 : (table?.[index] as number);
  const toBasis = (byte: number): number => look(low, byte & 15) ^ look(high, byte >> 4);
  for (let byte = 0; byte < 256; byte++) {
    const x = toBasis(byte);
    const [i, k] = [x >> 4, x & 15];
    const j = i ^ k;
    const u = look(inverses, look(inverses, i) ^ look(timesA, k)) ^ j;
    const v = look(inverses, look(inverses, j) ^ look(timesA, k)) ^ i;
    const substituted = (sbox[byte] as number) ^ sboxConstant;
    expect(look(plainU, u) ^ look(plainV, v)).toBe(substituted);
    expect(look(onceU, u) ^ look(onceV, v)).toBe(toBasis(substituted));
    expect(look(twiceU, u) ^ look(twiceV, v)).toBe(toBasis(multiply(substituted, 2)));
  }
});
