import type { Job } from '../../src/backends/threads/worker.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { uniform } from '../../src/workload/random.ts';
import { type ProgramInput, programVariants } from './variants.ts';

/**
 * A recursive filter, yᵢ = 0.9·yᵢ₋₁ − 0.2·yᵢ₋₂ + xᵢ: every value waits for the one before. Nothing to gain anywhere, which
 * is why it is here. The filter's gain is at most 1/(1 − 0.9 + 0.2) summed, so rounding stays within 16u·max|y|.
 */
export function filter(x: ArrayLike<number>, out: Float32Array): void {
  let before = 0;
  let last = 0;
  for (let i = 0; i < out.length; i++) {
    const next = Math.fround(Math.fround(0.9 * last - 0.2 * before) + x[i]!);
    before = last;
    last = next;
    out[i] = next;
  }
}

function naive({ arrays: { x } }: ProgramInput): Float32Array {
  const out = new Float32Array(x!.length);
  filter(x!, out);
  return out;
}

export const kernel = ({ shared, wasm }: Job): void => {
  if (!wasm) throw new Error('recurrence has no threads');
  (wasm.exports.recurrence as (...args: number[]) => void)(wasm.addresses.x!, wasm.addresses.out!, shared.out!.length);
};

export default defineWorkload<ProgramInput, Float32Array | Uint32Array>({
  name: 'recurrence',
  summary: 'a recursive filter: every value waits for the one before',
  sizeMeaning: 'n: samples',
  sizes: { smoke: 1003, small: 16_384, medium: 131_072, large: 1_048_576 },
  inputs: (n, random) => ({ arrays: { x: uniform(random, n) }, scalars: {} }),
  reference({ arrays: { x } }) {
    const out = new Float64Array(x!.length);
    for (let i = 0; i < out.length; i++) out[i] = 0.9 * (out[i - 1] ?? 0) - 0.2 * (out[i - 2] ?? 0) + x![i]!;
    return Float32Array.from(out);
  },
  tolerance: () => ({
    kind: 'absolute',
    bound: 64 * 2 ** -24 * 4,
    reason: 'impulse response sums to below 4, |y| ≤ 4',
  }),
  work: n => ({
    operations: 4 * n,
    operationUnit: 'flop',
    bytesRead: 4 * n,
    bytesWritten: 4 * n,
    bytesToDevice: 4 * n,
    bytesFromDevice: 4 * n,
    items: n,
    itemUnit: 'sample',
  }),
  variants: programVariants({
    naive,
    out: ({ arrays: { x } }) => ({ kind: 'f32', length: x!.length }),
    simd: { module: new URL('./assembly/programs.wasm', import.meta.url), kernel: new URL(import.meta.url) },
  }),
});
