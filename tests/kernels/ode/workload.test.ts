import { describe, expect, test } from 'vitest';
import { stepFlops } from '../../../kernels/ode/ensemble.ts';
import { type OdeProblemName, odeProblems } from '../../../kernels/ode/problems.ts';
import workload from '../../../kernels/ode/workload.ts';
import { createRandom } from '../../../src/workload/random.ts';
import { checkAt, checkInputs } from '../../support/check.ts';

const parameters = { problem: 'lorenz-ensemble' };
const every = [
  'naive',
  'tuned',
  'threads',
  'simd',
  'simd-threads',
  'webgpu-naive',
  'webgpu-tuned',
  'gpujs',
  'gpujs-webasm',
  'tfjs-wasm',
];

describe('the ensemble', () => {
  describe.each(every)('%s', variant => {
    // None is a multiple of a lane, a vector, a workgroup or a cache line.
    test.each([1, 3, 17, 130])('%i trajectories', async size => {
      expect(await checkAt(workload, variant, { size, parameters })).toMatchObject({ status: 'ok' });
    });
  });

  test('tfjs-webgpu: 17 trajectories, once (16,896 dispatches take seconds on a software adapter)', async () => {
    const input = workload.inputs(17, createRandom(1), parameters);
    expect(await checkInputs(workload, 'tfjs-webgpu', [input])).toMatchObject({ status: 'ok' });
  });

  test.each(['naive', 'tuned', 'threads', 'simd', 'simd-threads', 'webgpu-tuned'])('%s: edge cases', async variant => {
    for (const [name, input] of Object.entries(workload.cases!(createRandom(1), parameters)))
      expect(await checkInputs(workload, variant, [input]), name).toMatchObject({ status: 'ok' });
  });

  test('odex is left out, with the reason', async () => {
    const outcome = await checkAt(workload, 'odex', { size: 3, parameters });
    expect(outcome).toMatchObject({ status: 'skipped', reason: expect.stringContaining('chooses its own steps') });
  });
});

describe.each(Object.keys(odeProblems) as OdeProblemName[])('%s', problem => {
  const alone = ['naive', 'tuned', 'odex'];

  test.each(alone)('%s is right at every point asked for', async variant => {
    const inputs = [
      workload.inputs(2000, createRandom(1), { problem }),
      workload.cases!(createRandom(2), { problem })['the end only']!,
    ];
    for (const input of inputs) expect(await checkInputs(workload, variant, [input])).toMatchObject({ status: 'ok' });
  });

  test('hardware that wants many things at once says why it is no use', () => {
    const input = workload.inputs(3, createRandom(1), { problem });
    for (const { name, unsupported } of workload.variants)
      if (!alone.includes(name)) expect(unsupported?.(input), name).toContain('one trajectory');
  });
});

test('inputs depend on the seed in values only', () => {
  for (const problem of workload.parameters!.problem!) {
    const [first, again, other] = [1, 1, 2].map(seed => workload.inputs(9, createRandom(seed), { problem }));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    if (first!.kind === 'trajectory') expect(first!.points.at(-1)).toBe(odeProblems[first!.problem].end);
  }
});

test('a size that makes no sense is refused with the one to give', () => {
  for (const problem of workload.parameters!.problem!)
    expect(() => workload.inputs(0, createRandom(1), { problem })).toThrow(/ode: .*0 .*--size 1 or more/);
});

test('the work of a step is what its formulas say, counted by carrying out every operation', () => {
  let operations = 0;
  const op = (value: number): number => {
    operations++;
    return value;
  };
  const slope = ([x = 0, y = 0, z = 0]: number[]): number[] => [
    op(10 * op(y - x)),
    op(op(x * op(28 - z)) - y),
    op(op(x * y) - op(2 * z)),
  ];
  const along = (s: number[], k: number[], by: number): number[] => s.map((v, c) => op(v + op(by * k[c]!)));
  const state = [1, 2, 3];
  const k1 = slope(state);
  const k2 = slope(along(state, k1, 0.5));
  const k3 = slope(along(state, k2, 0.5));
  const k4 = slope(along(state, k3, 1));
  const sum = k1.map((k, c) => op(op(op(k + op(2 * k2[c]!)) + op(2 * k3[c]!)) + k4[c]!));
  along(state, sum, 1 / 6);
  expect(operations).toBe(stepFlops);
  expect(workload.work(10, parameters).operations).toBe(10 * 256 * stepFlops);
});
