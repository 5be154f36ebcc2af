import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countOutliers,
  estimateMedian,
  estimateRatio,
  median,
  medianAbsoluteDeviation,
  quantile,
  smallSampleExpansion,
  verdictOf,
} from '../../src/measure/statistics.ts';
import { createRandom } from '../../src/workload/random.ts';

const times = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 30 });

/** Simulated truth: log-normal effect of the process, log-normal noise within, as FACTS of such machines have it. */
function simulate(processes: number, seed: number, centre = 1000): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: processes }, () => {
    const effect = 0.1 * random.normal();
    return Array.from({ length: 10 }, () => centre * Math.exp(effect + 0.1 * random.normal()));
  });
}

describe('order statistics', () => {
  test('quantiles agree with type 7 of Hyndman and Fan', () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBeCloseTo(1.75, 12);
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([5], 0.95)).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
  });

  test('the median absolute deviation of 1 … 5 is 1', () => {
    expect(medianAbsoluteDeviation([1, 2, 3, 4, 5])).toBe(1);
  });

  test('the median lies between the extremes and scales with its data', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0.1, max: 10, noNaN: true }), (values, factor) => {
        const middle = median(values);
        expect(middle).toBeGreaterThanOrEqual(Math.min(...values));
        expect(middle).toBeLessThanOrEqual(Math.max(...values));
        expect(median(values.map(value => value * factor))).toBeCloseTo(
          middle * factor,
          -Math.log10(middle * factor) + 9,
        );
      }),
    );
  });

  test('an outlier is counted against its own process, and only there', () => {
    const calm = [100, 101, 102, 99, 98, 100];
    expect(countOutliers([calm, calm.map(value => value * 10)])).toBe(0);
    expect(countOutliers([[...calm, 200], calm])).toBe(1);
  });

  test('three sigmas are 4.45 median absolute deviations: 104 is no outlier among numbers that lie 1 from 100, 105 is', () => {
    const around = [98, 99, 100, 100, 101, 102];
    expect(countOutliers([[...around, 104]])).toBe(0);
    expect(countOutliers([[...around, 105]])).toBe(1);
  });
});

describe('hierarchical bootstrap', () => {
  test.each([3, 5, 10])(
    'the interval of a median from %i processes holds the truth in at least 92 of 100 simulated runs',
    processes => {
      let held = 0;
      const runs = 300;
      for (let run = 0; run < runs; run++) {
        const { low = Number.NaN, high = Number.NaN } = estimateMedian(simulate(processes, 1000 + run), run);
        if (low <= 1000 && 1000 <= high) held++;
      }
      expect(held / runs).toBeGreaterThanOrEqual(0.92);
    },
  );

  test('the ends for many processes are those of the binomial: 1.96 · √n / 2 ranks from the middle', () => {
    const processes = Array.from({ length: 401 }, (_, rank) => [Math.exp(rank / 1000)]);
    const { value, low = 0, high = 0 } = estimateMedian(processes);
    const ranks = (a: number, b: number) => 1000 * Math.log(b / a);
    expect(value).toBeCloseTo(Math.exp(0.2), 12);
    const expected = (1.96 * Math.sqrt(401)) / 2;
    expect(ranks(low, value) / expected).toBeGreaterThan(0.9);
    expect(ranks(low, value) / expected).toBeLessThan(1.1);
    expect(ranks(value, high) / expected).toBeGreaterThan(0.9);
    expect(ranks(value, high) / expected).toBeLessThan(1.1);
  });

  test('what a process does to all of its variants cancels in a ratio', () => {
    const random = createRandom(7);
    const slow: number[][] = [];
    const fast: number[][] = [];
    for (let process = 0; process < 10; process++) {
      const effect = Math.exp(0.3 * random.normal());
      slow.push(Array.from({ length: 10 }, () => 3000 * effect * Math.exp(0.01 * random.normal())));
      fast.push(Array.from({ length: 10 }, () => 1000 * effect * Math.exp(0.01 * random.normal())));
    }
    const { value, low = 0, high = 0 } = estimateRatio(slow, fast);
    expect(value).toBeCloseTo(3, 1);
    expect(low).toBeLessThanOrEqual(3.02);
    expect(high).toBeGreaterThanOrEqual(2.98);
    expect(high / low).toBeLessThan(1.03);
  });

  test('the interval holds the estimate, is the same for the same data, and fewer than three processes give none', () => {
    fc.assert(
      fc.property(fc.array(times, { minLength: 3, maxLength: 6 }), processes => {
        const { value, low = Number.NaN, high = Number.NaN } = estimateMedian(processes);
        expect(low).toBeLessThanOrEqual(value * (1 + 1e-12));
        expect(high).toBeGreaterThanOrEqual(value * (1 - 1e-12));
        expect(estimateMedian(processes)).toEqual({ value, low, high });
      }),
      { numRuns: 20 },
    );
    expect(estimateMedian([[1, 2, 3]])).toEqual({ value: 2 });
    expect(
      estimateMedian([
        [1, 2, 3],
        [3, 4, 5],
      ]),
    ).toEqual({ value: 3 });
  });

  test('few processes widen the interval as Student demands', () => {
    expect(smallSampleExpansion(3)).toBeCloseTo(2.689, 2);
    expect(smallSampleExpansion(10)).toBeCloseTo(1.216, 2);
    expect(smallSampleExpansion(1)).toBeNaN();
  });
});

test('a verdict claims no more than the interval supports', () => {
  expect(verdictOf({ value: 2, low: 1.8, high: 2.2 })).toBe('FAST');
  expect(verdictOf({ value: 0.5, low: 0.4, high: 0.6 })).toBe('SLOW');
  expect(verdictOf({ value: 1.01, low: 0.98, high: 1.03 })).toBe('SAME');
  expect(verdictOf({ value: 1.2, low: 0.9, high: 1.5 })).toBe('AMBIGUOUS');
  expect(verdictOf({ value: 3 })).toBe('AMBIGUOUS');
});
