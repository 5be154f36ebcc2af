import { blockBytes, type CtrInput } from './input.ts';
import { sbox } from './sbox.ts';

/**
 * AES in counter mode, a byte at a time as FIPS 197 §5 and SP 800-38A §6.5 write it. The state holds the block in
 * the order of its bytes, which is column by column: row r of column c is `state[4c + r]`.
 *
 * Bound: 130 integer operations a byte for AES-256 (work.ts); at one a cycle and 3.7 GHz, 28 MB/s.
 */
export function encryptCtr({ key, counter, message }: CtrInput): Uint8Array {
  const schedule = expandKey(key);
  const output = new Uint8Array(message.length);
  const block = Uint8Array.from(counter);
  const state = new Uint8Array(blockBytes);
  const spare = new Uint8Array(blockBytes);
  for (let offset = 0; offset < message.length; offset += blockBytes) {
    state.set(block);
    encryptBlock(state, spare, schedule);
    const end = Math.min(blockBytes, message.length - offset);
    for (let i = 0; i < end; i++) output[offset + i] = message[offset + i]! ^ state[i]!;
    increment(block);
  }
  return output;
}

/** KeyExpansion (FIPS 197 §5.2): 4·(Nr + 1) words of 4 bytes. */
export function expandKey(key: Uint8Array): Uint8Array {
  const words = key.length / 4;
  const rounds = words + 6;
  const schedule = new Uint8Array(blockBytes * (rounds + 1));
  schedule.set(key);
  const word = new Uint8Array(4);
  let roundConstant = 1;
  for (let i = words; i < 4 * (rounds + 1); i++) {
    for (let byte = 0; byte < 4; byte++) word[byte] = schedule[4 * (i - 1) + byte]!;
    if (i % words === 0) {
      const first = word[0]!;
      word[0] = sbox[word[1]!]! ^ roundConstant;
      word[1] = sbox[word[2]!]!;
      word[2] = sbox[word[3]!]!;
      word[3] = sbox[first]!;
      roundConstant = xtime(roundConstant);
    } else if (words > 6 && i % words === 4) {
      for (let byte = 0; byte < 4; byte++) word[byte] = sbox[word[byte]!]!;
    }
    for (let byte = 0; byte < 4; byte++) schedule[4 * i + byte] = schedule[4 * (i - words) + byte]! ^ word[byte]!;
  }
  return schedule;
}

/** Cipher (FIPS 197 §5.1), in place; `spare` is 16 bytes of scratch. */
export function encryptBlock(state: Uint8Array, spare: Uint8Array, schedule: Uint8Array): void {
  const rounds = schedule.length / blockBytes - 1;
  addRoundKey(state, schedule, 0);
  for (let round = 1; round < rounds; round++) {
    subBytes(state);
    shiftRows(state, spare);
    mixColumns(state);
    addRoundKey(state, schedule, round);
  }
  subBytes(state);
  shiftRows(state, spare);
  addRoundKey(state, schedule, rounds);
}

function addRoundKey(state: Uint8Array, schedule: Uint8Array, round: number): void {
  for (let i = 0; i < 16; i++) state[i] = state[i]! ^ schedule[16 * round + i]!;
}

function subBytes(state: Uint8Array): void {
  for (let i = 0; i < 16; i++) state[i] = sbox[state[i]!]!;
}

/** Row r moves to the left by r columns. */
function shiftRows(state: Uint8Array, spare: Uint8Array): void {
  for (let i = 0; i < 16; i++) spare[i] = state[i]!;
  for (let column = 0; column < 4; column++)
    for (let row = 0; row < 4; row++) state[4 * column + row] = spare[4 * ((column + row) % 4) + row]!;
}

/** Each byte becomes 2·own + 3·next + the two others = own + (sum of all) + 2·(own + next). */
function mixColumns(state: Uint8Array): void {
  for (let at = 0; at < 16; at += 4) {
    const a = state[at]!;
    const b = state[at + 1]!;
    const c = state[at + 2]!;
    const d = state[at + 3]!;
    const sum = a ^ b ^ c ^ d;
    state[at] = a ^ sum ^ xtime(a ^ b);
    state[at + 1] = b ^ sum ^ xtime(b ^ c);
    state[at + 2] = c ^ sum ^ xtime(c ^ d);
    state[at + 3] = d ^ sum ^ xtime(d ^ a);
  }
}

/** Multiplication by x in GF(2^8) (FIPS 197 §4.3). */
function xtime(byte: number): number {
  return ((byte << 1) ^ ((byte >> 7) * 0x1b)) & 0xff;
}

/** The standard incrementing function (SP 800-38A appendix B.1) over all 128 bits. */
function increment(block: Uint8Array): void {
  for (let i = blockBytes - 1; i >= 0; i--) {
    block[i] = block[i]! + 1;
    if (block[i] !== 0) return;
  }
}
