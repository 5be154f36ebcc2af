import { threadsVariant } from '../../src/backends/threads/variant.ts';
import { asEnsemble, type OdeInput, type OdeOutput, onlyEnsembles } from './input.ts';

/** `tuned` on every core: trajectories share nothing, so there is no barrier and 4 bytes in, 12 bytes out for each. */
export const threads = threadsVariant<OdeInput, OdeOutput>({
  name: 'threads',
  sameAlgorithm: true,
  summary: 'the tuned kernel on every core, an equal share of the trajectories each',
  unsupported: onlyEnsembles,
  kernel: new URL('./threads-kernel.ts', import.meta.url),
  arrays(input) {
    const count = asEnsemble(input).rho.length;
    return {
      rho: { kind: 'f32', length: count },
      start: { kind: 'f32', length: 3 },
      output: { kind: 'f32', length: 3 * count },
    };
  },
  upload(input, shared) {
    const { rho, start } = asEnsemble(input);
    shared.rho!.set(rho);
    shared.start!.set(start);
  },
  download: shared => Float32Array.from(shared.output as Float32Array),
});
