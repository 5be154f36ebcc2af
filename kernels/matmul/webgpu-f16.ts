import type { GpuVariant } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import type { MatmulInput, Product } from './input.ts';
import { productOf } from './webgpu-buffers.ts';
import { tiledShader } from './webgpu-tiled.ts';

/** The tolerance in reference.ts counts on slices of 16. */
const depth = 16;
const tileFor = ({ m, n }: MatmulInput): 64 | 128 => (Math.ceil(m / 128) * Math.ceil(n / 128) >= 128 ? 128 : 64);

/**
 * The tiles of webgpu-tuned with A, B and the products of a slice in half precision. Bound: twice the f32 rate on GPUs
 * that multiply two halves at once, and half the bytes for A and B.
 */
export const webgpuF16Declaration: GpuVariant<MatmulInput, Product> = {
  name: 'webgpu-f16',
  sameAlgorithm: true,
  precision: 'f16',
  summary: 'A, B and the sums of 16 products in half precision, the rest in f32',
  requires: ['shader-f16'],
  plan(_, input) {
    const { m, k, n } = input;
    const tile = tileFor(input);
    return {
      buffers: {
        a: { bytes: 2 * m * k, role: 'in' },
        b: { bytes: 2 * k * n, role: 'in' },
        c: { bytes: 4 * m * n, role: 'out' },
      },
      passes: [
        {
          label: 'matmul',
          code: tiledShader({ tile, depth, element: 'f16' }),
          constants: { M: m, K: k, N: n },
          bindings: ['a', 'b', 'c'],
          workgroups: [Math.ceil(n / tile), Math.ceil(m / tile)],
        },
      ],
    };
  },
  // Rounding to half precision is part of the upload: whoever has f32 pays for it.
  upload: ({ a, b }) => ({ a: Float16Array.from(a), b: Float16Array.from(b) }),
  download: productOf,
};

export const webgpuF16 = webgpuVariant(webgpuF16Declaration);
