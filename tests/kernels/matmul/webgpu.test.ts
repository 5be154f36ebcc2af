import { describe, expect, test } from 'vitest';
import type { MatmulInput } from '../../../kernels/matmul/input.ts';
import { multiplyInF64, productTolerance } from '../../../kernels/matmul/reference.ts';
import { webgpuF16Declaration } from '../../../kernels/matmul/webgpu-f16.ts';
import { webgpuTunedDeclaration } from '../../../kernels/matmul/webgpu-tuned.ts';
import workload from '../../../kernels/matmul/workload.ts';
import { openDevice } from '../../../src/backends/device.ts';
import type { GpuLimits } from '../../../src/backends/webgpu/plan.ts';
import { type DeclaredGpuVariant, webgpuVariant } from '../../../src/backends/webgpu/variant.ts';
import { compareOutputs } from '../../../src/workload/compare.ts';
import { createRandom, uniform } from '../../../src/workload/random.ts';
import { unitRoundoff } from '../../../src/workload/types.ts';
import { checkInputs } from '../../support/check.ts';

const shapeOf = (m: number, k: number, n: number): MatmulInput => ({
  a: new Float32Array(m * k),
  b: new Float32Array(k * n),
  m,
  k,
  n,
});

const adapter = (software: boolean): GpuLimits => ({
  adapter: {
    vendor: '',
    architecture: '',
    device: '',
    description: 'an adapter for a snapshot',
    software,
    features: [],
    limits: {},
  },
});

const planOf = (name: string, software: boolean, input: MatmulInput) => {
  const variant = workload.variants.find(each => each.name === name) as DeclaredGpuVariant<MatmulInput, Float32Array>;
  return variant.gpu.plan(adapter(software), input);
};

describe('the plans are as reviewed', () => {
  test.each([
    ['webgpu-naive', true, 512],
    ['webgpu-tuned', true, 512],
    ['webgpu-tuned', false, 512],
    ['webgpu-tuned', false, 2048],
    ['webgpu-f16', false, 512],
    ['webgpu-subgroup', true, 512],
    ['webgpu-subgroup', false, 513],
  ] as const)('%s, software adapter: %s, n = %i', async (name, software, n) => {
    const plan = planOf(name, software, shapeOf(n, n, n));
    const { code, ...pass } = plan.passes[0]!;
    expect(plan.passes).toHaveLength(1);
    expect({ buffers: plan.buffers, pass }).toMatchSnapshot();
    await expect(code).toMatchFileSnapshot(`./__snapshots__/${name}-${software ? 'software' : `gpu-${n}`}.wgsl`);
  });
});

test('workgroups cover the product, and hardly more', () => {
  for (const [m, n] of [
    [1, 1],
    [64, 64],
    [65, 63],
    [129, 1000],
    [3000, 2000],
  ] as const) {
    for (const software of [true, false]) {
      const [pass] = planOf('webgpu-tuned', software, shapeOf(m, 8, n)).passes;
      const groups = pass!.workgroups as [number, number];
      const tile = software ? 64 : pass!.code.includes('group.y * 128u') ? 128 : 64;
      expect(groups).toEqual([Math.ceil(n / tile), Math.ceil(m / tile)]);
    }
  }
});

/** The shape for GPUs, run on whatever adapter is here: slow on a software one, but the same WGSL. */
describe('the tiles for GPUs are right at their edges', () => {
  const forced = (tile: 64 | 128) => ({
    ...workload,
    variants: [
      webgpuVariant({
        ...webgpuTunedDeclaration,
        plan: (gpu, input: MatmulInput) => {
          const large = shapeOf(tile === 128 ? 4096 : 8, 1, tile === 128 ? 4096 : 8);
          const plan = webgpuTunedDeclaration.plan({ adapter: { ...gpu.adapter, software: false } }, input);
          const { code } = planOf('webgpu-tuned', false, large).passes[0]!;
          const workgroups = [Math.ceil(input.n / tile), Math.ceil(input.m / tile)] as const;
          return { ...plan, passes: plan.passes.map(pass => ({ ...pass, code, workgroups })) };
        },
      }),
    ],
  });

  test.each([
    [64, 'm ≠ k ≠ n'],
    [128, 'one more than the tiles'],
  ] as const)('tile %i, %s', async (tile, shape) => {
    const inputs = [1, 2].flatMap(seed => workload.cases?.(createRandom(seed), {})[shape] ?? []);
    expect(inputs).toHaveLength(2);
    expect(await checkInputs(forced(tile), 'webgpu-tuned', inputs)).toMatchObject({ status: 'ok' });
  });
});

