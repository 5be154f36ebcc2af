import { readFileSync } from 'node:fs';
import type { GpuPlan } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import { counterWords } from './counter.ts';
import { type CryptoInput, type CtrInput, type HashInput, keyBytes, messageCount } from './input.ts';
import { expandKey } from './naive-aes.ts';
import { sbox } from './sbox.ts';
import { initialHash, roundConstants } from './sha256-constants.ts';
import { blocksOf, hashBuffers, messageBuffers, outputOf, rowsOf } from './webgpu-buffers.ts';

const shader = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const aes = shader('./aes-naive.wgsl');
const sha256 = shader('./sha256-naive.wgsl');
const invocations = 64;

export const webgpuNaive = webgpuVariant<CryptoInput, Uint8Array>({
  name: 'webgpu-naive',
  sameAlgorithm: true,
  precision: 'exact',
  summary: 'a block of AES, or a message of SHA-256, for each invocation, byte by byte',
  plan: (_, input) => (input.algorithm === 'sha-256' ? hashPlan(input) : ctrPlan(input)),
  upload: input =>
    input.algorithm === 'sha-256'
      ? { bytes: input.bytes, offsets: input.offsets, round_constants: roundConstants, initial_hash: initialHash }
      : {
          message: input.message,
          sbox: Uint32Array.from(sbox),
          schedule: Uint32Array.from(expandKey(input.key)),
          counter: counterWords(input.counter),
        },
  download: outputOf,
});

function ctrPlan(input: CtrInput): GpuPlan {
  const blocks = blocksOf(input);
  const rounds = keyBytes(input.algorithm) / 4 + 6;
  return {
    buffers: {
      ...messageBuffers(input),
      sbox: { bytes: 4 * 256, role: 'in' },
      schedule: { bytes: 4 * 16 * (rounds + 1), role: 'in' },
      counter: { bytes: 16, role: 'in' },
    },
    passes: [
      {
        label: 'aes-ctr',
        code: aes,
        constants: { BLOCKS: blocks, ROUNDS: rounds },
        bindings: ['message', 'sbox', 'schedule', 'counter', 'output'],
        workgroups: rowsOf(Math.ceil(blocks / invocations)),
      },
    ],
  };
}

function hashPlan(input: HashInput): GpuPlan {
  const messages = messageCount(input);
  return {
    buffers: {
      ...hashBuffers(input),
      round_constants: { bytes: 4 * 64, role: 'in' },
      initial_hash: { bytes: 4 * 8, role: 'in' },
    },
    passes: [
      {
        label: 'sha-256',
        code: sha256,
        bindings: ['bytes', 'offsets', 'round_constants', 'initial_hash', 'output'],
        workgroups: rowsOf(Math.ceil(messages / invocations)),
      },
    ],
  };
}
