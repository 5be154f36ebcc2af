import { type Job, share } from '../../src/backends/threads/worker.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { uniform } from '../../src/workload/random.ts';
import { type ProgramInput, programVariants } from './variants.ts';

/** The transpose of an n×n matrix: no arithmetic, 8 bytes an element, one side with a stride of n. Exact. */
export function turn(a: ArrayLike<number>, out: Float32Array, n: number, from: number, to: number): void {
  for (let i = from; i < to; i++) for (let j = 0; j < n; j++) out[i * n + j] = a[j * n + i]!;
}

function naive({ arrays: { a }, scalars: { n = 0 } }: ProgramInput): Float32Array {
  const out = new Float32Array(n * n);
  turn(a!, out, n, 0, n);
  return out;
}

export const kernel = (job: Job): void => {
  const { n = 0 } = job.scalars;
  const { a, out } = job.shared;
  const [from, to] = share(n, job, 4);
  if (job.wasm) {
    const { exports, addresses } = job.wasm;
    (exports.transpose as (...args: number[]) => void)(addresses.a!, addresses.out!, n, from, to);
  } else turn(a!, out as Float32Array, n, from, to);
};

export default defineWorkload<ProgramInput, Float32Array | Uint32Array>({
  name: 'transpose',
  summary: 'transpose of an n×n matrix, f32',
  sizeMeaning: 'n: the matrix is n×n (a multiple of 4)',
  sizes: { smoke: 36, small: 128, medium: 512, large: 2048 },
  inputs: (n, random) => ({ arrays: { a: uniform(random, n * n) }, scalars: { n } }),
  reference: ({ arrays: { a }, scalars: { n = 0 } }) =>
    Float32Array.from({ length: n * n }, (_, at) => a![(at % n) * n + Math.floor(at / n)]!),
  tolerance: () => ({ kind: 'exact', reason: 'nothing is computed' }),
  work: n => ({
    operations: n * n,
    operationUnit: 'intop',
    bytesRead: 4 * n * n,
    bytesWritten: 4 * n * n,
    bytesToDevice: 4 * n * n,
    bytesFromDevice: 4 * n * n,
    items: n * n,
    itemUnit: 'element',
  }),
  variants: programVariants({
    naive,
    out: ({ scalars: { n = 0 } }) => ({ kind: 'f32', length: n * n }),
    threads: new URL(import.meta.url),
    simd: { module: new URL('./assembly/programs.wasm', import.meta.url), kernel: new URL(import.meta.url) },
    gpu: {
      passes: ({ scalars: { n = 0 } }) => [
        {
          label: 'transpose',
          code: `
override n: u32;
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(8, 8) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < n && id.y < n) { out[id.y * n + id.x] = a[id.x * n + id.y]; }
}`,
          constants: { n },
          bindings: ['a', 'out'],
          workgroups: [Math.ceil(n / 8), Math.ceil(n / 8)],
        },
      ],
    },
  }),
});
