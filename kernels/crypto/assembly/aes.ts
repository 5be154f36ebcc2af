// AES in counter mode by permutations of vectors, after Hamburg, "Accelerating AES with vector permute instructions",
// CHES 2009. A vector is a block; SubBytes is 11 look-ups of nibbles in vectors of 16 bytes, MixColumns 3 shuffles,
// ShiftRows none. What the vectors hold, and why, is in vector-permute.ts.
//
// Blocks whose counters differ in the last byte only share most of rounds 1 and 2 (Bernstein and Schwabe, "New AES
// software speed records", INDOCRYPT 2008, §3.2). That byte reaches one column in round 1, and from there all bytes in
// round 2, but apart from each other: what it adds to the state after round 2 depends on it and on the bytes that share
// its column, which are among the upper 96 bits of the counter. So it is in a table of 256 vectors, the same for 2^32
// blocks, and two rounds are one addition.
//
// Bound: a round is 26 vector instructions, 13 of them shuffles; a block of AES-256 is 11 such rounds, 22 for the last
// one and the message, and 2 for the first two: 310, 19.4 a byte. A core that does 4 a cycle, 2 of them shuffles, needs
// 4.84 cycles a byte: 760 MB/s at 3.7 GHz. Bitslicing (8 blocks in 8 vectors, 174 instructions a round of 128 bytes) has
// fewer instructions on paper and lost: 20 to 30 values alive in 16 registers cost 70 loads and stores a round.

/** Arrays may begin here. */
export const heapBase: usize = __heap_base;

const vector = 16;
/**
 * Blocks in flight. Four hide the latency of a round; eight share its key and masks, which are loaded, and its turn of
 * the loop: 536 to 590 MB/s. Ten and more spill what they save, and statements of 2 or 4 blocks in turns gain 2 % at most.
 */
const batch = 8;
const differences = 256 + batch - 1;

/** Bytes that one thread needs to itself: what each last byte of a counter adds, and the key stream of a batch. */
export function scratchLength(): i32 {
  return (differences + batch) * vector;
}

// Vectors of the tables, in this order.
const lowNibbles = 0 * vector;
const inverses = 1 * vector;
const inversesTimesA = 2 * vector;
const onceU = 3 * vector;
const onceV = 4 * vector;
const twiceU = 5 * vector;
const twiceV = 6 * vector;
const plainU = 7 * vector;
const plainV = 8 * vector;
const basisLow = 9 * vector;
const basisHigh = 10 * vector;
const nextRow = 11 * vector;
const lastRow = 15 * vector;
const places = 19 * vector;
const roundKeys = 20 * vector;

// @ts-ignore: decorator
@inline
function high(x: v128, mask: v128): v128 {
  return v128.and(i64x2.shr_u(x, 4), mask);
}

/** A round but for ShiftRows: SubBytes, MixColumns, AddRoundKey. */
// @ts-ignore: decorator
@inline
function middle(
  x: v128, mask: v128, inv: v128, inva: v128, au: v128, av: v128, bu: v128, bv: v128, next: v128, last: v128, key: v128,
): v128 {
  const i = high(x, mask);
  const k = v128.and(x, mask);
  const j = v128.xor(i, k);
  const ak = i8x16.relaxed_swizzle(inva, k);
  const u = v128.xor(i8x16.relaxed_swizzle(inv, v128.xor(i8x16.relaxed_swizzle(inv, i), ak)), j);
  const v = v128.xor(i8x16.relaxed_swizzle(inv, v128.xor(i8x16.relaxed_swizzle(inv, j), ak)), i);
  const once = v128.xor(i8x16.relaxed_swizzle(au, u), i8x16.relaxed_swizzle(av, v));
  const twice = v128.xor(i8x16.relaxed_swizzle(bu, u), i8x16.relaxed_swizzle(bv, v));
  // With c = 2·own + next, each byte becomes 2·own + 3·next + third + fourth = c + (c of the next) + fourth.
  const c = v128.xor(twice, i8x16.relaxed_swizzle(once, next));
  const d = v128.xor(i8x16.relaxed_swizzle(once, last), key);
  return v128.xor(v128.xor(c, i8x16.relaxed_swizzle(c, next)), d);
}

