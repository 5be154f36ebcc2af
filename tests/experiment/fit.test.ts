import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitAffine, fitPower, ladder, type TimePoint } from '../../src/experiment/fit.ts';

const exactly = (sizes: readonly number[], law: (x: number) => number, spread = 1.02): TimePoint[] =>
  sizes.map(x => ({ x, ns: law(x), low: law(x) / spread, high: law(x) * spread }));

const positive = fc.double({ min: 1, max: 1e6, noNaN: true });

test('a law fixed + per_item·n is found again, and with it the half-performance size', () => {
  fc.assert(
    fc.property(positive, positive, (fixed, slope) => {
      const fit = fitAffine(exactly([1, 4, 16, 64, 256], x => fixed + slope * x));
      expect(fit?.fixedNs).toBeCloseTo(fixed, -Math.log10(fixed) + 4);
      expect(fit?.perItemNs).toBeCloseTo(slope, -Math.log10(slope) + 4);
      expect((fit?.halfSize ?? 0) / (fixed / slope)).toBeCloseTo(1, 4);
      expect(fit?.worstDeviation).toBeLessThan(1e-6);
    }),
  );
});

test('no coefficient is ever negative, whatever the times are', () => {
  fc.assert(
    fc.property(fc.array(positive, { minLength: 3, maxLength: 8 }), times => {
      const fit = fitAffine(times.map((ns, x) => ({ x: x + 1, ns, low: ns, high: ns })));
      if (!fit) return;
      expect(fit.fixedNs).toBeGreaterThanOrEqual(0);
      expect(fit.perItemNs).toBeGreaterThan(0);
    }),
  );
});

test('the exponent of a power law is found to a hundredth, a fixed cost beside it or not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 50, max: 350 }), fc.constantFrom(0, 1000), (hundredths, fixed) => {
      const exponent = hundredths / 100;
      const fit = fitPower(exactly([16, 32, 64, 128, 256, 512], x => fixed + 10 * x ** exponent));
      expect(fit?.exponent).toBeCloseTo(exponent, 1.9);
      expect(fit?.worstDeviation).toBeLessThan(1e-3);
    }),
    { numRuns: 10 },
  );
});

test('noise in the times widens the interval of the exponent, which still holds the truth', () => {
  const law = (x: number) => 3 * x ** 2;
  const [tight, wide] = [1.01, 1.3].map(spread => fitPower(exactly([16, 64, 256, 1024], law, spread)));
  const [narrow, broad] = [tight!.exponentInterval!, wide!.exponentInterval!];
  expect(narrow.low).toBeLessThanOrEqual(2);
  expect(narrow.high).toBeGreaterThanOrEqual(2);
  expect(broad.high - broad.low).toBeGreaterThan(3 * (narrow.high - narrow.low));
});

test('the interval of the exponent is that of a regression line through the logarithms, where no cost is fixed', () => {
  const sizes = [8, 16, 32, 64, 128];
  const half = 1.1;
  // A little concave, so that the best fixed cost is none.
  const fit = fitPower(exactly(sizes, x => x ** 2 * (1 - 2 / x), half))!;
  expect(fit.fixedNs).toBe(0);
  const logs = sizes.map(Math.log);
  const mean = logs.reduce((sum, each) => sum + each, 0) / logs.length;
  const spread = Math.sqrt(logs.reduce((sum, each) => sum + (each - mean) ** 2, 0));
  // The ends are 1.96 standard deviations of the logarithm of a time from it: so those of the slope.
  const width = (2 * Math.log(half)) / spread;
  const { low, high } = fit.exponentInterval!;
  expect((high - low) / width).toBeGreaterThan(0.8);
  expect((high - low) / width).toBeLessThan(1.25);
});

test('a time without an interval takes away the interval of the exponent, not the exponent', () => {
  const points = exactly([16, 64, 256, 1024], x => 3 * x ** 2);
  const fit = fitPower([...points.slice(1), { x: 16, ns: 768, low: 768, high: 768, spread: 'unknown' }]);
  expect(fit?.exponent).toBeCloseTo(2, 2);
  expect(fit?.exponentInterval).toBeUndefined();
});

test('too few points give no fit', () => {
  expect(fitAffine(exactly([1, 2], x => x))).toBeUndefined();
  expect(fitPower(exactly([1, 2, 3], x => x))).toBeUndefined();
});

test('a ladder climbs from end to end in whole numbers', () => {
  expect(ladder(128, 1024, 4)).toEqual([128, 256, 512, 1024]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 2, max: 1e6 }),
      fc.integer({ min: 2, max: 12 }),
      (low, span, count) => {
        const rungs = ladder(low, low + span, count);
        expect(rungs[0]).toBe(low);
        expect(rungs.at(-1)).toBe(low + span);
        for (const [index, rung] of rungs.entries()) if (index > 0) expect(rung).toBeGreaterThan(rungs[index - 1] ?? 0);
      },
    ),
  );
});
