import { describe, expect, test } from 'vitest';
import { summarise } from '../../src/experiment/summarise.ts';
import type { PlannedGroup } from '../../src/results/manifest.ts';
import { type CsvRow, summaryColumns } from '../../src/results/schema.ts';

/** Nanoseconds of one variant, by phase and regime: an array a process. */
type Times = Readonly<Record<string, readonly (readonly number[])[]>>;

interface MadeUp {
  readonly device: string;
  readonly ran_on: string;
  readonly times: Times;
  readonly repetitions?: number;
  /** By process, over what all of them have. */
  readonly outcomes?: readonly CsvRow[];
}

const steady = 'end_to_end|steady';
const variants: Readonly<Record<string, MadeUp>> = {
  naive: {
    ...{ device: 'cpu-1', ran_on: 'cpu' },
    // Medians 110, 100, 140: their median is 110, their deviations from it 0, 10 and 30.
    times: {
      [steady]: [
        [120, 100, 110],
        [100, 99, 100, 101, 500],
        [150, 130, 140],
      ],
      'end_to_end|first': [[900], [700], [800]],
    },
    outcomes: [
      { max_abs_error: 1e-3, max_rel_error: 5e-6, max_ulp: 3, tolerance: 1e-2, tolerance_share: 0.1 },
      { max_abs_error: 4e-4, max_rel_error: 9e-6, max_ulp: 1, tolerance: 5e-4, tolerance_share: 0.8 },
      { max_abs_error: 2e-4, max_rel_error: 1e-6, max_ulp: 7, tolerance: 1e-2, tolerance_share: 0.02, steady: false },
    ],
  },
  // 2, 2 and 4 times as fast in the three processes; the medians alone would say 110 / 50.
  tuned: { ...{ device: 'cpu-1', ran_on: 'cpu' }, times: { [steady]: [[55], [50], [35]] }, repetitions: 60 },
  threads: { ...{ device: 'cpu-all', ran_on: 'cpu' }, times: { [steady]: [[22], [20], [28]] } },
  // Faster than any, and no CPU variant.
  'webgpu-tuned': {
    ...{ device: 'Model 1', ran_on: 'gpu' },
    times: { [steady]: [[11], [10], [14]], 'kernel|steady': [[5.5], [5], [7]], 'upload|steady': [[3], [3], [3]] },
  },
  simd: {
    ...{ device: 'cpu-1', ran_on: 'cpu' },
    times: { [steady]: [[1], [1], [1]] },
    outcomes: [{}, { status: 'incorrect', reason: 'element[3] is 1' }, {}],
  },
};

const group: PlannedGroup = {
  ...{ target: 'w', workload: 'w', size: 8, parameters: { kind: 'x' }, variants: Object.keys(variants) },
  ...{ sizeMeaning: '', narrowed: false, targetSha256: null },
  work: {
    ...{ operations: 1100, operationUnit: 'intop', items: 7, itemUnit: 'key' },
    ...{ bytesRead: 300, bytesWritten: 250, bytesToDevice: 4000, bytesFromDevice: 5000 },
  },
};

function summary(of: Partial<PlannedGroup> = {}): CsvRow[] {
  const rows = Object.entries(variants).flatMap(([variant, { device, ran_on, times, repetitions = 1 }]) =>
    Object.entries(times).flatMap(([key, processes]) => {
      const [phase, regime] = key.split('|');
      return processes.flatMap((samples, process) =>
        samples.map((time_ns, iteration) => ({
          ...{ workload: 'w', size: 8, parameters: 'kind=x', variant, device, ran_on },
          ...{ phase, regime, process, iteration, repetitions, time_ns },
        })),
      );
    }),
  );
  const processes = Object.entries(variants).flatMap(([variant, { device, ran_on, outcomes = [{}, {}, {}] }]) =>
    outcomes.map((outcome, process) => ({
      ...{ workload: 'w', size: 8, parameters: 'kind=x', variant, device, ran_on, process },
      ...{ status: 'ok', steady: true, same_algorithm: true },
      ...outcome,
    })),
  );
  return summarise({
    ...{ runId: 'run', plan: [{ ...group, ...of }], samples: rows, processes },
    ...{ ceilings: null, clockResolutionNs: 25 },
  });
}

const rowOf = (rows: readonly CsvRow[], variant: string, key = steady): CsvRow =>
  rows.find(row => row.variant === variant && `${row.phase}|${row.regime}` === key)!;

