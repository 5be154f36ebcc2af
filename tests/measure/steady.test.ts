import { expect, test } from 'vitest';
import { isSteady, stillSpeedingUp } from '../../src/measure/steady.ts';

const slow = 1e9;

test('a series that still gets faster is not steady, one that stays or gets slower is', () => {
  expect(isSteady([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], slow)).toBe(false);
  expect(isSteady([10, 10, 10, 10, 10, 10, 10, 10, 10, 10], slow)).toBe(true);
  expect(isSteady([10, 10, 10, 10, 10, 14, 14, 14, 14, 14], slow)).toBe(true);
  // 5 % is where a trend begins.
  const five = (value: number) => Array.from({ length: 5 }, () => value);
  expect(isSteady([...five(100), ...five(94)], slow)).toBe(false);
  expect(isSteady([...five(100), ...five(96)], slow)).toBe(true);
  expect(isSteady([10, 10, 10], slow)).toBe(false);
  expect(isSteady([], slow)).toBe(false);
});

test('three slow calls suffice, unless the last is the fastest by far', () => {
  expect(isSteady([3e9, 2e9, 2e9], slow)).toBe(true);
  expect(isSteady([3e9, 3e9, 2e9], slow)).toBe(false);
  expect(isSteady([2e9, 2e9], slow)).toBe(false);
});

test('samples whose later half is more than a tenth faster were taken too early', () => {
  const half = (value: number) => Array.from({ length: 10 }, () => value);
  expect(stillSpeedingUp([...half(70), ...half(14)])).toBe(true);
  expect(stillSpeedingUp([...half(100), ...half(89)])).toBe(true);
  expect(stillSpeedingUp([...half(100), ...half(91)])).toBe(false);
  expect(stillSpeedingUp([70, 14])).toBe(false);
});
