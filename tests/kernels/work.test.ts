import { describe, expect, test } from 'vitest';
import type { CnnInput } from '../../kernels/cnn/network.ts';
import { layersOf, runForward } from '../../kernels/cnn/reference.ts';
import { type OpenWindows, openOnAverage, trainingFlops } from '../../kernels/cnn/work.ts';
import cnn from '../../kernels/cnn/workload.ts';
import { shippedWorkloads } from '../../kernels/index.ts';
import ode from '../../kernels/ode/workload.ts';
import type { Output } from '../../src/backends/variant.ts';
import { operationMix, runCounted, workOf } from '../../src/census/operations/index.ts';
import { resolveTarget } from '../../src/target/index.ts';
import { loadWorkload } from '../../src/workload/load.ts';
import { resolveParameters } from '../../src/workload/parameters.ts';
import { createRandom } from '../../src/workload/random.ts';
import type { AnyWorkload, Parameters } from '../../src/workload/types.ts';

const bytesOf = (value: unknown): number =>
  ArrayBuffer.isView(value)
    ? value.byteLength
    : typeof value === 'object' && value !== null
      ? Object.values(value).reduce((sum: number, each) => sum + bytesOf(each), 0)
      : 0;

/** What `naive` gives for an input. */
async function outputOf({ variants }: AnyWorkload, input: unknown): Promise<Output> {
  const naive = variants.find(({ name }) => name === 'naive')!;
  const prepared = await naive.prepare(undefined as never, input as never);
  await prepared.upload(input as never);
  await prepared.dispatch();
  return prepared.readback();
}

/** Of the network's input, what each mode reads: no labels to infer, of the weights the convolutions' alone (13,696 bytes). */
function neededOf(name: string, input: unknown, { mode }: Parameters): number {
  if (name !== 'cnn' || mode === 'training') return bytesOf(input);
  const { images, weights } = input as Readonly<Record<string, Float32Array>>;
  return bytesOf(images) + (mode === 'inference' ? bytesOf(weights) : 13_696);
}

/** Windows of both poolings whose largest element is above 0, by the reference in f64. */
function openWindows({ images, weights, batch }: CnnInput): OpenWindows {
  const layers = runForward({ images, batch }, layersOf(weights));
  return {
    conv1: layers.pooled1.filter(value => value > 0).length,
    conv2: layers.pooled2.filter(value => value > 0).length,
  };
}

const names = Object.keys(shippedWorkloads).filter(name => name !== 'calibration');

test.each(names)('%s: the bytes of the work model are those of its arrays, for every parameter', async name => {
  const workload = await loadWorkload(name);
  const size = Math.min(...Object.values(workload.sizes).map(Number));
  const every = Object.keys(workload.parameters ?? {}).map(axis => `${axis}=all`);
  for (const parameters of resolveParameters(workload, every)) {
    const input = workload.inputs(size, createRandom(1), parameters);
    const work = workload.work(size, parameters);
    const [needed, given] = [neededOf(name, input, parameters), bytesOf(await outputOf(workload, input))];
    expect([parameters, work.bytesToDevice, work.bytesFromDevice]).toEqual([parameters, needed, given]);
    expect([parameters, work.bytesRead, work.bytesWritten]).toEqual([parameters, needed, given]);
  }
});

