import { readFileSync } from 'node:fs';
import type { GpuPlan, TuningShape } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import { bitslicedAes, bitslicedTile } from './bitsliced-wgsl.ts';
import { counterWords } from './counter.ts';
import { blockBytes, type CryptoInput, type CtrInput, type HashInput, keyBytes, messageCount } from './input.ts';
import { expandKey } from './naive-aes.ts';
import { longestFirst } from './order.ts';
import { sboxConstant } from './sbox-circuit.ts';
import { initialHash, roundConstants } from './sha256-constants.ts';
import { sha256Unrolled } from './sha256-wgsl.ts';
import { columnTables, expandKeyWords } from './tables.ts';
import { blocksOf, hashBuffers, messageBuffers, outputOf, rowsOf } from './webgpu-buffers.ts';

/** How AES substitutes bytes: by a circuit on 8 blocks at once, or by a table in the workgroup's memory. */
interface CryptoShape {
  readonly aes: 'bitsliced' | 'table';
}

const aes = bitslicedAes();
const tableAes = readFileSync(new URL('./aes-table.wgsl', import.meta.url), 'utf8');
const tableGroup = 256;
const sha256 = sha256Unrolled(initialHash);
const invocations = 64;
/** Room for the 15 round keys of AES-256, a word for each row and bit. */
const keyWords = 15 * 32;

export const webgpuTuned = webgpuVariant<CryptoInput, Uint8Array>({
  name: 'webgpu-tuned',
  sameAlgorithm: false,
  precision: 'exact',
  summary: 'AES bitsliced, 8 blocks an invocation; SHA-256 unrolled in registers, messages in order of their length',
  plan: (_, input, shape) =>
    input.algorithm === 'sha-256'
      ? hashPlan(input)
      : ctrPlan(input, (shape as CryptoShape | undefined)?.aes ?? 'bitsliced'),
  tunable: {
    id: 'crypto/webgpu-tuned',
    shapes: () => (['bitsliced', 'table'] as const).map((each): TuningShape => ({ aes: each })),
    sample: {
      algorithm: 'aes-256-ctr',
      key: new Uint8Array(32),
      counter: new Uint8Array(blockBytes),
      message: new Uint8Array(64 * blockBytes),
    },
    extent: input => (input.algorithm === 'sha-256' ? input.bytes.length : input.message.length),
  },
  upload: input =>
    input.algorithm === 'sha-256'
      ? { bytes: input.bytes, offsets: input.offsets, order: orderOf(input), round_constants: roundConstants }
      : {
          message: input.message,
          key: keyPlanes(input.key),
          uniforms: uniformsOf(input),
          schedule: expandKeyWords(input.key),
          columns: columnTables[0],
        },
  download: outputOf,
});

function ctrPlan(input: CtrInput, kind: CryptoShape['aes']): GpuPlan {
  const blocks = blocksOf(input);
  const perGroup = kind === 'table' ? tableGroup : bitslicedTile;
  return {
    buffers: {
      ...messageBuffers(input),
      key: { bytes: 4 * keyWords, role: 'uniform' },
      uniforms: { bytes: 32, role: 'uniform' },
      schedule: { bytes: 15 * blockBytes, role: 'uniform' },
      columns: { bytes: 4 * 256, role: 'in' },
    },
    passes: [
      {
        label: 'aes-ctr',
        ...(kind === 'table'
          ? { code: tableAes, bindings: ['message', 'schedule', 'uniforms', 'columns', 'output'] }
          : { code: aes, bindings: ['message', 'key', 'uniforms', 'output'] }),
        // More than the blocks need where the counter does not begin at a multiple of the tile.
        workgroups: rowsOf(blocks === 0 ? 0 : Math.ceil((blocks + bitslicedTile - 1) / perGroup)),
      },
    ],
  };
}

/** The counter of the first tile, how many of its blocks come before the message, blocks, rounds. */
function uniformsOf(input: CtrInput): Uint32Array {
  const words = counterWords(input.counter);
  const skip = (words[3] as number) % bitslicedTile;
  words[3] = (words[3] as number) - skip;
  return Uint32Array.of(...words, skip, blocksOf(input), keyBytes(input.algorithm) / 4 + 6, 0);
}

/**
 * Round keys by round, row and bit: a word with a byte for each column, all ones where the bit is set. From round 1
 * on they hold the constant that the circuit of the S-box leaves out.
 */
function keyPlanes(key: Uint8Array): Uint32Array {
  const planes = new Uint32Array(keyWords);
  for (const [i, byte] of expandKey(key).entries()) {
    const [round, column, row] = [i >> 4, (i >> 2) & 3, i & 3];
    const value = round === 0 ? byte : byte ^ sboxConstant;
    for (let bit = 0; bit < 8; bit++) {
      const word = 32 * round + 8 * row + bit;
      if ((value >> bit) & 1) planes[word] = (planes[word] as number) | (0xff << (8 * column));
    }
  }
  return planes;
}

function hashPlan(input: HashInput): GpuPlan {
  const messages = messageCount(input);
  return {
    buffers: {
      ...hashBuffers(input),
      order: { bytes: 4 * messages, role: 'in' },
      round_constants: { bytes: 4 * 64, role: 'uniform' },
    },
    passes: [
      {
        label: 'sha-256',
        code: sha256,
        bindings: ['bytes', 'offsets', 'order', 'round_constants', 'output'],
        workgroups: rowsOf(Math.ceil(messages / invocations)),
      },
    ],
  };
}

function orderOf(input: HashInput): Uint32Array {
  const order = new Uint32Array(messageCount(input));
  longestFirst(input.offsets, order);
  return order;
}
