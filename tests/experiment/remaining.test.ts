import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GroupProgress, remaining } from '../../src/experiment/session.ts';

const group = (tookMs: number[], ...finished: readonly number[]): GroupProgress => ({
  finished: new Map(finished.map((count, index) => [`v${index}`, count])),
  tookMs,
});
const five = { processes: 5 };

test('before anything was measured nothing is said of the time that is left', () => {
  expect(remaining([group([], 0, 0), group([], 0)], five)).toBeUndefined();
});

test('a group takes as long as its own processes, one not yet seen as long as the others on average', () => {
  // 3 left of 200 ms, 4 left of 1000 ms, 5 left of the mean of both.
  const groups = [group([100, 300], 2, 2), group([1000], 1), group([], 0, 0, 0)];
  expect(remaining(groups, five)).toBe(3 * 200 + 4 * 1000 + 5 * 600);
});

test('variants of a group run together: the one that lacks most decides; failed ones have left, and a group that is done takes nothing', () => {
  expect(remaining([group([100], 5, 3, 4)], five)).toBe(2 * 100);
  expect(remaining([group([100])], five)).toBe(0);
  expect(remaining([group([100], 5, 5), group([], 6)], five)).toBe(0);
});

test('where every process takes as long, it is that long times the processes that are left', () => {
  const groups = fc.array(fc.record({ done: fc.nat(5), took: fc.integer({ min: 0, max: 5 }) }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(groups, fc.integer({ min: 1, max: 10_000 }), (plan, ms) => {
      const left = plan.reduce((sum, { done }) => sum + 5 - done, 0);
      const seen = plan.some(({ took }) => took > 0);
      const found = remaining(
        plan.map(({ done, took }) => group(Array(took).fill(ms), done)),
        five,
      );
      if (seen) expect(found).toBeCloseTo(left * ms, 3);
      else expect(found).toBeUndefined();
    }),
  );
});
