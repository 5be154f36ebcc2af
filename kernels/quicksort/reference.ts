import type { SortInput } from './inputs.ts';
import { encodeKeys, type Keys } from './order.ts';

/**
 * `TypedArray.prototype.sort` on a copy, proven before it is believed: the codes ascend, and the multiset of codes is
 * that of the input. Both together admit one answer only, so nothing rests on the sort that made it.
 *
 * @throws Error where the proof fails: the runtime's own sort is wrong
 */
export function sortedReference({ keys }: SortInput): Keys {
  const sorted = keys.slice().sort();
  const flaw = findFlaw(keys, sorted);
  if (flaw) throw new Error(`TypedArray.prototype.sort of ${keys.length} keys is wrong here: ${flaw}`);
  return sorted;
}

/** Why `sorted` is not `keys` in order, or undefined where it is. */
export function findFlaw(keys: Keys, sorted: Keys): string | undefined {
  if (sorted.length !== keys.length) return `${sorted.length} keys of ${keys.length} came back`;
  const codes = encodeKeys(sorted);
  for (let i = 1; i < codes.length; i++)
    if (codes[i - 1]! > codes[i]!) return `key ${i} (${sorted[i]}) is smaller than the one before (${sorted[i - 1]})`;
  const want = multisetHash(encodeKeys(keys));
  const got = multisetHash(codes);
  return want === got ? undefined : `its keys are not those of the input (multiset hash ${got}, not ${want})`;
}

/**
 * A hash of a multiset: the sum over its members of a hash of each (M. Bellare and D. Micciancio, "A New Paradigm for
 * Collision-Free Hashing: Incrementality at Reduced Cost", 1997), two independent sums of 32 bits. It does not see
 * the order, and misses a change of members with a chance of 2⁻⁶⁴.
 */
export function multisetHash(codes: Uint32Array): string {
  let first = 0;
  let second = 0;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    first = (first + mix(code, 0x21f0aaad, 0x735a2d97)) | 0;
    second = (second + mix(code ^ 0x5bd1e995, 0x7feb352d, 0x846ca68b)) | 0;
  }
  const hex = (sum: number): string => (sum >>> 0).toString(16).padStart(8, '0');
  return hex(first) + hex(second);
}

/** A bijective mixer of 32 bits (C. Wellons, "Prospecting for Hash Functions", 2018, with either pair of multipliers). */
function mix(code: number, a: number, b: number): number {
  let mixed = Math.imul(code ^ (code >>> 16), a);
  mixed = Math.imul(mixed ^ (mixed >>> 15), b);
  return mixed ^ (mixed >>> 15);
}
