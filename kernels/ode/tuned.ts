import { callVariant } from '../../src/backends/js.ts';
import { integrateDopri5 } from './dopri5.ts';
import type { OdeInput, OdeOutput } from './input.ts';
import { odeProblems } from './problems.ts';
import { integrateSweep } from './sweep.ts';
import type { TrajectoryInput } from './trajectory.ts';

function integrateTrajectory({ problem, start, points, tolerance }: TrajectoryInput): Float64Array {
  const { derivativeInto, end } = odeProblems[problem];
  const control = { relativeTolerance: tolerance, absoluteTolerance: tolerance };
  return integrateDopri5(derivativeInto, { start, end, points }, control).states;
}

export const tuned = callVariant<OdeInput, OdeOutput>({
  name: 'tuned',
  sameAlgorithm: true,
  summary: 'two trajectories at a time in scalars, nothing allocated; Dormand–Prince unrolled over typed arrays',
  compute(input) {
    if (input.kind === 'trajectory') return integrateTrajectory(input);
    const { rho, start } = input;
    const output = new Float32Array(3 * rho.length);
    integrateSweep({ rho, start, output }, 0, rho.length);
    return output;
  },
});
