import { callVariant } from '../../src/backends/js.ts';
import { extrapolate } from './extrapolation.ts';
import type { OdeInput, OdeOutput } from './input.ts';
import { odeProblems } from './problems.ts';

/** The peer for one trajectory, at the tolerance that the others are asked for. */
export const odex = callVariant<OdeInput, OdeOutput>({
  name: 'odex',
  sameAlgorithm: false,
  summary: 'extrapolation of variable order by the package odex, with its own dense output',
  unsupported: input =>
    input.kind === 'ensemble'
      ? 'odex chooses its own steps, and the ensemble is defined by RK4 at a fixed one: its better answer would count as wrong'
      : undefined,
  compute(input) {
    if (input.kind === 'ensemble') throw new TypeError('odex takes trajectories only');
    const { problem, start, points, tolerance } = input;
    const { derivative, end } = odeProblems[problem];
    return extrapolate(derivative, { start, end, points }, tolerance).states;
  },
});
