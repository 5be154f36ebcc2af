import { readFileSync } from 'node:fs';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import { beta, ensembleStep, ensembleSteps, sigma } from './ensemble.ts';
import { asEnsemble, type OdeInput, type OdeOutput, onlyEnsemblesInF32 } from './input.ts';

const code = readFileSync(new URL('./webgpu-tuned.wgsl', import.meta.url), 'utf8');
const lanes = 2;
const workgroup = 64;

/**
 * The whole integration in one dispatch, two trajectories an invocation as the components of a vec2: memory is
 * touched once before and once after the 256 steps (16 bytes for 18,176 flops), and two independent chains fill each
 * other's gaps. In variables that save the difference ρ − z and the product by σ a step is 37 multiply–adds (16 for
 * four slopes, 9 for three stages, 12 for the sum).
 *
 * Bound: the device's multiply–add rate F (flop/s, one counts two) allows F/74 steps a second: 9·10¹¹ for an H100's
 * 66.9 TFLOP/s.
 */
export const webgpuTuned = webgpuVariant<OdeInput, OdeOutput>({
  name: 'webgpu-tuned',
  sameAlgorithm: true,
  summary: 'the whole integration in one dispatch, two trajectories an invocation',
  unsupported: onlyEnsemblesInF32,
  plan(_gpu, input) {
    const count = asEnsemble(input).rho.length;
    const groups = Math.ceil(count / lanes);
    return {
      buffers: {
        rho: { bytes: 4 * lanes * groups, role: 'in' },
        start: { bytes: 12, role: 'in' },
        state: { bytes: 12 * lanes * groups, role: 'out' },
      },
      passes: [
        {
          label: 'integrate',
          code,
          constants: { sigma, beta, step: ensembleStep, steps: ensembleSteps },
          bindings: ['rho', 'start', 'state'],
          workgroups: [Math.ceil(groups / workgroup)],
        },
      ],
    };
  },
  upload(input) {
    const { rho, start } = asEnsemble(input);
    return { rho, start };
  },
  /** The planes on the device are padded to whole vectors. */
  download({ state }, input) {
    const count = asEnsemble(input).rho.length;
    const padded = lanes * Math.ceil(count / lanes);
    const all = new Float32Array(state!);
    const output = new Float32Array(3 * count);
    for (let plane = 0; plane < 3; plane++)
      output.set(all.subarray(plane * padded, plane * padded + count), plane * count);
    return output;
  },
});
