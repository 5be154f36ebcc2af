import { describe, expect, test } from 'vitest';
import { fitGrowth } from '../../src/trace/growth.ts';

const sweep = (law: (n: number) => number, sizes = [8, 16, 32, 64]) => sizes.map(size => ({ size, value: law(size) }));

describe('a law is recovered from four sizes, and holds at a fifth', () => {
  test.each<[string, (n: number) => number]>([
    ['2·n^3', n => 2 * n ** 3],
    ['n + 1', n => n + 1],
    ['6·n − 4', n => 6 * n - 4],
    ['20·n^2 − 80·n + 80', n => 20 * (n - 2) ** 2],
    ['1.5·n·log₂ n', n => 1.5 * n * Math.log2(n)],
    ['2·log₂ n', n => 2 * Math.log2(n)],
    ['20', () => 20],
    ['0.5·n^2 − 0.5·n', n => (n * (n - 1)) / 2],
  ])('%s', (printed, law) => {
    const fit = fitGrowth(sweep(law));
    expect(fit).toMatchObject({ law: printed, exact: true });
    expect(fit.error).toBeLessThan(1e-9);
    expect(fit.at(1024)).toEqual({ low: law(1024), mid: law(1024), high: law(1024) });
  });
});

test('steps are followed by one term, and the interval holds the truth', () => {
  const law = (n: number) => Math.ceil(n / 3);
  const fit = fitGrowth(sweep(law));
  expect(fit.exact).toBe(false);
  expect(fit.error).toBeGreaterThan(0);
  const { low, high } = fit.at(1024);
  expect(low).toBeLessThanOrEqual(law(1024));
  expect(high).toBeGreaterThanOrEqual(law(1024));
});

test('one size is no growth', () => {
  expect(() => fitGrowth([{ size: 8, value: 1 }])).toThrow(/at least two sizes, got 8/);
});
