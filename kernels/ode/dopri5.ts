import { denseWeights, errorWeights, nodes, stageWeights } from './dormand-prince.ts';
import type { DerivativeInto } from './problems.ts';
import { createStepController, errorNorm, type StepControl, startingStep } from './step-control.ts';

/** Where to integrate to, from t = 0, and where the solution is wanted on the way. */
export interface Interval {
  readonly start: ArrayLike<number>;
  readonly end: number;
  /** Ascending, in [0, end]. */
  readonly points: ArrayLike<number>;
}

/** Steps chosen by the error estimate, or `steps` equal ones (which is how an order of convergence is measured). */
export type Stepping = StepControl | { readonly steps: number };

export interface StepStatistics {
  readonly accepted: number;
  readonly rejected: number;
  /** Of the right-hand side. */
  readonly evaluations: number;
}

export interface Solution {
  /** The solution at each point, one row of `start.length` components a point. */
  readonly states: Float64Array;
  readonly end: Float64Array;
  readonly statistics: StepStatistics;
}

const [, c2, c3, c4, c5] = nodes as readonly [number, number, number, number, number];
const [, , [a31, a32], [a41, a42, a43], [a51, a52, a53, a54]] = stageWeights as number[][] as [
  [],
  [number],
  [number, number],
  [number, number, number],
  [number, number, number, number],
];
const [a61, a62, a63, a64, a65] = stageWeights[5] as [number, number, number, number, number];
const [b1, , b3, b4, b5, b6] = stageWeights[6] as [number, number, number, number, number, number];
const [e1, , e3, e4, e5, e6, e7] = errorWeights as [number, number, number, number, number, number, number];
const [d1, , d3, d4, d5, d6, d7] = denseWeights as [number, number, number, number, number, number, number];
const a21 = 1 / 5;

/** More steps than this mean that the problem is stiff, or the tolerance below what f64 can do. */
const mostSteps = 2_000_000;

/**
 * Dormand and Prince's method of order 5(4) with dense output of order 4, for y' = f(t, y) from t = 0.
 *
 * A step takes six evaluations (the seventh stage is the first of the next step) and 2·(20 + 6)·n operations beside
 * them. The result of order 5 is what the next step starts from; the estimate is of the order-4 result's error.
 *
 * @throws RangeError for an end that is not positive, points that do not ascend in [0, end], or no progress: a step
 * below the spacing of f64 at t, which is what a singularity looks like
 */
export function integrateDopri5(derivative: DerivativeInto, interval: Interval, stepping: Stepping): Solution {
  checkInterval(interval);
  const { end, points } = interval;
  const n = interval.start.length;
  const workspace = createWorkspace(n);
  const { k1, k7, error } = workspace;
  let { y, next } = workspace;
  y.set(Array.from(interval.start));
  const states = new Float64Array(points.length * n);
  let point = 0;
  for (; point < points.length && points[point] === 0; point++) states.set(y, point * n);

  derivative(0, y, k1);
  let evaluations = 1;
  const adaptive = 'steps' in stepping ? undefined : stepping;
  const controller = createStepController(adaptive?.law);
  let h = end / ('steps' in stepping ? stepping.steps : 1);
  if (adaptive) {
    const evaluate = (t: number, state: readonly number[]): Float64Array => {
      derivative(t, Float64Array.from(state), next);
      return next;
    };
    h = startingStep(evaluate, { start: y, slope: k1, end }, adaptive);
    evaluations++;
  }

  let t = 0;
  let accepted = 0;
  let rejected = 0;
  while (t < end) {
    // A remainder of less than a hundredth of a step is taken in with this one.
    const last = t + 1.01 * h >= end;
    if (last) h = end - t;
    if (!(t + h > t) || accepted + rejected >= mostSteps) throw stuck(t, h, accepted + rejected);
    advance(derivative, { t, h, y, next }, workspace);
    evaluations += 6;
    let following = h;
    if (adaptive) {
      estimate(h, workspace);
      const verdict = controller.judge(errorNorm(error, { before: y, after: next }, adaptive), h);
      if (!verdict.accepted) {
        rejected++;
        h = verdict.next;
        continue;
      }
      following = verdict.next;
    }
    accepted++;
    const reached = last ? end : t + h;
    if (point < points.length && points[point]! <= reached) {
      prepareDense({ h, y, next }, workspace);
      for (; point < points.length && points[point]! <= reached; point++)
        interpolate((points[point]! - t) / h, workspace, states.subarray(point * n, point * n + n));
    }
    t = reached;
    h = following;
    [y, next] = [next, y];
    k1.set(k7);
  }
  return { states, end: y, statistics: { accepted, rejected, evaluations } };
}

