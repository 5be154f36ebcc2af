import type { Mix } from './mix.ts';

/**
 * Floating-point arithmetic and little else. Nesting to the right keeps every intermediate result in the accumulator
 * of V8's interpreter, where nesting to the left would move each to a register and back. Factors are powers of two,
 * so that nothing is rounded: the statement adds 2.75 to x, an iteration 5.5.
 *
 * @param n iterations
 * @returns 5.5·n, exactly, up to n = 2^40
 */
export function exampleArithmetic(n: number): number {
  const half = 0.5;
  const two = 2;
  const quarter = 0.25;
  const four = 4;
  const a = 3;
  const b = 0.25;
  let x = 0;
  for (let i = 0; i < n; i++) {
    x = half * (a + two * (b + quarter * (a + four * (b + x))));
    x = half * (a + two * (b + quarter * (a + four * (b + x))));
  }
  return x;
}

export const mix: Mix = {
  functions: ['exampleArithmetic'],
  dominant: 'arithmetic',
  executed: {
    // A body is twice `Ldar x`, 4 `Mul`, 4 `Add`, `Star x`.
    arithmetic: n => 17 * n,
    comparison: n => n + 1,
    // Before: 8 variables, a load of a constant and a `Star` each. After: `Ldar x`, `Return`.
    'register-move': n => 16 + (n + 1) + 4 * n + 2 * n + 1,
    'control-flow': n => 2 * n + 2,
  },
};
