import { denseWeights, errorWeights, nodes, stageWeights } from './dormand-prince.ts';
import type { OdeProblem } from './problems.ts';
import { createStepController, errorNorm, startingStep } from './step-control.ts';
import type { TrajectoryInput } from './trajectory.ts';

/** y + h·Σ wⱼkⱼ, component by component. */
const combine = (y: number[], h: number, weights: readonly number[], k: number[][]): number[] =>
  y.map((yi, i) => yi + h * weights.reduce((sum, weight, j) => sum + weight * k[j]![i]!, 0));

/**
 * Dormand and Prince's method straight from its tableau: loops over stages, a new array for everything. The same
 * steps as `integrateDopri5` but for rounding.
 */
export function naiveDopri5(
  { derivative: f, end }: OdeProblem,
  { start, points, tolerance }: TrajectoryInput,
): Float64Array {
  const control = { relativeTolerance: tolerance, absoluteTolerance: tolerance };
  const controller = createStepController();
  const rows: number[][] = [];
  let t = 0;
  let y = Array.from(start);
  let slope = f(0, y);
  let h = startingStep(f, { start: y, slope, end }, control);
  while (t < end) {
    const last = t + 1.01 * h >= end;
    if (last) h = end - t;
    const k = [slope];
    for (let stage = 1; stage < 7; stage++) k.push(f(t + nodes[stage]! * h, combine(y, h, stageWeights[stage]!, k)));
    const next = combine(y, h, stageWeights[6]!, k);
    const error = combine(
      y.map(() => 0),
      h,
      errorWeights,
      k,
    );
    const verdict = controller.judge(errorNorm(error, { before: y, after: next }, control), h);
    if (verdict.accepted) {
      const reached = last ? end : t + h;
      while (rows.length < points.length && points[rows.length]! <= reached)
        rows.push(interpolate((points[rows.length]! - t) / h, { h, y, next, k }));
      t = reached;
      y = next;
      slope = k[6]!;
    }
    h = verdict.next;
  }
  return Float64Array.from(rows.flat());
}

interface Step {
  readonly h: number;
  readonly y: number[];
  readonly next: number[];
  readonly k: number[][];
}

/** Continuous extension of order 4, as in `dopri5.ts`. */
function interpolate(theta: number, { h, y, next, k }: Step): number[] {
  const rest = 1 - theta;
  const fifth = combine(
    y.map(() => 0),
    h,
    denseWeights,
    k,
  );
  return y.map((yi, i) => {
    const difference = next[i]! - yi;
    const bend = h * k[0]![i]! - difference;
    const fourth = difference - h * k[6]![i]! - bend;
    return yi + theta * (difference + rest * (bend + theta * (fourth + rest * fifth[i]!)));
  });
}
