import { type GpujsThread, gpujsVariants } from '../../src/backends/gpujs/variant.ts';
import { beta, ensembleStep, ensembleSteps, sigma } from './ensemble.ts';
import { asEnsemble, type OdeInput, type OdeOutput, onlyEnsemblesInF32 } from './input.ts';

/**
 * A gpu.js kernel gives one number a thread, so that each of the three components of a trajectory is a thread, and
 * each of them integrates all three: three times the arithmetic, but no state in memory and one launch.
 */
function integrate(this: GpujsThread, rho: number[], start: number[]): number {
  const r = rho[this.thread.x]!;
  const h = this.constants.step!;
  const sigma = this.constants.sigma!;
  const beta = this.constants.beta!;
  let x = start[0]!;
  let y = start[1]!;
  let z = start[2]!;
  for (let n = 0; n < this.constants.steps!; n++) {
    const x1 = sigma * (y - x);
    const y1 = x * (r - z) - y;
    const z1 = x * y - beta * z;
    const px = x + (h / 2) * x1;
    const py = y + (h / 2) * y1;
    const pz = z + (h / 2) * z1;
    const x2 = sigma * (py - px);
    const y2 = px * (r - pz) - py;
    const z2 = px * py - beta * pz;
    const qx = x + (h / 2) * x2;
    const qy = y + (h / 2) * y2;
    const qz = z + (h / 2) * z2;
    const x3 = sigma * (qy - qx);
    const y3 = qx * (r - qz) - qy;
    const z3 = qx * qy - beta * qz;
    const sx = x + h * x3;
    const sy = y + h * y3;
    const sz = z + h * z3;
    const x4 = sigma * (sy - sx);
    const y4 = sx * (r - sz) - sy;
    const z4 = sx * sy - beta * sz;
    x = x + (h / 6) * (x1 + 2 * x2 + 2 * x3 + x4);
    y = y + (h / 6) * (y1 + 2 * y2 + 2 * y3 + y4);
    z = z + (h / 6) * (z1 + 2 * z2 + 2 * z3 + z4);
  }
  let result = x;
  if (this.thread.y === 1) {
    result = y;
  }
  if (this.thread.y === 2) {
    result = z;
  }
  return result;
}

export const gpujs = gpujsVariants<OdeInput, OdeOutput>({
  sameAlgorithm: true,
  summary: 'the whole integration in one kernel, a thread for each component of each trajectory',
  unsupported: onlyEnsemblesInF32,
  kernels(input) {
    const count = asEnsemble(input).rho.length;
    return {
      integrate: {
        code: integrate,
        output: [count, 3],
        constants: { sigma, beta, step: ensembleStep, steps: ensembleSteps },
      },
    };
  },
  upload(input) {
    const { rho, start } = asEnsemble(input);
    return { rho: { data: rho, size: [rho.length] }, start: { data: start, size: [3] } };
  },
  compute: async (kernels, { rho, start }) => ({ state: await kernels.integrate!(rho!, start!) }),
  readback: ({ state }) => Float32Array.from(state!),
});
