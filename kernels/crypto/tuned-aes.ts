import { counterWords } from './counter.ts';
import { blockBytes, type CtrInput } from './input.ts';
import { sbox } from './sbox.ts';
import { columnTables, expandKeyWords } from './tables.ts';

/**
 * AES in counter mode with one table look-up a byte and round (tables.ts). What makes it fast in V8, in the order of
 * what it gained:
 * - The tables and the round keys are typed arrays held by constants of the module: the optimising compiler puts
 *   their addresses into the code. A table that is an argument or a property costs a bounds check, a base register
 *   and spills at each look-up, half the speed. They all lie in one buffer: with a buffer each, V8 loads the buffer's
 *   address after every look-up to keep it alive, 86 instructions of 10 bytes a block; one is kept in a register, +20 %.
 * - The rounds are written out, so that subscripts of round keys are constants, and take turns with two sets of names,
 *   so that nothing is copied.
 * - Each word that is ready is stored. V8 computes what has no effect as late as it can, and would hold the four terms
 *   of a word in registers, and then on the stack, until the word is used: 12 % slower. (That array lies in the buffer
 *   too: arrays of up to 64 bytes live on the heap, where their length is checked at each store.)
 * - Blocks whose counters differ only in the last byte share most of rounds 1 and 2: round 1 has one look-up left that
 *   changes, round 2 four, instead of 16 each (Bernstein and Schwabe, "New AES software speed records", INDOCRYPT 2008,
 *   §3.2). Those five depend on the last byte and the upper 96 bits alone, so they are tabulated for all 256 values
 *   once for 2^32 blocks, which is once a message: four look-ups are left of two rounds, +6 %.
 *
 * Bound: 4 + 12·16 = 196 look-ups a block of AES-256, 12.3 a byte. V8 spends about 6 instructions on each (shift, mask,
 * compare and branch of the check, which stays although the mask proves it needless, load, XOR), so 15 cycles a byte at
 * 5 instructions a cycle, 250 MB/s at 3.7 GHz, which is what it reaches: two blocks at a time are slower.
 */
export function encryptCtrTuned({ key, counter, message }: CtrInput): Uint8Array {
  const output = new Uint8Array(message.length);
  encryptBlocks({ key, counter, message, output, from: 0, to: Math.ceil(message.length / blockBytes) });
  return output;
}

/** A part of a message to encrypt. */
export interface BlockRange {
  readonly key: Uint8Array;
  readonly counter: Uint8Array;
  readonly message: Uint8Array;
  /** As long as the message, beginning at a multiple of 4 bytes of its buffer. */
  readonly output: Uint8Array;
  /** Blocks `from … to` of the message; the last block of all may be shorter than 16 bytes. */
  readonly from: number;
  readonly to: number;
}

/** Words of the key schedule of AES-256; a shorter one lies at the end, so that the last rounds have fixed places. */
const scheduleWords = 60;

// Constants of the module for speed (see above); nothing here outlives a call, and a thread has a module of its own.
const memory = new ArrayBuffer(16 * 1024);
let taken = 0;
/** The next `length` words of the memory. */
function words(length: number, values?: Int32Array): Int32Array {
  const view = new Int32Array(memory, taken, length);
  if (values) view.set(values);
  taken += view.byteLength;
  return view;
}
const t0 = words(256, columnTables[0]);
const t1 = words(256, columnTables[1]);
const t2 = words(256, columnTables[2]);
const t3 = words(256, columnTables[3]);
/** What the byte that changes adds to each column in round 2, by that byte of the counter. */
const n0 = words(256);
const n1 = words(256);
const n2 = words(256);
const n3 = words(256);
const k = words(scheduleWords);
/** Written after each word and never read: see the third point above. */
const done = words(4);
const s0 = new Uint8Array(memory, taken, 256);
s0.set(sbox);

