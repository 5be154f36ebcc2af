import type { Random } from '../../src/workload/random.ts';
import { decodeKeys, encodeBits, type Keys, quietNaN } from './order.ts';

export const kinds = ['u32', 'f32'] as const;
export type Kind = (typeof kinds)[number];

export const distributions = ['uniform', 'sorted', 'reversed', 'organ-pipe', 'few-distinct', 'killer'] as const;
export type Distribution = (typeof distributions)[number];

/** What is sorted: the keys, and how they were arranged, so that a variant can decline what would take it hours. */
export interface SortInput {
  readonly keys: Keys;
  readonly distribution: Distribution;
}

/** Values that an f32 sort gets wrong first: both zeros, both infinities, NaNs of both signs, denormals, extremes. */
export const specialBits = [
  0x00000000,
  0x80000000,
  0x7f800000,
  0xff800000,
  quietNaN,
  0xffc00001,
  0x7f800001,
  0x00000001,
  0x80000001,
  0x7f7fffff,
  0xff7fffff,
] as const;

const distinctValues = 16;

/** `length` keys of a kind in an arrangement. Its multiset is that of `uniform`, but for `few-distinct` and `killer`. */
export function makeInput(
  length: number,
  random: Random,
  { kind, distribution }: { kind: Kind; distribution: Distribution },
): SortInput {
  const like: Keys = kind === 'u32' ? new Uint32Array(0) : new Float32Array(0);
  return { keys: decodeKeys(arrange(length, random, { kind, distribution }), like), distribution };
}

/** Codes (see `order.ts`) in the arrangement asked for. */
function arrange(
  length: number,
  random: Random,
  { kind, distribution }: { kind: Kind; distribution: Distribution },
): Uint32Array {
  switch (distribution) {
    case 'uniform':
      return uniformCodes(length, random, kind);
    case 'sorted':
      return uniformCodes(length, random, kind).sort();
    case 'reversed':
      return uniformCodes(length, random, kind).sort().reverse();
    case 'organ-pipe': {
      const ascending = uniformCodes(length, random, kind).sort();
      const pipes = new Uint32Array(length);
      ascending.forEach((code, rank) => {
        pipes[rank % 2 === 0 ? rank / 2 : length - (rank + 1) / 2] = code;
      });
      return pipes;
    }
    case 'few-distinct': {
      const values = uniformCodes(distinctValues, random, kind);
      return Uint32Array.from({ length }, () => values[random.below(distinctValues)]!);
    }
    case 'killer':
      return killer(length, kind);
  }
}

/**
 * u32: all 2³² values equally likely. f32: all bit patterns equally likely, which spreads the numbers over all
 * exponents and makes one in 256 a NaN, and one key in 64 a special value.
 */
function uniformCodes(length: number, random: Random, kind: Kind): Uint32Array {
  const codes = new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    const bits = random.uint32();
    if (kind === 'u32') codes[i] = bits;
    else codes[i] = encodeBits(random.below(64) === 0 ? specialBits[random.below(specialBits.length)]! : bits);
  }
  return codes;
}

/**
 * A quicksort killer: distinct keys, the middle element always the largest of what is left, so that `naive` splits
 * off one key a pass and needs n²/2 comparisons. Made by running its partition backwards: with the maximum in the
 * middle, the left scan stops there, the right one at once, the two are swapped, and the range shrinks by one at its
 * end. (McIlroy's adversary, "A Killer Adversary for Quicksort", 1999, finds the same in n² steps; the tests turn it
 * on `tuned`.)
 */
function killer(length: number, kind: Kind): Uint32Array {
  const [low, high] = kind === 'u32' ? [0, 0xffffffff] : [encodeBits(0xff800000), encodeBits(quietNaN)];
  const step = Math.floor((high - low) / Math.max(length, 1));
  const home = Uint32Array.from({ length }, (_, index) => index);
  const codes = new Uint32Array(length);
  for (let last = length - 1; last >= 0; last--) {
    const middle = last >>> 1;
    codes[home[middle]!] = low + step * (last + 1);
    home[middle] = home[last]!;
  }
  return codes;
}

const mostForNaive = 20_000;
const quadraticForNaive: readonly Distribution[] = ['organ-pipe', 'killer'];

/**
 * `naive` is quadratic where the middle key is again and again the largest: a killer is made so, and an organ pipe
 * stays nearly an organ pipe when its top is cut off. 10⁶ keys would take it many minutes.
 */
export function tooSlowForNaive({ keys, distribution }: SortInput): string | undefined {
  if (!quadraticForNaive.includes(distribution) || keys.length <= mostForNaive) return undefined;
  return `quadratic on ${distribution} input: n² comparisons or a good part of them, ${(keys.length ** 2).toExponential(0)} at ${keys.length} keys. Try --size ${mostForNaive} or less`;
}

/** Keys of a kind from u32 values: as they are, or as the f32 with these bits. */
export function keysFromBits(kind: Kind, bits: readonly number[]): Keys {
  if (kind === 'u32') return Uint32Array.from(bits);
  return new Float32Array(Uint32Array.from(bits).buffer);
}

/** Inputs beyond the sizes: none, one and two keys, equal keys, the largest key, lengths around powers of two. */
export function edgeCases(
  random: Random,
  { kind, distribution }: { kind: Kind; distribution: Distribution },
): Record<string, SortInput> {
  const of = (bits: readonly number[]): SortInput => ({ keys: keysFromBits(kind, bits), distribution: 'uniform' });
  const made = (length: number): SortInput => makeInput(length, random, { kind, distribution });
  const specials = Array.from({ length: 100 }, () => specialBits[random.below(specialBits.length)]!);
  return {
    empty: of([]),
    one: of([7]),
    'two in order': of([3, 5]),
    'two out of order': of([5, 3]),
    'all equal': of(Array.from({ length: 1000 }, () => 0x3f800000)),
    'all the largest key': of(Array.from({ length: 300 }, () => 0xffffffff)),
    'largest and smallest': of([0xffffffff, 0, 0xffffffff, 0, 0xfffffffe, 1, 0x80000000, 0x7fffffff]),
    'special values': of(specials),
    '255 keys': made(255),
    '256 keys': made(256),
    '1023 keys': made(1023),
    '4099 keys': made(4099),
  };
}
