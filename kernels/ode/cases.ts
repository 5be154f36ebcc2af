import type { Random } from '../../src/workload/random.ts';
import { beta, type EnsembleInput, ensembleInput } from './ensemble.ts';
import type { OdeInput } from './input.ts';
import type { OdeProblemName } from './problems.ts';
import { trajectoryInput } from './trajectory.ts';

/** Counts that are no multiple of any tile, states that must not move, and no work at all. */
export function edgeCases(problem: OdeProblemName | undefined, random: Random): Readonly<Record<string, OdeInput>> {
  if (problem)
    return { 'the end only': trajectoryInput(problem, 1, random), 'two points': trajectoryInput(problem, 2, random) };
  return {
    'one trajectory': ensembleInput(1, random),
    '3 trajectories': ensembleInput(3, random),
    '130 trajectories': ensembleInput(130, random),
    'at rest at the origin': resting(5, { rho: 28, start: [0, 0, 0] }),
    'at rest in the eye of a wing': resting(5, eyeOfWing(Math.fround(beta * 16))),
  };
}

function resting(count: number, { rho, start }: { rho: number; start: readonly number[] }): EnsembleInput {
  return { kind: 'ensemble', rho: new Float32Array(count).fill(rho), start: Float32Array.from(start) };
}

/** The fixed point (q, q, ρ − 1) with q² = β(ρ − 1), here at a chosen q². */
function eyeOfWing(square: number): { rho: number; start: readonly number[] } {
  const rho = 1 + square / beta;
  return { rho, start: [Math.sqrt(square), Math.sqrt(square), rho - 1] };
}
