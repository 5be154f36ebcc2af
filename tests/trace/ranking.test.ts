import { describe, expect, test } from 'vitest';
import { bound, loopsThatMatter, untracedShare, widthOf } from '../../src/trace/ranking.ts';
import type { LoopResult } from '../../src/trace/types.ts';

const loop = (line: number, changes: Partial<LoopResult> = {}): LoopResult => ({
  ...{ function: 'f', file: 'f.ts', line, column: 1, depth: 0, entries: 1, iterations: 10, work: 100, span: 10 },
  ...{ spanReassociated: 10, selfParallelism: 10, selfParallelismReassociated: 10, verdict: 'parallel' },
  ...{ evidence: 'observed', reason: '', divergence: 0, carried: [], memory: [] },
  ...changes,
});

describe('the bound of a program with work 1000 and span 10', () => {
  const program = { work: 1000, span: 10 };
  test('is the processors as long as they are fewer than its parallelism, and that from then on', () => {
    expect([8, 64, 100, 1000].map(processors => bound(program, processors))).toEqual([8, 64, 100, 100]);
    expect(bound(program, Number.POSITIVE_INFINITY)).toBe(100);
    expect(bound({ work: 0, span: 0 }, 8)).toBe(1);
  });
  test('with a tenth that stays as it is: Amdahl, 1 / (0.1 + 0.9 / p)', () => {
    expect(bound(program, 8, 0.1)).toBeCloseTo(1 / (0.1 + 0.9 / 8), 12);
    expect(bound(program, Number.POSITIVE_INFINITY, 0.1)).toBeCloseTo(1 / (0.1 + 0.9 * 0.01), 12);
    expect(bound(program, 8, 1)).toBe(1);
  });
});

test('a reduction is as wide as with its sums rebalanced, every other loop as it stands', () => {
  const widths = { selfParallelism: 2, selfParallelismReassociated: 7 };
  expect(widthOf(loop(1, { ...widths, verdict: 'reduction' }))).toBe(7);
  expect(widthOf(loop(1, { ...widths, verdict: 'scan' }))).toBe(7);
  expect(widthOf(loop(1, { ...widths, verdict: 'parallel' }))).toBe(2);
  expect(widthOf(loop(1, { ...widths, verdict: 'doacross' }))).toBe(2);
});

test('the loops that matter: share of the work times width, with the largest obstacles, in source order', () => {
  const loops = [
    // A tenth of the work, 100 wide: 10.
    loop(1, { work: 100, selfParallelism: 100 }),
    // Nine tenths, 20 wide: 18.
    loop(2, { work: 900, selfParallelism: 20 }),
    // A tenth, 50 wide: 5.
    loop(3, { work: 100, selfParallelism: 50 }),
    loop(4, { work: 300, selfParallelism: 1, verdict: 'sequential' }),
    // Far below a hundredth of the work, however wide.
    loop(5, { work: 1, selfParallelism: 1e6 }),
    loop(6, { iterations: 0, work: 0 }),
  ];
  const chosen = (most: number) => loopsThatMatter({ work: 1000, loops }, most).map(({ line }) => line);
  expect(chosen(2)).toEqual([2, 4]);
  expect(chosen(3)).toEqual([1, 2, 4]);
  expect(chosen(9)).toEqual([1, 2, 3, 4]);
});

test('an obstacle that is wide as well takes one place, not two', () => {
  const loops = [1, 2, 3].map(line => loop(line, { work: 300, selfParallelism: 10 - line, verdict: 'doacross' }));
  expect(loopsThatMatter({ work: 900, loops }, 3).map(({ line }) => line)).toEqual([1, 2, 3]);
});

test('what was not traced through adds up, and never to more than all of the time', () => {
  const at = (...shares: (number | null)[]) =>
    untracedShare({ unknown: shares.map(timeShare => ({ file: 'f.ts', line: 1, reason: '', timeShare })) });
  expect(at(0.25, null, 0.5)).toBe(0.75);
  expect(at(0.7, 0.6)).toBe(1);
  expect(at()).toBe(0);
});
