import type { WorkModel } from '../../src/workload/types.ts';
import { ensembleSteps, stepFlops } from './ensemble.ts';
import { type OdeProblemName, odeProblems } from './problems.ts';

/**
 * Steps that Dormand and Prince's method takes at the tolerance asked for, rejected ones included: what the workload
 * costs depends on them, and they are a fact about problem and method (a test counts them again).
 */
export const stepsTaken: Readonly<Record<OdeProblemName, number>> = {
  lorenz: 1316,
  'van-der-pol-1': 358,
  'van-der-pol-100': 12959,
  pleiades: 594,
};

/** Operations for each component of a step: the sums of stages 2 to 7 (20 terms and 6 steps), error and norm. */
const stepOperations = 2 * 20 + 2 * 6 + 2 * 6 + 6;

/**
 * Operations of the dense output for `n` components (dopri5.ts): 18 for each component of a step with points in it (the
 * terms of the continuous extension), 8 for each component of a point (Horner's scheme), and 3 for its place in the
 * step. Points are spread evenly, and so are, nearly, the steps.
 */
export const denseOperations = (n: number, { points, steps }: { points: number; steps: number }): number =>
  18 * n * Math.min(points, steps) + (8 * n + 3) * points;

export function work(size: number, problem: OdeProblemName | undefined): WorkModel {
  if (!problem)
    return {
      operations: size * ensembleSteps * stepFlops,
      operationUnit: 'flop',
      bytesRead: 4 * size + 12,
      bytesWritten: 12 * size,
      bytesToDevice: 4 * size + 12,
      bytesFromDevice: 12 * size,
      items: size * ensembleSteps,
      itemUnit: 'RK4 steps',
    };
  const { flops, start } = odeProblems[problem];
  const n = start.length;
  const steps = stepsTaken[problem];
  return {
    operations: steps * (6 * flops + stepOperations * n) + denseOperations(n, { points: size, steps }),
    operationUnit: 'flop',
    bytesRead: 8 * (n + size),
    bytesWritten: 8 * n * size,
    bytesToDevice: 8 * (n + size),
    bytesFromDevice: 8 * n * size,
    items: steps,
    itemUnit: 'Dormand–Prince steps',
  };
}
