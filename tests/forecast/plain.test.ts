import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTimedOnce, type PlainTime, together } from '../../src/forecast/plain.ts';

const one = (seconds: number, spread = 0, processes = 1): PlainTime => ({
  seconds,
  spread,
  processes,
  firstSeconds: seconds * 3,
  calls: 100,
  extrapolatedFrom: [],
});

test('of two timings the faster counts, with the spread over all of their processes', () => {
  // 2 and 3 seconds in one timing, 4 and 5 in the other: from 2 to 5 is 150 % more.
  expect(together(one(2, 0.5, 2), one(4, 0.25, 2))).toMatchObject({ seconds: 2, spread: 1.5, processes: 4 });
});

test('rounds may come in any order: the fastest, how far they differ, and how many they were', () => {
  const seconds = fc.array(fc.double({ min: 1e-6, max: 10, noNaN: true }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(seconds, times => {
      const all = times.map(time => one(time)).reduce(together);
      expect(all.seconds).toBe(Math.min(...times));
      expect((all.spread + 1) / (Math.max(...times) / Math.min(...times))).toBeCloseTo(1, 9);
      expect(all.processes).toBe(times.length);
    }),
  );
});

test('a script, and what takes longer than half a second, is timed in one process', () => {
  expect(isTimedOnce({ calls: 1, seconds: 0.001 })).toBe(true);
  expect(isTimedOnce({ calls: 9, seconds: 0.6 })).toBe(true);
  expect(isTimedOnce({ calls: 9, seconds: 0.4 })).toBe(false);
});
