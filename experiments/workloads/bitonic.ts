import { type Job, share } from '../../src/backends/threads/worker.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { flatMain, gridOf, type ProgramInput, programVariants } from './variants.ts';

/**
 * Bitonic sorting network (Batcher, "Sorting networks and their applications", AFIPS 1968) over u32 keys: a sort whose loops
 * can be divided, for every pass compares and exchanges n/2 pairs that share nothing. log₂n(log₂n + 1)/2 passes, each two
 * loads and two stores a pair, and a barrier after it. Exact.
 */
export function exchange(keys: Uint32Array, block: number, distance: number, first: number, last: number): void {
  for (let pair = first; pair < last; pair++) {
    const low = (pair & (distance - 1)) + ((pair & ~(distance - 1)) << 1);
    const high = low + distance;
    const a = keys[low]!;
    const b = keys[high]!;
    const isSwapped = (low & block) === 0 ? a > b : a < b;
    keys[low] = isSwapped ? b : a;
    keys[high] = isSwapped ? a : b;
  }
}

function naive({ arrays: { keys } }: ProgramInput): Uint32Array {
  const out = (keys as Uint32Array).slice();
  for (let block = 2; block <= out.length; block *= 2)
    for (let distance = block / 2; distance >= 1; distance /= 2) exchange(out, block, distance, 0, out.length / 2);
  return out;
}

export const kernel = (job: Job): void => {
  const keys = job.shared.keys as Uint32Array;
  const out = job.shared.out as Uint32Array;
  const [first, last] = share(out.length / 2, job, 4);
  out.set(keys.subarray(2 * first, 2 * last), 2 * first);
  for (let block = 2; block <= out.length; block *= 2)
    for (let distance = block / 2; distance >= 1; distance /= 2) {
      job.barrier();
      if (job.wasm) {
        const { exports, addresses } = job.wasm;
        (exports.exchange as (...args: number[]) => void)(addresses.out!, block, distance, first, last);
      } else exchange(out, block, distance, first, last);
    }
};

const copy = `
override n: u32;
@group(0) @binding(0) var<storage, read> keys: array<u32>;
@group(0) @binding(1) var<storage, read_write> out: array<u32>;
${flatMain}
  if (i < n) { out[i] = keys[i]; }
}`;

const pass = `
override pairs: u32;
override block: u32;
override distance: u32;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
${flatMain}
  if (i >= pairs) { return; }
  let low = (i & (distance - 1u)) + ((i & ~(distance - 1u)) << 1u);
  let a = out[low];
  let b = out[low + distance];
  if ((a > b) == ((low & block) == 0u)) {
    out[low] = b;
    out[low + distance] = a;
  }
}`;

/** Blocks and distances of all passes over n keys, in order. */
const passesOf = (n: number): { readonly block: number; readonly distance: number }[] => {
  const passes = [];
  for (let block = 2; block <= n; block *= 2)
    for (let distance = block / 2; distance >= 1; distance /= 2) passes.push({ block, distance });
  return passes;
};

const padded = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(8, n)));

export default defineWorkload<ProgramInput, Float32Array | Uint32Array>({
  name: 'bitonic',
  summary: 'bitonic sorting network, u32',
  sizeMeaning: 'n: keys, filled up with the largest to a power of two',
  sizes: { smoke: 100, small: 1024, medium: 16384, large: 262144 },
  inputs: (n, random) => ({
    arrays: { keys: Uint32Array.from({ length: padded(n) }, (_, at) => (at < n ? random.uint32() : 0xffffffff)) },
    scalars: {},
  }),
  reference: ({ arrays: { keys } }) => Uint32Array.from([...keys!].sort((a, b) => a - b)),
  tolerance: () => ({ kind: 'exact', reason: 'keys are moved, not computed' }),
  work: n => ({
    operations: (padded(n) / 2) * passesOf(padded(n)).length,
    operationUnit: 'intop',
    bytesRead: 4 * padded(n),
    bytesWritten: 4 * padded(n),
    bytesToDevice: 4 * padded(n),
    bytesFromDevice: 4 * padded(n),
    items: padded(n),
    itemUnit: 'key',
  }),
  variants: programVariants({
    naive,
    out: ({ arrays: { keys } }) => ({ kind: 'u32', length: keys!.length }),
    threads: new URL(import.meta.url),
    simd: { module: new URL('./assembly/programs.wasm', import.meta.url), kernel: new URL(import.meta.url) },
    gpu: {
      passes: ({ arrays: { keys } }) => [
        {
          label: 'copy',
          code: copy,
          constants: { n: keys!.length },
          bindings: ['keys', 'out'],
          workgroups: gridOf(keys!.length),
        },
        ...passesOf(keys!.length).map(({ block, distance }) => ({
          label: `block ${block}, distance ${distance}`,
          code: pass,
          constants: { pairs: keys!.length / 2, block, distance },
          bindings: ['out'],
          workgroups: gridOf(keys!.length / 2),
        })),
      ],
    },
  }),
});
