import { readFileSync } from 'node:fs';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import type { MatmulInput, Product } from './input.ts';
import { matrixBuffers, productOf, uploadMatrices } from './webgpu-buffers.ts';

const code = readFileSync(new URL('./naive.wgsl', import.meta.url), 'utf8');

export const webgpuNaive = webgpuVariant<MatmulInput, Product>({
  name: 'webgpu-naive',
  sameAlgorithm: true,
  summary: 'one invocation per element',
  plan: (_, input) => ({
    buffers: matrixBuffers(input),
    passes: [
      {
        label: 'matmul',
        code,
        constants: { M: input.m, K: input.k, N: input.n },
        bindings: ['a', 'b', 'c'],
        workgroups: [Math.ceil(input.n / 8), Math.ceil(input.m / 8)],
      },
    ],
  }),
  upload: uploadMatrices,
  download: productOf,
});
