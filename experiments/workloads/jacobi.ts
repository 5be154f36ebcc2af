import { type Job, share } from '../../src/backends/threads/worker.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { uniform } from '../../src/workload/random.ts';
import { type ProgramInput, programVariants } from './variants.ts';

/**
 * Ten Jacobi sweeps of the five-point stencil on an n×n grid with a fixed border: 5 flops for 5 loads and a store a
 * point, and a barrier after each sweep. Bound by loads in cache, by bandwidth outside. Each sweep averages, so an
 * error never grows: |e| ≤ 10·5u for values within ±1.
 */
const sweeps = 10;

export function sweep(from: ArrayLike<number>, to: Float32Array, n: number, first: number, last: number): void {
  const top = first < 1 ? 1 : first;
  const bottom = last > n - 1 ? n - 1 : last;
  for (let i = top; i < bottom; i++)
    for (let j = 1; j < n - 1; j++) {
      const at = i * n + j;
      to[at] = (from[at]! + from[at - 1]! + from[at + 1]! + from[at - n]! + from[at + n]!) * 0.2;
    }
}

function naive({ arrays: { grid }, scalars: { n = 0 } }: ProgramInput): Float32Array {
  let from = (grid as Float32Array).slice();
  let to = from.slice();
  for (let step = 0; step < sweeps; step++) {
    sweep(from, to, n, 0, n);
    [from, to] = [to, from];
  }
  return from;
}

export const kernel = (job: Job): void => {
  const { grid, other, out } = job.shared;
  const { n = 0 } = job.scalars;
  const [first, last] = share(n, job);
  for (const target of [out!, other!])
    (target as Float32Array).set((grid as Float32Array).subarray(first * n, last * n), first * n);
  job.barrier();
  for (let step = 0; step < sweeps; step++) {
    const [source, target] = step % 2 === 0 ? (['out', 'other'] as const) : (['other', 'out'] as const);
    if (job.wasm) {
      const { exports, addresses } = job.wasm;
      (exports.jacobi as (...args: number[]) => void)(addresses[source]!, addresses[target]!, n, first, last);
    } else sweep(job.shared[source]!, job.shared[target] as Float32Array, n, first, last);
    job.barrier();
  }
};

const code = `
override n: u32;
@group(0) @binding(0) var<storage, read> source: array<f32>;
@group(0) @binding(1) var<storage, read_write> sink: array<f32>;
@compute @workgroup_size(8, 8) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= n || id.y >= n) { return; }
  let at = id.y * n + id.x;
  if (id.x == 0u || id.y == 0u || id.x == n - 1u || id.y == n - 1u) { sink[at] = source[at]; return; }
  sink[at] = (source[at] + source[at - 1u] + source[at + 1u] + source[at - n] + source[at + n]) * 0.2;
}`;

export default defineWorkload<ProgramInput, Float32Array | Uint32Array>({
  name: 'jacobi',
  summary: 'ten sweeps of a five-point stencil on an n×n grid',
  sizeMeaning: 'n: the grid is n×n',
  sizes: { smoke: 17, small: 64, medium: 256, large: 1024 },
  inputs: (n, random) => ({ arrays: { grid: uniform(random, n * n) }, scalars: { n } }),
  reference({ arrays: { grid }, scalars: { n = 0 } }) {
    let from = Float64Array.from(grid!);
    for (let step = 0; step < sweeps; step++) {
      const to = from.slice();
      for (let i = 1; i < n - 1; i++)
        for (let j = 1; j < n - 1; j++)
          to[i * n + j] = [0, -1, 1, -n, n].reduce((sum, offset) => sum + from[i * n + j + offset]!, 0) / 5;
      from = to;
    }
    return Float32Array.from(from);
  },
  tolerance: () => ({ kind: 'absolute', bound: sweeps * 8 * 2 ** -24, reason: 'ten averages of values within ±1' }),
  work: n => ({
    operations: 5 * sweeps * n * n,
    operationUnit: 'flop',
    bytesRead: 4 * n * n,
    bytesWritten: 4 * n * n,
    bytesToDevice: 4 * n * n,
    bytesFromDevice: 4 * n * n,
    items: sweeps * n * n,
    itemUnit: 'point',
  }),
  variants: programVariants({
    naive,
    out: ({ arrays: { grid } }) => ({ kind: 'f32', length: grid!.length }),
    scratch: ({ arrays: { grid } }) => ({ other: { kind: 'f32', length: grid!.length } }),
    threads: new URL(import.meta.url),
    simd: { module: new URL('./assembly/programs.wasm', import.meta.url), kernel: new URL(import.meta.url) },
    gpu: {
      scratch: ({ arrays: { grid } }) => ({ other: grid!.byteLength }),
      passes: ({ scalars: { n = 0 } }) =>
        Array.from({ length: sweeps }, (_, step) => ({
          label: `sweep ${step}`,
          code,
          constants: { n },
          bindings: step === 0 ? ['grid', 'other'] : step % 2 === 1 ? ['other', 'out'] : ['out', 'other'],
          workgroups: [Math.ceil(n / 8), Math.ceil(n / 8)] as const,
        })),
    },
  }),
});
