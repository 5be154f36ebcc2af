import { expect, test } from 'vitest';
import { analysePrecision } from '../../src/experiment/precision.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import { summaryRow } from './summary-rows.ts';

const steps = [16, 32, 64, 128, 256].map(count => ({
  method: 'RK4',
  steps: count,
  step: 1.5 / count,
  maxAbsError: (1.5 / count) ** 4,
  evaluations: 4 * count,
}));
const said = (summary: readonly CsvRow[]) =>
  analysePrecision({ summary, samples: [], plan: [], machine: 'a machine' }, steps).sentences.map(({ text }) => text);

test('the variant that uses most of its tolerance is named, which need not be the one with the largest error', () => {
  const rows = [
    summaryRow({ size: 64, ns: 1, max_abs_error: 1e-6, tolerance_share: 0.9 }),
    summaryRow({ size: 64, ns: 1, variant: 'webgpu-f16', max_abs_error: 1e-3, tolerance_share: 0.1 }),
    summaryRow({ size: 16, ns: 1, max_abs_error: 1, tolerance_share: 0.99 }),
  ];
  expect(said(rows)).toEqual([
    'w 64: errors lie between 1.0·10⁻⁶ (naive) and 1.0·10⁻³ (webgpu-f16); naive uses most of its tolerance, 90 %.',
  ]);
});

test('precision.csv has each error in its column', () => {
  const errors = { max_abs_error: 1e-6, max_rel_error: 2e-5, max_ulp: 3, tolerance: 4e-6, tolerance_share: 0.25 };
  const { tables } = analysePrecision(
    { summary: [summaryRow({ size: 64, ns: 1, ...errors })], samples: [], plan: [], machine: 'a machine' },
    steps,
  );
  expect(tables[0]!.rows[0]).toEqual({
    ...{ workload: 'w', parameters: '', size: 64, variant: 'naive', device: 'cpu-1', ran_on: 'cpu' },
    ...errors,
  });
  expect(tables[1]!.rows[0]).toEqual({
    ...{ method: 'RK4', steps: 16, step: 1.5 / 16, max_abs_error: (1.5 / 16) ** 4, evaluations: 64 },
  });
});

test('a variant whose error is not known is no variant without an error', () => {
  const rows = [
    summaryRow({ size: 64, ns: 1, variant: 'tuned' }),
    summaryRow({ size: 64, ns: 1, max_abs_error: 1e-6, tolerance_share: 0.5 }),
  ];
  expect(said(rows)[0]).not.toContain('tuned');
  expect(said(rows.slice(0, 1))).toEqual([]);
});
