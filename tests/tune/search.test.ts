import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDevice } from '../../src/backends/device.ts';
import type { GpuVariant } from '../../src/backends/webgpu/plan.ts';
import { keepTuning, readTuning, type Trial, tunedShape } from '../../src/backends/webgpu/tuned.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import { poseProblem } from '../../src/measure/check.ts';
import { searchShapes } from '../../src/tune/search.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { createRandom, uniform } from '../../src/workload/random.ts';

type Input = { readonly x: Float32Array };

/** x² for every element, `repeats` times over: the more, the slower. Two of the shapes are faulty on purpose. */
const declaration = (factor = 1): GpuVariant<Input, Float32Array> => ({
  name: 'webgpu-tuned',
  sameAlgorithm: true,
  plan: (_gpu, { x }, shape = { repeats: 60, fault: 'none' }) => ({
    buffers: { x: { bytes: x.byteLength, role: 'in' }, y: { bytes: x.byteLength, role: 'out' } },
    passes: [
      {
        label: 'square',
        code: `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= arrayLength(&x)) { return; }
  for (var r = 0; r < ${shape.repeats}; r++) { y[id.x] = x[id.x] * x[id.x] * ${factor}.0; }
  ${shape.fault === 'wrong' ? 'y[id.x] += 1.0;' : ''}${shape.fault === 'syntax' ? 'this is no WGSL' : ''}
}`,
        bindings: ['x', 'y'],
        workgroups: [Math.ceil(x.length / 64)],
      },
    ],
  }),
  tunable: {
    id: 'squares/webgpu-tuned',
    shapes: () => [
      { repeats: 1, fault: 'wrong' },
      { repeats: 2, fault: 'syntax' },
      { repeats: 4, fault: 'none' },
      { repeats: 90, fault: 'none' },
    ],
    sample: { x: new Float32Array(4) },
    extent: ({ x }) => x.length,
  },
  upload: ({ x }) => ({ x }),
  download: ({ y }) => new Float32Array(y!),
});

const square = ({ x }: Input) => x.map(value => value * value);
const work = { operations: 1, operationUnit: 'flop', items: 1, itemUnit: 'element' } as const;
const workload = defineWorkload<Input, Float32Array>({
  name: 'squares',
  summary: 'squares',
  sizes: { small: 4096 },
  inputs: (n, random) => ({ x: uniform(random, n) }),
  reference: square,
  tolerance: () => ({ kind: 'absolute', bound: 1e-6, reason: 'one rounding' }),
  work: () => ({ ...work, bytesRead: 4, bytesWritten: 4, bytesToDevice: 4, bytesFromDevice: 4 }),
  variants: [{ ...webgpuVariant(declaration()), name: 'naive' }],
});

const folder = mkdtempSync(join(tmpdir(), 'tuning-'));
const device = openDevice();
beforeAll(() => void vi.stubEnv('PGRAM_TUNING', folder));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function search(budgetNs: number, variant = declaration()) {
  const pose = (seed: number) => poseProblem(workload, workload.inputs(16_384, createRandom(seed), {}));
  const trials: Trial[] = [];
  const result = await searchShapes(
    {
      workload,
      declaration: variant as unknown as GpuVariant<unknown, never>,
      problems: [await pose(1), await pose(2)],
    },
    { device, budgetNs, fresh: false, keep: keepTuning, onTrial: trial => void trials.push(trial) },
  );
  return { ...result, trials };
}

test('a budget that is spent ends the search, and the next one goes on where it ended', async () => {
  expect(await search(0)).toMatchObject({ untried: 4, gain: undefined, trials: [] });
  const second = await search(60e9);
  expect(second.trials.map(({ status }) => status)).toEqual(['failed', 'failed', 'ok', 'ok']);
  const third = await search(60e9);
  expect(third.trials).toEqual([]);
  expect(third.record.trials).toHaveLength(4);
});

test('a shape that is wrong never wins, however fast; the fastest right one does', async () => {
  const { record, gain } = await search(60e9);
  const reasons = record.trials.map(trial => (trial.status === 'failed' ? trial.reason : ''));
  expect(reasons[0]).toMatch(/the reference says/);
  expect(reasons[1]).toMatch(/WGSL/);
  expect(record.best).toEqual({ repeats: 4, fault: 'none' });
  expect(gain).toBeGreaterThan(1);
});

test('the variant runs with what was found, for inputs of about that extent and as long as its source stays', async () => {
  const gpu = await device.gpu();
  const input = (length: number): Input => ({ x: new Float32Array(length) });
  const best = { repeats: 4, fault: 'none' };
  expect(tunedShape(declaration(), gpu, input(16_384))).toEqual(best);
  expect(tunedShape(declaration(), gpu, input(5000))).toEqual(best);
  expect(tunedShape(declaration(), gpu, input(64))).toBeUndefined();
  expect(tunedShape(declaration(2), gpu, input(16_384))).toBeUndefined();
  const other = { adapter: { ...gpu.adapter, description: 'another driver' } };
  expect(tunedShape(declaration(), other, input(16_384))).toBeUndefined();
});

test('another source starts anew and replaces what was known of the old one', async () => {
  await search(0, declaration(1));
  const before = readTuning().length;
  await search(0, declaration(3));
  expect(readTuning().length).toBe(before);
  expect(tunedShape(declaration(1), await device.gpu(), { x: new Float32Array(16_384) })).toBeUndefined();
});