/** The last round: SubBytes out of the basis, ShiftRows all at once, AddRoundKey. */
// @ts-ignore: decorator
@inline
function final(x: v128, mask: v128, inv: v128, inva: v128, pu: v128, pv: v128, place: v128, key: v128): v128 {
  const i = high(x, mask);
  const k = v128.and(x, mask);
  const j = v128.xor(i, k);
  const ak = i8x16.relaxed_swizzle(inva, k);
  const u = v128.xor(i8x16.relaxed_swizzle(inv, v128.xor(i8x16.relaxed_swizzle(inv, i), ak)), j);
  const v = v128.xor(i8x16.relaxed_swizzle(inv, v128.xor(i8x16.relaxed_swizzle(inv, j), ak)), i);
  const substituted = v128.xor(i8x16.relaxed_swizzle(pu, u), i8x16.relaxed_swizzle(pv, v));
  return v128.xor(i8x16.relaxed_swizzle(substituted, place), key);
}

/** The state after round 2 of a block of counter `block`. */
function twoRounds(block: v128, tables: usize): v128 {
  const mask = v128.load(tables, lowNibbles);
  const inv = v128.load(tables, inverses), inva = v128.load(tables, inversesTimesA);
  const au = v128.load(tables, onceU), av = v128.load(tables, onceV);
  const bu = v128.load(tables, twiceU), bv = v128.load(tables, twiceV);
  const low = i8x16.relaxed_swizzle(v128.load(tables, basisLow), v128.and(block, mask));
  let x = v128.xor(low, i8x16.relaxed_swizzle(v128.load(tables, basisHigh), high(block, mask)));
  x = v128.xor(x, v128.load(tables, roundKeys));
  for (let at: usize = vector; at <= 2 * vector; at += vector) {
    const masks = tables + at;
    const next = v128.load(masks, nextRow), last = v128.load(masks, lastRow);
    x = middle(x, mask, inv, inva, au, av, bu, bv, next, last, v128.load(masks, roundKeys));
  }
  return x;
}

/** Fills the scratch memory: what each last byte of a counter adds to the state after round 2. */
function prepare(start: v128, tables: usize, scratch: usize): void {
  const zero = twoRounds(start, tables);
  for (let last = 0; last < differences; last++) {
    const block = i8x16.replace_lane(start, 15, <i8>last);
    v128.store(scratch + (<usize>last << 4), v128.xor(twoRounds(block, tables), zero));
  }
}

/**
 * Encrypts the blocks `from` to `to` (exclusive); the last block of a message may be shorter than 16 bytes.
 *
 * @param counter 16 bytes, big-endian
 */
export function encrypt(
  message: usize, output: usize, length: i32, counter: usize, tables: usize, scratch: usize, rounds: i32,
  from: i32, to: i32,
): void {
  const counterHigh = bswap<u64>(load<u64>(counter));
  const counterLow = bswap<u64>(load<u64>(counter, 8));
  let prepared = false;
  for (let block = from; block < to; ) {
    const low = counterLow + <u64>block;
    const carried = low < counterLow ? counterHigh + 1 : counterHigh;
    const first = <i32>(low & 255);
    const start = i64x2.replace_lane(i64x2.splat(bswap<u64>(low & ~255)), 0, bswap<u64>(carried));
    // The upper 96 bits have just changed where the lower 32 begin anew.
    if (!prepared || (<u32>low & ~255) == 0) prepare(start, tables, scratch), (prepared = true);
    const count = min(to - block, 256 - first);
    const at = block << 4;
    const run = min(count << 4, length - at);
    encryptRun(message + at, output + at, run, twoRounds(start, tables), tables, scratch, rounds, first);
    block += count;
  }
}