describe('webgpu-f16 where the adapter has no f16', () => {
  const single = (code: string): string =>
    code.replace('enable f16;', '').replaceAll('f16', 'f32').replaceAll('0.0h', '0.0');

  test('its kernel with f32 in the place of f16 multiplies right', async () => {
    const { requires: _requires, ...rest } = webgpuF16Declaration;
    const variant = webgpuVariant({
      ...rest,
      precision: 'f32',
      plan(gpu, input) {
        const plan = webgpuF16Declaration.plan(gpu, input);
        const { a, b, ...others } = plan.buffers;
        const twice = { a: { ...a!, bytes: 2 * a!.bytes }, b: { ...b!, bytes: 2 * b!.bytes } };
        return { buffers: { ...others, ...twice }, passes: plan.passes.map(p => ({ ...p, code: single(p.code) })) };
      },
      upload: ({ a, b }) => ({ a, b }),
    });
    const inputs = [1, 2].map(seed => {
      const random = createRandom(seed);
      return { a: uniform(random, 70 * 37), b: uniform(random, 37 * 66), m: 70, k: 37, n: 66 };
    });
    const only = { ...workload, variants: [variant] } as unknown as typeof workload;
    expect(await checkInputs(only, 'webgpu-f16', inputs)).toMatchObject({ status: 'ok' });
  });

  test('the compiler finds nothing wrong with it but that the extension is not offered', async () => {
    const { device } = await openDevice().gpu();
    if (device.features.has('shader-f16')) return;
    const { code } = planOf('webgpu-f16', false, shapeOf(512, 512, 512)).passes[0]!;
    device.pushErrorScope('validation');
    const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
    await device.popErrorScope();
    const errors = messages.filter(({ type }) => type === 'error').map(({ message }) => message);
    expect(errors).toEqual([expect.stringMatching(/extension 'f16' is not allowed/)]);
  });
});

/** The arithmetic of webgpu-f16, one rounding at a time; Float16Array rounds to nearest, ties to even. */
function multiplyAsF16({ a, b, m, k, n }: MatmulInput): Float32Array {
  const half = new Float16Array(1);
  const round = (value: number): number => {
    half[0] = value;
    return half[0] as number;
  };
  const c = new Float32Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (let from = 0; from < k; from += 16) {
        let slice = 0;
        for (let p = from; p < Math.min(k, from + 16); p++)
          slice = round(slice + round(round(a[i * k + p]!) * round(b[p * n + j]!)));
        c[i * n + j] = c[i * n + j]! + slice;
      }
  return c;
}

test('half precision stays within its tolerance, which is not so wide that a wrong term would pass', () => {
  const u = unitRoundoff.f16;
  for (const [seed, k, scale] of [
    [1, 67, 1],
    [2, 1031, 1],
    [3, 40, 1e-5],
  ] as const) {
    const random = createRandom(seed);
    const input: MatmulInput = {
      a: uniform(random, 5 * k).map(x => x * scale),
      b: uniform(random, k * 7),
      m: 5,
      k,
      n: 7,
    };
    const [got, want] = [multiplyAsF16(input), multiplyInF64(input)];
    const tolerance = productTolerance(input, u);
    expect(compareOutputs(got, want, tolerance)).toMatchObject({ ok: true });
    // Without one row of B.
    const lacking = multiplyAsF16({ ...input, b: input.b.map((x, at) => (at < 7 ? 0 : x)) });
    if (k < 100) expect(compareOutputs(lacking, want, tolerance)).toMatchObject({ ok: false });
  }
});
