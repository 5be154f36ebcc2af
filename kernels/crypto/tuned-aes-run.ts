import { columnTables, expandKeyWords, lastTables } from './tables.ts';

/**
 * The inner loop of tuned-aes.ts: AES in counter mode on runs of blocks whose counters differ in the last byte only.
 *
 * Everything that it looks up lies at constant addresses of one buffer; see there for why. Nothing here outlives a call:
 * key and counter are set at its beginning, and a thread has a module of its own.
 */
const memory = new ArrayBuffer(16 * 1024);
let taken = 0;
/** The next words of the memory. */
function take(length: number, values?: Int32Array): Int32Array {
  const view = new Int32Array(memory, taken, length);
  if (values) view.set(values);
  taken += view.byteLength;
  return view;
}

/** Words of the key schedule of AES-256; a shorter one lies at the end, so that the last rounds have fixed places. */
const scheduleWords = 60;

/** The words of two blocks in turns: before a round in 0 … 7, after it in 8 … 15. Both views begin at one address. */
const words = take(16);
const bytes = new Uint8Array(memory, 0, 64);
const k = take(scheduleWords);
const t0 = take(256, columnTables[0]);
const t1 = take(256, columnTables[1]);
const t2 = take(256, columnTables[2]);
const t3 = take(256, columnTables[3]);
/** The last round has no MixColumns: the S-box alone, in each place of a word. */
const l0 = take(256, lastTables[0]);
const l1 = take(256, lastTables[1]);
const l2 = take(256, lastTables[2]);
const l3 = take(256, lastTables[3]);
/** What the byte that changes adds to each column in round 2, by that byte of the counter. */
const n0 = take(256);
const n1 = take(256);
const n2 = take(256);
const n3 = take(256);

/** Where the key schedule begins in `k`: 0 for AES-256, 16 for AES-128. */
let first = 0;
/** The upper 96 bits of the counter, with the key of round 0. */
let a = 0;
let b = 0;
let c = 0;

/** @param key 16 or 32 bytes */
export function setKey(key: Uint8Array): void {
  const schedule = expandKeyWords(key);
  first = scheduleWords - schedule.length;
  k.set(schedule, first);
}

const swapBytes = (word: number): number =>
  (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);

/**
 * Sets the upper 96 bits of the counter (big-endian words; the fourth is not looked at), and tabulates rounds 1 and 2 of
 * what its last byte, row 3 of column 3, alone decides, for all its values. Call `setKey` first.
 */
export function setCounter(counters: Uint32Array): void {
  a = swapBytes(counters[0]!) ^ k[first]!;
  b = swapBytes(counters[1]!) ^ k[first + 1]!;
  c = swapBytes(counters[2]!) ^ k[first + 2]!;
  // Column 0 after round 1, without the term of the last byte.
  const a1 = t0[a & 255]! ^ t1[(b >>> 8) & 255]! ^ t2[(c >>> 16) & 255]! ^ k[first + 4]!;
  const mask = k[first + 3]! >>> 24;
  for (let byte = 0; byte < 256; byte++) {
    const x = a1 ^ t3[byte ^ mask]!;
    n0[byte] = t0[x & 255]!;
    n1[byte] = t3[x >>> 24]!;
    n2[byte] = t2[(x >>> 16) & 255]!;
    n3[byte] = t1[(x >>> 8) & 255]!;
  }
}

/** Where pairs of blocks come from and go to. */
export interface Run {
  readonly source: Int32Array;
  /** Not the source. */
  readonly target: Int32Array;
  /** Of the first block in both, in words. */
  readonly at: number;
  /** The lower 32 bits of the counter of the first block; its last byte passes 255 in no block but the last. */
  readonly low: number;
  readonly pairs: number;
}

