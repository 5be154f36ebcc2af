import { expect, test } from 'vitest';
import { measuredSentences } from '../../src/forecast/measured-sentences.ts';

const row = { workload: 'dot', size: 1000, forecast_device: 'cpu-simd', variant: 'simd', same_algorithm: true };
const said = { speedup_low: 1, speedup_forecast: 2, speedup_high: 4 };
const saidOf = (measured: number | undefined, more = {}) =>
  measuredSentences([
    { ...row, ...said, ...(measured === undefined ? {} : { measured_speedup: measured }), ...more },
  ])[0]!.text;

test('a measured forecast is told with both figures, their distance, and whether the interval held', () => {
  expect(saidOf(2.5)).toBe(
    'dot 1000 on cpu-simd (simd): forecast 2× (1× to 4×), measured 2.5×: the forecast is 20 % too low, inside the interval.',
  );
  expect(saidOf(1.6)).toMatch(/25 % too high, inside/);
  expect(saidOf(2)).toMatch(/as measured, inside/);
  expect(saidOf(0.1)).toMatch(/20 times too high, outside/);
  expect(saidOf(10)).toMatch(/5 times too low, outside/);
});

test('what was not measured says so, and another algorithm is told apart', () => {
  expect(saidOf(undefined)).toMatch(/not measured: summary\.csv says why/);
  expect(saidOf(2, { same_algorithm: false })).toMatch(/another algorithm than naive, so it is not scored/);
});
