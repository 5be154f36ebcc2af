import type { Mix } from './mix.ts';

/**
 * Tests and jumps and little else: each `while` is a load, a test, and the jump of its `break`.
 *
 * @param n iterations
 * @returns how many iterations were odd: ⌊n/2⌋
 */
export function exampleControlFlow(n: number): number {
  const live = n > 0;
  let odd = false;
  let visits = 0;
  for (let i = 0; i < n; i++) {
    while (live) break;
    while (live) break;
    while (live) break;
    while (live) break;
    while (live) break;
    while (live) break;
    while (live) break;
    while (live) break;
    if (odd) visits++;
    odd = !odd;
  }
  return visits;
}

const half = (n: number): number => Math.floor(n / 2);

export const mix: Mix = {
  functions: ['exampleControlFlow'],
  dominant: 'control-flow',
  executed: {
    // A body is 8 times `Ldar live`, `JumpIfToBooleanFalse`, `Jump`; `Ldar odd`, `JumpIfToBooleanFalse`, and every
    // second time `Ldar visits`, `Inc`, `Star visits`; `Ldar odd`, `ToBooleanLogicalNot`, `Star odd`.
    'control-flow': n => n + 1 + 16 * n + n + n + 1,
    arithmetic: n => half(n) + n,
    // Before: `LdaZero`, `TestGreaterThan`, `Star live`.
    comparison: n => 1 + (n + 1) + n,
    // Before: two moves for `live`, two each for `odd`, `visits` and `i`. After: `Ldar visits`, `Return`.
    'register-move': n => 8 + (n + 1) + 8 * n + 3 * n + 2 * half(n) + 2 * n + 1,
  },
};
