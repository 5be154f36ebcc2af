import type { GpuLimits, GpuVariant, PassPlan, TuningShape } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import type { MatmulInput, Product } from './input.ts';
import { matrixBuffers, productOf, uploadMatrices } from './webgpu-buffers.ts';
import { type FlatShape, flatShader } from './webgpu-flat.ts';
import { type TiledShape, tiledShader } from './webgpu-tiled.ts';

/** A shape of either kind, as plain data: what `pgram tune` chooses among. */
type MatmulShape = (FlatShape & { readonly kind: 'flat' }) | (TiledShape & { readonly kind: 'tiled' });

/** Below this many workgroups of the large tile a GPU has idle multiprocessors, and the small tile spreads the work. */
const enoughWorkgroups = 128;

/** What runs untuned: no workgroup memory on software adapters, tiles on GPUs. */
function usualShape({ adapter }: GpuLimits, { m, n }: MatmulInput): MatmulShape {
  if (adapter.software) return { kind: 'flat', rows: 8, columns: 8, side: 8 };
  const large = Math.ceil(m / 128) * Math.ceil(n / 128) >= enoughWorkgroups;
  return { kind: 'tiled', tile: large ? 128 : 64, depth: 16 };
}

function passOf(shape: MatmulShape, { m, n }: MatmulInput): Pick<PassPlan, 'code' | 'workgroups'> {
  const [down, across] =
    shape.kind === 'flat' ? [shape.rows * shape.side, shape.columns * shape.side] : [shape.tile, shape.tile];
  return {
    code: shape.kind === 'flat' ? flatShader(shape) : tiledShader(shape),
    workgroups: [Math.ceil(n / across), Math.ceil(m / down)],
  };
}

const flats: readonly MatmulShape[] = [
  ...[4, 8, 16].flatMap(rows => [4, 8].map(columns => ({ rows, columns }))),
].flatMap(({ rows, columns }) => [8, 16].map(side => ({ kind: 'flat' as const, rows, columns, side })));

const tiles: readonly MatmulShape[] = ([64, 128] as const).flatMap(tile =>
  [8, 16, 32].map(depth => ({ kind: 'tiled' as const, tile, depth })),
);

/** Tiles take 8·tile·depth bytes of workgroup memory; a software adapter has none that is fast. */
function shapesFor({ adapter: { software, limits } }: GpuLimits): readonly MatmulShape[] {
  const memory = limits.maxComputeWorkgroupStorageSize ?? 16_384;
  const fitting = tiles.filter(shape => shape.kind === 'tiled' && 8 * shape.tile * shape.depth <= memory);
  return software ? flats : [...fitting, ...flats];
}

export const webgpuTunedDeclaration: GpuVariant<MatmulInput, Product> = {
  name: 'webgpu-tuned',
  sameAlgorithm: true,
  summary: '8×8 register tile; on GPUs a 128×128 tile through workgroup memory; `pgram tune` finds better shapes',
  plan: (gpu, input, shape) => ({
    buffers: matrixBuffers(input),
    passes: [
      {
        label: 'matmul',
        constants: { M: input.m, K: input.k, N: input.n },
        bindings: ['a', 'b', 'c'],
        ...passOf((shape as MatmulShape | undefined) ?? usualShape(gpu, input), input),
      },
    ],
  }),
  tunable: {
    id: 'matmul/webgpu-tuned',
    shapes: gpu => shapesFor(gpu) as unknown as readonly TuningShape[],
    sample: { a: new Float32Array(64 * 64), b: new Float32Array(64 * 64), m: 64, k: 64, n: 64 },
    extent: ({ m, k, n }) => Math.cbrt(m * k * n),
  },
  upload: uploadMatrices,
  download: productOf,
};

export const webgpuTuned = webgpuVariant(webgpuTunedDeclaration);
