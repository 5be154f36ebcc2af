import { describe, expect, test } from 'vitest';
import { openDevice } from '../../src/backends/device.ts';
import type { Output } from '../../src/backends/variant.ts';
import type { GpuVariant, TuningShape } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import { checkVariant, poseProblem } from '../../src/measure/check.ts';
import { loadWorkload } from '../../src/workload/load.ts';
import { createRandom } from '../../src/workload/random.ts';
import type { Workload } from '../../src/workload/types.ts';

const device = openDevice();

/** Shapes that change the kernel most, at sizes that fill none of them. */
const shapes: readonly [workload: string, size: number, parameters: Record<string, string>, shape: TuningShape][] = [
  ['matmul', 67, {}, { kind: 'flat', rows: 4, columns: 8, side: 16 }],
  ['ode', 203, { problem: 'lorenz-ensemble' }, { lanes: 1, workgroup: 32 }],
  ['ode', 203, { problem: 'lorenz-ensemble' }, { lanes: 4, workgroup: 128 }],
  ['quicksort', 5003, { keys: 'f32', distribution: 'few-distinct' }, { kind: 'chunks', chunks: 128 }],
  ['crypto', 20_011, { algorithm: 'aes-256-ctr' }, { aes: 'table' }],
  ['crypto', 9973, { algorithm: 'aes-128-ctr' }, { aes: 'table' }],
  ['cnn', 3, { mode: 'inference' }, { workgroup: 128 }],
];

async function declarationOf(name: string) {
  const workload = (await loadWorkload(name)) as Workload<unknown, Output>;
  const declared = workload.variants.flatMap(variant => {
    const { gpu } = variant as { gpu?: GpuVariant<unknown, Output> };
    return gpu?.name === 'webgpu-tuned' ? [gpu] : [];
  });
  return { workload, declaration: declared[0] as GpuVariant<unknown, Output> };
}

describe('every workload has shapes to tune', () => {
  test.each(['matmul', 'ode', 'quicksort', 'crypto', 'cnn'])(
    '%s: the same sample gives other code or other work for each shape, and the search knows them apart',
    async name => {
      const { declaration } = await declarationOf(name);
      const gpu = await device.gpu();
      const { tunable } = declaration;
      expect(tunable?.id).toBe(`${name}/webgpu-tuned`);
      const offered = tunable!.shapes(gpu);
      expect(offered.length).toBeGreaterThan(1);
      expect(new Set(offered.map(shape => JSON.stringify(shape))).size).toBe(offered.length);
      const plans = offered.map(shape => JSON.stringify(declaration.plan(gpu, tunable!.sample, shape).passes));
      expect(new Set(plans).size).toBe(offered.length);
      expect(tunable!.extent(tunable!.sample)).toBeGreaterThan(0);
    },
  );
});

test.each(shapes)('%s at %i, %o, %o: right on two inputs', async (name, size, parameters, shape) => {
  const { workload, declaration } = await declarationOf(name);
  const { tunable: _tunable, ...rest } = declaration;
  const variant = webgpuVariant({ ...rest, plan: (gpu, input) => declaration.plan(gpu, input, shape) });
  const problems = await Promise.all(
    [1, 2].map(seed => poseProblem<unknown, Output>(workload, workload.inputs(size, createRandom(seed), parameters))),
  );
  expect(await checkVariant<unknown, Output>(workload, variant, { device, problems })).toMatchObject({ status: 'ok' });
});
