import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import experiment from '../../experiments/profile-all.ts';
import { censusRows } from '../../src/census/index.ts';
import { type Category, categories, type Layer, type LayerName } from '../../src/census/types.ts';
import { analyseProfileAll } from '../../src/experiment/profile-all/analyse.ts';
import { conductProfileAll } from '../../src/experiment/profile-all/conduct.ts';
import { fileNameOf, isCpuVariant, subjectsOf } from '../../src/experiment/profile-all/subjects.ts';
import type { SubjectResult } from '../../src/experiment/profile-all/types.ts';
import { censusColumns } from '../../src/results/schema.ts';
import { resolveTarget } from '../../src/target/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-test-all-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const everything = { workloads: [], sizes: [], variants: [], parameters: [], quick: true };

test('the plan has every CPU variant of all six workloads, all four calibration programs, and nothing else', async () => {
  const plan = await experiment.plan(everything);
  expect(new Set(plan.map(({ workload }) => workload))).toEqual(
    new Set(['matmul', 'ode', 'quicksort', 'crypto', 'cnn', 'calibration']),
  );
  expect(plan.filter(({ workload }) => workload === 'calibration')).toHaveLength(4);
  for (const { workload, variants } of plan) {
    expect(variants).toContain('naive');
    for (const name of variants) expect(name).not.toMatch(/webgpu|^gpujs$|gpu$/);
    if (workload === 'matmul')
      expect(variants).toEqual(expect.arrayContaining(['tuned', 'threads', 'simd', 'gpujs-webasm', 'tfjs-wasm']));
  }
});

test('what was not asked for is not added, and names of files are all different', async () => {
  const plan = await experiment.plan({ ...everything, variants: ['simd', 'tuned'] });
  for (const { variants } of plan) expect(['simd', 'tuned']).toEqual(expect.arrayContaining([...variants]));
  const subjects = await subjectsOf(await experiment.plan(everything));
  const names = subjects.map(fileNameOf);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[\w.-]+$/);
  for (const { size, censusSize } of subjects) expect(censusSize).toBeLessThanOrEqual(size);
});

test.each([
  ['naive', true],
  ['simd-threads', true],
  ['gpujs-webasm', true],
  ['tfjs-wasm', true],
  ['@noble/ciphers', true],
  ['gpujs', false],
  ['webgpu-tuned', false],
  ['tfjs-webgpu', false],
  ['tfjs-node-gpu', false],
])('%s runs on the CPU: %s', (variant, expected) => {
  expect(isCpuVariant(variant)).toBe(expected);
});

const counts = (given: Partial<Record<Category, number>>) =>
  Object.fromEntries(categories.map(category => [category, given[category] ?? 0])) as Record<Category, number>;

const layer = (name: LayerName, given: Partial<Record<Category, number>>, flops: number): Layer => ({
  layer: name,
  counts: counts(given),
  opcodes: {},
  flops,
  functions: [{ name: 'multiply', file: 'naive.ts', line: 3, counts: counts(given), opcodes: {}, flops }],
  unsolved: [],
});

/** A run with a subject that is done and one that failed. */
async function knownRun() {
  const plan = (await experiment.plan({ ...everything, workloads: ['matmul'] })).map(group => ({
    ...group,
    variants: ['naive', 'simd'],
  }));
  const [naive, simd] = await subjectsOf(plan);
  mkdirSync(join(folder, 'subjects'), { recursive: true });
  const write = (result: SubjectResult) =>
    writeFileSync(join(folder, 'subjects', `${fileNameOf(result.subject)}.json`), JSON.stringify(result));
  const place = (name: 'turbofan' | 'native' | 'unnamed' | 'tool', share: number) => ({
    place: name,
    name: '',
    milliseconds: share * 10,
    share,
    measuredBy: 'ticks' as const,
    standardError: 0.01,
  });
  write({
    schema: 1,
    subject: naive!,
    steps: [
      { step: 'profile', status: 'ok', seconds: 1 },
      { step: 'clinic flame', status: 'runtime-error', reason: 'clinic flame: it broke', seconds: 1 },
    ],
    tables: {
      'census.csv': censusRows(
        { layers: [layer('executed-bytecode', { arithmetic: 30, 'register-move': 40 }, 30)], webassemblyStatic: [] },
        { runId: 'run', label: 'matmul', variant: 'naive', spec: { target: resolveTarget('matmul'), size: 17 } },
      ),
    },
    places: [place('turbofan', 0.45), place('native', 0.27), place('unnamed', 0.18), place('tool', 0.1)],
    layers: [
      {
        layer: 'executed-bytecode',
        counts: counts({ arithmetic: 30, bitwise: 10, 'register-move': 40, memory: 10, 'control-flow': 10 }),
        flops: 30,
        unsolved: 0,
      },
    ],
    clinic: [],
    open: [],
  });
  write({
    schema: 1,
    subject: simd!,
    steps: [{ step: 'profile', status: 'timeout', reason: 'it took too long', seconds: 60 }],
    tables: {},
    places: [],
    layers: [],
    clinic: [],
    open: [],
  });
  return { plan, results: { summary: [], samples: [], plan, machine: 'a machine', folder } };
}

test('shares are of what was seen, failures are rows with reasons, and clinic’s failures end nothing', async () => {
  const { results } = await knownRun();
  const { tables, charts, sentences, failures } = await analyseProfileAll(results);
  expect(failures).toBe(1);
  const steps = tables.find(({ name }) => name === 'profile-all.csv')!.rows;
  expect(steps).toHaveLength(3);
  expect(steps.find(({ status }) => status === 'timeout')).toMatchObject({
    variant: 'simd',
    reason: 'it took too long',
  });
  expect(steps.find(({ step }) => step === 'clinic flame')).toMatchObject({ status: 'runtime-error' });
  // The tool's own tenth is no part of the program: 0.45 of 0.9 is a half, 0.27 is 30 %, 0.18 is 20 %.
  expect(sentences.at(-1)?.text).toBe(
    'matmul naive: 40 % of the executed bytecodes are arithmetic, 50 % move or load data; 50 % of the time is in compiled JavaScript, 30 % in native libraries, 20 % without a name.',
  );
  expect(charts).toHaveLength(1);
  expect(JSON.stringify(charts[0]?.spec)).toContain('timeout');
  const census = tables.find(({ name }) => name === 'census.csv')!;
  expect(census.columns).toBe(censusColumns);
  expect(census.rows).toMatchObject([
    { target: 'matmul', layer: 'executed-bytecode', kind: 'executed', arithmetic: 30, register_move: 40, flops: 30 },
  ]);
  // No column beyond the schema's.
  for (const row of census.rows)
    expect(censusColumns.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(row)));
});

test('a resumed run does nothing twice', async () => {
  const { plan } = await knownRun();
  const steps: string[] = [];
  const complete = await conductProfileAll({
    folder,
    plan,
    seed: 1,
    ceilings: null,
    quick: true,
    signal: new AbortController().signal,
    onProgress: ({ label, step }) => steps.push(`${label} ${step}`),
    onRemark: () => undefined,
  });
  expect(complete).toBe(true);
  expect(steps).toEqual([]);
});
