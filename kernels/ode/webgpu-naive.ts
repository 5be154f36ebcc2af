import { readFileSync } from 'node:fs';
import type { PassPlan } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import { beta, ensembleStep, ensembleSteps, sigma } from './ensemble.ts';
import { asEnsemble, type OdeInput, type OdeOutput, onlyEnsemblesInF32 } from './input.ts';

const code = readFileSync(new URL('./webgpu-naive.wgsl', import.meta.url), 'utf8');
const constants = { sigma, beta, step: ensembleStep };
const workgroup = 64;

/**
 * One trajectory an invocation and one dispatch a step, as a loop over time is first moved to a GPU: the state goes
 * through memory between steps.
 *
 * Bound: 28 bytes a trajectory and step (state in and out, ρ in) for 71 flops, so by memory on any GPU with more
 * than 2.5 flop a byte, and by 257 launches where trajectories are few.
 */
export const webgpuNaive = webgpuVariant<OdeInput, OdeOutput>({
  name: 'webgpu-naive',
  sameAlgorithm: true,
  summary: 'one trajectory an invocation, one dispatch a step',
  unsupported: onlyEnsemblesInF32,
  plan(_gpu, input) {
    const count = asEnsemble(input).rho.length;
    const workgroups = [Math.ceil(count / workgroup)] as const;
    const begin: PassPlan = {
      label: 'begin',
      code,
      entry: 'begin',
      bindings: ['start', 'state'],
      workgroups,
    };
    const step: PassPlan = { label: 'step', code, entry: 'advance', constants, bindings: ['rho', 'state'], workgroups };
    return {
      buffers: {
        rho: { bytes: 4 * count, role: 'in' },
        start: { bytes: 12, role: 'in' },
        state: { bytes: 12 * count, role: 'out' },
      },
      passes: [begin, ...Array.from({ length: ensembleSteps }, () => step)],
    };
  },
  upload(input) {
    const { rho, start } = asEnsemble(input);
    return { rho, start };
  },
  download: ({ state }) => new Float32Array(state!),
});
