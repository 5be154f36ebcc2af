import { join } from 'node:path';
import { expect, test } from 'vitest';
import cpuVsGpu from '../../experiments/cpu-vs-gpu.ts';
import sizeScaling from '../../experiments/size-scaling.ts';
import type { PlanOptions } from '../../src/experiment/define.ts';
import { projectRoot } from '../support/pgram.ts';

/** Its named sizes are small (4096) and large (1048576). */
const dot = join(projectRoot, 'examples/dot-product.ts');
const options: PlanOptions = { workloads: [dot], sizes: [], variants: [], parameters: [], quick: true };

test('of the experiment’s own sizes a workload takes those that it has', async () => {
  const sizes = async (more: Partial<PlanOptions>) =>
    (await cpuVsGpu.plan({ ...options, ...more })).map(({ size }) => size);
  expect(await sizes({})).toEqual([4096]);
  expect(await sizes({ quick: false })).toEqual([4096, 1_048_576]);
  await expect(sizes({ sizes: ['medium'] })).rejects.toThrow('has no size `medium`');
});

test('a ladder stands on the sizes that there are, and is not asked for where --size is given', async () => {
  const rungs = (await sizeScaling.plan(options)).map(({ size }) => size);
  expect([rungs[0], rungs.at(-1), rungs.length]).toEqual([4096, 1_048_576, 6]);
  expect((await sizeScaling.plan({ ...options, sizes: ['12'] })).map(({ size }) => size)).toEqual([12]);
});
