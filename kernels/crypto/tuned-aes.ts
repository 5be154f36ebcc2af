import { counterWords } from './counter.ts';
import { blockBytes, type CtrInput } from './input.ts';
import { encryptPairs, setCounter, setKey } from './tuned-aes-run.ts';

/**
 * AES in counter mode with one table look-up a byte and round (tables.ts); the inner loop is in tuned-aes-run.ts. What
 * makes it fast in V8, in the order of what it gained:
 * - The tables and the round keys are typed arrays held by constants of the module: the optimising compiler puts
 *   their addresses into the code. A table that is an argument or a property costs a bounds check, a base register
 *   and spills at each look-up, half the speed. They all lie in one buffer: with a buffer each, V8 loads the buffer's
 *   address after every look-up to keep it alive, 86 instructions of 10 bytes a block; one is kept in a register, +20 %.
 * - The rounds are written out, so that subscripts of round keys are constants, and take turns with two sets of names,
 *   so that nothing is copied.
 * - Each word that is ready is stored. V8 computes what has no effect as late as it can, and would hold the four terms
 *   of a word in registers, and then on the stack, until the word is used: 12 % slower. Its third byte is read back from
 *   there: a load in the place of a move, a shift and a mask. (The array lies in the buffer too: arrays of up to 64 bytes
 *   live on the heap, where their length is checked at each store.)
 * - Two blocks take turns, so that one computes while the other waits for its look-ups; the last round adds words, not
 *   bytes that it shifts; nothing is allocated for a run of 256 blocks: 250 to 282 MB/s together. Four blocks gain 2 %
 *   more in twice the code, eight leave the first cache (142 MB/s).
 * - Blocks whose counters differ only in the last byte share most of rounds 1 and 2: round 1 has one look-up left that
 *   changes, round 2 four, instead of 16 each (Bernstein and Schwabe, "New AES software speed records", INDOCRYPT 2008,
 *   §3.2). Those five depend on the last byte and the upper 96 bits alone, so they are tabulated for all 256 values
 *   once for 2^32 blocks, which is once a message: four look-ups are left of two rounds, +6 %.
 * - The pages of the output, which the system has not given it yet, are asked for sixteen at a time (`touch`), +7 % at 64 MiB.
 *
 * Bound: 4 + 12·16 = 196 look-ups a block of AES-256, 12.3 a byte. V8 spends about 5 instructions on each (byte, compare
 * and branch of the check, which stays although the mask proves it needless, load, XOR), 13 cycles a byte at 4.7 of them a
 * cycle, 282 MB/s at 3.7 GHz. All forms end there, with 21 to 36 loads a round and 68 to 88 instructions, the compare and
 * its branch as one: what they share is a check a look-up, and some 28 bytes of code a cycle.
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
  /** As long as the message and apart from it, beginning at a multiple of 4 bytes of its buffer. */
  readonly output: Uint8Array;
  /** Blocks `from … to` of the message; the last block of all may be shorter than 16 bytes. */
  readonly from: number;
  readonly to: number;
}

export function encryptBlocks(range: BlockRange): void {
  const { key, counter, from, to } = range;
  setKey(key);
  for (let block = from; block < to; ) {
    const counters = counterWords(counter, block);
    // The upper 96 bits stay until the lower 32 begin anew.
    const section = Math.min(to - block, 2 ** 32 - counters[3]!);
    setCounter(counters);
    encryptSection({ ...range, from: block, to: block + section }, counters[3]!);
    block += section;
  }
}

/** Blocks whose counters have the same upper 96 bits; `low` are the lower 32 of the first. */
function encryptSection({ message, output, from, to }: BlockRange, low: number): void {
  const aligned = message.byteOffset % 4 === 0 ? message : message.slice();
  const source = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
  const target = new Int32Array(output.buffer, output.byteOffset, output.length >> 2);
  const whole = Math.min(to, Math.floor(message.length / blockBytes));
  let touched = from;
  let block = from;
  while (block < whole) {
    if (block >= touched) touched = touch(target, block, whole);
    const counter = low + block - from;
    const count = Math.min(whole - block, 256 - (counter & 255));
    const pairs = count >> 1;
    encryptPairs({ source, target, at: 4 * block, low: counter, pairs });
    if (count % 2 === 1) encryptAlone(message, output, block + count - 1, counter + count - 1);
    block += count;
  }
  if (block < to) encryptAlone(message, output, block, low + block - from);
}

const wordsOfPage = 1024;
const pagesAtOnce = 16;

/**
 * Writes a word of each of the next pages of the output, and says up to which block. A new array's pages are given to it when
 * they are first written, by some microseconds of the kernel's code, which drives ours and its tables out of the caches next
 * to the core. Sixteen in a row cost less of both: 299 to 278 ms at 64 MiB, 15 of them in the kernel.
 */
function touch(target: Int32Array, from: number, to: number): number {
  const until = Math.min(to, from + (pagesAtOnce * wordsOfPage) / 4);
  for (let word = 4 * from; word < 4 * until; word += wordsOfPage) target[word] = 0;
  return until;
}

/** A block that has no partner, or not all of its bytes. */
function encryptAlone(message: Uint8Array, output: Uint8Array, block: number, low: number): void {
  const source = new Int32Array(8);
  const target = new Int32Array(8);
  const at = block * blockBytes;
  const part = message.subarray(at, at + blockBytes);
  new Uint8Array(source.buffer).set(part);
  encryptPairs({ source, target, at: 0, low, pairs: 1 });
  output.set(new Uint8Array(target.buffer, 0, part.length), at);
}
