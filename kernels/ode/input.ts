import type { EnsembleInput } from './ensemble.ts';
import type { TrajectoryInput } from './trajectory.ts';

/** Many short problems at once, or one long one. */
export type OdeInput = EnsembleInput | TrajectoryInput;

/** f32 for the ensemble: all x, all y, all z. f64 for a trajectory: a row of components for each point. */
export type OdeOutput = Float32Array | Float64Array;

/** Why hardware that wants many things to do at once is of no use to one trajectory. */
export const onlyEnsembles = (input: OdeInput): string | undefined =>
  input.kind === 'ensemble'
    ? undefined
    : `${input.problem} is one trajectory, a chain of steps with nothing to do beside it; try problem=lorenz-ensemble`;

/** The same for hardware without f64, which a tolerance of 1e-9 asks for. */
export const onlyEnsemblesInF32 = (input: OdeInput): string | undefined =>
  input.kind === 'ensemble'
    ? undefined
    : `${input.problem} is one trajectory, a chain of steps with nothing to do beside it, and needs f64; try problem=lorenz-ensemble`;

/** The input of a variant that said in `unsupported` that it takes ensembles only. */
export function asEnsemble(input: OdeInput): EnsembleInput {
  const reason = onlyEnsembles(input);
  if (input.kind !== 'ensemble') throw new TypeError(reason);
  return input;
}
