import type { GpuVariant, PassPlan } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import type { MatmulInput, Product } from './input.ts';
import { matrixBuffers, productOf, uploadMatrices } from './webgpu-buffers.ts';
import { flatShader, flatWorkgroup } from './webgpu-flat.ts';
import { tiledShader } from './webgpu-tiled.ts';

const flat = { rows: 8, columns: 8 };
const depth = 16;

/** Below this many workgroups of the large tile a GPU has idle multiprocessors, and the small tile spreads the work. */
const enoughWorkgroups = 128;

type Shape = Pick<PassPlan, 'code' | 'workgroups'>;

function flatShape({ m, n }: MatmulInput): Shape {
  const { rows, columns } = flat;
  return {
    code: flatShader(flat),
    workgroups: [Math.ceil(n / (columns * flatWorkgroup)), Math.ceil(m / (rows * flatWorkgroup))],
  };
}

function tiledShape({ m, n }: MatmulInput): Shape {
  const groups = (tile: number): [number, number] => [Math.ceil(n / tile), Math.ceil(m / tile)];
  const [across, down] = groups(128);
  const tile = across * down >= enoughWorkgroups ? 128 : 64;
  return { code: tiledShader({ tile, depth }), workgroups: groups(tile) };
}

export const webgpuTunedDeclaration: GpuVariant<MatmulInput, Product> = {
  name: 'webgpu-tuned',
  sameAlgorithm: true,
  summary: '8×8 register tile; on GPUs a 128×128 tile through workgroup memory',
  plan: ({ adapter }, input) => ({
    buffers: matrixBuffers(input),
    passes: [
      {
        label: 'matmul',
        constants: { M: input.m, K: input.k, N: input.n },
        bindings: ['a', 'b', 'c'],
        ...(adapter.software ? flatShape(input) : tiledShape(input)),
      },
    ],
  }),
  upload: uploadMatrices,
  download: productOf,
};

export const webgpuTuned = webgpuVariant(webgpuTunedDeclaration);
