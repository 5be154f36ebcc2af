// Rates of integer work, for one core: what sorting and cryptography are made of. Each loop is the cheapest code that
// does its operation at all, on data in the first cache.

/** Eight chains of exclusive or and addition on four lanes: 64 operations a round. */
export function vectorBits(rounds: i32, first: i32, second: i32): i32 {
  const x = i32x4.splat(first), y = i32x4.splat(second);
  let a = y, b = x, c = i32x4.splat(1), d = i32x4.splat(2), e = i32x4.splat(3), f = i32x4.splat(4), g = i32x4.splat(5), h = i32x4.splat(6);
  for (let round = 0; round < rounds; round++) {
    a = i32x4.add(v128.xor(a, x), y);
    b = i32x4.add(v128.xor(b, x), y);
    c = i32x4.add(v128.xor(c, x), y);
    d = i32x4.add(v128.xor(d, x), y);
    e = i32x4.add(v128.xor(e, x), y);
    f = i32x4.add(v128.xor(f, x), y);
    g = i32x4.add(v128.xor(g, x), y);
    h = i32x4.add(v128.xor(h, x), y);
  }
  const all = v128.xor(v128.xor(v128.xor(a, b), v128.xor(c, d)), v128.xor(v128.xor(e, f), v128.xor(g, h)));
  return i32x4.extract_lane(all, 0);
}

/** Eight chains of exclusive or and addition: 16 operations a round. */
export function scalarBits(rounds: i32, x: i32, y: i32): i32 {
  let a = y, b = x, c = 1, d = 2, e = 3, f = 4, g = 5, h = 6;
  for (let round = 0; round < rounds; round++) {
    a = (a ^ x) + y;
    b = (b ^ x) + y;
    c = (c ^ x) + y;
    d = (d ^ x) + y;
    e = (e ^ x) + y;
    f = (f ^ x) + y;
    g = (g ^ x) + y;
    h = (h ^ x) + y;
  }
  return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
}

/** Eight chains of 16 bytes each looked up in a vector: 8 shuffles a round. */
export function shuffles(rounds: i32, seed: i32): i32 {
  const table = i8x16.splat(<i8>seed);
  let a = table, b = i8x16.splat(1), c = i8x16.splat(2), d = i8x16.splat(3), e = i8x16.splat(4), f = i8x16.splat(5), g = i8x16.splat(6), h = i8x16.splat(7);
  for (let round = 0; round < rounds; round++) {
    a = i8x16.relaxed_swizzle(a, table);
    b = i8x16.relaxed_swizzle(b, table);
    c = i8x16.relaxed_swizzle(c, table);
    d = i8x16.relaxed_swizzle(d, table);
    e = i8x16.relaxed_swizzle(e, table);
    f = i8x16.relaxed_swizzle(f, table);
    g = i8x16.relaxed_swizzle(g, table);
    h = i8x16.relaxed_swizzle(h, table);
  }
  const all = v128.xor(v128.xor(v128.xor(a, b), v128.xor(c, d)), v128.xor(v128.xor(e, f), v128.xor(g, h)));
  return i32x4.extract_lane(all, 0);
}

/** Where the tables lie: behind 4 KiB of keys that begin where the host laid them out (loops.ts). */
const table: usize = 1024 + 4096;

/** The byte times four is the address already: one shift and one mask. */
// @ts-ignore: decorator
@inline
function word(key: u32, shift: u32): i32 {
  return load<i32>(<usize>((shift == 0 ? key << 2 : key >> (shift - 2)) & 1020), table);
}

/**
 * Words of a table of 256, by the bytes of a stream of words: 16 look-ups a round, as in a cipher or a table of
 * remainders. `at`: 4 KiB of any bytes, before the table.
 */
export function lookups(rounds: i32, at: usize): i32 {
  let a = 0, b = 0, c = 0, d = 0, p: usize = 0;
  for (let round = 0; round < rounds; round++) {
    const one = load<u32>(at + p), two = load<u32>(at + p, 4), three = load<u32>(at + p, 8), four = load<u32>(at + p, 12);
    a ^= word(one, 0) ^ word(two, 8);
    b ^= word(one, 8) ^ word(two, 16);
    c ^= word(one, 16) ^ word(two, 24);
    d ^= word(one, 24) ^ word(two, 0);
    a ^= word(three, 0) ^ word(four, 8);
    b ^= word(three, 8) ^ word(four, 16);
    c ^= word(three, 16) ^ word(four, 24);
    d ^= word(three, 24) ^ word(four, 0);
    p = (p + 16) & 4095;
  }
  return a ^ b ^ c ^ d;
}

/**
 * Keys moved into 256 buckets by their lowest byte: each reads its bucket's place and advances it. 2048 a round.
 * `at`: 8 KiB of keys, 1 KiB with the places that the buckets begin at, 1 KiB for the places, 8 KiB to move to: all
 * within the first cache.
 */
export function moves(rounds: i32, at: usize): void {
  const first = at + 8192, places = first + 1024, to = places + 1024;
  for (let round = 0; round < rounds; round++) {
    memory.copy(places, first, 1024);
    for (let p = at; p < first; p += 8) {
      const one = load<u32>(p), two = load<u32>(p, 4);
      const oneBucket = places + (<usize>(one & 255) << 2);
      const onePlace = load<u32>(oneBucket);
      store<u32>(oneBucket, onePlace + 1);
      store<u32>(to + (<usize>onePlace << 2), one);
      const twoBucket = places + (<usize>(two & 255) << 2);
      const twoPlace = load<u32>(twoBucket);
      store<u32>(twoBucket, twoPlace + 1);
      store<u32>(to + (<usize>twoPlace << 2), two);
    }
  }
}

/**
 * a = b + factor · c over arrays of `bytes` (a multiple of 64) each, `passes` times.
 *
 * J. D. McCalpin, "Memory bandwidth and machine balance in current high performance computers", IEEE TCCA, 1995 (STREAM).
 */
export function triad(a: usize, b: usize, c: usize, bytes: i32, passes: i32, factor: f32): void {
  const q = f32x4.splat(factor);
  for (let pass = 0; pass < passes; pass++) {
    for (let p: usize = 0; p < <usize>bytes; p += 64) {
      v128.store(a + p, f32x4.relaxed_madd(q, v128.load(c + p), v128.load(b + p)));
      v128.store(a + p, f32x4.relaxed_madd(q, v128.load(c + p, 16), v128.load(b + p, 16)), 16);
      v128.store(a + p, f32x4.relaxed_madd(q, v128.load(c + p, 32), v128.load(b + p, 32)), 32);
      v128.store(a + p, f32x4.relaxed_madd(q, v128.load(c + p, 48), v128.load(b + p, 48)), 48);
    }
  }
}
