import { expect, test } from 'vitest';
import { compareOutputs } from '../../src/workload/compare.ts';
import type { Tolerance } from '../../src/workload/types.ts';

const got = Float64Array.of(0, 1.001, 1000);
const want = Float64Array.of(0, 1, 1001);

test('without a floor a relative tolerance is relative to the element alone', () => {
  const relative = { kind: 'relative', bound: 0.002, reason: 'a test' } as const;
  expect(compareOutputs(got, want, relative)).toMatchObject({ ok: true, tolerance: 0.002 });
  // 0 must come out as 0, unless the floor says how large the elements are meant to be.
  const nearZero = Float64Array.of(1e-6);
  expect(compareOutputs(nearZero, Float64Array.of(0), relative).ok).toBe(false);
  expect(compareOutputs(nearZero, Float64Array.of(0), { ...relative, floor: 1 }).ok).toBe(true);
});

test.each([
  [{ kind: 'relative' }, 'has the bound undefined; it must be a number, 0 or more'],
  [{ kind: 'relative', bound: Number.NaN }, 'has the bound NaN; it must be a number, 0 or more'],
  [{ kind: 'relative', bound: 1e-6, floor: -1 }, 'has the floor -1; it must be a number, 0 or more'],
  [{ kind: 'absolute', bound: -1 }, 'has the bound -1; it must be a number, 0 or more'],
  [{ kind: 'abs', bound: 1 }, 'is of kind `abs`; it must be exact, absolute or relative'],
])('a tolerance that nobody type-checked is named: %o', (tolerance, says) => {
  const { ok, mismatch } = compareOutputs(want, want, { reason: 'a test', ...tolerance } as unknown as Tolerance);
  expect([ok, mismatch]).toEqual([false, `the workload's tolerance for the output ${says}`]);
});
