import { type Job, share } from '../../src/backends/threads/worker.ts';
import type { NumericArray } from '../../src/backends/variant.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { uniform } from '../../src/workload/random.ts';
import { flatMain, gridOf, type ProgramInput, programVariants } from './variants.ts';

/**
 * The dot product of two vectors: a reduction, 2 flops for 8 bytes that are read once. Getting the vectors to another
 * memory costs more than the product. Partial sums are added in f64. Error: γₙ|x||y| (Higham, §3.1).
 */
export function product(x: ArrayLike<number>, y: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += x[i]! * y[i]!;
  return sum;
}

const naive = ({ arrays: { x, y } }: ProgramInput): Float32Array => Float32Array.of(product(x!, y!, 0, x!.length));

/** A cache line of `out` for each thread. */
const line = 16;
/** Invocations of the GPU kernel, each with a stretch of its own. */
const stretches = 1024;

export const kernel = (job: Job): void => {
  const { x, y, out } = job.shared;
  const [from, to] = share(x!.length, job, 16);
  out![job.thread * line] = job.wasm
    ? (job.wasm.exports.dot as (...args: number[]) => number)(job.wasm.addresses.x!, job.wasm.addresses.y!, from, to)
    : product(x!, y!, from, to);
};

export default defineWorkload<ProgramInput, Float32Array | Uint32Array>({
  name: 'dot',
  summary: 'dot product of two vectors, f32',
  sizeMeaning: 'n: elements of each',
  sizes: { smoke: 1003, small: 16_384, medium: 262_144, large: 2_097_152 },
  inputs: (n, random) => ({ arrays: { x: uniform(random, n), y: uniform(random, n) }, scalars: {} }),
  reference: ({ arrays: { x, y } }) =>
    Float32Array.of([...x!].reduce((sum: number, xi: number, i: number) => sum + xi * y![i]!, 0)),
  tolerance: ({ arrays: { x } }) => ({
    kind: 'absolute',
    bound: (x!.length + 2) * 2 ** -24 * [...x!].reduce((sum: number, xi: number) => sum + Math.abs(xi), 0),
    reason: 'γₙ for |y| ≤ 1',
  }),
  work: n => ({
    operations: 2 * n,
    operationUnit: 'flop',
    bytesRead: 8 * n,
    bytesWritten: 4,
    bytesToDevice: 8 * n,
    bytesFromDevice: 4,
    items: n,
    itemUnit: 'element',
  }),
  variants: programVariants({
    naive,
    out: (_, threads) => ({ kind: 'f32', length: threads === 0 ? stretches : threads * line }),
    finish: (out: NumericArray) => Float32Array.of([...out].reduce((sum: number, part: number) => sum + part, 0)),
    threads: new URL(import.meta.url),
    simd: { module: new URL('./assembly/programs.wasm', import.meta.url), kernel: new URL(import.meta.url) },
    gpu: {
      passes: () => [
        {
          label: 'dot',
          code: `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
${flatMain}
  var sum = 0.0;
  for (var k = i; k < arrayLength(&x); k += ${stretches}u) { sum += x[k] * y[k]; }
  out[i] = sum;
}`,
          bindings: ['x', 'y', 'out'],
          workgroups: gridOf(stretches),
        },
      ],
    },
  }),
});
