import { describe, expect, test } from 'vitest';
import { distributions, edgeCases, keysFromBits, kinds, makeInput } from '../../../kernels/quicksort/inputs.ts';
import { topk } from '../../../kernels/quicksort/tfjs.ts';
import type { Shape } from '../../../kernels/quicksort/webgpu-digits.ts';
import { planOnesweep } from '../../../kernels/quicksort/webgpu-onesweep.ts';
import tuned, { planBitonic, planChunks, planTiles } from '../../../kernels/quicksort/webgpu-tuned.ts';
import workload from '../../../kernels/quicksort/workload.ts';
import { openDevice } from '../../../src/backends/device.ts';
import type { GpuPlan } from '../../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../../src/backends/webgpu/variant.ts';
import { checkVariant, poseProblem } from '../../../src/measure/check.ts';
import { createRandom } from '../../../src/workload/random.ts';
import { checkAt, checkInputs } from '../../support/check.ts';

/** Onesweep whose odd tiles never say what they hold: those after them must find out by themselves. */
function silentOnesweep(shape: Shape): GpuPlan {
  const plan = planOnesweep(shape);
  const post = 'atomicMax(&states[tile * lanes + lane], ';
  return {
    ...plan,
    passes: plan.passes.map(pass => {
      if (!pass.label.startsWith('move')) return pass;
      expect(pass.code.split(post)).toHaveLength(3);
      const constants = { ...pass.constants, looks: 2 };
      return {
        ...pass,
        constants,
        code: pass.code
          .replaceAll(post, `if (tile % 2u == 0u) { ${post}`)
          .replace(/(if \(tile % 2u == 0u\) \{[^;]*;)/g, '$1 }'),
      };
    }),
  };
}

const device = openDevice({ cores: 2 });
const ok = { status: 'ok' };

describe.each([
  'threads',
  'simd',
  'simd-threads',
  'webgpu-naive',
  'webgpu-tuned',
  'gpujs',
  'gpujs-webasm',
  'tfjs-wasm',
])('%s', name => {
  test.each(kinds)(
    'sorts %s keys of every arrangement, also where the length is no multiple of anything',
    async keys => {
      const inputs = distributions.map(distribution => workload.inputs(1237, createRandom(2), { keys, distribution }));
      expect(await checkInputs(workload, name, inputs)).toMatchObject(ok);
    },
  );

  test.each(kinds)('%s: no keys, one, two, equal, largest and special ones', async keys => {
    const cases = edgeCases(createRandom(4), { kind: keys, distribution: 'uniform' });
    for (const [label, input] of Object.entries(cases)) {
      const outcome = await checkInputs(workload, name, [input]);
      if (outcome.status === 'skipped') expect(label).toBe('empty');
      else expect(outcome, label).toMatchObject(ok);
    }
  });
});

test('one thread, three and five sort as two do', async () => {
  const variant = workload.variants.find(({ name }) => name === 'threads')!;
  const input = makeInput(3001, createRandom(6), { kind: 'f32', distribution: 'uniform' });
  const problems = [await poseProblem(workload, input)];
  for (const cores of [1, 3, 5])
    expect(
      await checkVariant(workload, variant, { device: openDevice({ cores }), problems }),
      `${cores}`,
    ).toMatchObject(ok);
});

describe('webgpu-tuned', () => {
  test.each([
    { label: 'bitonic in one workgroup', length: 1000, kind: 'f32' as const, plan: planBitonic },
    { label: 'tiles', length: 9001, kind: 'f32' as const, plan: planTiles },
    { label: 'chunks', length: 40_001, kind: 'f32' as const, plan: planChunks },
    { label: 'onesweep, f32', length: 9001, kind: 'f32' as const, plan: planOnesweep },
    { label: 'onesweep, every second tile silent', length: 3 * 4096, kind: 'u32' as const, plan: silentOnesweep },
  ])('each plan sorts, whatever adapter it is meant for: $label', async ({ length, kind, plan }) => {
    const variant = webgpuVariant({ ...tuned.gpu, plan: () => plan({ length, floats: kind === 'f32' }) });
    const problems = await Promise.all(
      distributions.map(distribution =>
        poseProblem(workload, makeInput(length, createRandom(9), { kind, distribution })),
      ),
    );
    expect(await checkVariant(workload, variant, { device, problems })).toMatchObject(ok);
  });

  test('a GPU whose workgroups run in order gets onesweep, another one tiles, a software adapter chunks', () => {
    const planFor = (software: boolean, length: number, vendor = ''): string[] =>
      tuned.gpu
        .plan({ adapter: { software, vendor } } as never, { keys: new Uint32Array(length), distribution: 'uniform' })
        .passes.map(({ label }) => label.split(' ')[0]!);
    expect(planFor(false, 2048)).toEqual(['bitonic']);
    expect(planFor(false, 2049)).toEqual(Array.from({ length: 4 }, () => ['count', 'sum', 'move']).flat());
    for (const vendor of ['nvidia', 'amd', 'intel']) {
      expect(planFor(false, 2048, vendor)).toEqual(['bitonic']);
      expect(planFor(false, 2049, vendor).filter(label => label === 'move')).toHaveLength(4);
      expect(planFor(false, 2049, vendor).filter(label => label === 'count')).toHaveLength(1);
    }
    expect(planFor(true, 2049, 'nvidia')).toEqual(planFor(true, 2049));
    expect(planFor(true, 2048)).toEqual(Array.from({ length: 3 }, () => ['count', 'sum', 'move']).flat());
  });

  test('a second dispatch sorts the same keys again: the input stays as it was', async () => {
    const input = makeInput(5000, createRandom(3), { kind: 'u32', distribution: 'uniform' });
    for (const name of [
      'threads',
      'simd',
      'simd-threads',
      'webgpu-naive',
      'webgpu-tuned',
      'gpujs-webasm',
      'tfjs-wasm',
    ]) {
      await using prepared = await workload.variants.find(variant => variant.name === name)!.prepare(device, input);
      await prepared.activate?.();
      await prepared.upload(input);
      await prepared.dispatch();
      await prepared.poison?.();
      await prepared.dispatch();
      expect(await prepared.readback(), name).toEqual(await workload.reference(input));
    }
  });

  test('100,000 keys', async () => {
    expect(await checkAt(workload, 'webgpu-tuned', { size: 100_003 })).toMatchObject(ok);
  });
});

describe('tfjs-webgpu', () => {
  test('is declined with the reason', async () => {
    expect(await checkAt(workload, 'tfjs-webgpu', { size: 257 })).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('24 of 32 bits'),
    });
  });

  test('the reason holds: tf.topk on WebGPU does not tell 2³¹ − 1 from 2³¹ − 2', async () => {
    const variant = topk.find(({ name }) => name === 'tfjs-webgpu')!;
    const input = { keys: keysFromBits('u32', [2, 1]), distribution: 'uniform' as const };
    const problems = [await poseProblem(workload, input)];
    expect(await checkVariant(workload, variant, { device, problems })).toMatchObject({ status: 'incorrect' });
  });
});
