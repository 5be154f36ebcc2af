import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  count,
  duration,
  durationRange,
  errorMagnitude,
  percent,
  plusMinus,
  significant,
  sizeLabel,
  tickDuration,
} from '../../src/report/format.ts';

test.each([
  [0.4, '0.400 ns'],
  [999.6, '1.00 µs'],
  [1_234_567, '1.23 ms'],
  [999_999, '1.00 ms'],
  [2.5e9, '2.50 s'],
  [7.2e12, '7200 s'],
])('%d ns reads %s', (ns, text) => expect(duration(ns)).toBe(text));

test.each([
  [{ low: 57.2, mid: 61.3, high: 65.1 }, '61 ± 4'],
  [{ low: 1.84, mid: 1.99, high: 2.13 }, '1.99 ± 0.15'],
  [{ low: 50, mid: 61, high: 90 }, '61 (50 to 90)'],
  [{ low: 2, mid: 2, high: 2 }, '2.00'],
  [{ low: 1180, mid: 1234, high: 1290 }, '1230 ± 60'],
])('%o reads %s', (interval, text) => expect(plusMinus(interval)).toBe(text));

const read = (text: string) => Number(text.replaceAll('\u202f', '').replace('−', '-'));

test('what plusMinus prints covers the interval, but for its rounding', () => {
  const positive = fc.double({ min: 1e-3, max: 1e5, noNaN: true });
  fc.assert(
    fc.property(
      positive,
      fc.double({ min: 0.001, max: 0.5, noNaN: true }),
      fc.double({ min: 1, max: 1.5, noNaN: true }),
      (mid, spread, skew) => {
        const interval = { low: mid * (1 - spread), mid, high: mid * (1 + spread * skew) };
        const text = plusMinus(interval);
        const [value, half] = text.split(' ± ').map(read) as [number, number];
        const unit = 10 ** (Math.floor(Math.log10(mid * spread)) - 0);
        if (text.includes('±')) {
          expect(value - half).toBeLessThan(interval.low + 1.1 * unit);
          expect(value + half).toBeGreaterThan(interval.high - 1.1 * unit);
        }
      },
    ),
  );
});

test('significant digits keep the value', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e12, noNaN: true }), value => {
      expect(Math.abs(read(significant(value, 3)) / value - 1)).toBeLessThan(0.0051);
    }),
  );
});

test('small things read as they should', () => {
  expect([0.123, 1, 0.0054, 0].map(percent)).toEqual(['12 %', '100 %', '0.54 %', '0 %']);
  expect(durationRange({ low: 1.2e6, mid: 1.23e6, high: 1.31e6 })).toBe('1.20–1.31');
  expect(tickDuration(1e6)).toBe('1 ms');
  expect(errorMagnitude(1.23e-7)).toBe('1.2·10⁻⁷');
  expect(errorMagnitude(0)).toBe('0');
  expect(count(1_048_576)).toBe('1\u202f048\u202f576');
  expect([512, 65_536, 1_048_576, 1_000_000, 250_000].map(sizeLabel)).toEqual(['512', '65536', '2²⁰', '1M', '250k']);
});