export function encryptBlocks({ key, counter, message, output, from, to }: BlockRange): void {
  const schedule = expandKeyWords(key);
  const first = scheduleWords - schedule.length;
  k.set(schedule, first);
  const whole = Math.min(to, Math.floor(message.length / blockBytes));
  const aligned = message.byteOffset % 4 === 0 ? message : message.slice();
  const source = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
  const target = new Int32Array(output.buffer, output.byteOffset, output.length >> 2);
  let tabulated: Uint32Array | undefined;
  for (let block = from; block < whole; ) {
    const counters = counterWords(counter, block);
    // The tables of the byte that changes hold as long as the upper 96 bits stay.
    if (!tabulated || counters[0] !== tabulated[0] || counters[1] !== tabulated[1] || counters[2] !== tabulated[2])
      tabulateLastByte(first, counters);
    tabulated = counters;
    const count = Math.min(whole - block, 256 - (counters[3]! & 255));
    encryptRun({ first, counters, source, target, at: 4 * block, count });
    block += count;
  }
  if (to > whole && from < to) {
    const padded = new Int32Array(4);
    const start = whole * blockBytes;
    new Uint8Array(padded.buffer).set(message.subarray(start));
    const counters = counterWords(counter, whole);
    tabulateLastByte(first, counters);
    encryptRun({ first, counters, source: padded, target: padded, at: 0, count: 1 });
    output.set(new Uint8Array(padded.buffer, 0, message.length - start), start);
  }
}

const swapBytes = (word: number): number =>
  (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);

interface Run {
  /** Where the key schedule begins in `k`: 0 for AES-256, 16 for AES-128. */
  readonly first: number;
  /** Counter of the first block, big-endian words. */
  readonly counters: Uint32Array;
  readonly source: Int32Array;
  readonly target: Int32Array;
  /** Of the first block, in words. */
  readonly at: number;
  readonly count: number;
}

/** Rounds 1 and 2 of what the last byte of the counter, row 3 of column 3, alone decides, for all its values. */
function tabulateLastByte(first: number, counters: Uint32Array): void {
  const a1 = sharedColumn(first, counters);
  const mask = k[first + 3]! >>> 24;
  for (let byte = 0; byte < 256; byte++) {
    const x = a1 ^ t3[byte ^ mask]!;
    n0[byte] = t0[x & 255]!;
    n1[byte] = t3[x >>> 24]!;
    n2[byte] = t2[(x >>> 16) & 255]!;
    n3[byte] = t1[(x >>> 8) & 255]!;
  }
}

/** Column 0 after round 1, without the term of the last byte of the counter. */
function sharedColumn(first: number, counters: Uint32Array): number {
  const a = swapBytes(counters[0]!) ^ k[first]!;
  const b = swapBytes(counters[1]!) ^ k[first + 1]!;
  const c = swapBytes(counters[2]!) ^ k[first + 2]!;
  return t0[a & 255]! ^ t1[(b >>> 8) & 255]! ^ t2[(c >>> 16) & 255]! ^ k[first + 4]!;
}

