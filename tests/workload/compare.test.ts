import { describe, expect, test } from 'vitest';
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

describe('how far an output lies from the reference', () => {
  const loose = (bound: number): Tolerance => ({ kind: 'absolute', bound, reason: 'a test' });

  test('in absolute terms, relative to the reference, and in units in the last place of its own type', () => {
    // Neighbours of 1 and of 1024 in f32 are 2⁻²³ and 2⁻¹³ away; the reference is the exact value in f64.
    const wanted = Float64Array.of(1, 1024, 0, -3);
    const given = Float32Array.of(1 + 2 ** -22, 1024 + 2 ** -13, 2 ** -30, -3);
    expect(compareOutputs(given, wanted, loose(1))).toMatchObject({
      ...{ ok: true, compared: 4, maxAbsError: 2 ** -13, maxRelError: 2 ** -22 },
      // 2 at the first element, 1 at the second; around 0 units are the smallest number, 2⁻¹⁴⁹.
      ...{ maxUlp: 2 ** (149 - 30), tolerance: 1, worstShare: 2 ** -13 },
      worst: { index: 1, want: 1024 },
    });
    const far = compareOutputs(given.subarray(0, 2), wanted.subarray(0, 2), loose(1));
    expect(far.maxUlp).toBe(2);
  });

  test('just below a power of two the neighbours are half as far as just above it', () => {
    for (const [exponent, bits, array] of [
      [40, 23, Float32Array],
      [1000, 52, Float64Array],
    ] as const) {
      const below = 2 ** exponent - 2 ** (exponent - bits - 1);
      const given = array.of(2 ** exponent) as Float32Array | Float64Array;
      expect(compareOutputs(given, Float64Array.of(below), loose(Number.MAX_VALUE)).maxUlp).toBe(1);
      expect(compareOutputs(array.of(below), Float64Array.of(2 ** exponent), loose(Number.MAX_VALUE)).maxUlp).toBe(0.5);
    }
  });

  test('whole numbers differ by their difference; the worst element is the one nearest to, or farthest beyond, its bound', () => {
    const bounds = Float64Array.of(10, 100);
    const accuracy = compareOutputs(Uint32Array.of(5, 40), Uint32Array.of(0, 0), {
      ...{ kind: 'absolute', reason: 'a test' },
      bound: bounds,
    });
    expect(accuracy).toMatchObject({ ok: true, maxAbsError: 40, maxUlp: 40, tolerance: 10, worstShare: 0.5 });
    expect(accuracy.worst).toMatchObject({ index: 0, got: 5, allowed: 10 });
  });

  test('NaN is right only where the reference has it; several arrays count together', () => {
    const nan = Float64Array.of(Number.NaN, 1);
    expect(compareOutputs(nan, nan, loose(0)).ok).toBe(true);
    expect(compareOutputs(nan, Float64Array.of(0, 1), loose(9)).ok).toBe(false);
    expect(compareOutputs(Float64Array.of(0, 1), nan, loose(9)).ok).toBe(false);
    const both = compareOutputs(
      { a: Float64Array.of(1, 2), b: Float64Array.of(3.5) },
      { a: Float64Array.of(1, 2.25), b: Float64Array.of(3) },
      { a: loose(1), b: loose(0.1) },
    );
    expect(both).toMatchObject({ ok: false, compared: 3, maxAbsError: 0.5, worst: { field: 'b', allowed: 0.1 } });
    expect(both.worstShare).toBeCloseTo(5, 12);
  });

  test('exact means every bit: −0 is not 0', () => {
    const exact: Tolerance = { kind: 'exact', reason: 'a test' };
    expect(compareOutputs(Float64Array.of(-0), Float64Array.of(0), exact).ok).toBe(false);
    expect(compareOutputs(Float64Array.of(-0), Float64Array.of(0), loose(0)).ok).toBe(true);
  });
});
