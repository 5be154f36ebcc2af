import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDivisible } from '../../src/forecast/shape.ts';

/** So many values handed on within so much work. */
const handing = (count: number, work: number) => {
  const place = { line: 1, iteration: 0 };
  const carried = {
    kind: 'RAW',
    variable: 'x',
    cell: 'x',
    distance: 1,
    from: place,
    to: place,
    count,
    silent: false,
  } as const;
  return { work, carried: [carried] };
};

/** Self-parallelism of iterations of a span, each of which hands a chain of so many operations on. */
const overlapping = (iterations: number, span: number, chain: number) => ({
  verdict: 'doacross' as const,
  entries: 1,
  iterations,
  ...handing(iterations, iterations * span),
  selfParallelism: (iterations * span) / (span + (iterations - 1) * chain),
});

test('whether a loop with a carried counter can be divided does not hang on its size', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 1 << 24 }),
      fc.integer({ min: 21, max: 1000 }),
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      (iterations, span, share) => {
        fc.pre(Math.abs(share - 0.05) > 1e-6);
        expect(isDivisible(overlapping(iterations, span, share * span))).toBe(share < 0.05);
      },
    ),
  );
});

test('a wavefront and a recurrence are not divided as they stand, and few iterations are not worth it', () => {
  // Gauss–Seidel at n = 8, loops t and i (docs/trace.md): the chain runs through the data.
  expect(
    isDivisible({ verdict: 'doacross', entries: 1, iterations: 4, selfParallelism: 2.49, ...handing(0, 100) }),
  ).toBe(false);
  expect(
    isDivisible({ verdict: 'doacross', entries: 4, iterations: 24, selfParallelism: 2.22, ...handing(0, 100) }),
  ).toBe(false);
  expect(isDivisible(overlapping(3, 100, 1))).toBe(false);
  expect(
    isDivisible({ verdict: 'doacross', entries: 1, iterations: 100, selfParallelism: null, ...handing(0, 100) }),
  ).toBe(false);
  expect(
    isDivisible({ verdict: 'sequential', entries: 1, iterations: 100, selfParallelism: 1, ...handing(0, 100) }),
  ).toBe(false);
  expect(isDivisible({ verdict: 'parallel', entries: 1, iterations: 2, selfParallelism: 2, ...handing(0, 100) })).toBe(
    true,
  );
});

test('a wavefront of long rows starts each row two steps behind the one before, and is not divided all the same', () => {
  // Edit distance of two words of n letters: a row's span is 2n, it hands n + 1 values on, and its work is 5n.
  for (const n of [32, 280, 4000]) {
    const row = { ...overlapping(n, 2 * n, 2), ...handing(n * (n + 1), 5 * n * n) };
    expect(row.selfParallelism).toBeGreaterThan(n / 4);
    expect(isDivisible(row)).toBe(false);
  }
});
