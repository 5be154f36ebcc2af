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
// Every ninth block goes another way at the same time: by tables of columns (tables.ts), in the integer units, which the
// vectors leave idle. Its first two rounds are the vectors' too. 595 to 623 MB/s at 256 KiB; on paper 12 % were to be had.
//
// Bound: a round is 26 vector instructions, 13 of them shuffles; a block of AES-256 is 11 such rounds, 22 for the last
// one and the message, and 2 for the first two: 310, 19.4 a byte. A core that does 4 a cycle, 2 of them shuffles, needs
// 4.84 cycles a byte, and 4.3 where one byte of nine is left out: 860 MB/s at 3.7 GHz. Bitslicing (8 blocks in 8 vectors,
// 174 instructions a round of 128 bytes) has fewer instructions on paper and lost: 20 to 30 values alive in 16 registers
// cost 70 loads and stores a round.

/** Arrays may begin here. */
export const heapBase: usize = __heap_base;

const vector = 16;
/**
 * Blocks in flight. Four hide the latency of a round; eight share its key and masks, which are loaded, and its turn of
 * the loop: 536 to 590 MB/s. Ten and more spill what they save, and statements of 2 or 4 blocks in turns gain 2 % at most.
 */
const batch = 8;
/** Of so many blocks one goes through the tables of columns. */
const lanes = batch + 1;

// The scratch memory. The table block's state lies in `states`, before a round in one half and after it in the other, which
// differ in one bit of the address; what it encrypts when there is nothing left goes to `nowhere`.
const states = 0;
const nowhere = 2 * vector;
const additions = 4 * vector;
const stream = additions + (256 + batch - 1) * vector;

/** Bytes that one thread needs to itself; its part begins at a multiple of 64. */
export function scratchLength(): i32 {
  return (stream + batch * vector + 63) & ~63;
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
const plainLow = 35 * vector;
const plainHigh = 36 * vector;
const placesAfter2 = 37 * vector;
const keyWords = 38 * vector;
const columns = 53 * vector;
const lastColumns = 53 * vector + 4096;

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
  for (let last = 0; last < 256 + batch - 1; last++) {
    const block = i8x16.replace_lane(start, 15, <i8>last);
    v128.store(scratch + additions + (<usize>last << 4), v128.xor(twoRounds(block, tables), zero));
  }
}

/** The counter block of these two halves, its last byte 0. */
function blockOf(high: u64, low: u64): v128 {
  return i64x2.replace_lane(i64x2.splat(bswap<u64>(low & ~255)), 0, bswap<u64>(high));
}

// The blocks that go through the tables of columns, in order; each thread has an instance of the module, and so these.
let laneBlock: i32 = 0;
let laneEnd: i32 = 0;
let laneHigh: u64 = 0;
let laneLow: u64 = 0;
let laneBase: v128 = i64x2.splat(0);
let laneSource: usize = 0;
let laneTarget: usize = 0;

/** The next of them: its state after round 2, out of the basis and in order. */
// @ts-ignore: decorator
@inline
function enterLane(message: usize, output: usize, tables: usize, scratch: usize): void {
  if (laneBlock == laneEnd) {
    laneSource = laneTarget = scratch + nowhere;
    return;
  }
  if ((laneLow & 255) == 0) laneBase = twoRounds(blockOf(laneHigh, laneLow), tables);
  const x = v128.xor(laneBase, v128.load(scratch + additions + (<usize>(laneLow & 255) << 4)));
  const mask = v128.load(tables, lowNibbles);
  const low = i8x16.relaxed_swizzle(v128.load(tables, plainLow), v128.and(x, mask));
  const plain = v128.xor(low, i8x16.relaxed_swizzle(v128.load(tables, plainHigh), high(x, mask)));
  v128.store(scratch + states, i8x16.relaxed_swizzle(plain, v128.load(tables, placesAfter2)));
  laneSource = message + (<usize>laneBlock << 4);
  laneTarget = output + (<usize>laneBlock << 4);
  laneBlock++;
  laneLow++;
}

/** What a byte of the state looks up in the table at `place` of the tables. */
// @ts-ignore: decorator
@inline
function look(tables: usize, state: usize, byte: usize, place: usize): i32 {
  return load<i32>(tables + place + (<usize>load<u8>(state + (byte & 15)) << 2));
}

/** Column `c` after a round by the four tables at `place`, but for the key: row r comes from column c + r. */
// @ts-ignore: decorator
@inline
function column(tables: usize, state: usize, c: usize, place: usize): i32 {
  return look(tables, state, 4 * c, place) ^ look(tables, state, 4 * c + 5, place + 1024) ^
    look(tables, state, 4 * c + 10, place + 2048) ^ look(tables, state, 4 * c + 15, place + 3072);
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
  for (let block = from; block < to; ) {
    const low = counterLow + <u64>block;
    const carried = low < counterLow ? counterHigh + 1 : counterHigh;
    // The upper 96 bits stay until the lower 32 begin anew.
    const end = <i32>min(<u64>to, <u64>block + 0x100000000 - (low & 0xffffffff));
    prepare(blockOf(carried, low), tables, scratch);
    // The last block, which may be short, is always one of the vectors'.
    const middle = block + (end - block) / lanes;
    laneBlock = block;
    laneEnd = middle;
    laneHigh = carried;
    laneLow = low;
    laneBase = twoRounds(blockOf(carried, low), tables);
    for (let start = middle; start < end; ) {
      const startLow = low + <u64>(start - block);
      const first = <i32>(startLow & 255);
      const count = min(end - start, 256 - first);
      const base = twoRounds(blockOf(carried, startLow), tables);
      encryptRun(message, output, start << 4, min(count << 4, length - (start << 4)), base, tables, scratch, rounds, first);
      start += count;
    }
    block = end;
  }
}

