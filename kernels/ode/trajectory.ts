import type { Random } from '../../src/workload/random.ts';
import { extrapolate } from './extrapolation.ts';
import { type OdeProblemName, odeProblems } from './problems.ts';

/** One initial-value problem, wanted at given times to a given tolerance, by a method that chooses its own steps. */
export interface TrajectoryInput {
  readonly kind: 'trajectory';
  readonly problem: OdeProblemName;
  readonly start: Float64Array;
  /** Ascending, in (0, end]; the last is the problem's end. */
  readonly points: Float64Array;
  /** Relative and absolute, for the error of one step. */
  readonly tolerance: number;
}

/** What the solvers are asked for: about eight digits of every problem but Pleiades, which loses four of them. */
export const askedTolerance = 1e-9;

/**
 * One time drawn from each of `count` equal parts of the interval; the last is its end, where values are published.
 *
 * @throws RangeError for less than one point
 */
export function trajectoryInput(problem: OdeProblemName, count: number, random: Random): TrajectoryInput {
  if (count < 1) throw new RangeError(`ode: ${count} output points of ${problem}; give --size 1 or more`);
  const { start, end } = odeProblems[problem];
  const points = Float64Array.from({ length: count }, (_, i) => (end * (i + random.next())) / count);
  points[count - 1] = end;
  return { kind: 'trajectory', problem, start: Float64Array.from(start), points, tolerance: askedTolerance };
}

/** Output: one row of components for each point. By odex, an extrapolation method, at the tightest it can do. */
export function trajectoryReference({ problem, start, points }: TrajectoryInput): Float64Array {
  const { derivative, end } = odeProblems[problem];
  return extrapolate(derivative, { start, end, points }, 1e-14).states;
}

/**
 * What may accumulate: the local errors of all steps, each at most the tolerance times 1 + |y|, carried on by the
 * problem's sensitivity. They do not add up to the number of steps, because the solution that is carried on is one
 * order better than the one whose error is held at the tolerance; up to a factor of 5 was seen (tolerances 1e-5 to
 * 1e-11, both laws of step control, all problems), and 10 is allowed.
 */
const accumulation = 10;

export function trajectoryBound(
  { problem, points, tolerance }: TrajectoryInput,
  want: ArrayLike<number>,
): Float64Array {
  const { derivative, sensitivity, start } = odeProblems[problem];
  const n = start.length;
  const bound = new Float64Array(want.length);
  for (let p = 0; p < points.length; p++) {
    const row = Array.from({ length: n }, (_, i) => want[p * n + i]!);
    const slope = derivative(points[p]!, row);
    for (let i = 0; i < n; i++)
      bound[p * n + i] =
        accumulation *
        tolerance *
        (sensitivity.state * (1 + Math.abs(row[i]!)) + sensitivity.phase * Math.abs(slope[i]!));
  }
  return bound;
}
