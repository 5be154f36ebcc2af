import { type Job, share } from '../../src/backends/threads/worker.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { uniform } from '../../src/workload/random.ts';
import { flatMain, gridOf, type ProgramInput, programVariants } from './variants.ts';

/**
 * A polynomial of degree 31 at n points by Horner's rule: 62 flops for 8 bytes on one chain of multiply–adds a point.
 * Compute-bound wherever enough points are in flight. Error: |p − p̂| ≤ γ₂ₖ Σ|cᵢ||x|ⁱ, k = 31 (Higham, §5.1).
 */
const degree = 31;

export function evaluate(
  x: ArrayLike<number>,
  c: ArrayLike<number>,
  out: Float32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const at = x[i]!;
    let sum = 0;
    for (let k = degree; k >= 0; k--) sum = sum * at + c[k]!;
    out[i] = sum;
  }
}

function naive({ arrays: { x, c } }: ProgramInput): Float32Array {
  const out = new Float32Array(x!.length);
  evaluate(x!, c!, out, 0, out.length);
  return out;
}

export const kernel = (job: Job): void => {
  const { x, c, out } = job.shared;
  const [from, to] = share(out!.length, job, 16);
  if (job.wasm) {
    const { exports, addresses } = job.wasm;
    (exports.horner as (...args: number[]) => void)(addresses.x!, addresses.c!, addresses.out!, from, to);
  } else evaluate(x!, c!, out as Float32Array, from, to);
};

export default defineWorkload<ProgramInput, Float32Array | Uint32Array>({
  name: 'horner',
  summary: 'a polynomial of degree 31 at n points',
  sizeMeaning: 'n: points',
  sizes: { smoke: 1003, small: 8192, medium: 131_072, large: 1_048_576 },
  inputs: (n, random) => ({ arrays: { x: uniform(random, n), c: uniform(random, degree + 1) }, scalars: {} }),
  reference: ({ arrays: { x, c } }) =>
    Float32Array.from(x!, at => [...c!].reduceRight((sum: number, ck: number) => sum * at + ck, 0)),
  tolerance: ({ arrays: { c } }) => ({
    kind: 'absolute',
    bound: (2 * degree + 2) * 2 ** -24 * [...c!].reduce((sum: number, ck: number) => sum + Math.abs(ck), 0),
    reason: 'γ of 62 operations on Σ|cᵢ|, for |x| ≤ 1',
  }),
  work: n => ({
    operations: 2 * degree * n,
    operationUnit: 'flop',
    bytesRead: 4 * n + 128,
    bytesWritten: 4 * n,
    bytesToDevice: 4 * n + 128,
    bytesFromDevice: 4 * n,
    items: n,
    itemUnit: 'point',
  }),
  variants: programVariants({
    naive,
    out: ({ arrays: { x } }) => ({ kind: 'f32', length: x!.length }),
    threads: new URL(import.meta.url),
    simd: { module: new URL('./assembly/programs.wasm', import.meta.url), kernel: new URL(import.meta.url) },
    gpu: {
      passes: ({ arrays: { x } }) => [
        {
          label: 'horner',
          code: `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> c: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
${flatMain}
  if (i >= arrayLength(&x)) { return; }
  let at = x[i];
  var sum = 0.0;
  for (var k = ${degree}; k >= 0; k--) { sum = sum * at + c[k]; }
  out[i] = sum;
}`,
          bindings: ['x', 'c', 'out'],
          workgroups: gridOf(x!.length),
        },
      ],
    },
  }),
});