/** `length` bytes from `begin`, at most 256 blocks, whose counters differ in the last byte only, from `first` up. */
function encryptRun(
  message: usize, output: usize, begin: i32, length: i32, base: v128, tables: usize, scratch: usize, rounds: i32,
  first: i32,
): void {
  const mask = v128.load(tables, lowNibbles);
  const inv = v128.load(tables, inverses);
  const inva = v128.load(tables, inversesTimesA);
  const au = v128.load(tables, onceU);
  const av = v128.load(tables, onceV);
  const bu = v128.load(tables, twiceU);
  const bv = v128.load(tables, twiceV);
  const lastKey = tables + roundKeys + (<usize>rounds << 4);
  let addition = scratch + additions + (<usize>first << 4);
  for (let at = 0; at < length; at += batch * vector) {
    let x0 = v128.xor(base, v128.load(addition));
    let x1 = v128.xor(base, v128.load(addition, 16));
    let x2 = v128.xor(base, v128.load(addition, 32));
    let x3 = v128.xor(base, v128.load(addition, 48));
    let x4 = v128.xor(base, v128.load(addition, 64));
    let x5 = v128.xor(base, v128.load(addition, 80));
    let x6 = v128.xor(base, v128.load(addition, 96));
    let x7 = v128.xor(base, v128.load(addition, 112));
    addition += batch * vector;
    enterLane(message, output, tables, scratch);
    const laneFrom = laneSource, laneTo = laneTarget;
    let state = scratch + states;
    let words = tables + keyWords + 3 * vector;
    let turn = 3;
    for (let keys = tables + roundKeys + 3 * vector; keys < lastKey; keys += vector) {
      const key = v128.load(keys);
      const masks = tables + (<usize>turn << 4);
      const next = v128.load(masks, nextRow);
      const last = v128.load(masks, lastRow);
      turn = (turn + 1) & 3;
      const other = state ^ vector;
      x0 = middle(x0, mask, inv, inva, au, av, bu, bv, next, last, key);
      store<i32>(other, load<i32>(words) ^ column(tables, state, 0, columns));
      x1 = middle(x1, mask, inv, inva, au, av, bu, bv, next, last, key);
      x2 = middle(x2, mask, inv, inva, au, av, bu, bv, next, last, key);
      store<i32>(other, load<i32>(words, 4) ^ column(tables, state, 1, columns), 4);
      x3 = middle(x3, mask, inv, inva, au, av, bu, bv, next, last, key);
      x4 = middle(x4, mask, inv, inva, au, av, bu, bv, next, last, key);
      store<i32>(other, load<i32>(words, 8) ^ column(tables, state, 2, columns), 8);
      x5 = middle(x5, mask, inv, inva, au, av, bu, bv, next, last, key);
      x6 = middle(x6, mask, inv, inva, au, av, bu, bv, next, last, key);
      store<i32>(other, load<i32>(words, 12) ^ column(tables, state, 3, columns), 12);
      x7 = middle(x7, mask, inv, inva, au, av, bu, bv, next, last, key);
      state = other;
      words += vector;
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
    store<i32>(laneTo, load<i32>(laneFrom) ^ load<i32>(words) ^ column(tables, state, 0, lastColumns));
    store<i32>(laneTo, load<i32>(laneFrom, 4) ^ load<i32>(words, 4) ^ column(tables, state, 1, lastColumns), 4);
    store<i32>(laneTo, load<i32>(laneFrom, 8) ^ load<i32>(words, 8) ^ column(tables, state, 2, lastColumns), 8);
    store<i32>(laneTo, load<i32>(laneFrom, 12) ^ load<i32>(words, 12) ^ column(tables, state, 3, lastColumns), 12);
    const source = message + begin + at;
    const target = output + begin + at;
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
      v128.store(scratch + stream, x0);
      v128.store(scratch + stream, x1, 16);
      v128.store(scratch + stream, x2, 32);
      v128.store(scratch + stream, x3, 48);
      v128.store(scratch + stream, x4, 64);
      v128.store(scratch + stream, x5, 80);
      v128.store(scratch + stream, x6, 96);
      v128.store(scratch + stream, x7, 112);
      for (let i = 0; i < length - at; i++) store<u8>(target + i, load<u8>(source + i) ^ load<u8>(scratch + stream + i));
    }
  }
}
