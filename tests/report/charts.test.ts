import { expect, test } from 'vitest';
import { observedOrder } from '../../src/report/charts/convergence.ts';
import { stack } from '../../src/report/charts/stack.ts';
import { renderSvg } from '../../src/report/render.ts';
import { standardCharts } from '../../src/report/standard.ts';
import { figureWidths } from '../../src/report/theme.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import { inkOutside, svgSize } from './pixels.ts';
import { sampleFigures } from './sample-figures.ts';
import { gpuRows, sampleRows } from './sample-rows.ts';

/** The same run on two adapters at once, with the longest names that the vocabulary has. */
const everyName: readonly CsvRow[] = [
  ...sampleRows,
  ...gpuRows.filter(({ variant }) => String(variant).startsWith('webgpu')),
  ...sampleRows
    .filter(({ variant, workload }) => variant === 'tuned' && workload === 'matmul')
    .map(row => ({ ...row, variant: 'TypedArray.prototype.sort' })),
];
const longNames = everyName.filter(({ workload }) => workload === 'matmul');

const oneSize = sampleRows.filter(({ size }) => size === 512);

/** Drawn once for all tests: drawing is what takes time. */
const drawn = new Map<readonly CsvRow[], Promise<readonly { svg: string; caption: string }[]>>();
function drawnCharts(rows: readonly CsvRow[]) {
  const charts =
    drawn.get(rows) ??
    Promise.all(standardCharts(rows).map(async ({ spec, caption }) => ({ svg: await renderSvg(spec), caption })));
  drawn.set(rows, charts);
  return charts;
}

const runs = { software: sampleRows, gpu: gpuRows, longNames, oneSize };

test.each(
  Object.entries(runs).flatMap(([run, rows]) =>
    (['one-column', 'two-columns'] as const).map(width => ({ run, width, rows })),
  ),
)('no chart of run $run in $width is cut or wider than its column', async ({ rows, width }) => {
  const charts = standardCharts(rows, { width, sizeMeaning: { matmul: 'n: A and B are n×n', crypto: 'bytes' } });
  expect(charts.length).toBeGreaterThan(1);
  for (const { name, spec } of charts) {
    const svg = await renderSvg(spec);
    expect(svgSize(svg).width, name).toBeLessThanOrEqual(figureWidths[width] + 1);
    expect(svgSize(svg).width, name).toBeGreaterThan(figureWidths[width] * 0.95);
    expect(inkOutside(svg), name).toBe(0);
  }
});

test.each(['one-column', 'two-columns'] as const)(
  'no other chart in %s is cut or wider than its column',
  async width => {
    for (const [name, spec] of Object.entries(sampleFigures({ width }))) {
      const svg = await renderSvg(spec);
      expect(svgSize(svg).width, name).toBeLessThanOrEqual(figureWidths[width] + 1);
      expect(inkOutside(svg), name).toBe(0);
    }
  },
);

test('the observed order of a pure power law is its exponent, and exact results do not count', () => {
  const { order, errorAt } = observedOrder([
    ...[0.1, 0.05, 0.025].map(step => ({ step, error: 7 * step ** 4 })),
    { step: 0.01, error: 0 },
  ]);
  expect(order).toBeCloseTo(4, 10);
  expect(errorAt(0.2)).toBeCloseTo(7 * 0.2 ** 4, 10);
});

test('a stack refuses a part that it has no colour for', () => {
  const rows = [{ label: 'a', text: '', parts: [{ part: 'dark', value: 1 }] }];
  expect(() => stack({ title: 't', subtitle: '', axis: '', parts: [], rows })).toThrow('"dark"');
});

test('no text is smaller than 6 pt in print', async () => {
  for (const { svg } of await drawnCharts(sampleRows)) {
    const sizes = [...svg.matchAll(/font-size="([\d.]+)px"/g)].map(([, px]) => Number(px));
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(8);
  }
});

test('what ran on a software adapter says so in every chart, and what did not never does', async () => {
  for (const { svg, caption } of await drawnCharts(sampleRows)) {
    expect(svg).toContain('(software)');
    expect(caption).toContain('software adapter');
  }
  for (const { svg, caption } of await drawnCharts(gpuRows)) {
    expect(svg).not.toContain('software');
    expect(caption).not.toContain('software');
  }
});

test('cells without a time are named in the caption and in the bars', async () => {
  const charts = standardCharts(sampleRows).filter(({ workload }) => workload === 'matmul');
  for (const { caption } of charts) expect(caption).toContain('webgpu-subgroup (timeout)');
  const bars = charts.find(({ name }) => name === 'matmul-speedup');
  expect(await renderSvg(bars!.spec)).toContain('>timeout<');
});

test('captions give the number of processes, the interval and the machine', () => {
  const [chart] = standardCharts(sampleRows, { machine: 'a machine' });
  expect(chart?.caption).toContain('n = 10 processes');
  expect(chart?.caption).toContain('95 % interval');
  expect(chart?.caption).toContain('Machine: a machine.');
});

test('a workload whose outputs are all exact gets no chart of errors; one size gets no lines', () => {
  const kinds = (rows: readonly CsvRow[], workload: string) =>
    standardCharts(rows)
      .filter(chart => chart.workload === workload)
      .map(({ name }) => name);
  expect(kinds(sampleRows, 'crypto')).toEqual([
    'crypto-aes-128-ctr-time-over-size',
    'crypto-aes-128-ctr-speedup',
    'crypto-aes-128-ctr-phases',
  ]);
  expect(kinds(oneSize, 'matmul')).not.toContain('matmul-time-over-size');
});

test('nothing measured, nothing charted', () => {
  expect(standardCharts([])).toEqual([]);
  expect(standardCharts(sampleRows.filter(({ status }) => status !== 'ok'))).toEqual([]);
});
