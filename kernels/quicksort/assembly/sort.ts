// The steps of a radix sort from the least significant digit, 8 bits a digit (see ../threads-kernel.ts), and the
// order-preserving codes of f32 keys (see ../order.ts), four at a time.
//
// Bound: a move reads a key and its bucket's place, writes both back, and each bucket's place waits for the last key of
// the same bucket to have been written: about 2 ns a key while 256 open lines of 64 bytes (16 KiB) fit the first cache,
// so 10⁷ keys in 4 moves and a count cost about 90 ms; the 36n bytes of traffic alone would cost 15 ms at 24 GB/s.
// WebAssembly has no scatter, so vectors serve where keys keep their places: in the codes.

/** Arrays may begin here. */
export const heapBase: usize = __heap_base;

const buckets: u32 = 256;
const word: usize = 4;

/** Counts all four digits of the keys in one pass, into four rows of counters. */
export function countAll(keys: usize, length: u32, counts: usize): void {
  memory.fill(counts, 0, 4 * buckets * word);
  const end = keys + at(length);
  for (; keys < end; keys += word) {
    const key = load<u32>(keys);
    increment(counts + at(key & 255));
    increment(counts + at((key >> 8) & 255), buckets * word);
    increment(counts + at((key >> 16) & 255), 2 * buckets * word);
    increment(counts + at(key >> 24), 3 * buckets * word);
  }
}

/** Counts the digit that begins at bit `shift`, into one row of counters. */
export function count(keys: usize, length: u32, shift: u32, counts: usize): void {
  memory.fill(counts, 0, buckets * word);
  const end = keys + at(length);
  for (; keys < end; keys += word) increment(counts + at((load<u32>(keys) >> shift) & 255));
}

/**
 * Where this thread's first key of every bucket goes: after all smaller buckets, and after the threads before it.
 * `counts` has a row a thread.
 */
export function firstPlaces(counts: usize, thread: u32, threads: u32, places: usize): void {
  let sum: u32 = 0;
  for (let bucket: u32 = 0; bucket < buckets; bucket++) {
    for (let other: u32 = 0; other < threads; other++) {
      if (other == thread) store<u32>(places + at(bucket), sum);
      sum += load<u32>(counts + at(other * buckets + bucket));
    }
  }
}

/** Moves the keys to the places of their buckets, one after the other. */
export function move(keys: usize, length: u32, shift: u32, places: usize, sorted: usize): void {
  const end = keys + at(length);
  for (; keys < end; keys += word) {
    const key = load<u32>(keys);
    const bucket = places + at((key >> shift) & 255);
    const place = load<u32>(bucket);
    store<u32>(bucket, place + 1);
    store<u32>(sorted + at(place), key);
  }
}

/** Codes of f32 keys; up to three beyond the last are written too. */
export function encode(keys: usize, length: u32, codes: usize): void {
  const infinity = i32x4.splat(0x7f800000);
  const nan = i32x4.splat(0x7fc00000);
  const sign = i32x4.splat(0x80000000);
  for (let i: u32 = 0; i < length; i += 4) {
    const bits = v128.load(keys + at(i));
    const isNaN = i32x4.gt_s(v128.andnot(bits, sign), infinity);
    const ordinary = v128.bitselect(nan, bits, isNaN);
    v128.store(codes + at(i), v128.xor(ordinary, v128.or(i32x4.shr_s(ordinary, 31), sign)));
  }
}

/** Turns codes into f32 keys where they lie; up to three beyond the last too. */
export function decode(codes: usize, length: u32): void {
  const sign = i32x4.splat(0x80000000);
  for (let i: u32 = 0; i < length; i += 4) {
    const code = v128.load(codes + at(i));
    v128.store(codes + at(i), v128.xor(code, v128.or(v128.not(i32x4.shr_s(code, 31)), sign)));
  }
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function increment(counter: usize, offset: usize = 0): void {
  store<u32>(counter + offset, load<u32>(counter + offset) + 1);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function at(index: u32): usize {
  return <usize>index * word;
}
