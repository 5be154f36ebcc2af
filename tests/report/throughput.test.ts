import { expect, test } from 'vitest';
import { roofedPoints, throughput } from '../../src/report/charts/throughput.ts';
import { renderSvg } from '../../src/report/render.ts';
import { subjectsOf } from '../../src/report/rows.ts';
import type { CsvRow } from '../../src/results/schema.ts';

const row = (variant: string, phase: string, more: CsvRow): CsvRow => ({
  ...{ workload: 'w', size: 8, parameters: '', variant, phase, regime: 'steady', status: 'ok' },
  ...{ device: 'cpu-1', ran_on: 'cpu', processes: 3, time_median_ns: 100, item_unit: 'byte' },
  ...more,
});

const rows = [
  row('simd', 'end_to_end', { items_per_s: 1e9, bound_share: 0.25, bound_by: 'shuffles' }),
  row('simd', 'dispatch', { items_per_s: 2e9, bound_share: 0.5, bound_by: 'shuffles' }),
  row('tuned', 'end_to_end', { items_per_s: 1e8, bound_share: 0.02, bound_by: 'look-ups' }),
  row('native', 'end_to_end', { items_per_s: 1e9 }),
];
const [subject] = subjectsOf(rows);

test('the roof is the throughput at the bound, at the phase nearest to the kernel; who has no bound is left out', () => {
  const points = roofedPoints(subject!, 8);
  expect(points.map(({ variant, phase, rate, roof }) => [variant, phase, rate, roof])).toEqual([
    ['simd', 'dispatch', 2e9, 4e9],
    ['tuned', 'end_to_end', 1e8, 5e9],
  ]);
  expect(roofedPoints(subject!, 9)).toEqual([]);
});

test('variants stand in the order of the workload, whichever of their phases is shown', () => {
  const bounded = { items_per_s: 1e8, bound_share: 0.02, bound_by: 'memory' };
  const [mixed] = subjectsOf([
    row('naive', 'end_to_end', bounded),
    row('threads', 'dispatch', bounded),
    row('webgpu-naive', 'kernel', bounded),
  ]);
  expect(roofedPoints(mixed!, 8).map(({ variant }) => variant)).toEqual(['naive', 'threads', 'webgpu-naive']);
});

test('each bar has its roof, its share and what binds it', async () => {
  const svg = await renderSvg(throughput('w', roofedPoints(subject!, 8), { size: 8 }));
  expect(svg).toContain('50 % of shuffles');
  expect(svg).toContain('2.0 % of look-ups');
  expect(svg).toContain('bytes a second');
});
