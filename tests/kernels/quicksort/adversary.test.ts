import { describe, expect, test } from 'vitest';
import { makeInput } from '../../../kernels/quicksort/inputs.ts';
import { quicksort } from '../../../kernels/quicksort/naive.ts';
import { introsort } from '../../../kernels/quicksort/tuned.ts';
import { createRandom } from '../../../src/workload/random.ts';

/**
 * McIlroy's adversary (M. D. McIlroy, "A Killer Adversary for Quicksort", Software: Practice and Experience 29,
 * 1999) around the code that ships: the sort is handed objects whose value is decided when it is asked for. A key
 * stays *gas*, larger than every decided one, until it meets another gas key as the right operand of a comparison
 * (the pivot, in a partition); then it freezes to the next smallest value. So a pivot always turns out to be nearly the smallest key.
 */
function adversary(length: number): { keys: Uint32Array; comparisons: () => number; values: () => number[] } {
  const gas = length;
  let solid = 0;
  let asked = 0;
  let left: { value: number } | undefined;
  const keys = Array.from({ length }, () => {
    const key = {
      value: gas,
      valueOf(): number {
        asked++;
        if (!left) {
          left = key;
          return key.value;
        }
        if (left.value === gas && key.value === gas && left !== key) key.value = solid++;
        left = undefined;
        return key.value;
      },
    };
    return key;
  });
  const order = [...keys];
  return {
    keys: keys as unknown as Uint32Array,
    comparisons: () => asked / 2,
    values: () => order.map(({ value }) => (value === gas ? solid++ : value)),
  };
}

/** Counts comparisons on given keys; identity (`===`) asks no value and counts as none. */
function countComparisons(sort: (keys: Uint32Array) => void, values: ArrayLike<number>): number {
  let asked = 0;
  const keys = Array.from(values, value => ({
    valueOf(): number {
      asked++;
      return value;
    },
  }));
  sort(keys as unknown as Uint32Array);
  const sorted = keys.map(key => Number(key));
  expect(sorted).toEqual(Array.from(values).sort((a, b) => a - b));
  return (asked - sorted.length) / 2;
}

describe('the stack and the number of comparisons', () => {
  test.each([1000, 4000, 16_000])('an adversary cannot make tuned quadratic (%i keys)', length => {
    const enemy = adversary(length);
    introsort(enemy.keys);
    const bound = 4 * length * Math.log2(length);
    expect(enemy.comparisons()).toBeLessThan(bound);
    // The same keys, now plain numbers: the sort goes the same way, and it is right.
    expect(countComparisons(introsort, enemy.values())).toBeLessThan(bound);
  });

  test('the adversary is a real one: naive, under it, is quadratic', () => {
    const enemy = adversary(2000);
    quicksort(enemy.keys);
    expect(enemy.comparisons()).toBeGreaterThan(2000 ** 2 / 8);
  });

  test('the killer input makes naive quadratic and tuned not', () => {
    for (const length of [500, 2000]) {
      const { keys } = makeInput(length, createRandom(1), { kind: 'u32', distribution: 'killer' });
      expect(countComparisons(quicksort, keys)).toBeGreaterThanOrEqual((length * (length - 1)) / 2);
      expect(countComparisons(introsort, keys)).toBeLessThan(4 * length * Math.log2(length));
    }
  });

  test('naive needs 2 n ln n comparisons on random keys, as Hoare computed, to within a quarter', () => {
    const { keys } = makeInput(10_000, createRandom(1), { kind: 'u32', distribution: 'uniform' });
    const hoare = 2 * keys.length * Math.log(keys.length);
    const counted = countComparisons(quicksort, keys);
    expect(counted / hoare).toBeGreaterThan(0.75);
    expect(counted / hoare).toBeLessThan(1.25);
  });

  test.each([
    { name: 'naive', frame: 'quicksort', sort: (keys: Uint32Array) => quicksort(keys) },
    { name: 'tuned', frame: 'sortRange', sort: introsort },
  ])('the stack of $name is at most log₂ n frames deep on a killer', ({ frame, sort }) => {
    const length = 1200;
    const { keys } = makeInput(length, createRandom(1), { kind: 'u32', distribution: 'killer' });
    let deepest = 0;
    let step = 0;
    const watched = Array.from(keys, value => ({
      valueOf(): number {
        if (step++ % 1999 === 0)
          deepest = Math.max(deepest, (new Error().stack ?? '').split(`at ${frame} `).length - 1);
        return value;
      },
    }));
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = length;
    sort(watched as unknown as Uint32Array);
    Error.stackTraceLimit = limit;
    expect(deepest).toBeGreaterThanOrEqual(1);
    expect(deepest).toBeLessThanOrEqual(Math.ceil(Math.log2(length)));
  });
});
