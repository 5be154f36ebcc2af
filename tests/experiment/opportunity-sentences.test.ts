import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { analyseOpportunities } from '../../src/experiment/opportunities/analyse.ts';
import { opportunityColumns } from '../../src/experiment/opportunities/columns.ts';
import { csvText } from '../../src/results/csv.ts';
import type { CsvRow } from '../../src/results/schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-opportunities-'));
afterAll(() => rmSync(folder, { recursive: true }));

const loop = (workload: string, more: CsvRow): CsvRow => ({
  ...{ schema_version: 1, workload, size: 8, file: 'f.ts', function: 'f', line: 3, verdict: 'parallel' },
  ...more,
});

test('of each workload the hottest loop, with the device that promises most; measured only where it was offloaded', async () => {
  const forecasts = { forecast_cpu: 2, forecast_cpu_simd: 3, forecast_cpu_simd_threads: 12, forecast_webgpu: 0.5 };
  const rows = [
    loop('matmul', { time_share: 0.9, offloaded: 'yes', ...forecasts }),
    loop('matmul', { time_share: 0.1, line: 9, offloaded: 'no' }),
    loop('quicksort', { time_share: 1, verdict: 'sequential', offloaded: 'no' }),
  ];
  writeFileSync(join(folder, 'opportunities.csv'), csvText(opportunityColumns, rows));
  const cell = { workload: 'matmul', size: 8, parameters: '', phase: 'end_to_end', regime: 'steady' };
  const summary = [
    { ...cell, variant: 'simd-threads', speedup_vs_naive: 11 },
    { ...cell, variant: 'simd-threads', speedup_vs_naive: 99, regime: 'first' },
    { ...cell, variant: 'tuned', speedup_vs_naive: 4, phase: 'compute' },
  ];
  const plan = [{ workload: 'matmul', size: 8, target: 'matmul' }] as never;
  const { sentences, tables } = await analyseOpportunities({ summary, plan, folder, samples: [], machine: 'm' });
  expect(sentences.map(({ text }) => text)).toEqual([
    'matmul 8: the hottest loop, f at f.ts:3, 90 % of its time, is parallel; forecast on cpu-simd-threads: 12×.',
    'quicksort 8: the hottest loop, f at f.ts:3, 100 % of its time, is sequential; no loop of it is worth a device of this machine.',
  ]);
  const measured = tables[0]!.rows.map(row => [row.measured_cpu_simd_threads, row.measured_cpu]);
  expect(measured).toEqual([
    [11, undefined],
    [undefined, undefined],
    [undefined, undefined],
  ]);
});