export function encryptPairs({ source, target, at, low, pairs }: Run): void {
  const long = first === 0;
  const d = swapBytes(low & 0xffffff00) ^ k[first + 3]!;
  // Round 1 of the columns that the last byte does not reach.
  const b1 = t0[b & 255]! ^ t1[(c >>> 8) & 255]! ^ t2[(d >>> 16) & 255]! ^ t3[a >>> 24]! ^ k[first + 5]!;
  const c1 = t0[c & 255]! ^ t1[(d >>> 8) & 255]! ^ t2[(a >>> 16) & 255]! ^ t3[b >>> 24]! ^ k[first + 6]!;
  const d1 = t0[d & 255]! ^ t1[(a >>> 8) & 255]! ^ t2[(b >>> 16) & 255]! ^ t3[c >>> 24]! ^ k[first + 7]!;
  // Round 2: every column takes one byte of column 0, which comes from the tables.
  const a2 = t1[(b1 >>> 8) & 255]! ^ t2[(c1 >>> 16) & 255]! ^ t3[d1 >>> 24]! ^ k[first + 8]!;
  const b2 = t0[b1 & 255]! ^ t1[(c1 >>> 8) & 255]! ^ t2[(d1 >>> 16) & 255]! ^ k[first + 9]!;
  const c2 = t0[c1 & 255]! ^ t1[(d1 >>> 8) & 255]! ^ t3[b1 >>> 24]! ^ k[first + 10]!;
  const d2 = t0[d1 & 255]! ^ t2[(b1 >>> 16) & 255]! ^ t3[c1 >>> 24]! ^ k[first + 11]!;
  let last = low & 255;
  let e0 = 0;
  let f0 = 0;
  let g0 = 0;
  let h0 = 0;
  let e1 = 0;
  let f1 = 0;
  let g1 = 0;
  let h1 = 0;
  for (let word = at, end = at + 8 * pairs; word < end; word += 8) {
    let p0 = a2 ^ n0[last]!;
    words[0] = p0;
    let q0 = b2 ^ n1[last]!;
    words[1] = q0;
    let r0 = c2 ^ n2[last]!;
    words[2] = r0;
    let s0 = d2 ^ n3[last]!;
    words[3] = s0;
    let p1 = a2 ^ n0[(last + 1) & 255]!;
    words[4] = p1;
    let q1 = b2 ^ n1[(last + 1) & 255]!;
    words[5] = q1;
    let r1 = c2 ^ n2[(last + 1) & 255]!;
    words[6] = r1;
    let s1 = d2 ^ n3[(last + 1) & 255]!;
    words[7] = s1;
    if (long) {
      e0 = t0[p0 & 255]! ^ t1[(q0 >>> 8) & 255]! ^ t2[bytes[10]!]! ^ t3[s0 >>> 24]! ^ k[12]!;
      words[8] = e0;
      f0 = t0[q0 & 255]! ^ t1[(r0 >>> 8) & 255]! ^ t2[bytes[14]!]! ^ t3[p0 >>> 24]! ^ k[13]!;
      words[9] = f0;
      g0 = t0[r0 & 255]! ^ t1[(s0 >>> 8) & 255]! ^ t2[bytes[2]!]! ^ t3[q0 >>> 24]! ^ k[14]!;
      words[10] = g0;
      h0 = t0[s0 & 255]! ^ t1[(p0 >>> 8) & 255]! ^ t2[bytes[6]!]! ^ t3[r0 >>> 24]! ^ k[15]!;
      words[11] = h0;
      e1 = t0[p1 & 255]! ^ t1[(q1 >>> 8) & 255]! ^ t2[bytes[26]!]! ^ t3[s1 >>> 24]! ^ k[12]!;
      words[12] = e1;
      f1 = t0[q1 & 255]! ^ t1[(r1 >>> 8) & 255]! ^ t2[bytes[30]!]! ^ t3[p1 >>> 24]! ^ k[13]!;
      words[13] = f1;
      g1 = t0[r1 & 255]! ^ t1[(s1 >>> 8) & 255]! ^ t2[bytes[18]!]! ^ t3[q1 >>> 24]! ^ k[14]!;
      words[14] = g1;
      h1 = t0[s1 & 255]! ^ t1[(p1 >>> 8) & 255]! ^ t2[bytes[22]!]! ^ t3[r1 >>> 24]! ^ k[15]!;
      words[15] = h1;
      p0 = t0[e0 & 255]! ^ t1[(f0 >>> 8) & 255]! ^ t2[bytes[42]!]! ^ t3[h0 >>> 24]! ^ k[16]!;
      words[0] = p0;
      q0 = t0[f0 & 255]! ^ t1[(g0 >>> 8) & 255]! ^ t2[bytes[46]!]! ^ t3[e0 >>> 24]! ^ k[17]!;
      words[1] = q0;
      r0 = t0[g0 & 255]! ^ t1[(h0 >>> 8) & 255]! ^ t2[bytes[34]!]! ^ t3[f0 >>> 24]! ^ k[18]!;
      words[2] = r0;
      s0 = t0[h0 & 255]! ^ t1[(e0 >>> 8) & 255]! ^ t2[bytes[38]!]! ^ t3[g0 >>> 24]! ^ k[19]!;
      words[3] = s0;
      p1 = t0[e1 & 255]! ^ t1[(f1 >>> 8) & 255]! ^ t2[bytes[58]!]! ^ t3[h1 >>> 24]! ^ k[16]!;
      words[4] = p1;
      q1 = t0[f1 & 255]! ^ t1[(g1 >>> 8) & 255]! ^ t2[bytes[62]!]! ^ t3[e1 >>> 24]! ^ k[17]!;
      words[5] = q1;
      r1 = t0[g1 & 255]! ^ t1[(h1 >>> 8) & 255]! ^ t2[bytes[50]!]! ^ t3[f1 >>> 24]! ^ k[18]!;
      words[6] = r1;
      s1 = t0[h1 & 255]! ^ t1[(e1 >>> 8) & 255]! ^ t2[bytes[54]!]! ^ t3[g1 >>> 24]! ^ k[19]!;
      words[7] = s1;
      e0 = t0[p0 & 255]! ^ t1[(q0 >>> 8) & 255]! ^ t2[bytes[10]!]! ^ t3[s0 >>> 24]! ^ k[20]!;
      words[8] = e0;
      f0 = t0[q0 & 255]! ^ t1[(r0 >>> 8) & 255]! ^ t2[bytes[14]!]! ^ t3[p0 >>> 24]! ^ k[21]!;
      words[9] = f0;
      g0 = t0[r0 & 255]! ^ t1[(s0 >>> 8) & 255]! ^ t2[bytes[2]!]! ^ t3[q0 >>> 24]! ^ k[22]!;
      words[10] = g0;
      h0 = t0[s0 & 255]! ^ t1[(p0 >>> 8) & 255]! ^ t2[bytes[6]!]! ^ t3[r0 >>> 24]! ^ k[23]!;
      words[11] = h0;
      e1 = t0[p1 & 255]! ^ t1[(q1 >>> 8) & 255]! ^ t2[bytes[26]!]! ^ t3[s1 >>> 24]! ^ k[20]!;
      words[12] = e1;
      f1 = t0[q1 & 255]! ^ t1[(r1 >>> 8) & 255]! ^ t2[bytes[30]!]! ^ t3[p1 >>> 24]! ^ k[21]!;
      words[13] = f1;
      g1 = t0[r1 & 255]! ^ t1[(s1 >>> 8) & 255]! ^ t2[bytes[18]!]! ^ t3[q1 >>> 24]! ^ k[22]!;
      words[14] = g1;
      h1 = t0[s1 & 255]! ^ t1[(p1 >>> 8) & 255]! ^ t2[bytes[22]!]! ^ t3[r1 >>> 24]! ^ k[23]!;
      words[15] = h1;
      p0 = t0[e0 & 255]! ^ t1[(f0 >>> 8) & 255]! ^ t2[bytes[42]!]! ^ t3[h0 >>> 24]! ^ k[24]!;
      words[0] = p0;
      q0 = t0[f0 & 255]! ^ t1[(g0 >>> 8) & 255]! ^ t2[bytes[46]!]! ^ t3[e0 >>> 24]! ^ k[25]!;
      words[1] = q0;
      r0 = t0[g0 & 255]! ^ t1[(h0 >>> 8) & 255]! ^ t2[bytes[34]!]! ^ t3[f0 >>> 24]! ^ k[26]!;
      words[2] = r0;
      s0 = t0[h0 & 255]! ^ t1[(e0 >>> 8) & 255]! ^ t2[bytes[38]!]! ^ t3[g0 >>> 24]! ^ k[27]!;
      words[3] = s0;
      p1 = t0[e1 & 255]! ^ t1[(f1 >>> 8) & 255]! ^ t2[bytes[58]!]! ^ t3[h1 >>> 24]! ^ k[24]!;
      words[4] = p1;
      q1 = t0[f1 & 255]! ^ t1[(g1 >>> 8) & 255]! ^ t2[bytes[62]!]! ^ t3[e1 >>> 24]! ^ k[25]!;
      words[5] = q1;
      r1 = t0[g1 & 255]! ^ t1[(h1 >>> 8) & 255]! ^ t2[bytes[50]!]! ^ t3[f1 >>> 24]! ^ k[26]!;
      words[6] = r1;
      s1 = t0[h1 & 255]! ^ t1[(e1 >>> 8) & 255]! ^ t2[bytes[54]!]! ^ t3[g1 >>> 24]! ^ k[27]!;
      words[7] = s1;
    }
    e0 = t0[p0 & 255]! ^ t1[(q0 >>> 8) & 255]! ^ t2[bytes[10]!]! ^ t3[s0 >>> 24]! ^ k[28]!;
    words[8] = e0;
    f0 = t0[q0 & 255]! ^ t1[(r0 >>> 8) & 255]! ^ t2[bytes[14]!]! ^ t3[p0 >>> 24]! ^ k[29]!;
    words[9] = f0;
    g0 = t0[r0 & 255]! ^ t1[(s0 >>> 8) & 255]! ^ t2[bytes[2]!]! ^ t3[q0 >>> 24]! ^ k[30]!;
    words[10] = g0;
    h0 = t0[s0 & 255]! ^ t1[(p0 >>> 8) & 255]! ^ t2[bytes[6]!]! ^ t3[r0 >>> 24]! ^ k[31]!;
    words[11] = h0;
    e1 = t0[p1 & 255]! ^ t1[(q1 >>> 8) & 255]! ^ t2[bytes[26]!]! ^ t3[s1 >>> 24]! ^ k[28]!;
    words[12] = e1;
    f1 = t0[q1 & 255]! ^ t1[(r1 >>> 8) & 255]! ^ t2[bytes[30]!]! ^ t3[p1 >>> 24]! ^ k[29]!;
    words[13] = f1;
    g1 = t0[r1 & 255]! ^ t1[(s1 >>> 8) & 255]! ^ t2[bytes[18]!]! ^ t3[q1 >>> 24]! ^ k[30]!;
    words[14] = g1;
    h1 = t0[s1 & 255]! ^ t1[(p1 >>> 8) & 255]! ^ t2[bytes[22]!]! ^ t3[r1 >>> 24]! ^ k[31]!;
    words[15] = h1;
    p0 = t0[e0 & 255]! ^ t1[(f0 >>> 8) & 255]! ^ t2[bytes[42]!]! ^ t3[h0 >>> 24]! ^ k[32]!;
    words[0] = p0;
    q0 = t0[f0 & 255]! ^ t1[(g0 >>> 8) & 255]! ^ t2[bytes[46]!]! ^ t3[e0 >>> 24]! ^ k[33]!;
    words[1] = q0;
    r0 = t0[g0 & 255]! ^ t1[(h0 >>> 8) & 255]! ^ t2[bytes[34]!]! ^ t3[f0 >>> 24]! ^ k[34]!;
    words[2] = r0;
    s0 = t0[h0 & 255]! ^ t1[(e0 >>> 8) & 255]! ^ t2[bytes[38]!]! ^ t3[g0 >>> 24]! ^ k[35]!;
    words[3] = s0;
    p1 = t0[e1 & 255]! ^ t1[(f1 >>> 8) & 255]! ^ t2[bytes[58]!]! ^ t3[h1 >>> 24]! ^ k[32]!;
    words[4] = p1;
    q1 = t0[f1 & 255]! ^ t1[(g1 >>> 8) & 255]! ^ t2[bytes[62]!]! ^ t3[e1 >>> 24]! ^ k[33]!;
    words[5] = q1;
    r1 = t0[g1 & 255]! ^ t1[(h1 >>> 8) & 255]! ^ t2[bytes[50]!]! ^ t3[f1 >>> 24]! ^ k[34]!;
    words[6] = r1;
    s1 = t0[h1 & 255]! ^ t1[(e1 >>> 8) & 255]! ^ t2[bytes[54]!]! ^ t3[g1 >>> 24]! ^ k[35]!;
    words[7] = s1;
    e0 = t0[p0 & 255]! ^ t1[(q0 >>> 8) & 255]! ^ t2[bytes[10]!]! ^ t3[s0 >>> 24]! ^ k[36]!;
    words[8] = e0;
    f0 = t0[q0 & 255]! ^ t1[(r0 >>> 8) & 255]! ^ t2[bytes[14]!]! ^ t3[p0 >>> 24]! ^ k[37]!;
    words[9] = f0;
    g0 = t0[r0 & 255]! ^ t1[(s0 >>> 8) & 255]! ^ t2[bytes[2]!]! ^ t3[q0 >>> 24]! ^ k[38]!;
    words[10] = g0;
    h0 = t0[s0 & 255]! ^ t1[(p0 >>> 8) & 255]! ^ t2[bytes[6]!]! ^ t3[r0 >>> 24]! ^ k[39]!;
    words[11] = h0;
    e1 = t0[p1 & 255]! ^ t1[(q1 >>> 8) & 255]! ^ t2[bytes[26]!]! ^ t3[s1 >>> 24]! ^ k[36]!;
    words[12] = e1;
    f1 = t0[q1 & 255]! ^ t1[(r1 >>> 8) & 255]! ^ t2[bytes[30]!]! ^ t3[p1 >>> 24]! ^ k[37]!;
    words[13] = f1;
    g1 = t0[r1 & 255]! ^ t1[(s1 >>> 8) & 255]! ^ t2[bytes[18]!]! ^ t3[q1 >>> 24]! ^ k[38]!;
    words[14] = g1;
    h1 = t0[s1 & 255]! ^ t1[(p1 >>> 8) & 255]! ^ t2[bytes[22]!]! ^ t3[r1 >>> 24]! ^ k[39]!;
    words[15] = h1;
    p0 = t0[e0 & 255]! ^ t1[(f0 >>> 8) & 255]! ^ t2[bytes[42]!]! ^ t3[h0 >>> 24]! ^ k[40]!;
    words[0] = p0;
    q0 = t0[f0 & 255]! ^ t1[(g0 >>> 8) & 255]! ^ t2[bytes[46]!]! ^ t3[e0 >>> 24]! ^ k[41]!;
    words[1] = q0;
    r0 = t0[g0 & 255]! ^ t1[(h0 >>> 8) & 255]! ^ t2[bytes[34]!]! ^ t3[f0 >>> 24]! ^ k[42]!;
    words[2] = r0;
    s0 = t0[h0 & 255]! ^ t1[(e0 >>> 8) & 255]! ^ t2[bytes[38]!]! ^ t3[g0 >>> 24]! ^ k[43]!;
    words[3] = s0;
    p1 = t0[e1 & 255]! ^ t1[(f1 >>> 8) & 255]! ^ t2[bytes[58]!]! ^ t3[h1 >>> 24]! ^ k[40]!;
    words[4] = p1;
    q1 = t0[f1 & 255]! ^ t1[(g1 >>> 8) & 255]! ^ t2[bytes[62]!]! ^ t3[e1 >>> 24]! ^ k[41]!;
    words[5] = q1;
    r1 = t0[g1 & 255]! ^ t1[(h1 >>> 8) & 255]! ^ t2[bytes[50]!]! ^ t3[f1 >>> 24]! ^ k[42]!;
    words[6] = r1;
    s1 = t0[h1 & 255]! ^ t1[(e1 >>> 8) & 255]! ^ t2[bytes[54]!]! ^ t3[g1 >>> 24]! ^ k[43]!;
    words[7] = s1;
    e0 = t0[p0 & 255]! ^ t1[(q0 >>> 8) & 255]! ^ t2[bytes[10]!]! ^ t3[s0 >>> 24]! ^ k[44]!;
    words[8] = e0;
    f0 = t0[q0 & 255]! ^ t1[(r0 >>> 8) & 255]! ^ t2[bytes[14]!]! ^ t3[p0 >>> 24]! ^ k[45]!;
    words[9] = f0;
    g0 = t0[r0 & 255]! ^ t1[(s0 >>> 8) & 255]! ^ t2[bytes[2]!]! ^ t3[q0 >>> 24]! ^ k[46]!;
    words[10] = g0;
    h0 = t0[s0 & 255]! ^ t1[(p0 >>> 8) & 255]! ^ t2[bytes[6]!]! ^ t3[r0 >>> 24]! ^ k[47]!;
    words[11] = h0;
    e1 = t0[p1 & 255]! ^ t1[(q1 >>> 8) & 255]! ^ t2[bytes[26]!]! ^ t3[s1 >>> 24]! ^ k[44]!;
    words[12] = e1;
    f1 = t0[q1 & 255]! ^ t1[(r1 >>> 8) & 255]! ^ t2[bytes[30]!]! ^ t3[p1 >>> 24]! ^ k[45]!;
    words[13] = f1;
    g1 = t0[r1 & 255]! ^ t1[(s1 >>> 8) & 255]! ^ t2[bytes[18]!]! ^ t3[q1 >>> 24]! ^ k[46]!;
    words[14] = g1;
    h1 = t0[s1 & 255]! ^ t1[(p1 >>> 8) & 255]! ^ t2[bytes[22]!]! ^ t3[r1 >>> 24]! ^ k[47]!;
    words[15] = h1;
    p0 = t0[e0 & 255]! ^ t1[(f0 >>> 8) & 255]! ^ t2[bytes[42]!]! ^ t3[h0 >>> 24]! ^ k[48]!;
    words[0] = p0;
    q0 = t0[f0 & 255]! ^ t1[(g0 >>> 8) & 255]! ^ t2[bytes[46]!]! ^ t3[e0 >>> 24]! ^ k[49]!;
    words[1] = q0;
    r0 = t0[g0 & 255]! ^ t1[(h0 >>> 8) & 255]! ^ t2[bytes[34]!]! ^ t3[f0 >>> 24]! ^ k[50]!;
    words[2] = r0;
    s0 = t0[h0 & 255]! ^ t1[(e0 >>> 8) & 255]! ^ t2[bytes[38]!]! ^ t3[g0 >>> 24]! ^ k[51]!;
    words[3] = s0;
    p1 = t0[e1 & 255]! ^ t1[(f1 >>> 8) & 255]! ^ t2[bytes[58]!]! ^ t3[h1 >>> 24]! ^ k[48]!;
    words[4] = p1;
    q1 = t0[f1 & 255]! ^ t1[(g1 >>> 8) & 255]! ^ t2[bytes[62]!]! ^ t3[e1 >>> 24]! ^ k[49]!;
    words[5] = q1;
    r1 = t0[g1 & 255]! ^ t1[(h1 >>> 8) & 255]! ^ t2[bytes[50]!]! ^ t3[f1 >>> 24]! ^ k[50]!;
    words[6] = r1;
    s1 = t0[h1 & 255]! ^ t1[(e1 >>> 8) & 255]! ^ t2[bytes[54]!]! ^ t3[g1 >>> 24]! ^ k[51]!;
    words[7] = s1;
    e0 = t0[p0 & 255]! ^ t1[(q0 >>> 8) & 255]! ^ t2[bytes[10]!]! ^ t3[s0 >>> 24]! ^ k[52]!;
    words[8] = e0;
    f0 = t0[q0 & 255]! ^ t1[(r0 >>> 8) & 255]! ^ t2[bytes[14]!]! ^ t3[p0 >>> 24]! ^ k[53]!;
    words[9] = f0;
    g0 = t0[r0 & 255]! ^ t1[(s0 >>> 8) & 255]! ^ t2[bytes[2]!]! ^ t3[q0 >>> 24]! ^ k[54]!;
    words[10] = g0;
    h0 = t0[s0 & 255]! ^ t1[(p0 >>> 8) & 255]! ^ t2[bytes[6]!]! ^ t3[r0 >>> 24]! ^ k[55]!;
    words[11] = h0;
    e1 = t0[p1 & 255]! ^ t1[(q1 >>> 8) & 255]! ^ t2[bytes[26]!]! ^ t3[s1 >>> 24]! ^ k[52]!;
    words[12] = e1;
    f1 = t0[q1 & 255]! ^ t1[(r1 >>> 8) & 255]! ^ t2[bytes[30]!]! ^ t3[p1 >>> 24]! ^ k[53]!;
    words[13] = f1;
    g1 = t0[r1 & 255]! ^ t1[(s1 >>> 8) & 255]! ^ t2[bytes[18]!]! ^ t3[q1 >>> 24]! ^ k[54]!;
    words[14] = g1;
    h1 = t0[s1 & 255]! ^ t1[(p1 >>> 8) & 255]! ^ t2[bytes[22]!]! ^ t3[r1 >>> 24]! ^ k[55]!;
    words[15] = h1;
    target[word] = source[word]! ^ l0[e0 & 255]! ^ l1[(f0 >>> 8) & 255]! ^ l2[bytes[42]!]! ^ l3[h0 >>> 24]! ^ k[56]!;
    target[word + 1] =
      source[word + 1]! ^ l0[f0 & 255]! ^ l1[(g0 >>> 8) & 255]! ^ l2[bytes[46]!]! ^ l3[e0 >>> 24]! ^ k[57]!;
    target[word + 2] =
      source[word + 2]! ^ l0[g0 & 255]! ^ l1[(h0 >>> 8) & 255]! ^ l2[bytes[34]!]! ^ l3[f0 >>> 24]! ^ k[58]!;
    target[word + 3] =
      source[word + 3]! ^ l0[h0 & 255]! ^ l1[(e0 >>> 8) & 255]! ^ l2[bytes[38]!]! ^ l3[g0 >>> 24]! ^ k[59]!;
    target[word + 4] =
      source[word + 4]! ^ l0[e1 & 255]! ^ l1[(f1 >>> 8) & 255]! ^ l2[bytes[58]!]! ^ l3[h1 >>> 24]! ^ k[56]!;
    target[word + 5] =
      source[word + 5]! ^ l0[f1 & 255]! ^ l1[(g1 >>> 8) & 255]! ^ l2[bytes[62]!]! ^ l3[e1 >>> 24]! ^ k[57]!;
    target[word + 6] =
      source[word + 6]! ^ l0[g1 & 255]! ^ l1[(h1 >>> 8) & 255]! ^ l2[bytes[50]!]! ^ l3[f1 >>> 24]! ^ k[58]!;
    target[word + 7] =
      source[word + 7]! ^ l0[h1 & 255]! ^ l1[(e1 >>> 8) & 255]! ^ l2[bytes[54]!]! ^ l3[g1 >>> 24]! ^ k[59]!;

    last = (last + 2) & 255;
  }
}
