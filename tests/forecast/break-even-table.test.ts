import { expect, test } from 'vitest';
import { breakEvenRows, breakEvenSentences, crossingOf } from '../../src/forecast/break-even-table.ts';

/** A device twice as fast that costs as much as 100 elements to start: n / (n/2 + 50) crosses 1 at 100. */
const speedup = (size: number): number => size / (size / 2 + 50);
const row = (size: number, factor: number) => ({
  workload: 'matmul',
  forecast_device: 'cpu-simd',
  variant: 'simd',
  size,
  kernel_floor_ns: 1,
  speedup_low: speedup(size) / factor,
  speedup_forecast: speedup(size),
  speedup_high: speedup(size) * factor,
  measured_speedup: speedup(size),
});

test('forecast and measurement of the same law cross at the same size, within their intervals', () => {
  const [found] = breakEvenRows([50, 80, 130, 400].map(size => row(size, 1.2)));
  expect(found!.measured_low).toBe(80);
  expect(found!.measured_high).toBe(130);
  expect(found!.measured_estimate).toBeGreaterThan(97);
  expect(found!.measured_estimate).toBeLessThan(103);
  expect(Math.abs(Number(found!.forecast) - 100)).toBeLessThan(4);
  expect(found!.forecast_low).toBeLessThan(100);
  expect(found!.forecast_high).toBeGreaterThan(100);
  expect(breakEvenSentences([found!])[0]!.text).toMatch(
    /pays from \d+ \(\d+ to \d+\), forecast; from about 1?\d+ \(between 80 and 130\)/,
  );
});

test('what never pays, always pays, or was measured once is told apart', () => {
  expect(crossingOf([{ size: 10, speedup: 2 }])).toEqual({ measured_high: 10 });
  expect(crossingOf([{ size: 10, speedup: 0.5 }])).toEqual({ measured_low: 10 });
  expect(crossingOf([])).toEqual({});
  // Gains, loses, gains: what counts is from where on it gains for good.
  const points = [2, 0.5, 2].map((value, index) => ({ size: 10 ** (index + 1), speedup: value }));
  expect(crossingOf(points).measured_low).toBe(100);
  expect(crossingOf(points).measured_estimate).toBeCloseTo(Math.sqrt(100 * 1000));
  expect(breakEvenRows([row(10, 2)])).toEqual([]);
});

test('what stays on the core has no size from which on a device pays', () => {
  const [found] = breakEvenRows(
    [10, 100].map(size => ({ ...row(size, 1.5), kernel_floor_ns: 0, speedup_forecast: 1 })),
  );
  expect(found!.forecast).toBeUndefined();
  expect(breakEvenSentences([found!])[0]!.text).toMatch(/pays at no size, forecast/);
});