type Workspace = ReturnType<typeof createWorkspace>;

const createWorkspace = (n: number) => ({
  y: new Float64Array(n),
  next: new Float64Array(n),
  stage: new Float64Array(n),
  k1: new Float64Array(n),
  k2: new Float64Array(n),
  k3: new Float64Array(n),
  k4: new Float64Array(n),
  k5: new Float64Array(n),
  k6: new Float64Array(n),
  k7: new Float64Array(n),
  error: new Float64Array(n),
  dense: [0, 1, 2, 3, 4].map(() => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ],
});

interface Step {
  readonly t: number;
  readonly h: number;
  readonly y: Float64Array;
  readonly next: Float64Array;
}

/** Stages 2 to 7; k₁ stands already. The seventh is f at the new state, which lies in `next`. */
function advance(derivative: DerivativeInto, { t, h, y, next }: Step, workspace: Workspace): void {
  const { stage, k1, k2, k3, k4, k5, k6, k7 } = workspace;
  const n = y.length;
  for (let i = 0; i < n; i++) stage[i] = y[i]! + h * a21 * k1[i]!;
  derivative(t + c2 * h, stage, k2);
  for (let i = 0; i < n; i++) stage[i] = y[i]! + h * (a31 * k1[i]! + a32 * k2[i]!);
  derivative(t + c3 * h, stage, k3);
  for (let i = 0; i < n; i++) stage[i] = y[i]! + h * (a41 * k1[i]! + a42 * k2[i]! + a43 * k3[i]!);
  derivative(t + c4 * h, stage, k4);
  for (let i = 0; i < n; i++) stage[i] = y[i]! + h * (a51 * k1[i]! + a52 * k2[i]! + a53 * k3[i]! + a54 * k4[i]!);
  derivative(t + c5 * h, stage, k5);
  for (let i = 0; i < n; i++)
    stage[i] = y[i]! + h * (a61 * k1[i]! + a62 * k2[i]! + a63 * k3[i]! + a64 * k4[i]! + a65 * k5[i]!);
  derivative(t + h, stage, k6);
  for (let i = 0; i < n; i++)
    next[i] = y[i]! + h * (b1 * k1[i]! + b3 * k3[i]! + b4 * k4[i]! + b5 * k5[i]! + b6 * k6[i]!);
  derivative(t + h, next, k7);
}

function estimate(h: number, { error, k1, k3, k4, k5, k6, k7 }: Workspace): void {
  for (let i = 0; i < error.length; i++)
    error[i] = h * (e1 * k1[i]! + e3 * k3[i]! + e4 * k4[i]! + e5 * k5[i]! + e6 * k6[i]! + e7 * k7[i]!);
}

/** The five terms of the continuous extension on this step: Hairer, Nørsett, Wanner I, §II.6. */
function prepareDense({ h, y, next }: Omit<Step, 't'>, { dense, k1, k3, k4, k5, k6, k7 }: Workspace): void {
  const [r1, r2, r3, r4, r5] = dense;
  for (let i = 0; i < y.length; i++) {
    const difference = next[i]! - y[i]!;
    const bend = h * k1[i]! - difference;
    r1[i] = y[i]!;
    r2[i] = difference;
    r3[i] = bend;
    r4[i] = difference - h * k7[i]! - bend;
    r5[i] = h * (d1 * k1[i]! + d3 * k3[i]! + d4 * k4[i]! + d5 * k5[i]! + d6 * k6[i]! + d7 * k7[i]!);
  }
}

/** The solution a fraction θ into the step. */
function interpolate(theta: number, { dense: [r1, r2, r3, r4, r5] }: Workspace, out: Float64Array): void {
  const rest = 1 - theta;
  for (let i = 0; i < out.length; i++)
    out[i] = r1[i]! + theta * (r2[i]! + rest * (r3[i]! + theta * (r4[i]! + rest * r5[i]!)));
}

function checkInterval({ end, points }: Interval): void {
  if (!(end > 0 && end < Number.POSITIVE_INFINITY))
    throw new RangeError(`integrateDopri5: the end is ${end}; it must be a positive number`);
  let before = 0;
  for (let i = 0; i < points.length; i++) {
    const here = points[i]!;
    if (!(here >= before && here <= end))
      throw new RangeError(
        `integrateDopri5: points[${i}] is ${here} after ${before}; points must ascend in [0, ${end}]`,
      );
    before = here;
  }
}

const stuck = (t: number, h: number, steps: number): RangeError =>
  new RangeError(
    `integrateDopri5 is stuck at t = ${t} with step ${h} after ${steps} steps: the solution has a singularity there, ` +
      'the problem is too stiff for an explicit method, or the tolerance is below what f64 can hold. Try a larger tolerance',
  );
