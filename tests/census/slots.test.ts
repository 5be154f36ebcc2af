import { describe, expect, test } from 'vitest';
import { slotCounts } from '../../src/census/executed/slots.ts';

const whole = (count: number) => ({ startOffset: 0, endOffset: 100, count });
const range = (startOffset: number, endOffset: number, count: number) => ({ startOffset, endOffset, count });
const own = { start: -2, end: -2 };

describe('counters recovered from the ranges that V8 reports', () => {
  test('a range that V8 merged into its parent has the parent’s count', () => {
    expect(slotCounts([own, { start: 10, end: 20 }, { start: 30, end: 40 }], [whole(5), range(10, 20, 3)])).toEqual([
      5, 3, 5,
    ]);
  });

  test('an open end reaches to the next range, or to the end of the one around it', () => {
    const slots = [own, { start: 10, end: 50 }, { start: 20, end: -1 }, { start: 30, end: 40 }, { start: 60, end: -1 }];
    expect(
      slotCounts(slots, [whole(9), range(10, 50, 7), range(20, 30, 6), range(30, 40, 2), range(60, 99, 1)]),
    ).toEqual([9, 7, 6, 2, 1]);
  });

  test('a range that starts with another is asked where it is alone', () => {
    expect(
      slotCounts([own, { start: 10, end: 50 }, { start: 10, end: 20 }], [whole(9), range(10, 20, 2), range(20, 50, 4)]),
    ).toEqual([9, 4, 2]);
  });

  test('what V8 threw away is undefined: an open end where another range starts, an empty range, duplicates', () => {
    expect(slotCounts([own, { start: 10, end: 20 }, { start: 10, end: -1 }], [whole(4), range(10, 20, 2)])).toEqual([
      4,
      2,
      undefined,
    ]);
    expect(slotCounts([own, { start: 10, end: -1 }, { start: 10, end: -1 }], [whole(4)])[1]).toBeUndefined();
  });

  test('a function that never ran has no ranges', () => {
    expect(slotCounts([own, { start: 1, end: 2 }], [])).toEqual([0, 0]);
  });
});
