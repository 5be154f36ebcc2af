import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitGrowth } from '../../src/trace/growth.ts';
import { fixture, type Run, traceSource } from './support.ts';

const sweep = (law: (n: number) => number, sizes: readonly number[] = [8, 16, 32, 64]) =>
  sizes.map(size => ({ size, value: law(size) }));

describe('a law is recovered from four sizes, and holds at a fifth', () => {
  test.each<[string, (n: number) => number]>([
    ['2·n^3', n => 2 * n ** 3],
    ['n + 1', n => n + 1],
    ['6·n − 4', n => 6 * n - 4],
    ['20·n^2 − 80·n + 80', n => 20 * (n - 2) ** 2],
    ['1.5·n·log₂ n', n => 1.5 * n * Math.log2(n)],
    ['2·log₂ n', n => 2 * Math.log2(n)],
    ['20', () => 20],
    ['0', () => 0],
    ['0.5·n^2 − 0.5·n', n => (n * (n - 1)) / 2],
    ['1/3·n^3 + 0.5·n^2 + 7/6·n', n => n ** 3 / 3 + n ** 2 / 2 + (7 * n) / 6],
    ['5·n·log₂ n + 3·n', n => 5 * n * Math.log2(n) + 3 * n],
  ])('%s', (printed, law) => {
    const fit = fitGrowth(sweep(law));
    expect(fit).toMatchObject({ law: printed, exact: true });
    expect(fit.error).toBeLessThan(1e-9);
    const { low, mid, high } = fit.at(1024);
    expect([low, high]).toEqual([mid, mid]);
    expect(mid).toBeCloseTo(law(1024), 3);
  });
});

describe('the published closed forms, traced and fitted', () => {
  const source = readFileSync(fixture('published.ts'), 'utf8');
  test.each([
    ['multiplyFlat', '2·n^3', 'n + 1'],
    ['prefixSum', 'n − 1', 'n − 1'],
    ['floydWarshall', '2·n^3', '6·n − 4'],
    ['jacobi2d', '20·n^2 − 80·n + 80', '20'],
    ['seidel2d', '36·n^2 − 144·n + 144', '22·n + 15'],
    ['butterflies', '1.5·n·log₂ n', '2·log₂ n'],
    ['cholesky', '1/3·n^3 + 0.5·n^2 + 7/6·n', '5·n − 3'],
  ])('%s: W = %s, S = %s', async (name, work, span) => {
    const runs: Run[] = [];
    for (const size of [4, 8, 16, 32]) runs.push(await traceSource(source, { name, size }));
    const law = (pick: (run: Run) => number) =>
      fitGrowth(runs.map((run, k) => ({ size: 4 * 2 ** k, value: pick(run) }))).law;
    expect([law(run => run.work), law(run => run.span)]).toEqual([work, span]);
  });
});

test('any polynomial with fewer terms than sizes is found and foretells every other size', () => {
  const coefficient = fc.integer({ min: 1, max: 400 }).map(value => value / 2);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
      fc.array(coefficient, { minLength: 4, maxLength: 4 }),
      fc.constantFrom([8, 16, 32, 64, 128], [10, 20, 30, 40, 50], [4, 8, 12, 16, 32, 64]),
      (powers, coefficients, sizes) => {
        const law = (n: number) => powers.reduce((sum, power, k) => sum + coefficients[k]! * n ** power, 0);
        const fit = fitGrowth(sweep(law, sizes));
        expect(fit.exact).toBe(true);
        expect(Math.abs(fit.at(1000).mid / law(1000) - 1)).toBeLessThan(1e-6);
      },
    ),
  );
});

test('the interval, made without the largest size, holds what was counted there in at least 95 of 100 sweeps', () => {
  // What traces give and no law agrees with: steps, lower terms that too few sizes cannot show, noise of the data.
  const noise = (n: number, seed: number) => 1 + 0.03 * Math.sin(n * 12.9898 + seed * 78.233);
  const families: ((n: number, seed: number) => number)[] = [
    (n, k) => Math.ceil(n / k) + 2,
    (n, k) => n ** 3 + k * n ** 2 + 3 * n + 7,
    (n, k) => Math.round(1.39 * n * Math.log2(n) * noise(n, k)),
    (n, k) => Math.round(n ** 2 * noise(n, k)) + k * n,
    (n, k) => Math.ceil(Math.log2(n * k + 1)) * k,
    (n, k) => Math.round(k * n ** 1.3),
    (n, k) => Math.round(Math.sqrt(n) * n * k + n),
  ];
  let held = 0;
  let all = 0;
  for (const law of families)
    for (let seed = 1; seed <= 20; seed++)
      for (const sizes of [
        [8, 16, 32, 64],
        [16, 32, 64, 128, 256],
        [10, 20, 30, 40, 50],
      ]) {
        const value = law(2 * sizes.at(-1)!, seed);
        const { low, high } = fitGrowth(sweep(n => law(n, seed), sizes)).at(2 * sizes.at(-1)!);
        all++;
        if (low <= value * (1 + 1e-9) && value <= high * (1 + 1e-9)) held++;
      }
  expect(held / all).toBeGreaterThanOrEqual(0.95);
});

test('steps are followed by one term, and the interval holds the truth', () => {
  const law = (n: number) => Math.ceil(n / 3);
  const fit = fitGrowth(sweep(law));
  expect(fit.exact).toBe(false);
  expect(fit.error).toBeGreaterThan(0);
  expect(fit.foretold).toBeGreaterThan(0);
  const { low, high } = fit.at(1024);
  expect(low).toBeLessThanOrEqual(law(1024));
  expect(high).toBeGreaterThanOrEqual(law(1024));
});

test('with as many unknowns as sizes nothing is called exact', () => {
  expect(fitGrowth(sweep(n => n ** 2 + n + 1, [4, 8, 16])).exact).toBe(false);
});

test('one size is no growth', () => {
  expect(() => fitGrowth([{ size: 8, value: 1 }])).toThrow(/at least two sizes, got 8/);
});
