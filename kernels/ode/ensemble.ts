import type { Random } from '../../src/workload/random.ts';
import { lorenzDerivativeInto, lorenzFlops } from './problems.ts';
import { createRk4 } from './rk4.ts';

/**
 * N Lorenz systems from the same start, each with a ρ of its own, by `ensembleSteps` steps of RK4 of length
 * `ensembleStep`: the parameter sweep of Nagy, Plavecz and Hegedűs, "The art of solving a large number of non-stiff,
 * low-dimensional ordinary differential equation systems on GPUs and CPUs", CNSNS 112, 2022, §3, over a shorter time
 * (t = 1) for the reason that `roundingBound` gives.
 *
 * The step is part of the definition: the right answer is what RK4 gives at this step in exact arithmetic. It is a
 * power of two, so that it and its half are exact in f32, and β is the f32 number nearest to 8/3 for everybody.
 */
export interface EnsembleInput {
  readonly kind: 'ensemble';
  /** One ρ a trajectory. */
  readonly rho: Float32Array;
  /** x, y, z at t = 0, f32 numbers. */
  readonly start: Float32Array;
}

export const sigma = 10;
export const beta = Math.fround(8 / 3);
export const ensembleStep = 1 / 256;
export const ensembleSteps = 256;

/** Largest ρ of the sweep (excluded): Lorenz's own value, where the motion is chaotic. */
const sweepEnd = 28;

/**
 * ρ drawn from one N-th of [0, 28) each, ascending; the start within ±1/2 of (1, 1, 1) in every component.
 *
 * @throws RangeError for less than one trajectory
 */
export function ensembleInput(trajectories: number, random: Random): EnsembleInput {
  if (trajectories < 1) throw new RangeError(`ode: an ensemble of ${trajectories} trajectories; give --size 1 or more`);
  const start = Float32Array.from([0, 1, 2], () => 0.5 + random.next());
  const rho = new Float32Array(trajectories);
  for (let i = 0; i < trajectories; i++) rho[i] = (sweepEnd * (i + random.next())) / trajectories;
  return { kind: 'ensemble', rho, start };
}

/**
 * All x, then all y, then all z (N each), which is how every lane of a vector unit wants them; in f64, by the general method
 * of rk4.ts, of which no variant uses a line.
 */
export function ensembleReference({ rho, start }: EnsembleInput): Float64Array {
  const count = rho.length;
  const output = new Float64Array(3 * count);
  const state = new Float64Array(3);
  for (let i = 0; i < count; i++) {
    const method = createRk4(3, lorenzDerivativeInto({ sigma, rho: rho[i]!, beta }));
    state.set(start);
    for (let n = 0; n < ensembleSteps; n++) method.step(n * ensembleStep, state, ensembleStep);
    for (let c = 0; c < 3; c++) output[c * count + i] = state[c]!;
  }
  return output;
}

/** Operations of one step: 4 right-hand sides, 3 stages of 2 for each component, and 7 a component for the sum. */
export const stepFlops = 4 * lorenzFlops + 3 * 3 * 2 + 3 * 7;
