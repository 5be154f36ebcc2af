import { blockBytes } from './input.ts';
import { expandKey } from './naive-aes.ts';
import { multiply, sbox } from './sbox.ts';
import { sboxConstant } from './sbox-circuit.ts';

/**
 * Tables for AES by permutations of vectors: Hamburg, "Accelerating AES with vector permute instructions", CHES 2009.
 * A table of 16 bytes is a vector, and looking 16 nibbles up in it one instruction (`swizzle`).
 *
 * Bytes are written as k + i·θ over GF(16), with a θ for which θ² + a·θ + a = 0. With j = i + k and the norm
 * N = k² + a·i·k + a·i², both 1/(1/i + a/k) + j = N / (k + a·i) =: 1/u and 1/(1/j + a/k) + i = N / (k + a·j) =: 1/v
 * come from look-ups of nibbles, and the inverse, (k + a·i + i·θ) / N, is u + θ·(u + (u + v)/a)/a: a sum of a function
 * of 1/u and one of 1/v. What is linear in the S-box and in MixColumns goes into these functions. Infinity is 0x80,
 * which `swizzle` looks up as 0 = 1/∞.
 */
const infinity = 0x80;

const power = (base: number, exponent: number): number => {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = multiply(result, base);
  return result;
};
const invert = (byte: number): number => power(byte, 254);

/** 3 generates GF(256)*, so its 17th power generates GF(16)*. */
const generator = power(3, 17);
const nibbles = Array.from({ length: 16 }, (_, n) => n);
/** Nibbles as elements of GF(16) within GF(256): bit b stands for generator^b. */
const elements = nibbles.map(n => [0, 1, 2, 3].reduce((sum, b) => sum ^ ((n >> b) & 1 && power(generator, b)), 0));
const nibbleOf = (element: number): number => elements.indexOf(element);

const theta = Array.from({ length: 256 }, (_, x) => x).find(
  x => !elements.includes(x) && (x ^ power(x, 16)) === power(x, 17),
) as number;
const a = power(theta, 17);

/** A byte in the new basis: i in the high nibble, k in the low one. */
const basis = new Uint8Array(256);
for (const i of nibbles) for (const k of nibbles) basis[elements[k]! ^ multiply(elements[i]!, theta)] = (i << 4) | k;

/** The same the other way, as look-ups of the low and of the high nibble: the map is linear. */
export const outOfBasis: readonly (readonly number[])[] = [0, 4].map(bits =>
  nibbles.map(n => basis.indexOf(n << bits)),
);

/** The S-box without its constant, of a byte that was inverted already; the map is linear. */
const afterInverse = (inverse: number): number => sbox[invert(inverse)]! ^ sboxConstant;
const ofU = (u: number): number => u ^ multiply(theta, multiply(u ^ multiply(u, invert(a)), invert(a)));
const ofV = (v: number): number => multiply(theta, multiply(v, invert(multiply(a, a))));

const table = (entry: (n: number) => number): number[] => nibbles.map(entry);
const fromU = (finish: (byte: number) => number): number[] =>
  table(n => finish(afterInverse(ofU(invert(elements[n]!)))));
const fromV = (finish: (byte: number) => number): number[] =>
  table(n => finish(afterInverse(ofV(invert(elements[n]!)))));
const once = (byte: number): number => basis[byte]!;
const twice = (byte: number): number => basis[multiply(byte, 2)]!;
const plain = (byte: number): number => byte;

/** ShiftRows is never done: byte p of the state lies where it was r rounds of ShiftRows before. */
export const shifted = (p: number, rounds: number): number => (p + 4 * (p % 4) * rounds) % blockBytes;
const below = (p: number, rows: number): number => (p & ~3) | ((p + rows) & 3);

/** For each byte of the state in round r, the place of the one `rows` below it in its column. */
function columnMask(round: number, rows: number): number[] {
  const mask: number[] = [];
  for (let p = 0; p < blockBytes; p++) mask[shifted(p, round)] = shifted(below(p, rows), round);
  return mask;
}

const rounds4 = [0, 1, 2, 3];

/** The vectors that do not depend on the key, in the order in which assembly/aes.ts has them. */
const constants: readonly (readonly number[])[] = [
  table(() => 0x0f),
  table(n => (n === 0 ? infinity : nibbleOf(invert(elements[n]!)))),
  table(n => (n === 0 ? infinity : nibbleOf(multiply(a, invert(elements[n]!))))),
  fromU(once),
  fromV(once),
  fromU(twice),
  fromV(twice),
  fromU(plain),
  fromV(plain),
  table(n => basis[n]!),
  table(n => basis[n << 4]!),
  ...rounds4.map(round => columnMask(round, 1)),
  ...rounds4.map(round => columnMask(round, 3)),
];

/** Bytes of `permuteTables`: the constants, the place of each byte at the end, up to 15 round keys. */
export const permuteTablesLength = blockBytes * (constants.length + 1 + 15);

/**
 * All vectors for a key. Round keys are in the new basis, but for the last, and hold the constant of the S-box, which
 * MixColumns passes on unchanged; each byte lies where the state has it in that round.
 *
 * @param key 16 or 32 bytes
 */
export function permuteTables(key: Uint8Array): Uint8Array {
  const rounds = key.length / 4 + 6;
  const tables = new Uint8Array(permuteTablesLength);
  tables.set(constants.flat());
  const end = blockBytes * constants.length;
  for (let p = 0; p < blockBytes; p++) tables[end + p] = shifted(p, rounds);
  for (const [at, byte] of expandKey(key).entries()) {
    const round = at >> 4;
    const value = round === 0 ? byte : byte ^ sboxConstant;
    const place = round === rounds ? at & 15 : shifted(at & 15, round);
    tables[end + blockBytes * (1 + round) + place] = round === rounds ? value : basis[value]!;
  }
  return tables;
}
