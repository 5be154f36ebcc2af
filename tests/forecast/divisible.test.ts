import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDivisible } from '../../src/forecast/shape.ts';

/** Self-parallelism of iterations of a span, each of which hands a chain of so many operations on. */
const overlapping = (iterations: number, span: number, chain: number) => ({
  verdict: 'doacross' as const,
  entries: 1,
  iterations,
  selfParallelism: (iterations * span) / (span + (iterations - 1) * chain),
});

test('whether a loop with a carried counter can be divided does not hang on its size', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 1 << 24 }),
      fc.integer({ min: 1, max: 1000 }),
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
  expect(isDivisible({ verdict: 'doacross', entries: 1, iterations: 4, selfParallelism: 2.49 })).toBe(false);
  expect(isDivisible({ verdict: 'doacross', entries: 4, iterations: 24, selfParallelism: 2.22 })).toBe(false);
  expect(isDivisible(overlapping(3, 100, 1))).toBe(false);
  expect(isDivisible({ verdict: 'doacross', entries: 1, iterations: 100, selfParallelism: null })).toBe(false);
  expect(isDivisible({ verdict: 'sequential', entries: 1, iterations: 100, selfParallelism: 1 })).toBe(false);
  expect(isDivisible({ verdict: 'parallel', entries: 1, iterations: 2, selfParallelism: 2 })).toBe(true);
});
