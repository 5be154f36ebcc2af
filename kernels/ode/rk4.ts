import type { DerivativeInto } from './problems.ts';

/** A system with the memory that one step needs. */
export interface Rk4 {
  /** Advances `state` from t to t + step, in place. */
  step(t: number, state: Float64Array, step: number): void;
}

/**
 * The classical Runge–Kutta method of order 4:
 *
 *     y ← y + h/6·(k₁ + 2k₂ + 2k₃ + k₄),  k₁ = f(t, y), k₂ = f(t + h/2, y + h/2·k₁),
 *     k₃ = f(t + h/2, y + h/2·k₂), k₄ = f(t + h, y + h·k₃)
 *
 * Kutta, Zeitschrift für Mathematik und Physik 46, 1901. Four evaluations a step and 13 operations a component.
 */
export function createRk4(dimension: number, derivative: DerivativeInto): Rk4 {
  const k1 = new Float64Array(dimension);
  const k2 = new Float64Array(dimension);
  const k3 = new Float64Array(dimension);
  const k4 = new Float64Array(dimension);
  const stage = new Float64Array(dimension);
  const moveTo = (state: Float64Array, slope: Float64Array, by: number): Float64Array => {
    for (let i = 0; i < dimension; i++) stage[i] = state[i]! + by * slope[i]!;
    return stage;
  };
  return {
    step(t, state, step) {
      const half = step / 2;
      derivative(t, state, k1);
      derivative(t + half, moveTo(state, k1, half), k2);
      derivative(t + half, moveTo(state, k2, half), k3);
      derivative(t + step, moveTo(state, k3, step), k4);
      for (let i = 0; i < dimension; i++)
        state[i] = state[i]! + (step / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!);
    },
  };
}

/**
 * The state after `steps` equal steps from t = 0 to `end`.
 *
 * @throws RangeError where the number of steps is not a positive integer
 */
export function integrateRk4(
  derivative: DerivativeInto,
  start: ArrayLike<number>,
  { end, steps }: { end: number; steps: number },
): Float64Array {
  if (!Number.isSafeInteger(steps) || steps < 1)
    throw new RangeError(`integrateRk4: steps is ${steps}; give a positive integer`);
  const state = Float64Array.from(start);
  const method = createRk4(state.length, derivative);
  const step = end / steps;
  for (let n = 0; n < steps; n++) method.step(n * step, state, step);
  return state;
}
