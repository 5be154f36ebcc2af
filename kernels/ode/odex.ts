import { callVariant } from '../../src/backends/js.ts';
import { extrapolate } from './extrapolation.ts';
import type { OdeInput, OdeOutput } from './input.ts';
import { odeProblems } from './problems.ts';

/**
 * What odex is asked for, as a share of what the others are. Its steps keep to the tolerance, but its dense output is
 * let off with ten times as much, and between the steps of van der Pol's slow branch (μ = 100) it is off by 160 times.
 */
const toleranceShare = 1 / 10;

/** The peer for one trajectory. */
export const odex = callVariant<OdeInput, OdeOutput>({
  name: 'odex',
  sameAlgorithm: false,
  summary:
    'extrapolation of variable order by the package odex, with its own dense output, asked for a tenth of the tolerance',
  unsupported: input =>
    input.kind === 'ensemble'
      ? 'odex chooses its own steps, and the ensemble is defined by RK4 at a fixed one: its better answer would count as wrong'
      : undefined,
  compute(input) {
    if (input.kind === 'ensemble') throw new TypeError('odex takes trajectories only');
    const { problem, start, points, tolerance } = input;
    const { derivative, end } = odeProblems[problem];
    return extrapolate(derivative, { start, end, points }, toleranceShare * tolerance).states;
  },
});
