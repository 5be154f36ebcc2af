import { createRandom } from '../../src/workload/random.ts';
import { type Interval, integrateDopri5 } from './dopri5.ts';
import { extrapolate } from './extrapolation.ts';
import { type DerivativeInto, type OdeProblemName, odeProblems } from './problems.ts';
import { integrateRk4 } from './rk4.ts';
import { trajectoryInput, trajectoryReference } from './trajectory.ts';

/** One point of a convergence chart: error against step. Slopes in log–log are the order of the method. */
export interface StepConvergence {
  readonly method: 'rk4' | 'dopri5' | 'dopri5-dense';
  readonly steps: number;
  readonly step: number;
  /** Largest error of any component, at the end, or (dense) at points spread over the whole interval. */
  readonly maxAbsError: number;
  readonly evaluations: number;
}

/** One point of a work–precision chart: what a solver that chooses its own steps makes of a tolerance. */
export interface ToleranceConvergence {
  readonly problem: OdeProblemName;
  readonly method: 'dopri5-pi' | 'dopri5-standard' | 'odex';
  readonly tolerance: number;
  /** Largest |error|/(1 + |y|) of any component at 200 points. */
  readonly maxScaledError: number;
  readonly evaluations: number;
  /** Not told by odex. */
  readonly accepted?: number;
  readonly rejected?: number;
}

/**
 * A nonlinear problem whose right-hand side depends on t, with the solution (e^{sin t²}, e^{5 sin t²}, sin t² + 1,
 * cos t²): Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, §II.1, eq. (1.25).
 */
export const closedForm = {
  start: [1, 1, 1, 1],
  end: 1.5,
  derivativeInto: ((t, y, out) => {
    out[0] = 2 * t * y[1]! ** 0.2 * y[3]!;
    out[1] = 10 * t * Math.exp(5 * (y[2]! - 1)) * y[3]!;
    out[2] = 2 * t * y[3]!;
    out[3] = -2 * t * Math.log(y[0]!);
  }) satisfies DerivativeInto,
  solution(t: number): number[] {
    const s = Math.sin(t * t);
    return [Math.exp(s), Math.exp(5 * s), s + 1, Math.cos(t * t)];
  },
} as const;

/** Error against step length of every fixed-step method, on the problem with a closed form. */
export function stepConvergence(stepCounts: readonly number[] = [64, 128, 256, 512]): StepConvergence[] {
  const { start, end, derivativeInto, solution } = closedForm;
  return stepCounts.flatMap(steps => {
    const step = end / steps;
    const rk4 = integrateRk4(derivativeInto, start, { end, steps });
    // 7 points in every step, none of them a node: the error between the steps, where only the interpolant speaks.
    const points = Float64Array.from({ length: 7 * steps }, (_, i) => ((i + 0.5) * end) / (7 * steps));
    const interval: Interval = { start, end, points };
    const dopri5 = integrateDopri5(derivativeInto, interval, { steps });
    const dense = Float64Array.from(points, (t, p) =>
      largestError(dopri5.states.subarray(4 * p, 4 * p + 4), solution(t)),
    );
    const { evaluations } = dopri5.statistics;
    return [
      { method: 'rk4', steps, step, maxAbsError: largestError(rk4, solution(end)), evaluations: 4 * steps },
      { method: 'dopri5', steps, step, maxAbsError: largestError(dopri5.end, solution(end)), evaluations },
      { method: 'dopri5-dense', steps, step, maxAbsError: dense.reduce((a, b) => Math.max(a, b), 0), evaluations },
    ];
  });
}

/** Error and work against tolerance, for both laws of step control and for odex, against odex at 1e-14. */
export function toleranceConvergence(
  problem: OdeProblemName,
  tolerances: readonly number[] = [1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10],
): ToleranceConvergence[] {
  const input = trajectoryInput(problem, 200, createRandom(1));
  const want = trajectoryReference(input);
  const { derivative, derivativeInto, end } = odeProblems[problem];
  const interval: Interval = { start: input.start, end, points: input.points };
  return tolerances.flatMap(tolerance => {
    const controlled = (law: 'pi' | 'standard'): ToleranceConvergence => {
      const control = { relativeTolerance: tolerance, absoluteTolerance: tolerance, law };
      const { states, statistics } = integrateDopri5(derivativeInto, interval, control);
      return { problem, method: `dopri5-${law}`, tolerance, maxScaledError: scaledError(states, want), ...statistics };
    };
    const { states, evaluations } = extrapolate(derivative, interval, tolerance);
    return [
      controlled('pi'),
      controlled('standard'),
      { problem, method: 'odex', tolerance, maxScaledError: scaledError(states, want), evaluations },
    ];
  });
}

/** Slope of the least-squares line through (log step, log error): the order of convergence that was measured. */
export function measuredOrder(rows: readonly { step: number; maxAbsError: number }[]): number {
  const x = rows.map(({ step }) => Math.log(step));
  const y = rows.map(({ maxAbsError }) => Math.log(maxAbsError));
  const meanX = x.reduce((a, b) => a + b, 0) / x.length;
  const meanY = y.reduce((a, b) => a + b, 0) / y.length;
  const along = x.reduce((sum, value, i) => sum + (value - meanX) * (y[i]! - meanY), 0);
  return along / x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
}

const largestError = (got: ArrayLike<number>, want: readonly number[]): number =>
  Math.max(...want.map((value, i) => Math.abs(got[i]! - value)));

function scaledError(got: Float64Array, want: Float64Array): number {
  let worst = 0;
  for (let i = 0; i < want.length; i++)
    worst = Math.max(worst, Math.abs(got[i]! - want[i]!) / (1 + Math.abs(want[i]!)));
  return worst;
}