describe('the operations of the work model beside those that naive executes, counted', () => {
  // Counted over the model; the bounds say what the model leaves out, or what naive does besides.
  test.each<[name: string, size: number, parameters: Parameters, what: 'flops' | 'all', least: number, most: number]>([
    // Halves and sixths are divisions in each component, not factors of the step.
    ['ode', 17, { problem: 'lorenz-ensemble' }, 'flops', 1, 1.25],
    // Once a message the key schedule, and loop counters that are data.
    ['crypto', 1009, { algorithm: 'aes-256-ctr' }, 'all', 1, 1.01],
    // `| 0` after each addition.
    ['crypto', 1009, { algorithm: 'sha-256' }, 'all', 1, 1.3],
  ])('%s at %i, %o', async (name, size, parameters, what, least, most) => {
    const { total } = operationMix(await runCounted({ target: resolveTarget(name), size, parameters }));
    const { fp32, fp64, special } = total.classes;
    const calls = (total.specials.native ?? 0) + (total.specials.string ?? 0);
    const counted = what === 'flops' ? fp32 + fp64 + special - calls : workOf(total);
    const { operations } = (await loadWorkload(name)).work(size, parameters);
    expect(counted / operations).toBeGreaterThanOrEqual(least);
    expect(counted / operations).toBeLessThanOrEqual(most);
  });

  // Each point in a step of its own, then several in every step.
  test.each([
    ['lorenz', 1, 64],
    ['van-der-pol-1', 2048, 2100],
  ] as const)('ode %s: the points of the dense output from %i to %i, to the operation', async (problem, few, many) => {
    const counted = async (size: number): Promise<number> => {
      const spec = { target: resolveTarget('ode'), variant: 'tuned', size, parameters: { problem } };
      const { total } = operationMix(await runCounted(spec));
      const { fp32, fp64, special } = total.classes;
      return fp32 + fp64 + special - (total.specials.native ?? 0);
    };
    const model = (size: number) => ode.work(size, { problem }).operations;
    expect((await counted(many)) - (await counted(few))).toBe(model(many) - model(few));
  });

  // Inference: tests/kernels/cnn/reference counts the products.
  test('cnn training: to the flop, with the windows counted that ReLU and pooling leave open', async () => {
    const [size, parameters] = [2, { mode: 'training' }];
    const { total } = operationMix(await runCounted({ target: resolveTarget('cnn'), size, parameters }));
    const { fp32, fp64, special } = total.classes;
    const open = openWindows(cnn.inputs(size, createRandom(1), parameters));
    // Besides, naive takes each exponential and its subtraction twice, and gives conv1's input a gradient that nobody uses.
    const besides = 2 * 10 * size + 2 * 25 * open.conv1;
    expect(fp32 + fp64 + special - (total.specials.native ?? 0)).toBe(trainingFlops(size, open) + besides);
  });

  test('cnn training: as many windows are open on average as the model says', () => {
    const seeds = Array.from({ length: 24 }, (_, seed) => createRandom(100 + seed));
    const found = seeds.map(random => openWindows(cnn.inputs(4, random, { mode: 'training' })));
    for (const layer of ['conv1', 'conv2'] as const) {
      const counts = found.map(open => open[layer] / 4);
      const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
      const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
      expect(Math.abs(mean - openOnAverage[layer])).toBeLessThan(3 * Math.sqrt(variance / counts.length));
    }
    expect(cnn.work(7, { mode: 'training' }).operations).toBe(trainingFlops(7, { conv1: 7 * 490, conv2: 7 * 179 }));
  });

  test('matmul: two for each product, as every layer counts (tests/forecast/custom, tests/census/flops)', async () => {
    expect((await loadWorkload('matmul')).work(17, {}).operations).toBe(2 * 17 ** 3);
  });

  test('quicksort: the average of Hoare’s comparisons, which counted ones exceed by those of its partitions’ ends', async () => {
    const size = 4096;
    const { total } = operationMix(await runCounted({ target: resolveTarget('quicksort'), size }));
    const { operations } = (await loadWorkload('quicksort')).work(size, { keys: 'u32', distribution: 'uniform' });
    // 2n·ln n for large n (Sedgewick, Quicksort, 1975): the exact average is 2(n + 1)·H(n) − 4n.
    const harmonic = Array.from({ length: size }, (_, k) => 1 / (k + 1)).reduce((sum, each) => sum + each, 0);
    expect(operations / (2 * (size + 1) * harmonic)).toBeCloseTo(1, 0);
    expect(operations).toBe(Math.round(2 * size * Math.log(size)));
    expect(total.classes.compare).toBeGreaterThan(2 * (size + 1) * harmonic - 4 * size);
  });
});
