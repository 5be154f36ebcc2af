import { type Job, share } from '../../src/backends/threads/worker.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { uniform } from '../../src/workload/random.ts';
import { flatMain, gridOf, type ProgramInput, programVariants } from './variants.ts';

/**
 * Convolution with 32 taps in one dimension: 64 flops for 8 bytes of traffic, 64 loads without reuse in registers.
 * Error: γ₃₂ Σ|hₖ||x| (Higham, §3.1).
 */
const taps = 32;

export function filter(x: ArrayLike<number>, h: ArrayLike<number>, out: Float32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    let sum = 0;
    for (let k = 0; k < taps; k++) sum += x[i + k]! * h[k]!;
    out[i] = sum;
  }
}

function naive({ arrays: { x, h } }: ProgramInput): Float32Array {
  const out = new Float32Array(x!.length - taps);
  filter(x!, h!, out, 0, out.length);
  return out;
}

export const kernel = (job: Job): void => {
  const { x, h, out } = job.shared;
  const [from, to] = share(out!.length, job, 16);
  if (job.wasm) {
    const { exports, addresses } = job.wasm;
    (exports.fir as (...args: number[]) => void)(addresses.x!, addresses.h!, addresses.out!, from, to, taps);
  } else filter(x!, h!, out as Float32Array, from, to);
};

export default defineWorkload<ProgramInput, Float32Array | Uint32Array>({
  name: 'fir',
  summary: 'convolution with 32 taps in one dimension',
  sizeMeaning: 'n: samples',
  sizes: { smoke: 1003, small: 8192, medium: 131_072, large: 1_048_576 },
  inputs: (n, random) => ({ arrays: { x: uniform(random, n + taps), h: uniform(random, taps) }, scalars: {} }),
  reference: ({ arrays: { x, h } }) =>
    Float32Array.from({ length: x!.length - taps }, (_, i) =>
      [...h!].reduce((sum: number, hk: number, k: number) => sum + hk * x![i + k]!, 0),
    ),
  tolerance: ({ arrays: { h } }) => ({
    kind: 'absolute',
    bound: (taps + 2) * 2 ** -24 * [...h!].reduce((sum: number, hk: number) => sum + Math.abs(hk), 0),
    reason: 'γ of 32 multiply–adds on Σ|hₖ|, for |x| ≤ 1',
  }),
  work: n => ({
    operations: 2 * taps * n,
    operationUnit: 'flop',
    bytesRead: 4 * (n + 2 * taps),
    bytesWritten: 4 * n,
    bytesToDevice: 4 * (n + 2 * taps),
    bytesFromDevice: 4 * n,
    items: n,
    itemUnit: 'sample',
  }),
  variants: programVariants({
    naive,
    out: ({ arrays: { x } }) => ({ kind: 'f32', length: x!.length - taps }),
    threads: new URL(import.meta.url),
    simd: { module: new URL('./assembly/programs.wasm', import.meta.url), kernel: new URL(import.meta.url) },
    gpu: {
      passes: ({ arrays: { x } }) => [
        {
          label: 'fir',
          code: `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> h: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
${flatMain}
  if (i >= arrayLength(&out)) { return; }
  var sum = 0.0;
  for (var k = 0u; k < ${taps}u; k++) { sum += x[i + k] * h[k]; }
  out[i] = sum;
}`,
          bindings: ['x', 'h', 'out'],
          workgroups: gridOf(x!.length - taps),
        },
      ],
    },
  }),
});
