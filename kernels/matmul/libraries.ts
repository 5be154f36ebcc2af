import { type GpujsThread, gpujsVariants } from '../../src/backends/gpujs/variant.ts';
import { tfjsVariants } from '../../src/backends/tfjs/variant.ts';
import type { MatmulInput, Product } from './input.ts';

export const [gpujs, gpujsWebasm] = gpujsVariants<MatmulInput, Product>({
  sameAlgorithm: true,
  summary: 'the inner loop as a gpu.js kernel',
  unsupported: ({ m, k, n }) => (m * k * n === 0 ? 'gpu.js has no arrays of length 0' : undefined),
  kernels: ({ m, k, n }) => ({
    multiply: {
      output: [n, m],
      constants: { k },
      code(this: GpujsThread, a: Float32Array[], b: Float32Array[]) {
        let sum = 0;
        for (let p = 0; p < this.constants.k!; p++) {
          sum += a[this.thread.y]![p]! * b[p]![this.thread.x]!;
        }
        return sum;
      },
    },
  }),
  upload: ({ a, b, m, k, n }) => ({ a: { data: a, size: [k, m] }, b: { data: b, size: [n, k] } }),
  compute: async ({ multiply }, { a, b }) => ({ c: await multiply!(a!, b!) }),
  readback: ({ c }) => c!,
});

export const tfjs = tfjsVariants<MatmulInput, Product>({
  sameAlgorithm: true,
  summary: 'tf.matMul',
  unsupported: ({ m, k, n }) =>
    m * k * n === 0 ? 'tf.matMul of empty matrices leaves memory unwritten (wasm) or fails (webgpu)' : undefined,
  upload: (tf, { a, b, m, k, n }) => ({ a: tf.tensor2d(a, [m, k]), b: tf.tensor2d(b, [k, n]) }),
  compute: (tf, { a, b }) => ({ c: tf.matMul(a as never, b as never) }),
  readback: ({ c }) => c as Float32Array,
});
