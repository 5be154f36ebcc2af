import { denseGradientTerms, filterGradientTerms, forwardBound, gamma, inflated } from './error-bounds.ts';
import * as f64 from './layers-f64.ts';
import {
  type CnnInput,
  type ConvShape,
  classes,
  conv1,
  conv2,
  type DenseShape,
  dense1,
  dense2,
  taps,
  weightCount,
} from './network.ts';
import type { Backward, Forward } from './reference.ts';

/** What the bounds are about: a training step's input, its values in f64, and |w|. */
export interface TrainingStep {
  readonly input: CnnInput;
  readonly absolute: f64.Layers;
  readonly forward: Forward;
  readonly backward: Backward;
}

/** Bounds of the gradient, flat as the weights are, and of the loss. */
export interface TrainingBound {
  readonly weights: Float64Array;
  readonly loss: number;
}

/**
 * Rigorous bounds of the rounding error of a training step, on top of error-bounds.ts. A gradient is made of linear
 * layers and sums of products again, with two exceptions:
 *
 * Softmax: logits that err by at most e change a probability by a factor of at most exp(2e); an exponential of t errs
 * by 3 + 2|t| units in the last place (WGSL specification, §15.7.4, the loosest of the variants' platforms), the sum
 * and the division by γ.
 *
 * Gates: where the bound of z lets ReLU or the maximum of a window decide otherwise, the gradient may go elsewhere.
 * It is then uncertain by all of itself, in each place that could have got it.
 */
export function trainingBound(step: TrainingStep, unitRoundoff: number): TrainingBound {
  const { input, absolute, forward, backward } = step;
  const { batch } = input;
  const u = unitRoundoff;
  const error = forwardBound(forward, absolute, u);
  const softmax = softmaxBound(step, error.logits, u);

  const hidden = f64.multiplyInputGradient(
    inflated(backward.logits, softmax.logits, gamma(classes + 3, u)),
    absolute.dense2,
    batch,
  );
  const z3 = throughRelu(forward.z3, error.z3, { value: backward.hidden, error: hidden });
  const pooled2 = f64.multiplyInputGradient(
    inflated(backward.z3, z3, gamma(dense1.outputs + 3, u)),
    absolute.dense1,
    batch,
  );
  const z2 = throughPool(forward.z2, error.z2, { value: backward.pooled2, error: pooled2 }, conv2);
  const pooled1 = f64.convolveInputGradient(
    inflated(backward.z2, z2, gamma(taps * conv2.outChannels + 3, u)),
    absolute.conv2,
    batch,
  );
  const z1 = throughPool(forward.z1, error.z1, { value: backward.pooled1, error: pooled1 }, conv1);

  const exact = new Float64Array(forward.image.length);
  const weights = new Float64Array(weightCount);
  const conv = (shape: ConvShape, x: Bounded, gradient: Bounded): void => {
    const terms = gamma(filterGradientTerms(batch, shape), u);
    const products = productBound(x, gradient, terms, (a, g) => f64.convolveFilterGradient(a, g, { shape, batch }));
    weights.set(products, shape.filterAt);
    weights.set(f64.biasGradient(inflated(gradient.value, gradient.error, terms), shape.outChannels), shape.biasAt);
  };
  const dense = (shape: DenseShape, x: Bounded, gradient: Bounded): void => {
    const terms = gamma(denseGradientTerms(batch), u);
    const products = productBound(x, gradient, terms, (a, g) => f64.multiplyWeightGradient(a, g, { shape, batch }));
    weights.set(products, shape.weightsAt);
    weights.set(f64.biasGradient(inflated(gradient.value, gradient.error, terms), shape.outputs), shape.biasAt);
  };
  conv(conv1, { value: forward.image, error: exact }, { value: backward.z1, error: z1 });
  conv(conv2, { value: forward.pooled1, error: error.pooled1 }, { value: backward.z2, error: z2 });
  dense(dense1, { value: forward.pooled2, error: error.pooled2 }, { value: backward.z3, error: z3 });
  dense(dense2, { value: forward.hidden, error: error.z3 }, { value: backward.logits, error: softmax.logits });
  return { weights, loss: softmax.loss };
}

interface Bounded {
  readonly value: Float64Array;
  readonly error: Float64Array;
}

/** Σ (|a| + ea)(|g| + eg)(1 + γ) − |a||g|, with the sum of products that `sum` makes. */
function productBound(
  a: Bounded,
  g: Bounded,
  factor: number,
  sum: (a: Float64Array, g: Float64Array) => Float64Array,
): Float64Array {
  const size = ({ value }: Bounded): Float64Array => value.map(Math.abs);
  const most = ({ value, error }: Bounded): Float64Array =>
    value.map((x, index) => Math.abs(x) + (error[index] as number));
  const plain = sum(size(a), size(g));
  return sum(most(a), most(g)).map((total, index) => total * (1 + factor) - (plain[index] as number));
}

function softmaxBound(
  { input, forward, backward }: TrainingStep,
  logitError: Float64Array,
  u: number,
): { logits: Float64Array; loss: number } {
  const { batch, labels } = input;
  const logits = new Float64Array(logitError.length);
  let loss = 0;
  for (let image = 0; image < batch; image++) {
    const from = image * classes;
    const row = forward.logits.subarray(from, from + classes);
    const e = Math.max(...logitError.subarray(from, from + classes));
    const reach = Math.max(...row) - Math.min(...row) + 2 * e;
    const exponential = Math.exp(2 * e) * (1 + 2 * u * (3 + 2 * reach)) ** 2;
    const relative = exponential * (1 + gamma(classes + 3, u)) - 1;
    for (let digit = 0; digit < classes; digit++) {
      const p = backward.probabilities[from + digit] as number;
      const gradient = Math.abs(backward.logits[from + digit] as number);
      logits[from + digit] = (p * relative) / batch + gamma(3, u) * (gradient + (p * relative) / batch);
    }
    // largest + log(sum) − logit of the label: the sum's relative error becomes absolute in the logarithm.
    const magnitude = Math.max(...row.map(Math.abs)) + Math.abs(row[labels[image] as number] as number) + 3;
    loss += 2 * e + relative + logarithmError(u) + gamma(batch + 3, u) * 2 * magnitude;
  }
  return { logits, loss: loss / batch };
}

/** WGSL §15.7.4: absolute error 2⁻²¹ for operands in [0.5, 2], 3 ulp elsewhere; the sum lies in [1, 10]. */
const logarithmError = (u: number): number => Math.max(u * 8, 6 * u * Math.log(classes));

function throughRelu(z: Float64Array, zError: Float64Array, gradient: Bounded): Float64Array {
  return z.map((value, index) => {
    const margin = zError[index] as number;
    if (value + margin <= 0) return 0;
    const error = gradient.error[index] as number;
    return value - margin > 0 ? error : error + Math.abs(gradient.value[index] as number);
  });
}

function throughPool(z: Float64Array, zError: Float64Array, gradient: Bounded, shape: ConvShape): Float64Array {
  const bound = new Float64Array(z.length);
  for (let pooled = 0; pooled < gradient.value.length; pooled++) {
    const window = f64.windowOf(pooled, shape);
    const least = Math.max(...window.map(at => (z[at] as number) - (zError[at] as number)));
    const most = (at: number): number => (z[at] as number) + (zError[at] as number);
    const candidates = window.filter(at => most(at) >= least && most(at) > 0);
    const certain = candidates.length === 1 && least > 0;
    const error = gradient.error[pooled] as number;
    for (const at of candidates) bound[at] = certain ? error : error + Math.abs(gradient.value[pooled] as number);
  }
  return bound;
}
