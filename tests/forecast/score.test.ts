import { expect, test } from 'vitest';
import { calibrationCells, counting, relearnt, scoreOf, withMeasured } from '../../src/forecast/score.ts';

const row = (said: number, measured: number | undefined, same = true) => ({
  workload: `w${said}`,
  same_algorithm: same,
  speedup_low: said / 1.5,
  speedup_forecast: said,
  speedup_high: said * 1.5,
  measured_speedup: measured,
  inside: measured !== undefined && measured >= said / 1.5 && measured <= said * 1.5,
});

test('a score is what one counts by hand', () => {
  // Errors +100 %, 0, −50 %; two of three inside; forecast 2 against 1 is a wrong yes but for the band around 1.
  const score = scoreOf([row(2, 1), row(3, 3), row(0.5, 0.5), row(4, 0.5)]);
  expect(score.cells).toBe(4);
  expect(score.medianError).toBeCloseTo(0.5);
  expect(score.geometricMean).toBeCloseTo((2 * 1 * 1 * 8) ** 0.25);
  expect(score.insideShare).toBe(0.5);
  expect(score.medianWidth).toBeCloseTo(2.25);
  // 2 against 1: either answer is right; 3 against 3 right; 0.5 against 0.5 right; 4 against 0.5 wrong.
  expect(score.rightShare).toBe(0.75);
  expect(score.alwaysYes).toBe(0.5);
  expect(score.alwaysNo).toBe(0.75);
});

test('what was not measured, or runs another algorithm, does not count', () => {
  expect(counting([row(2, undefined), row(2, 2, false), row(2, 2)])).toHaveLength(1);
});

test('a forecast meets the measurement of its own cell, and keeps its own numbers', () => {
  const forecast = {
    workload: 'm',
    size: 8,
    parameters: '',
    variant: 'simd',
    speedup_low: 2,
    speedup_forecast: 3,
    speedup_high: 4,
  };
  const cell = { workload: 'm', size: 8, parameters: '', regime: 'steady', status: 'ok' };
  const summary = [
    { ...cell, variant: 'naive', phase: 'end_to_end', time_median_ns: 600 },
    { ...cell, variant: 'simd', phase: 'end_to_end', time_median_ns: 200, speedup_vs_naive: 2.5 },
    { ...cell, variant: 'simd', phase: 'dispatch', time_median_ns: 150 },
    { ...cell, variant: 'simd', phase: 'upload', time_median_ns: 30 },
    { ...cell, variant: 'simd', phase: 'readback', time_median_ns: 20 },
    { ...cell, size: 9, variant: 'simd', phase: 'end_to_end', time_median_ns: 1, speedup_vs_naive: 99 },
  ];
  const [scored] = withMeasured([forecast], summary, []);
  expect(scored).toMatchObject({
    speedup_forecast: 3,
    measured_speedup: 2.5,
    measured_plain_ns: 600,
    measured_kernel_ns: 150,
    measured_transfer_ns: 50,
    inside: true,
    right_decision: true,
  });
  expect(scored!.error).toBeCloseTo(0.2);
  // Faster than its bound: a wrong measurement is no judge of a forecast.
  const impossible = summary.map(each => ({ ...each, faster_than_bound: each.variant === 'simd' }));
  expect(counting(withMeasured([{ ...forecast, same_algorithm: true }], impossible, []))).toEqual([]);
  expect(counting(withMeasured([{ ...forecast, same_algorithm: true }], summary, []))).toHaveLength(1);
});

test('a forecast that a CSV cannot hold is an infinite error, and no set of them sorts wrongly', () => {
  const infinite = { ...row(2, 2), speedup_without_memory: undefined };
  const score = scoreOf([infinite, infinite, { ...row(2, 2), speedup_without_memory: 2.2 }], 'speedup_without_memory');
  expect(score.medianError).toBe(Number.POSITIVE_INFINITY);
  expect(scoreOf([infinite, row(3, 2), row(4, 2)]).medianError).toBe(0.5);
});

test('what stays on the core has nothing to learn from, and stands as it was forecast, in the interval of no experience', () => {
  const kept = { ...row(1, 1.1), kernel_floor_ns: 0, forecast_device: 'cpu-simd', workload: 'chase' };
  expect(calibrationCells([kept])).toEqual([]);
  const [again] = relearnt([kept]);
  expect(again).toMatchObject({ speedup_forecast: 1, measured_speedup: 1.1, programs_learnt: 0, inside: true });
  expect(Number(again!.speedup_high)).toBeCloseTo(3);
});
