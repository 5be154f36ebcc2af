import * as f64 from './layers-f64.ts';
import { type ConvShape, conv1, conv2, dense2, taps } from './network.ts';
import type { Forward } from './reference.ts';

/**
 * Rigorous bounds of the rounding error of a forward pass, whatever the order of its sums.
 *
 * A sum of k products and a bias, each operand and operation rounded, errs by at most γ_{k+3}(|w|·|x| + |b|) with
 * γ_n = nu ÷ (1 − nu) (Higham, Accuracy and Stability of Numerical Algorithms, §3.1 and §3.5; k additions, one
 * multiplication, and one rounding of each operand where a variant stores them more narrowly). An input that itself
 * errs by at most e adds |w|·e. Both are one linear layer with |w| and |b|, applied to e + γ(|x| + e):
 *
 *     bound = |w| · (e + γ(|x| + e)) + γ|b|
 *
 * ReLU and the maximum of a window change by at most what their operands change by (they are 1-Lipschitz in the
 * largest norm). What is bounded is the worst case; errors seen are some hundred times smaller, because roundings
 * cancel. Cost: one more forward pass.
 */
export interface ForwardBound {
  readonly z1: Float64Array;
  readonly pooled1: Float64Array;
  readonly z2: Float64Array;
  readonly pooled2: Float64Array;
  readonly z3: Float64Array;
  readonly logits: Float64Array;
}

/** γ_n of Higham §3.1; infinite where n·u reaches 1 and no bound holds. */
export const gamma = (operations: number, unitRoundoff: number): number => {
  const product = operations * unitRoundoff;
  return product < 1 ? product / (1 - product) : Number.POSITIVE_INFINITY;
};

/** What a linear layer with |w| has to be applied to: e + γ(|x| + e). */
export const inflated = (value: Float64Array, error: Float64Array, factor: number): Float64Array =>
  value.map((x, index) => {
    const e = error[index] as number;
    return e + factor * (Math.abs(x) + e);
  });

const scaledBias = <L extends { bias: Float64Array }>(layer: L, factor: number): L => ({
  ...layer,
  bias: layer.bias.map(bias => bias * factor),
});

/** `absolute` holds |w| and |b|. */
export function forwardBound(forward: Forward, absolute: f64.Layers, unitRoundoff: number): ForwardBound {
  const batch = forward.logits.length / dense2.outputs;
  const conv = (value: Float64Array, error: Float64Array, layer: f64.ConvLayer): Float64Array => {
    const factor = gamma(taps * layer.shape.inChannels + 3, unitRoundoff);
    return f64.convolve(inflated(value, error, factor), scaledBias(layer, factor), batch);
  };
  const dense = (value: Float64Array, error: Float64Array, layer: f64.DenseLayer): Float64Array => {
    const factor = gamma(layer.shape.inputs + 3, unitRoundoff);
    return f64.multiply(inflated(value, error, factor), scaledBias(layer, factor), batch);
  };
  const z1 = conv(forward.image, new Float64Array(forward.image.length), absolute.conv1);
  const pooled1 = largest(z1, conv1);
  const z2 = conv(forward.pooled1, pooled1, absolute.conv2);
  const pooled2 = largest(z2, conv2);
  const z3 = dense(forward.pooled2, pooled2, absolute.dense1);
  const logits = dense(forward.hidden, z3, absolute.dense2);
  return { z1, pooled1, z2, pooled2, z3, logits };
}

const largest = (bound: Float64Array, shape: ConvShape): Float64Array =>
  Float64Array.from(f64.largestOfWindows(bound, shape), at => bound[at] as number);

/** Operations that a bound of a dense layer's weight gradient has to count: one product an image. */
export const denseGradientTerms = (batch: number): number => batch + 3;

/** Terms of a filter's gradient: the pooling lets at most one in four positions through, and zeros add no rounding. */
export const filterGradientTerms = (batch: number, { pooledSide }: ConvShape): number => batch * pooledSide ** 2 + 3;