describe('a row of summary.csv is what one computes by hand from the samples', () => {
  const rows = summary();

  test('times: median of medians, their deviation, and quantiles of all samples', () => {
    // All eleven in order: 99, 100, 100, 100, 101, 110, 120, 130, 140, 150, 500.
    expect(rowOf(rows, 'naive')).toMatchObject({
      ...{ processes: 3, samples: 11, time_median_ns: 110, time_mad_ns: 10 },
      ...{ time_min_ns: 99, time_p05_ns: 99.5, time_p95_ns: 325, time_max_ns: 500, outliers: 1 },
    });
    const { time_median_low_ns: low, time_median_high_ns: high } = rowOf(rows, 'naive');
    expect(low).toBeLessThan(110);
    expect(high).toBeGreaterThan(140);
    expect(rowOf(rows, 'naive')).toMatchObject({ noisy: true });
    expect(rowOf(rows, 'webgpu-tuned', 'upload|steady')).toMatchObject({ time_median_ns: 3, noisy: false });
    expect(rowOf(rows, 'naive', 'end_to_end|first')).toMatchObject({ time_median_ns: 800, samples: 3 });
  });

  test('rates: operations, items, and the bytes that the computation itself reads and writes', () => {
    const { gigaoperations_per_s, items_per_s, bandwidth_gb_per_s } = rowOf(rows, 'naive');
    expect(gigaoperations_per_s).toBeCloseTo(1100 / 110, 12);
    expect(items_per_s).toBeCloseTo(7 / 110e-9, 3);
    expect(bandwidth_gb_per_s).toBeCloseTo((300 + 250) / 110, 12);
    expect(rowOf(rows, 'naive')).toMatchObject({ operations: 1100, operation_unit: 'intop', item_unit: 'key' });
    // Of the kernel alone by its own time; moving data is no computation and has none.
    expect(rowOf(rows, 'webgpu-tuned', 'kernel|steady').gigaoperations_per_s).toBeCloseTo(1100 / 5.5, 12);
    expect(rowOf(rows, 'webgpu-tuned', 'upload|steady').gigaoperations_per_s).toBeUndefined();
  });

  test('speed-ups: process by process, over naive and over the best of the CPU, end to end below the line', () => {
    expect(rowOf(rows, 'tuned')).toMatchObject({ speedup_vs_naive: 2, best_cpu_variant: 'threads' });
    expect(rowOf(rows, 'tuned').speedup_vs_best_cpu).toBeCloseTo(0.4, 12);
    expect(rowOf(rows, 'threads')).toMatchObject({ speedup_vs_naive: 5, verdict_vs_naive: 'FAST' });
    expect(rowOf(rows, 'threads')).toMatchObject({ speedup_vs_best_cpu: 1, speedup_vs_best_cpu_high: 1 });
    expect(rowOf(rows, 'webgpu-tuned')).toMatchObject({ speedup_vs_naive: 10, speedup_vs_best_cpu: 2 });
    expect(rowOf(rows, 'webgpu-tuned', 'kernel|steady')).toMatchObject({
      speedup_vs_naive: 20,
      speedup_vs_best_cpu: 4,
    });
    expect(rowOf(rows, 'webgpu-tuned', 'upload|steady').speedup_vs_naive).toBeUndefined();
    expect(rowOf(rows, 'naive')).toMatchObject({
      speedup_vs_naive: 1,
      speedup_vs_naive_low: 1,
      verdict_vs_naive: undefined,
    });
    expect(rowOf(rows, 'naive', 'end_to_end|first').speedup_vs_naive).toBeUndefined();
  });

  test('the best of a choice is not the best: where variants were left out there is none', () => {
    const { best_cpu_variant, speedup_vs_best_cpu } = rowOf(summary({ narrowed: true }), 'tuned');
    expect([best_cpu_variant, speedup_vs_best_cpu]).toEqual([undefined, undefined]);
  });

  test('flags: below 100 steps of the clock, with the calls that were timed together; steady in every process', () => {
    // 110 ns against 100 · 25 ns; 50 ns sixty at once are 3000.
    expect(rowOf(rows, 'naive')).toMatchObject({ below_resolution: true, steady: false });
    expect(rowOf(rows, 'tuned')).toMatchObject({ below_resolution: false, steady: true });
    expect(rowOf(rows, 'webgpu-tuned', 'kernel|steady').below_resolution).toBeUndefined();
  });

  test('accuracy: the largest errors of any process; the tolerance where most of it was used', () => {
    expect(rowOf(rows, 'naive')).toMatchObject({
      ...{ max_abs_error: 1e-3, max_rel_error: 9e-6, max_ulp: 7 },
      ...{ tolerance: 5e-4, tolerance_share: 0.8 },
    });
  });

  test('wrong once is wrong: one row with the reason, and no time', () => {
    const own = rows.filter(({ variant }) => variant === 'simd');
    expect(own).toMatchObject([{ status: 'incorrect', reason: 'element[3] is 1' }]);
    expect([own[0]!.phase, own[0]!.time_median_ns]).toEqual([undefined, undefined]);
  });

  test('every column is one of the schema', () => {
    const known = new Set(summaryColumns.map(({ name }) => name));
    expect(rows.flatMap(row => Object.keys(row)).filter(name => !known.has(name))).toEqual([]);
  });
});
