import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bench, census, forecast, trace } from '../../src/index.ts';
import { readCsv } from '../../src/results/csv.ts';
import { processColumns, sampleColumns, summaryColumns } from '../../src/results/schema.ts';
import { projectRoot } from '../support/pgram.ts';

const out = mkdtempSync(join(tmpdir(), 'pgram-api-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const middle = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
};

test('bench writes a run folder, and docs/data.md’s query of its raw samples gives the medians of its summary', async () => {
  const target = join(projectRoot, 'examples/dot-product.ts');
  const run = await bench(target, { sizes: [4096], quick: true, processes: 3, probe: false, out });
  expect(run.complete).toBe(true);
  const table = (name: string, columns: Parameters<typeof readCsv>[1]) => readCsv(join(run.folder, name), columns).rows;
  const counted = new Set(
    table('processes.csv', processColumns)
      .filter(({ status }) => status === 'ok')
      .map(({ variant, process }) => `${variant} ${process}`),
  );
  const steady = table('samples.csv', sampleColumns).filter(
    row => row.phase === 'end_to_end' && row.regime === 'steady' && counted.has(`${row.variant} ${row.process}`),
  );
  const summary = table('summary.csv', summaryColumns).filter(
    row => row.phase === 'end_to_end' && row.regime === 'steady',
  );
  expect(summary.map(({ variant }) => variant)).toEqual(['naive', 'tuned']);
  for (const { variant, time_median_ns } of summary) {
    const own = Map.groupBy(
      steady.filter(row => row.variant === variant),
      ({ process }) => process,
    );
    const medians = [...own.values()].map(rows => middle(rows.map(row => Number(row.time_ns))));
    expect(medians).toHaveLength(3);
    expect(Number(time_median_ns)).toBeCloseTo(middle(medians), 6);
  }
});

test('trace and census say of a product what its closed forms say', async () => {
  const n = 8;
  const { work, span, complete } = await trace('matmul', { size: n });
  expect({ work, span, complete }).toEqual({ work: 2 * n ** 3, span: n + 1, complete: true });
  const { layers } = await census('matmul', { size: n, machineCode: false });
  expect(layers.find(({ layer }) => layer === 'executed-bytecode')?.flops).toBe(2 * n ** 3);
});

test('what does not exist is a UsageError with a suggestion', async () => {
  await expect(trace('matmull')).rejects.toThrow(/matmul/);
  await expect(bench('quicksrot')).rejects.toThrow(/quicksort/);
});

test('forecast says what `pgram forecast --json` says: of which program, on which devices, with which terms', async () => {
  const steps: string[] = [];
  const { target, size, devices, regions } = await forecast(join(projectRoot, 'examples/potential.ts#potential'), {
    size: 12,
    devices: ['h100'],
    onStep: step => steps.push(step),
  });
  expect([target, size]).toEqual([expect.stringMatching(/potential\.ts#potential$/), 12]);
  expect(regions.map(({ verdict }) => verdict)).toContain('parallel');
  expect(devices.map(({ device, ranOn }) => [device, ranOn])).toEqual([['h100', 'gpu']]);
  const { speedup, seconds } = devices[0]!;
  expect(speedup.low).toBeLessThan(speedup.mid);
  expect(speedup.mid).toBeLessThan(speedup.high);
  const { kernel, launch, transfer, serial, total } = seconds;
  expect(kernel + launch + transfer + serial).toBeCloseTo(total, 12);
  expect(steps[0]).toBe('timing the plain program at size 12');
  await expect(forecast('matmul', { devices: ['h10'] })).rejects.toThrow(/h100/);
});