/** Up to 256 blocks whose counters differ only in the last byte; `tabulateLastByte` knows their upper 96 bits. */
function encryptRun({ first, counters, source, target, at, count }: Run): void {
  const long = first === 0;
  const a = swapBytes(counters[0]!) ^ k[first]!;
  const b = swapBytes(counters[1]!) ^ k[first + 1]!;
  const c = swapBytes(counters[2]!) ^ k[first + 2]!;
  const d = swapBytes(counters[3]! & 0xffffff00) ^ k[first + 3]!;
  // Round 1 of the columns that the last byte does not reach.
  const b1 = t0[b & 255]! ^ t1[(c >>> 8) & 255]! ^ t2[(d >>> 16) & 255]! ^ t3[a >>> 24]! ^ k[first + 5]!;
  const c1 = t0[c & 255]! ^ t1[(d >>> 8) & 255]! ^ t2[(a >>> 16) & 255]! ^ t3[b >>> 24]! ^ k[first + 6]!;
  const d1 = t0[d & 255]! ^ t1[(a >>> 8) & 255]! ^ t2[(b >>> 16) & 255]! ^ t3[c >>> 24]! ^ k[first + 7]!;
  // Round 2: every column takes one byte of column 0, which comes from the tables.
  const a2 = t1[(b1 >>> 8) & 255]! ^ t2[(c1 >>> 16) & 255]! ^ t3[d1 >>> 24]! ^ k[first + 8]!;
  const b2 = t0[b1 & 255]! ^ t1[(c1 >>> 8) & 255]! ^ t2[(d1 >>> 16) & 255]! ^ k[first + 9]!;
  const c2 = t0[c1 & 255]! ^ t1[(d1 >>> 8) & 255]! ^ t3[b1 >>> 24]! ^ k[first + 10]!;
  const d2 = t0[d1 & 255]! ^ t2[(b1 >>> 16) & 255]! ^ t3[c1 >>> 24]! ^ k[first + 11]!;
  const changing = (counters[3]! & 255) - at / 4;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  for (let word = at, end = at + 4 * count; word < end; word += 4) {
    const last = (changing + (word >> 2)) & 255;
    let p = a2 ^ n0[last]!;
    let q = b2 ^ n1[last]!;
    let r = c2 ^ n2[last]!;
    let s = d2 ^ n3[last]!;
    if (long) {
      e = k[12]! ^ t0[p & 255]! ^ t1[(q >>> 8) & 255]! ^ t2[(r >>> 16) & 255]! ^ t3[s >>> 24]!;
      done[0] = e;
      f = k[13]! ^ t0[q & 255]! ^ t1[(r >>> 8) & 255]! ^ t2[(s >>> 16) & 255]! ^ t3[p >>> 24]!;
      done[1] = f;
      g = k[14]! ^ t0[r & 255]! ^ t1[(s >>> 8) & 255]! ^ t2[(p >>> 16) & 255]! ^ t3[q >>> 24]!;
      done[2] = g;
      h = k[15]! ^ t0[s & 255]! ^ t1[(p >>> 8) & 255]! ^ t2[(q >>> 16) & 255]! ^ t3[r >>> 24]!;
      done[3] = h;
      p = k[16]! ^ t0[e & 255]! ^ t1[(f >>> 8) & 255]! ^ t2[(g >>> 16) & 255]! ^ t3[h >>> 24]!;
      done[0] = p;
      q = k[17]! ^ t0[f & 255]! ^ t1[(g >>> 8) & 255]! ^ t2[(h >>> 16) & 255]! ^ t3[e >>> 24]!;
      done[1] = q;
      r = k[18]! ^ t0[g & 255]! ^ t1[(h >>> 8) & 255]! ^ t2[(e >>> 16) & 255]! ^ t3[f >>> 24]!;
      done[2] = r;
      s = k[19]! ^ t0[h & 255]! ^ t1[(e >>> 8) & 255]! ^ t2[(f >>> 16) & 255]! ^ t3[g >>> 24]!;
      done[3] = s;
      e = k[20]! ^ t0[p & 255]! ^ t1[(q >>> 8) & 255]! ^ t2[(r >>> 16) & 255]! ^ t3[s >>> 24]!;
      done[0] = e;
      f = k[21]! ^ t0[q & 255]! ^ t1[(r >>> 8) & 255]! ^ t2[(s >>> 16) & 255]! ^ t3[p >>> 24]!;
      done[1] = f;
      g = k[22]! ^ t0[r & 255]! ^ t1[(s >>> 8) & 255]! ^ t2[(p >>> 16) & 255]! ^ t3[q >>> 24]!;
      done[2] = g;
      h = k[23]! ^ t0[s & 255]! ^ t1[(p >>> 8) & 255]! ^ t2[(q >>> 16) & 255]! ^ t3[r >>> 24]!;
      done[3] = h;
      p = k[24]! ^ t0[e & 255]! ^ t1[(f >>> 8) & 255]! ^ t2[(g >>> 16) & 255]! ^ t3[h >>> 24]!;
      done[0] = p;
      q = k[25]! ^ t0[f & 255]! ^ t1[(g >>> 8) & 255]! ^ t2[(h >>> 16) & 255]! ^ t3[e >>> 24]!;
      done[1] = q;
      r = k[26]! ^ t0[g & 255]! ^ t1[(h >>> 8) & 255]! ^ t2[(e >>> 16) & 255]! ^ t3[f >>> 24]!;
      done[2] = r;
      s = k[27]! ^ t0[h & 255]! ^ t1[(e >>> 8) & 255]! ^ t2[(f >>> 16) & 255]! ^ t3[g >>> 24]!;
      done[3] = s;
    }
    e = k[28]! ^ t0[p & 255]! ^ t1[(q >>> 8) & 255]! ^ t2[(r >>> 16) & 255]! ^ t3[s >>> 24]!;
    done[0] = e;
    f = k[29]! ^ t0[q & 255]! ^ t1[(r >>> 8) & 255]! ^ t2[(s >>> 16) & 255]! ^ t3[p >>> 24]!;
    done[1] = f;
    g = k[30]! ^ t0[r & 255]! ^ t1[(s >>> 8) & 255]! ^ t2[(p >>> 16) & 255]! ^ t3[q >>> 24]!;
    done[2] = g;
    h = k[31]! ^ t0[s & 255]! ^ t1[(p >>> 8) & 255]! ^ t2[(q >>> 16) & 255]! ^ t3[r >>> 24]!;
    done[3] = h;
    p = k[32]! ^ t0[e & 255]! ^ t1[(f >>> 8) & 255]! ^ t2[(g >>> 16) & 255]! ^ t3[h >>> 24]!;
    done[0] = p;
    q = k[33]! ^ t0[f & 255]! ^ t1[(g >>> 8) & 255]! ^ t2[(h >>> 16) & 255]! ^ t3[e >>> 24]!;
    done[1] = q;
    r = k[34]! ^ t0[g & 255]! ^ t1[(h >>> 8) & 255]! ^ t2[(e >>> 16) & 255]! ^ t3[f >>> 24]!;
    done[2] = r;
    s = k[35]! ^ t0[h & 255]! ^ t1[(e >>> 8) & 255]! ^ t2[(f >>> 16) & 255]! ^ t3[g >>> 24]!;
    done[3] = s;
    e = k[36]! ^ t0[p & 255]! ^ t1[(q >>> 8) & 255]! ^ t2[(r >>> 16) & 255]! ^ t3[s >>> 24]!;
    done[0] = e;
    f = k[37]! ^ t0[q & 255]! ^ t1[(r >>> 8) & 255]! ^ t2[(s >>> 16) & 255]! ^ t3[p >>> 24]!;
    done[1] = f;
    g = k[38]! ^ t0[r & 255]! ^ t1[(s >>> 8) & 255]! ^ t2[(p >>> 16) & 255]! ^ t3[q >>> 24]!;
    done[2] = g;
    h = k[39]! ^ t0[s & 255]! ^ t1[(p >>> 8) & 255]! ^ t2[(q >>> 16) & 255]! ^ t3[r >>> 24]!;
    done[3] = h;
    p = k[40]! ^ t0[e & 255]! ^ t1[(f >>> 8) & 255]! ^ t2[(g >>> 16) & 255]! ^ t3[h >>> 24]!;
    done[0] = p;
    q = k[41]! ^ t0[f & 255]! ^ t1[(g >>> 8) & 255]! ^ t2[(h >>> 16) & 255]! ^ t3[e >>> 24]!;
    done[1] = q;
    r = k[42]! ^ t0[g & 255]! ^ t1[(h >>> 8) & 255]! ^ t2[(e >>> 16) & 255]! ^ t3[f >>> 24]!;
    done[2] = r;
    s = k[43]! ^ t0[h & 255]! ^ t1[(e >>> 8) & 255]! ^ t2[(f >>> 16) & 255]! ^ t3[g >>> 24]!;
    done[3] = s;
    e = k[44]! ^ t0[p & 255]! ^ t1[(q >>> 8) & 255]! ^ t2[(r >>> 16) & 255]! ^ t3[s >>> 24]!;
    done[0] = e;
    f = k[45]! ^ t0[q & 255]! ^ t1[(r >>> 8) & 255]! ^ t2[(s >>> 16) & 255]! ^ t3[p >>> 24]!;
    done[1] = f;
    g = k[46]! ^ t0[r & 255]! ^ t1[(s >>> 8) & 255]! ^ t2[(p >>> 16) & 255]! ^ t3[q >>> 24]!;
    done[2] = g;
    h = k[47]! ^ t0[s & 255]! ^ t1[(p >>> 8) & 255]! ^ t2[(q >>> 16) & 255]! ^ t3[r >>> 24]!;
    done[3] = h;
    p = k[48]! ^ t0[e & 255]! ^ t1[(f >>> 8) & 255]! ^ t2[(g >>> 16) & 255]! ^ t3[h >>> 24]!;
    done[0] = p;
    q = k[49]! ^ t0[f & 255]! ^ t1[(g >>> 8) & 255]! ^ t2[(h >>> 16) & 255]! ^ t3[e >>> 24]!;
    done[1] = q;
    r = k[50]! ^ t0[g & 255]! ^ t1[(h >>> 8) & 255]! ^ t2[(e >>> 16) & 255]! ^ t3[f >>> 24]!;
    done[2] = r;
    s = k[51]! ^ t0[h & 255]! ^ t1[(e >>> 8) & 255]! ^ t2[(f >>> 16) & 255]! ^ t3[g >>> 24]!;
    done[3] = s;
    e = k[52]! ^ t0[p & 255]! ^ t1[(q >>> 8) & 255]! ^ t2[(r >>> 16) & 255]! ^ t3[s >>> 24]!;
    done[0] = e;
    f = k[53]! ^ t0[q & 255]! ^ t1[(r >>> 8) & 255]! ^ t2[(s >>> 16) & 255]! ^ t3[p >>> 24]!;
    done[1] = f;
    g = k[54]! ^ t0[r & 255]! ^ t1[(s >>> 8) & 255]! ^ t2[(p >>> 16) & 255]! ^ t3[q >>> 24]!;
    done[2] = g;
    h = k[55]! ^ t0[s & 255]! ^ t1[(p >>> 8) & 255]! ^ t2[(q >>> 16) & 255]! ^ t3[r >>> 24]!;
    done[3] = h;
    target[word] =
      source[word]! ^
      k[56]! ^
      (s0[e & 255]! | (s0[(f >>> 8) & 255]! << 8) | (s0[(g >>> 16) & 255]! << 16) | (s0[h >>> 24]! << 24));
    target[word + 1] =
      source[word + 1]! ^
      k[57]! ^
      (s0[f & 255]! | (s0[(g >>> 8) & 255]! << 8) | (s0[(h >>> 16) & 255]! << 16) | (s0[e >>> 24]! << 24));
    target[word + 2] =
      source[word + 2]! ^
      k[58]! ^
      (s0[g & 255]! | (s0[(h >>> 8) & 255]! << 8) | (s0[(e >>> 16) & 255]! << 16) | (s0[f >>> 24]! << 24));
    target[word + 3] =
      source[word + 3]! ^
      k[59]! ^
      (s0[h & 255]! | (s0[(e >>> 8) & 255]! << 8) | (s0[(f >>> 16) & 255]! << 16) | (s0[g >>> 24]! << 24));
  }
}
