import { readFileSync } from 'node:fs';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import { beta, ensembleStep, ensembleSteps, sigma } from './ensemble.ts';
import { asEnsemble, type OdeInput, type OdeOutput, onlyEnsemblesInF32 } from './input.ts';

const code = readFileSync(new URL('./webgpu-tuned.wgsl', import.meta.url), 'utf8');
const lanes = 4;
const workgroup = 64;

/**
 * The whole integration in one dispatch, four trajectories an invocation as the components of a vec4: memory is
 * touched once before and once after the 256 steps (16 bytes for 18,176 flops), and four independent chains hide the
 * latency of one.
 *
 * Bound: 41 multiply–adds or single operations a step (20 for four slopes, 9 for three stages, 12 for the sum), of
 * which 29 are fused: at the device's multiply–add rate F (flop/s, a fused one counts two) F/82 steps a second, so
 * 8·10¹¹ for an H100's 66.9 TFLOP/s.
 */
export const webgpuTuned = webgpuVariant<OdeInput, OdeOutput>({
  name: 'webgpu-tuned',
  sameAlgorithm: true,
  summary: 'the whole integration in one dispatch, four trajectories an invocation',
  unsupported: onlyEnsemblesInF32,
  plan(_gpu, input) {
    const count = asEnsemble(input).rho.length;
    const groups = Math.ceil(count / lanes);
    return {
      buffers: {
        rho: { bytes: 16 * groups, role: 'in' },
        start: { bytes: 12, role: 'in' },
        state: { bytes: 48 * groups, role: 'out' },
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
  /** The planes on the device are padded to whole vec4s. */
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
