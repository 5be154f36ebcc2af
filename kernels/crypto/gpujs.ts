import { type GpujsThread, gpujsVariants } from '../../src/backends/gpujs/variant.ts';
import { blockBytes, type CryptoInput, type CtrInput, keyBytes } from './input.ts';
import { expandKey } from './naive-aes.ts';
import { multiply, sbox } from './sbox.ts';
import { blocksOf } from './webgpu-buffers.ts';

/** Blocks in a row of gpu.js' two-dimensional arrays, which keeps both dimensions of a dispatch small. */
const rowBlocks = 256;
const rowBytes = rowBlocks * blockBytes;

/** Byte `thread.x % 16` of a block's counter, plus the first round key. Numbers of blocks are exact up to 2^24. */
function start(this: GpujsThread, counter: number[], keys: number[][]): number {
  const position = this.thread.x % 16;
  let carry = this.thread.y * 256 + Math.floor(this.thread.x / 16);
  let byte = 0;
  for (let i = 0; i < 16; i++) {
    const at = 15 - i;
    if (at >= position) {
      const sum = counter[at]! + carry;
      carry = Math.floor(sum / 256);
      byte = sum - carry * 256;
    }
  }
  return byte ^ keys[0]![position]!;
}

/** One byte after a round: SubBytes of four bytes of the block, ShiftRows, MixColumns, AddRoundKey. */
function middle(
  this: GpujsThread,
  state: number[][],
  keys: number[][],
  single: number[],
  double: number[],
  round: number,
): number {
  const position = this.thread.x % 16;
  const block = this.thread.x - position;
  const row = position % 4;
  const column = Math.floor(position / 4);
  const row1 = (row + 1) % 4;
  const row2 = (row + 2) % 4;
  const row3 = (row + 3) % 4;
  const own = state[this.thread.y]![block + 4 * ((column + row) % 4) + row]!;
  const next = state[this.thread.y]![block + 4 * ((column + row1) % 4) + row1]!;
  const third = state[this.thread.y]![block + 4 * ((column + row2) % 4) + row2]!;
  const fourth = state[this.thread.y]![block + 4 * ((column + row3) % 4) + row3]!;
  return double[own]! ^ double[next]! ^ single[next]! ^ single[third]! ^ single[fourth]! ^ keys[round]![position]!;
}

/** One byte of the result: the last round, which has no MixColumns, and the message. */
function finish(
  this: GpujsThread,
  state: number[][],
  keys: number[][],
  single: number[],
  message: number[][],
  round: number,
): number {
  const position = this.thread.x % 16;
  const block = this.thread.x - position;
  const row = position % 4;
  const column = Math.floor(position / 4);
  const own = state[this.thread.y]![block + 4 * ((column + row) % 4) + row]!;
  return single[own]! ^ keys[round]![position]! ^ message[this.thread.y]![this.thread.x]!;
}

const rowsOf = (input: CtrInput): number => Math.max(1, Math.ceil(blocksOf(input) / rowBlocks));
const roundsOf = (input: CtrInput): number => keyBytes(input.algorithm) / 4 + 6;

/** gpu.js holds every number in f32, exact for integers up to 2^24: enough for bytes, not for the words of SHA-256. */
const onlyBytes = (input: CryptoInput): string | undefined =>
  input.algorithm === 'sha-256'
    ? 'gpu.js computes in f32, where the 32-bit additions of SHA-256 are rounded; only AES, on bytes, can be expressed'
    : undefined;

function asCtr(input: CryptoInput): CtrInput {
  const reason = onlyBytes(input);
  if (reason !== undefined || input.algorithm === 'sha-256') throw new TypeError(reason);
  return input;
}

/**
 * AES in counter mode, a thread for each byte and a launch for each round. gpu.js gives one number a thread, so that
 * a round reads four bytes for every byte it makes.
 */
export const gpujs = gpujsVariants<CryptoInput, Uint8Array>({
  sameAlgorithm: true,
  summary: 'AES only: a thread for each byte, a launch for each round, bytes held as f32',
  unsupported: onlyBytes,
  kernels(input) {
    const output = [rowBytes, rowsOf(asCtr(input))] as const;
    return {
      start: { code: start, output },
      // A kernel overwrites its output when it is called again, so that two take turns.
      odd: { code: middle, output },
      even: { code: middle, output },
      finish: { code: finish, output },
    };
  },
  upload(anyInput) {
    const input = asCtr(anyInput);
    const message = new Float32Array(rowBytes * rowsOf(input));
    message.set(input.message);
    return {
      message: { data: message, size: [rowBytes, rowsOf(input)] },
      counter: { data: Float32Array.from(input.counter), size: [blockBytes] },
      keys: { data: Float32Array.from(expandKey(input.key)), size: [blockBytes, roundsOf(input) + 1] },
      single: { data: Float32Array.from(sbox), size: [256] },
      double: { data: Float32Array.from(sbox, byte => multiply(byte, 2)), size: [256] },
    };
  },
  async compute(kernels, arrays, anyInput) {
    const { start: first, odd, even, finish: last } = kernels as Record<string, NonNullable<(typeof kernels)[string]>>;
    const { message, counter, keys, single, double } = arrays as Record<string, NonNullable<(typeof arrays)[string]>>;
    const rounds = roundsOf(asCtr(anyInput));
    let state = await first!(counter!, keys!);
    for (let round = 1; round < rounds; round++)
      state = await (round % 2 === 1 ? odd! : even!)(state, keys!, single!, double!, round);
    return { output: await last!(state, keys!, single!, message!, rounds) };
  },
  readback: ({ output }, input) => Uint8Array.from((output as Float32Array).subarray(0, asCtr(input).message.length)),
});
