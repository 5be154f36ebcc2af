/** A seeded stream of random numbers; the same seed gives the same stream on every machine and version. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform over all unsigned 32-bit integers. */
  uint32(): number;
  /** Uniform over 0 … bound − 1, without modulo bias. */
  below(bound: number): number;
  /** Standard normal (Box and Muller, Annals of Mathematical Statistics 29, 1958). */
  normal(): number;
}

/**
 * sfc32 by Chris Doty-Humphrey (PractRand), seeded through SplitMix32 so that neighbouring seeds give unrelated
 * streams.
 */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const split = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) | 0;
  };
  let a = split();
  let b = split();
  let c = split();
  let counter = 1;
  const uint32 = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let round = 0; round < 12; round++) uint32();
  const next = (): number => uint32() / 2 ** 32;
  return {
    next,
    uint32,
    below(bound) {
      const fair = 2 ** 32 - (2 ** 32 % bound);
      let drawn = uint32();
      while (drawn >= fair) drawn = uint32();
      return drawn % bound;
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** `length` f32 numbers, uniform in [low, high). */
export function uniform(random: Random, length: number, low = -1, high = 1): Float32Array {
  const numbers = new Float32Array(length);
  for (let i = 0; i < length; i++) numbers[i] = low + (high - low) * random.next();
  return numbers;
}

/** `length` uniform bytes. */
export function randomBytes(random: Random, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = random.uint32() >>> 24;
  return bytes;
}
