import { wasmVariants } from '../../src/backends/wasm/variant.ts';
import { beta, ensembleStep, ensembleSteps, sigma } from './ensemble.ts';
import { asEnsemble, type OdeInput, type OdeOutput, onlyEnsembles } from './input.ts';

/** Trajectories that `assembly/ode.ts` integrates together. */
export const tile = 16;

const padded = (input: OdeInput): number => tile * Math.ceil(asEnsemble(input).rho.length / tile);

/** The bound is in `assembly/ode.ts`. Trajectories that fill up the last tile have ρ = 0 and come to rest. */
export const [simd, simdThreads] = wasmVariants<OdeInput, OdeOutput>({
  sameAlgorithm: true,
  summary: 'a trajectory a lane, sixteen at a time, fused multiply–adds on 128-bit vectors',
  unsupported: onlyEnsembles,
  module: new URL('./assembly/ode.wasm', import.meta.url),
  kernel: new URL('./simd-kernel.ts', import.meta.url),
  arrays: input => ({
    rho: { kind: 'f32', length: padded(input) },
    start: { kind: 'f32', length: 3 },
    output: { kind: 'f32', length: 3 * padded(input) },
  }),
  scalars: input => ({ count: padded(input), steps: ensembleSteps, step: ensembleStep, sigma, beta }),
  upload(input, arrays) {
    const { rho, start } = asEnsemble(input);
    arrays.rho!.set(rho);
    arrays.start!.set(start);
  },
  download({ output }, input) {
    const { length } = asEnsemble(input).rho;
    const from = padded(input);
    const result = new Float32Array(3 * length);
    for (let plane = 0; plane < 3; plane++)
      result.set(output!.subarray(plane * from, plane * from + length), plane * length);
    return result;
  },
});
