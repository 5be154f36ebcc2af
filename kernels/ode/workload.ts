import type { Variant } from '../../src/backends/variant.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { edgeCases } from './cases.ts';
import { ensembleInput, ensembleReference } from './ensemble.ts';
import { gpujs } from './gpujs.ts';
import type { OdeInput, OdeOutput } from './input.ts';
import { naive } from './naive.ts';
import { odex } from './odex.ts';
import { type OdeProblemName, odeProblems } from './problems.ts';
import { roundingBound } from './rounding-bound.ts';
import { simd, simdThreads } from './simd.ts';
import { tfjs } from './tfjs.ts';
import { threads } from './threads.ts';
import { trajectoryBound, trajectoryInput, trajectoryReference } from './trajectory.ts';
import { tuned } from './tuned.ts';
import { webgpuNaive } from './webgpu-naive.ts';
import { webgpuTuned } from './webgpu-tuned.ts';
import { work } from './work.ts';

const variants: Variant<OdeInput, OdeOutput>[] = [
  naive,
  tuned,
  threads,
  simd,
  simdThreads,
  webgpuNaive,
  webgpuTuned,
  ...gpujs,
  ...tfjs,
  odex,
];

/**
 * Initial-value problems of ordinary differential equations.
 *
 * `lorenz-ensemble`, the default, is the parallel form: N Lorenz systems over a sweep of ρ, each 256 steps of RK4 in
 * f32. The others are one trajectory each, in f64, by Dormand and Prince's method of order 5(4) with step control and
 * dense output: a chain of steps, and so what no parallel hardware helps with.
 *
 * Bound of the ensemble: 71 flops a step against 16 bytes a trajectory of 256 steps, over 1000 flop a byte, so by
 * arithmetic everywhere, once there are more trajectories than the device has lanes times its latency.
 */
export default defineWorkload<OdeInput, OdeOutput>({
  name: 'ode',
  aliases: ['od'],
  summary: 'differential equations: an ensemble of Lorenz systems by RK4, f32; single problems by Dormand–Prince, f64',
  sizeMeaning:
    'number of trajectories (lorenz-ensemble), each 256 steps of RK4; for the other problems, number of output points',
  sizes: { smoke: 17, small: 512, medium: 4096, large: 65536 },
  parameters: { problem: ['lorenz-ensemble', ...Object.keys(odeProblems)] },
  inputs: (size, random, { problem }) =>
    isTrajectory(problem) ? trajectoryInput(problem, size, random) : ensembleInput(size, random),
  cases: (random, { problem }) => edgeCases(isTrajectory(problem) ? problem : undefined, random),
  reference: input => (input.kind === 'ensemble' ? ensembleReference(input) : trajectoryReference(input)),
  tolerance: (input, want, unitRoundoff) =>
    input.kind === 'ensemble'
      ? {
          kind: 'absolute',
          bound: planes(roundingBound(input, unitRoundoff)),
          reason: 'rounding error of every step, carried on by the sensitivity of each trajectory, to first order',
        }
      : {
          kind: 'absolute',
          bound: trajectoryBound(input, want),
          reason: 'ten times the tolerance asked for, carried on by the sensitivity of the problem',
        },
  work: (size, { problem }) => work(size, isTrajectory(problem) ? problem : undefined),
  variants,
});

const isTrajectory = (problem: unknown): problem is OdeProblemName =>
  typeof problem === 'string' && Object.hasOwn(odeProblems, problem);

/** The bound of a trajectory holds for its x, its y and its z. */
function planes(bound: Float64Array): Float64Array {
  const all = new Float64Array(3 * bound.length);
  for (let plane = 0; plane < 3; plane++) all.set(bound, plane * bound.length);
  return all;
}
