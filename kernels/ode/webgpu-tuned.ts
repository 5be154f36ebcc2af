import { readFileSync } from 'node:fs';
import type { TuningShape } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import { beta, ensembleStep, ensembleSteps, sigma } from './ensemble.ts';
import { asEnsemble, type OdeInput, type OdeOutput, onlyEnsemblesInF32 } from './input.ts';

const source = readFileSync(new URL('./webgpu-tuned.wgsl', import.meta.url), 'utf8');

/** Trajectories of an invocation, and invocations of a workgroup. */
interface OdeShape {
  readonly lanes: 1 | 2 | 4;
  readonly workgroup: number;
}

const usual: OdeShape = { lanes: 2, workgroup: 64 };
const shapes: readonly OdeShape[] = ([1, 2, 4] as const).flatMap(lanes =>
  [32, 64, 128, 256].map(workgroup => ({ lanes, workgroup })),
);

/** The kernel is the same for numbers and for vectors of them. */
const codeFor = ({ lanes, workgroup }: OdeShape): string =>
  source
    .replaceAll('vec2f', lanes === 1 ? 'f32' : `vec${lanes}f`)
    .replace('@workgroup_size(64)', `@workgroup_size(${workgroup})`);

/** Planes on the device are padded to whole vectors, of whatever shape. */
const widest = 4;
const paddedCount = (input: OdeInput): number => widest * Math.ceil(asEnsemble(input).rho.length / widest);

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
  plan(_gpu, input, shape) {
    const { lanes, workgroup } = (shape as OdeShape | undefined) ?? usual;
    const padded = paddedCount(input);
    return {
      buffers: {
        rho: { bytes: 4 * padded, role: 'in' },
        start: { bytes: 12, role: 'in' },
        state: { bytes: 12 * padded, role: 'out' },
      },
      passes: [
        {
          label: 'integrate',
          code: codeFor({ lanes, workgroup }),
          constants: { sigma, beta, step: ensembleStep, steps: ensembleSteps },
          bindings: ['rho', 'start', 'state'],
          workgroups: [Math.ceil(padded / lanes / workgroup)],
        },
      ],
    };
  },
  tunable: {
    id: 'ode/webgpu-tuned',
    shapes: () => shapes as readonly unknown[] as readonly TuningShape[],
    sample: { kind: 'ensemble', rho: new Float32Array(64), start: new Float32Array(3) },
    extent: input => asEnsemble(input).rho.length,
  },
  upload(input) {
    const { rho, start } = asEnsemble(input);
    return { rho, start };
  },
  download({ state }, input) {
    const count = asEnsemble(input).rho.length;
    const padded = paddedCount(input);
    const all = new Float32Array(state!);
    const output = new Float32Array(3 * count);
    for (let plane = 0; plane < 3; plane++)
      output.set(all.subarray(plane * padded, plane * padded + count), plane * count);
    return output;
  },
});
