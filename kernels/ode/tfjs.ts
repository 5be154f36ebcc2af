import type { Tensor } from '@tensorflow/tfjs-core';
import { type Tf, tfjsVariants } from '../../src/backends/tfjs/variant.ts';
import { beta, ensembleStep, ensembleSteps, sigma } from './ensemble.ts';
import { asEnsemble, type OdeInput, type OdeOutput, onlyEnsemblesInF32 } from './input.ts';

/** The ensemble's state, or its slopes: a tensor of N for each component. */
type Components = readonly [x: Tensor, y: Tensor, z: Tensor];

/** Numbers as tensors: a plain number in an operation would be sent to the device anew each time. */
interface Constants {
  readonly gSigma: Tensor;
  readonly g: Tensor;
  readonly gBeta: Tensor;
  readonly third: Tensor;
}

/** With g = h/2, slopes are computed g times as large (as in `sweep.ts`): the next stage is one addition away. */
const g = ensembleStep / 2;

/** One step of RK4: 66 tensor operations of N elements, intermediate ones freed at once. */
function advance(tf: Tf, state: Components, rho: Tensor, constants: Constants): Components {
  const { gSigma, g, gBeta, third } = constants;
  const slope = ([x, y, z]: Components): Components => [
    tf.mul(gSigma, tf.sub(y, x)),
    tf.sub(tf.mul(x, tf.sub(rho, z)), tf.mul(g, y)),
    tf.sub(tf.mul(x, y), tf.mul(gBeta, z)),
  ];
  const plus = (a: Components, b: Components): Components => [
    tf.add(a[0], b[0]),
    tf.add(a[1], b[1]),
    tf.add(a[2], b[2]),
  ];
  const next: { state?: Components } = {};
  tf.tidy(() => {
    const k1 = slope(state);
    const k2 = slope(plus(state, k1));
    const k3 = slope(plus(state, k2));
    const k4 = slope(plus(state, plus(k3, k3)));
    const middle = plus(k2, k3);
    const sum = plus(plus(k1, k4), plus(middle, middle));
    const change: Components = [tf.mul(third, sum[0]), tf.mul(third, sum[1]), tf.mul(third, sum[2])];
    next.state = plus(state, change);
    for (const tensor of next.state) tf.keep(tensor);
  });
  return next.state as Components;
}

/**
 * What a user of TensorFlow.js would write: an ensemble is a tensor, and a step the operations that one would write
 * for one trajectory.
 *
 * Bound: 256 × 66 operations, each at least a call (some 5 µs) or a dispatch, and 12 bytes of traffic for each of N
 * elements and operation: 800 bytes a step where a fused kernel needs none.
 */
export const tfjs = tfjsVariants<OdeInput, OdeOutput>({
  sameAlgorithm: true,
  summary: 'the ensemble as a tensor for each component, 66 tensor operations a step',
  unsupported: onlyEnsemblesInF32,
  upload(tf, input) {
    const { rho, start } = asEnsemble(input);
    const [x = 0, y = 0, z = 0] = start;
    return {
      rho: tf.tensor1d(rho.map(value => g * value)),
      x: tf.fill([rho.length], g * x),
      y: tf.fill([rho.length], g * y),
      z: tf.fill([rho.length], g * z),
      gSigma: tf.scalar(g * sigma),
      g: tf.scalar(g),
      gBeta: tf.scalar(g * beta),
      third: tf.scalar(1 / 3),
      scale: tf.scalar(1 / g),
    };
  },
  compute(tf, tensors) {
    const { rho, x, y, z, scale } = tensors as Readonly<Record<'rho' | 'x' | 'y' | 'z' | 'scale', Tensor>>;
    let state: Components = [x, y, z];
    for (let n = 0; n < ensembleSteps; n++) {
      const next = advance(tf, state, rho, tensors as unknown as Constants);
      if (n > 0) tf.dispose([...state]);
      state = next;
    }
    const [endX, endY, endZ] = state;
    const result = { x: tf.mul(scale, endX), y: tf.mul(scale, endY), z: tf.mul(scale, endZ) };
    tf.dispose([...state]);
    return result;
  },
  readback({ x, y, z }) {
    const count = x!.length;
    const output = new Float32Array(3 * count);
    output.set(x!);
    output.set(y!, count);
    output.set(z!, 2 * count);
    return output;
  },
});
