import { createRequire } from 'node:module';
import type { Interval } from './dopri5.ts';
import type { Derivative } from './problems.ts';

/** What we use of odex. Its own types are its sources, which strict flags reject: `require` keeps them out. */
interface Solver {
  absoluteTolerance: number;
  relativeTolerance: number;
  maxSteps: number;
  denseOutput: boolean;
  solve(
    derivative: (x: number, y: number[]) => number[],
    x: number,
    start: number[],
    end: number,
    observe: (step: number, before: number, x: number, y: number[], dense: DenseOutput) => void,
  ): { readonly y: number[]; readonly outcome: number; readonly nStep: number; readonly nEval: number };
}

/** Value of one component at x within the last step. */
type DenseOutput = (component: number, x: number) => number;

const { Solver } = createRequire(import.meta.url)('odex') as { Solver: new (dimension: number) => Solver };

/** A stiff problem takes an explicit method many small steps. */
const mostSteps = 10_000_000;

/**
 * odex (Hairer's ODEX: extrapolation of the explicit midpoint rule, variable order) with its own dense output. Its
 * method and its code share nothing with ours, which makes it the reference; at 1e-14 it meets the published end
 * state of Pleiades to 2e-10.
 *
 * @throws Error where it gives up
 */
export function extrapolate(
  derivative: Derivative,
  { start, end, points }: Interval,
  tolerance: number,
): { states: Float64Array; end: number[]; evaluations: number } {
  const n = start.length;
  const solver = new Solver(n);
  solver.relativeTolerance = tolerance;
  solver.absoluteTolerance = tolerance;
  solver.maxSteps = mostSteps;
  solver.denseOutput = true;
  const states = new Float64Array(points.length * n);
  let point = 0;
  const result = solver.solve(derivative, 0, Array.from(start), end, (_step, _before, x, y, dense) => {
    for (; point < points.length && points[point]! <= x; point++) {
      // At the start there is no step to interpolate in.
      const exact = points[point] === x;
      for (let i = 0; i < n; i++) states[point * n + i] = exact ? y[i]! : dense(i, points[point]!);
    }
  });
  if (result.outcome !== 0 || point < points.length)
    throw new Error(`odex gave up with outcome ${result.outcome} after ${result.nStep} steps, at point ${point}`);
  return { states, end: result.y, evaluations: result.nEval };
}
