import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { analyseLayers } from '../../src/experiment/layers/analyse.ts';
import type { LayersSubject } from '../../src/experiment/layers/conduct.ts';
import type { PlannedGroup } from '../../src/results/manifest.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-layers-'));
mkdirSync(join(folder, 'subjects'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const layer = (name: string, flops: number | null, integerOperations = 0) => ({
  ...{ layer: name, flops, instructions: 5000, integerOperations, unsolved: flops === null ? 1 : 0 },
});
const subject = (change: Partial<LayersSubject>): LayersSubject => ({
  ...{ workload: 'matmul', parameters: '', size: 8, variant: 'naive', operations: 1024, operationUnit: 'flop' },
  ...{ layers: [], reason: '' },
  ...change,
});
const subjects = [
  subject({ layers: [layer('executed-bytecode', 1024, 9)] }),
  subject({ variant: 'simd', layers: [layer('executed-bytecode', 32), layer('webassembly', 1024)] }),
  subject({ variant: 'webgpu-naive', layers: [layer('executed-bytecode', 0), layer('gpu-kernel', null)] }),
  subject({ variant: '@scope/peer', reason: 'its code is nowhere to be seen' }),
  subject({ workload: 'crypto', operations: 64, operationUnit: 'byte', layers: [layer('executed-bytecode', 0, 640)] }),
];
for (const { workload, size, variant, ...rest } of subjects)
  writeFileSync(
    join(folder, 'subjects', `${workload}-${size}-${variant.replace(/[^\w.-]+/g, '_')}.json`),
    JSON.stringify({ workload, size, variant, ...rest }),
  );
const group = (workload: string, variants: string[]) =>
  ({ workload, target: workload, size: 8, parameters: {}, variants }) as unknown as PlannedGroup;
const plan = [
  group('matmul', ['naive', 'simd', 'webgpu-naive', '@scope/peer', 'not-counted-yet']),
  group('crypto', ['naive']),
];
const { tables, charts, sentences, failures } = analyseLayers({
  ...{ summary: [], samples: [], plan, machine: 'A machine.' },
  folder,
});

test('each layer of each subject is a row: flops over the model only where both are flops and known', () => {
  const rows = tables[0]!.rows;
  expect(tables.map(({ name }) => name)).toEqual(['layers.csv']);
  expect(rows.map(row => [row.workload, row.variant, row.layer, row.flops, row.flops_over_model])).toEqual([
    ['matmul', 'naive', 'executed-bytecode', 1024, 1],
    ['matmul', 'simd', 'executed-bytecode', 32, 1 / 32],
    ['matmul', 'simd', 'webassembly', 1024, 1],
    ['matmul', 'webgpu-naive', 'executed-bytecode', 0, 0],
    ['matmul', 'webgpu-naive', 'gpu-kernel', undefined, undefined],
    ['matmul', '@scope/peer', undefined, undefined, undefined],
    ['crypto', 'naive', 'executed-bytecode', 0, undefined],
  ]);
  for (const row of rows) expect(row.run_id).toBe(basename(folder));
  const declared = new Set(tables[0]!.columns.map(({ name }) => name));
  for (const name of rows.flatMap(row => Object.keys(row))) expect(declared).toContain(name);
});

test('the sentence says where most of the arithmetic is, its share, and how far it is from the model', () => {
  const [matmul = '', crypto = ''] = sentences.map(({ text }) => text);
  expect(matmul).toMatch(/^matmul 8: naive executes 1,?024 operations in executed-bytecode, 0 % from the model; /);
  // 1024 of 1056 are 97 %; 1056 are 3.1 % more than 1024.
  expect(matmul).toMatch(/simd executes 1,?056 operations in webassembly \(97 % of them\), 3\.1 % from the model/);
  expect(matmul).toMatch(/webgpu-naive: nothing that can be counted; @scope\/peer: its code is nowhere to be seen\.$/);
  expect(crypto).toMatch(/^crypto 8: naive executes 640 operations in executed-bytecode\.$/);
});

test('a chart for each workload, of what was counted; a subject without counts is a failure, not a gap', () => {
  expect(charts.map(({ name }) => name)).toEqual(['layers-matmul-8', 'layers-crypto-8']);
  expect(charts[0]!.caption).toMatch(/takes 1,?024 flops.*A machine\./);
  expect(failures).toBe(1);
  expect(() => analyseLayers({ summary: [], samples: [], plan, machine: '' })).toThrow(/run folder/);
});
