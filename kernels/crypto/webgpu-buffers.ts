import type { BufferPlan } from '../../src/backends/webgpu/plan.ts';
import { blockBytes, type CryptoInput, type CtrInput, digestBytes, type HashInput, messageCount } from './input.ts';

/** A dispatch of `groups` workgroups, in rows where one dimension does not hold them (WebGPU allows 65535). */
export function rowsOf(groups: number): readonly [number, number] {
  const row = Math.min(groups, 32768);
  return [row, row === 0 ? 0 : Math.ceil(groups / row)];
}

export const blocksOf = (input: CtrInput): number => Math.ceil(input.message.length / blockBytes);

/** Whole blocks, so that kernels load and store 16 bytes at a time; what lies past the message is dropped. */
export const messageBuffers = (input: CtrInput): Readonly<Record<'message' | 'output', BufferPlan>> => ({
  message: { bytes: Math.max(1, blocksOf(input)) * blockBytes, role: 'in' },
  output: { bytes: Math.max(1, blocksOf(input)) * blockBytes, role: 'out' },
});

/** The messages with a word behind them, which a kernel that reads pairs of words may touch but does not use. */
export const hashBuffers = (input: HashInput): Readonly<Record<'bytes' | 'offsets' | 'output', BufferPlan>> => ({
  bytes: { bytes: input.bytes.length + 4, role: 'in' },
  offsets: { bytes: 4 * input.offsets.length, role: 'in' },
  output: { bytes: digestBytes * Math.max(1, messageCount(input)), role: 'out' },
});

export const outputOf = ({ output }: Readonly<Record<string, ArrayBuffer>>, input: CryptoInput): Uint8Array => {
  const length = input.algorithm === 'sha-256' ? digestBytes * messageCount(input) : input.message.length;
  return new Uint8Array(output ?? new ArrayBuffer(0), 0, length);
};
