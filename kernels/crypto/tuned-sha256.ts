import { digestBytes, type HashInput, messageCount } from './input.ts';
import { initialHash } from './sha256-constants.ts';
import { compress, state, w } from './tuned-sha256-rounds.ts';

export function hashAllTuned(input: HashInput): Uint8Array {
  const output = new Uint8Array(digestBytes * messageCount(input));
  hashMessages({ input, output, from: 0, to: messageCount(input) });
  return output;
}

/** Some of the messages to hash. */
export interface MessageRange {
  readonly input: HashInput;
  readonly output: Uint8Array;
  /** Messages `from … to`. */
  readonly from: number;
  readonly to: number;
}

// A constant of the module, so that V8 knows its address and length (see tuned-aes.ts); a thread has its own.
const tail = new Uint8Array(128);

/**
 * SHA-256 without copies: whole blocks are read where the message lies, and only its last bytes go through a padded
 * block.
 */
export function hashMessages({ input: { bytes, offsets }, output, from, to }: MessageRange): void {
  for (let m = from; m < to; m++) {
    const start = offsets[m]!;
    const length = offsets[m + 1]! - start;
    const whole = length & ~63;
    state.set(initialHash);
    for (let at = start; at < start + whole; at += 64) {
      load(bytes, at);
      compress();
    }
    const blocks = padTail(bytes.subarray(start + whole, start + length), length);
    for (let at = 0; at < blocks * 64; at += 64) {
      load(tail, at);
      compress();
    }
    for (let i = 0; i < digestBytes; i++) output[m * digestBytes + i] = state[i >> 2]! >> (24 - 8 * (i & 3));
  }
}

/** Pads the end of a message of `length` bytes (FIPS 180-4 §5.1.1) in `tail`; returns its number of blocks, 1 or 2. */
function padTail(rest: Uint8Array, length: number): number {
  const blocks = rest.length < 56 ? 1 : 2;
  tail.fill(0);
  tail.set(rest);
  tail[rest.length] = 0x80;
  const high = Math.floor(length / 2 ** 29);
  const low = length << 3;
  for (let i = 0; i < 4; i++) {
    tail[blocks * 64 - 8 + i] = high >> (24 - 8 * i);
    tail[blocks * 64 - 4 + i] = low >> (24 - 8 * i);
  }
  return blocks;
}

function load(bytes: Uint8Array, at: number): void {
  for (let t = 0; t < 16; t++) {
    const i = at + 4 * t;
    w[t] = (bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!;
  }
}
