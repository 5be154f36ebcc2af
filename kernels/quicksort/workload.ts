import { defineWorkload } from '../../src/workload/define.ts';
import type { Parameters } from '../../src/workload/types.ts';
import builtin from './builtin.ts';
import { sortDemands } from './demands.ts';
import { gpujs } from './gpujs.ts';
import { type Distribution, distributions, edgeCases, type Kind, kinds, makeInput, type SortInput } from './inputs.ts';
import naive from './naive.ts';
import type { Keys } from './order.ts';
import { python } from './python.ts';
import radix from './radix.ts';
import { sortedReference } from './reference.ts';
import { simd, simdThreads } from './simd.ts';
import { tfjs } from './tfjs.ts';
import threads from './threads.ts';
import tuned from './tuned.ts';
import webgpuNaive from './webgpu-naive.ts';
import webgpuTuned from './webgpu-tuned.ts';

const choice = ({ keys, distribution }: Parameters): { kind: Kind; distribution: Distribution } => ({
  kind: (keys ?? kinds[0]) as Kind,
  distribution: (distribution ?? distributions[0]) as Distribution,
});

/**
 * Sorting n keys of 32 bits in ascending order: u32, or f32 as `TypedArray.prototype.sort` orders them (−0 before +0,
 * NaNs last).
 *
 * Bound: quicksort makes 2 n ln n ≈ 1.39 n log₂ n comparisons on random keys (C. A. R. Hoare, 1962) and reads and
 * writes 4n bytes at least; a radix sort makes none and moves 8n bytes a digit. Every variant must agree bit for bit.
 */
export default defineWorkload<SortInput, Keys>({
  name: 'quicksort',
  aliases: ['qs'],
  summary: 'sorting of 32-bit keys',
  sizeMeaning: 'n: number of keys',
  sizes: { smoke: 257, small: 10_000, medium: 100_000, large: 1_000_000 },
  parameters: { keys: kinds, distribution: distributions },
  inputs: (size, random, parameters) => makeInput(size, random, choice(parameters)),
  cases: (random, parameters) => edgeCases(random, choice(parameters)),
  reference: sortedReference,
  tolerance: () => ({ kind: 'exact', reason: 'sorting moves keys and rounds none' }),
  work: n => ({
    operations: Math.round(2 * n * Math.log(Math.max(n, 1))),
    operationUnit: 'intop',
    bytesRead: 4 * n,
    bytesWritten: 4 * n,
    bytesToDevice: 4 * n,
    bytesFromDevice: 4 * n,
    items: n,
    itemUnit: 'keys',
  }),
  demands: sortDemands,
  variants: [
    ...[naive, tuned, radix, threads, simd, simdThreads, builtin],
    ...[webgpuNaive, webgpuTuned, ...gpujs, ...tfjs, ...python],
  ],
});
