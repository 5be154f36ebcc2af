import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { type Tf, tfjsVariants } from '../../src/backends/tfjs/variant.ts';
import { beta, ensembleStep, ensembleSteps, sigma } from './ensemble.ts';
import { asEnsemble, type OdeInput, type OdeOutput, onlyEnsemblesInF32 } from './input.ts';

/** Half a step: slopes are computed g times as large, so that the next stage is one addition away. */
const g = ensembleStep / 2;

/**
 * The ensemble as a matrix S of a row (x, y, z, ρ) each. Lorenz' equations are linear but for x times a linear form,
 * so the slopes of all trajectories at once are
 *
 *     g·S' = S·L + x ⊙ (S·B)
 *
 * with x the first column: five tensor operations. ρ is a state that does not change.
 */
const linear = [
  [-sigma, 0, 0, 0],
  [sigma, -1, 0, 0],
  [0, 0, -beta, 0],
  [0, 0, 0, 0],
].map(row => row.map(value => g * value));
const bilinear = [
  [0, 0, 0, 0],
  [0, 0, 1, 0],
  [0, -1, 0, 0],
  [0, 1, 0, 0],
].map(row => row.map(value => g * value));

/** One step of RK4: 30 tensor operations of 4N elements, intermediate ones freed at once. */
function advance(tf: Tf, state: Tensor2D, { l, b }: { l: Tensor2D; b: Tensor2D }): Tensor2D {
  const slope = (s: Tensor2D): Tensor2D =>
    tf.add(tf.matMul(s, l), tf.mul(tf.slice(s, [0, 0], [-1, 1]), tf.matMul(s, b)));
  return tf.tidy(() => {
    const k1 = slope(state);
    const k2 = slope(tf.add(state, k1));
    const k3 = slope(tf.add(state, k2));
    const k4 = slope(tf.add(state, tf.add(k3, k3)));
    const middle = tf.add(k2, k3);
    const sum = tf.add(tf.add(k1, k4), tf.add(middle, middle));
    return tf.add(state, tf.mul(sum, 1 / 3));
  });
}

/**
 * What a user of TensorFlow.js would write: the ensemble is a tensor, a step a handful of operations on it.
 *
 * Bound: 256 × 30 operations, each at least a call (a few µs) or a dispatch (on a GPU some 10 µs of the host's time),
 * and 8 bytes or more of traffic for each of 4N elements.
 */
export const tfjs = tfjsVariants<OdeInput, OdeOutput>({
  sameAlgorithm: true,
  summary: 'the ensemble as a tensor, 30 tensor operations a step',
  unsupported: input =>
    onlyEnsemblesInF32(input) ??
    (asEnsemble(input).rho.length === 0 ? 'TensorFlow.js has no product of empty matrices' : undefined),
  upload(tf, input) {
    const { rho, start } = asEnsemble(input);
    const [x = 0, y = 0, z = 0] = start;
    const rows = new Float32Array(4 * rho.length);
    for (let i = 0; i < rho.length; i++) rows.set([x, y, z, rho[i]!], 4 * i);
    return { state: tf.tensor2d(rows, [rho.length, 4]), l: tf.tensor2d(linear), b: tf.tensor2d(bilinear) };
  },
  compute(tf, tensors) {
    const { l, b, state: start } = tensors as Readonly<Record<'l' | 'b' | 'state', Tensor2D>>;
    let state: Tensor = start;
    for (let n = 0; n < ensembleSteps; n++) {
      const next = advance(tf, state as Tensor2D, { l, b });
      if (n > 0) state.dispose();
      state = next;
    }
    return { state };
  },
  readback({ state }, input) {
    const count = asEnsemble(input).rho.length;
    const output = new Float32Array(3 * count);
    for (let i = 0; i < count; i++)
      for (let plane = 0; plane < 3; plane++) output[plane * count + i] = state![4 * i + plane]!;
    return output;
  },
});
