import { defineWorkload } from '../../src/workload/define.ts';
import { type Random, uniform } from '../../src/workload/random.ts';
import type { MatmulInput, Product } from './input.ts';
import { jax } from './jax.ts';
import { gpujs, gpujsWebasm, tfjs } from './libraries.ts';
import { mlMatrix } from './ml-matrix.ts';
import { naive } from './naive.ts';
import { python } from './python.ts';
import { multiplyInF64, productTolerance } from './reference.ts';
import { simd, simdThreads } from './simd.ts';
import { threads } from './threads.ts';
import { tuned } from './tuned.ts';
import { webgpuF16 } from './webgpu-f16.ts';
import { webgpuNaive } from './webgpu-naive.ts';
import { webgpuSubgroup } from './webgpu-subgroup.ts';
import { webgpuTuned } from './webgpu-tuned.ts';

/** Uniform in [−1, 1): sums of mixed sign, so that a wrong term shows. */
const matrices = (random: Random, m: number, k: number, n: number): MatmulInput => ({
  a: uniform(random, m * k),
  b: uniform(random, k * n),
  m,
  k,
  n,
});

/**
 * Dense matrix product C = A·B in f32, row-major; A is m×k, B is k×n, C is m×n.
 *
 * Bound: 2mkn flops against 4(mk + kn + mn) bytes, so compute-bound on any device whose balance is below n/6 flop/byte.
 * Error: |C − Ĉ| ≤ γ_k|A||B| with γ_k = ku/(1 − ku) (Higham, Accuracy and Stability of Numerical Algorithms, §3.5).
 */
export default defineWorkload<MatmulInput, Product>({
  name: 'matmul',
  aliases: ['matrix'],
  summary: 'dense matrix product, f32',
  sizeMeaning: 'n: A and B are n×n',
  sizes: { smoke: 17, small: 128, medium: 512, large: 1024 },
  inputs: (n, random) => matrices(random, n, n, n),
  cases: random => ({
    'm ≠ k ≠ n': matrices(random, 37, 53, 71),
    '1×1': matrices(random, 1, 1, 1),
    'k = 1, an outer product': matrices(random, 13, 1, 9),
    'k = 0, a product of zeros': matrices(random, 5, 0, 3),
    'no rows': matrices(random, 0, 4, 5),
    'no columns': matrices(random, 4, 5, 0),
    'row times matrix': matrices(random, 1, 67, 129),
    'matrix times column': matrices(random, 129, 67, 1),
    'dot product': matrices(random, 1, 1031, 1),
    'one more than the tiles': matrices(random, 129, 257, 65),
    'long and thin': matrices(random, 3, 521, 130),
  }),
  reference: multiplyInF64,
  tolerance: (input, _want, unitRoundoff) => productTolerance(input, unitRoundoff),
  work: n => ({
    operations: 2 * n ** 3,
    operationUnit: 'flop',
    bytesRead: 8 * n * n,
    bytesWritten: 4 * n * n,
    bytesToDevice: 8 * n * n,
    bytesFromDevice: 4 * n * n,
    items: 2 * n ** 3,
    itemUnit: 'flop',
  }),
  variants: [
    ...[naive, tuned, threads, simd, simdThreads, webgpuNaive, webgpuTuned, webgpuF16, webgpuSubgroup],
    ...[gpujs!, gpujsWebasm!, ...tfjs, mlMatrix, jax, ...python],
  ],
});
