import { expect, test } from 'vitest';
import { crossoverSentences, crossoverTable } from '../../src/experiment/crossover.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import { oneProcess, onGpu, onSoftware, summaryRow } from './summary-rows.ts';

const said = (rows: readonly CsvRow[]) => crossoverSentences(rows).map(({ text }) => text);
const endToEnd = (rows: readonly CsvRow[], baseline: string) =>
  crossoverTable(rows).rows.filter(row => row.phase === 'end_to_end' && row.baseline === baseline);

test('without a CPU time nothing is claimed about speed', () => {
  const rows = [
    { ...summaryRow({ size: 512, ns: 0 }), status: 'skipped', time_median_ns: undefined, reason: 'call limit' },
    summaryRow({ size: 512, ns: 1000, ...onSoftware }),
  ];
  expect(said(rows)).toEqual([
    'w: no CPU variant was measured at a size that an offloaded variant was measured at, so nothing is known about what offloading gains.',
  ]);
  expect(endToEnd(rows, 'best-cpu')).toMatchObject([{ variant: 'webgpu-naive', faster: undefined }]);
});

test('faster at 512 and unsure at 2048: not "never", and the size where it is faster is named', () => {
  const rows = [
    summaryRow({ size: 512, ns: 4000 }),
    summaryRow({ size: 512, ns: 1000, ...onGpu }),
    summaryRow({ size: 2048, ns: 4000 }),
    summaryRow({ size: 2048, ns: 3950, ...onGpu }),
    summaryRow({ size: 8192, ns: 5, ...onGpu }),
  ];
  expect(said(rows)).toEqual([
    'w: no offloaded variant is surely faster end to end than the best CPU variant at the largest size that both were measured at (2048); webgpu-tuned is at size 512.',
  ]);
  expect(endToEnd(rows, 'best-cpu')).toMatchObject([{ faster: false, size_high: undefined }]);
});

test('variants that were last compared at different sizes are told apart, and a software adapter is called one', () => {
  const rows = [
    ...[512, 2048].map(size => summaryRow({ size, ns: 100 })),
    ...[512, 2048].map(size => summaryRow({ size, ns: 500, ...onSoftware, variant: 'webgpu-tuned' })),
    summaryRow({ size: 512, ns: 500, ...onSoftware }),
  ];
  expect(said(rows)).toEqual([
    'w: no offloaded variant is surely faster end to end than the best CPU variant at the largest size that both were measured at (webgpu-tuned: 2048, webgpu-naive: 512); the adapter here is a software one, so nothing follows for a GPU.',
  ]);
});

test('one process claims nothing, ten do', () => {
  const rows = [512, 2048].flatMap(size => [summaryRow({ size, ns: 4000 }), summaryRow({ size, ns: 1000, ...onGpu })]);
  expect(said(rows)).toEqual([
    'w: webgpu-tuned is faster end to end than the best CPU variant (naive) at every size measured (from 512).',
  ]);
  expect(endToEnd(rows, 'naive')).toMatchObject([{ faster: true, size_high: 512 }]);
  const once = rows.map(oneProcess);
  expect(said(once)[0]).toContain('(2048); fewer than three processes give no interval.');
  expect(endToEnd(once, 'naive')).toMatchObject([{ faster: undefined, size_high: undefined }]);
});

test('crossover.csv: the sizes around the crossing, and where the medians cross between them', () => {
  // n against 30·√n: equal at 900.
  const rows = [10, 100, 1000].flatMap(size => [
    summaryRow({ size, ns: size }),
    summaryRow({ size, ns: 30 * Math.sqrt(size), ...onGpu }),
  ]);
  const [row, ...others] = endToEnd(rows, 'best-cpu');
  expect(others).toEqual([]);
  expect(row).toMatchObject({ variant: 'webgpu-tuned', faster: true, size_low: 100, size_high: 1000 });
  expect(row!.size_estimate).toBeCloseTo(900, 6);
});