/** `length` bytes, at most 256 blocks, whose counters differ in the last byte only, from `first` up. */
function encryptRun(
  message: usize, output: usize, length: i32, base: v128, tables: usize, scratch: usize, rounds: i32, first: i32,
): void {
  const mask = v128.load(tables, lowNibbles);
  const inv = v128.load(tables, inverses);
  const inva = v128.load(tables, inversesTimesA);
  const au = v128.load(tables, onceU);
  const av = v128.load(tables, onceV);
  const bu = v128.load(tables, twiceU);
  const bv = v128.load(tables, twiceV);
  const lastKey = tables + roundKeys + (<usize>rounds << 4);
  const stream = scratch + differences * vector;
  let difference = scratch + (<usize>first << 4);
  for (let at = 0; at < length; at += batch * vector) {
    let x0 = v128.xor(base, v128.load(difference));
    let x1 = v128.xor(base, v128.load(difference, 16));
    let x2 = v128.xor(base, v128.load(difference, 32));
    let x3 = v128.xor(base, v128.load(difference, 48));
    let x4 = v128.xor(base, v128.load(difference, 64));
    let x5 = v128.xor(base, v128.load(difference, 80));
    let x6 = v128.xor(base, v128.load(difference, 96));
    let x7 = v128.xor(base, v128.load(difference, 112));
    difference += batch * vector;
    let turn = 3;
    for (let keys = tables + roundKeys + 3 * vector; keys < lastKey; keys += vector) {
      const key = v128.load(keys);
      const masks = tables + (<usize>turn << 4);
      const next = v128.load(masks, nextRow);
      const last = v128.load(masks, lastRow);
      turn = (turn + 1) & 3;
      x0 = middle(x0, mask, inv, inva, au, av, bu, bv, next, last, key);
      x1 = middle(x1, mask, inv, inva, au, av, bu, bv, next, last, key);
      x2 = middle(x2, mask, inv, inva, au, av, bu, bv, next, last, key);
      x3 = middle(x3, mask, inv, inva, au, av, bu, bv, next, last, key);
      x4 = middle(x4, mask, inv, inva, au, av, bu, bv, next, last, key);
      x5 = middle(x5, mask, inv, inva, au, av, bu, bv, next, last, key);
      x6 = middle(x6, mask, inv, inva, au, av, bu, bv, next, last, key);
      x7 = middle(x7, mask, inv, inva, au, av, bu, bv, next, last, key);
    }
    const key = v128.load(lastKey);
    const pu = v128.load(tables, plainU);
    const pv = v128.load(tables, plainV);
    const place = v128.load(tables, places);
    x0 = final(x0, mask, inv, inva, pu, pv, place, key);
    x1 = final(x1, mask, inv, inva, pu, pv, place, key);
    x2 = final(x2, mask, inv, inva, pu, pv, place, key);
    x3 = final(x3, mask, inv, inva, pu, pv, place, key);
    x4 = final(x4, mask, inv, inva, pu, pv, place, key);
    x5 = final(x5, mask, inv, inva, pu, pv, place, key);
    x6 = final(x6, mask, inv, inva, pu, pv, place, key);
    x7 = final(x7, mask, inv, inva, pu, pv, place, key);
    const source = message + at;
    const target = output + at;
    if (at + batch * vector <= length) {
      v128.store(target, v128.xor(x0, v128.load(source)));
      v128.store(target, v128.xor(x1, v128.load(source, 16)), 16);
      v128.store(target, v128.xor(x2, v128.load(source, 32)), 32);
      v128.store(target, v128.xor(x3, v128.load(source, 48)), 48);
      v128.store(target, v128.xor(x4, v128.load(source, 64)), 64);
      v128.store(target, v128.xor(x5, v128.load(source, 80)), 80);
      v128.store(target, v128.xor(x6, v128.load(source, 96)), 96);
      v128.store(target, v128.xor(x7, v128.load(source, 112)), 112);
    } else {
      v128.store(stream, x0);
      v128.store(stream, x1, 16);
      v128.store(stream, x2, 32);
      v128.store(stream, x3, 48);
      v128.store(stream, x4, 64);
      v128.store(stream, x5, 80);
      v128.store(stream, x6, 96);
      v128.store(stream, x7, 112);
      for (let i = 0; i < length - at; i++) store<u8>(target + i, load<u8>(source + i) ^ load<u8>(stream + i));
    }
  }
}
