import { type Job, share } from '../../src/backends/threads/worker.ts';
import type { NumericArray } from '../../src/backends/variant.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { flatMain, gridOf, type ProgramInput, programVariants } from './variants.ts';

/**
 * How often each of 256 values occurs among n words: a load, a shift, and a load–add–store through an address from the
 * data. No vector unit helps with that; cores do, each with a table of its own. Exact.
 */
const bins = 256;

export function count(x: ArrayLike<number>, out: Uint32Array, from: number, to: number, first: number): void {
  for (let i = from; i < to; i++) {
    const bin = first + (x[i]! >>> 24);
    out[bin] = out[bin]! + 1;
  }
}

function naive({ arrays: { x } }: ProgramInput): Uint32Array {
  const out = new Uint32Array(bins);
  count(x!, out, 0, x!.length, 0);
  return out;
}

export const kernel = (job: Job): void => {
  const { x, out } = job.shared;
  const [from, to] = share(x!.length, job, 16);
  const first = job.thread * bins;
  (out as Uint32Array).fill(0, first, first + bins);
  if (job.wasm) {
    const { exports, addresses } = job.wasm;
    (exports.histogram as (...args: number[]) => void)(addresses.x!, addresses.out! + 4 * first, from, to);
  } else count(x!, out as Uint32Array, from, to, first);
};

export default defineWorkload<ProgramInput, Float32Array | Uint32Array>({
  name: 'histogram',
  summary: 'how often each of 256 values occurs among n words',
  sizeMeaning: 'n: words of 32 bits',
  sizes: { smoke: 1003, small: 16_384, medium: 262_144, large: 2_097_152 },
  inputs: (n, random) => ({
    arrays: { x: Uint32Array.from({ length: n }, () => Math.floor(random.next() * 2 ** 32)) },
    scalars: {},
  }),
  reference({ arrays: { x } }) {
    const groups = Map.groupBy(x! as Uint32Array, word => Math.floor(word / 2 ** 24));
    return Uint32Array.from({ length: bins }, (_, bin) => groups.get(bin)?.length ?? 0);
  },
  tolerance: () => ({ kind: 'exact', reason: 'counts' }),
  work: n => ({
    operations: 2 * n,
    operationUnit: 'intop',
    bytesRead: 4 * n,
    bytesWritten: 4 * bins,
    bytesToDevice: 4 * n,
    bytesFromDevice: 4 * bins,
    items: n,
    itemUnit: 'word',
  }),
  variants: programVariants({
    naive,
    out: (_, threads) => ({ kind: 'u32', length: Math.max(1, threads) * bins }),
    finish: (out: NumericArray) =>
      Uint32Array.from({ length: bins }, (_, bin) => {
        let sum = 0;
        for (let at = bin; at < out.length; at += bins) sum += out[at]!;
        return sum;
      }),
    threads: new URL(import.meta.url),
    simd: { module: new URL('./assembly/programs.wasm', import.meta.url), kernel: new URL(import.meta.url) },
    gpu: {
      passes: ({ arrays: { x } }) => [
        {
          label: 'clear',
          code: `
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
${flatMain}
  out[i] = 0u;
}`,
          bindings: ['out'],
          workgroups: gridOf(bins),
        },
        {
          label: 'count',
          code: `
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> out: array<atomic<u32>>;
${flatMain}
  if (i < arrayLength(&x)) { atomicAdd(&out[x[i] >> 24u], 1u); }
}`,
          bindings: ['x', 'out'],
          workgroups: gridOf(x!.length),
        },
      ],
    },
  }),
});
