import { type Job, share } from '../../src/backends/threads/worker.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { uniform } from '../../src/workload/random.ts';
import { flatMain, gridOf, type ProgramInput, programVariants } from './variants.ts';

/**
 * y = A·x with A n×n in f32: 2 flops for each element of A, which is read once. Bound by bandwidth, on a device of its
 * own by the way there. Error: γₙ|A||x| (Higham, §3.5).
 */
export function multiply(
  a: ArrayLike<number>,
  x: ArrayLike<number>,
  out: Float32Array,
  from: number,
  to: number,
): void {
  const n = x.length;
  for (let i = from; i < to; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += a[i * n + j]! * x[j]!;
    out[i] = sum;
  }
}

function naive({ arrays: { a, x } }: ProgramInput): Float32Array {
  const out = new Float32Array(x!.length);
  multiply(a!, x!, out, 0, out.length);
  return out;
}

export const kernel = (job: Job): void => {
  const { a, x, out } = job.shared;
  const [from, to] = share(out!.length, job, 16);
  if (job.wasm) {
    const { exports, addresses } = job.wasm;
    (exports.matvec as (...args: number[]) => void)(addresses.a!, addresses.x!, addresses.out!, x!.length, from, to);
  } else multiply(a!, x!, out as Float32Array, from, to);
};

export default defineWorkload<ProgramInput, Float32Array | Uint32Array>({
  name: 'matvec',
  summary: 'matrix times vector, f32',
  sizeMeaning: 'n: A is n×n',
  sizes: { smoke: 37, small: 128, medium: 512, large: 2048 },
  inputs: (n, random) => ({ arrays: { a: uniform(random, n * n), x: uniform(random, n) }, scalars: {} }),
  reference({ arrays: { a, x } }) {
    const n = x!.length;
    return Float32Array.from({ length: n }, (_, i) =>
      [...x!].reduce((sum: number, xj: number, j: number) => sum + a![i * n + j]! * xj, 0),
    );
  },
  tolerance: ({ arrays: { x } }) => ({
    kind: 'absolute',
    bound: (x!.length + 2) * 2 ** -24 * [...x!].reduce((sum: number, xj: number) => sum + Math.abs(xj), 0),
    reason: 'γₙ of a dot product with |a| ≤ 1',
  }),
  work: n => ({
    operations: 2 * n * n,
    operationUnit: 'flop',
    bytesRead: 4 * n * n + 4 * n,
    bytesWritten: 4 * n,
    bytesToDevice: 4 * n * n + 4 * n,
    bytesFromDevice: 4 * n,
    items: n * n,
    itemUnit: 'element',
  }),
  variants: programVariants({
    naive,
    out: ({ arrays: { x } }) => ({ kind: 'f32', length: x!.length }),
    threads: new URL(import.meta.url),
    simd: { module: new URL('./assembly/programs.wasm', import.meta.url), kernel: new URL(import.meta.url) },
    gpu: {
      passes: ({ arrays: { x } }) => [
        {
          label: 'matvec',
          code: `
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
${flatMain}
  let n = arrayLength(&x);
  if (i >= n) { return; }
  var sum = 0.0;
  for (var j = 0u; j < n; j++) { sum += a[i * n + j] * x[j]; }
  out[i] = sum;
}`,
          bindings: ['a', 'x', 'out'],
          workgroups: gridOf(x!.length),
        },
      ],
    },
  }),
});
