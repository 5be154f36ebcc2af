import { expect, test } from 'vitest';
import { latencies, latencyOfMath, latencyOfOperator } from '../../src/trace/latencies.ts';

test.each([
  // LLVM, X86ScheduleZnver4.td: WriteFAdd64, WriteFMul64, WriteFDiv64, WriteALU and WriteShift.
  [3, ['+', '-', '++', '--', '+=', '-=', '*', '*=']],
  [13, ['/', '/=']],
  [1, ['&', '|', '^', '~', '<<', '>>', '>>>', '|=', '<<=', '<', '>', '<=', '>=', '==', '!=', '===', '!==']],
  // No instruction: measured against a chain of additions, by their order of magnitude.
  [60, ['%', '%=']],
  [50, ['**', '**=']],
])('%i cycles from operand to result of %j', (cycles, operators) => {
  expect(operators.map(latencyOfOperator)).toEqual(operators.map(() => cycles));
});

test('functions of Math that are instructions, by the same table; any other is a library’s', () => {
  // WriteFSqrt64, WriteFRnd, WriteFCmp64, WriteFLogic, WriteIMul32Reg.
  expect(['sqrt', 'floor', 'ceil', 'round', 'trunc'].map(latencyOfMath)).toEqual([21, 3, 3, 3, 3]);
  expect(['min', 'max', 'abs', 'imul'].map(latencyOfMath)).toEqual([1, 1, 1, 3]);
  expect(['sin', 'pow', 'hypot', 'log'].map(latencyOfMath)).toEqual([50, 50, 50, 50]);
});

test('loads from the first cache: 4 cycles to an integer register, 7 to a floating-point one (AMD 57647, §2.12)', () => {
  expect([latencies.load, latencies.loadFloat]).toEqual([4, 7]);
});
