import { allowed, canBePositive, forwardVariance, margin, sumNoise, withNoise } from './forward-errors.ts';
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

/** What the variances are about: a training step's input, its values in f64, and w². */
export interface TrainingStep {
  readonly input: CnnInput;
  readonly squared: f64.Layers;
  readonly forward: Forward;
  readonly backward: Backward;
}

/** Variances of the gradient, flat as the weights are, and of the loss. */
export interface TrainingVariance {
  readonly weights: Float64Array;
  readonly loss: number;
}

/** A value and its variance. */
interface Noisy {
  readonly value: Float64Array;
  readonly variance: Float64Array;
}

/**
 * How far rounding takes a training step, in the model of forward-errors.ts. A gradient is made of linear layers and
 * sums of products again, with two exceptions:
 *
 * Softmax: a probability p changes by p·(e − Σ pe) with the logits' errors e; an exponential of t errs by 3 + 2|t|
 * units in the last place (WGSL specification, §15.7.4, the loosest of the variants' platforms).
 *
 * Gates: where rounding may let ReLU or the maximum of a window decide otherwise, the gradient may go elsewhere. It is
 * then uncertain by all of itself, in each place that could have got it.
 */
export function trainingVariance(step: TrainingStep, unitRoundoff: number): TrainingVariance {
  const { input, squared, forward, backward } = step;
  const { batch } = input;
  const noise = (products: number): number => sumNoise(products, unitRoundoff);
  const before = forwardVariance(forward, squared, unitRoundoff);
  const softmax = softmaxVariance(step, before.logits, unitRoundoff);

  const hidden = f64.multiplyInputGradient(
    withNoise(backward.logits, softmax.logits, noise(classes)),
    squared.dense2,
    batch,
  );
  const z3 = throughRelu({ value: forward.z3, variance: before.z3 }, { value: backward.hidden, variance: hidden });
  const pooled2 = f64.multiplyInputGradient(withNoise(backward.z3, z3, noise(dense1.outputs)), squared.dense1, batch);
  const z2 = throughPool(
    { value: forward.z2, variance: before.z2 },
    { value: backward.pooled2, variance: pooled2 },
    conv2,
  );
  const pooled1 = f64.convolveInputGradient(
    withNoise(backward.z2, z2, noise(taps * conv2.outChannels)),
    squared.conv2,
    batch,
  );
  const z1 = throughPool(
    { value: forward.z1, variance: before.z1 },
    { value: backward.pooled1, variance: pooled1 },
    conv1,
  );

  const weights = new Float64Array(weightCount);
  const addConv = (shape: ConvShape, input: Noisy, gradient: Noisy): void => {
    // The pooling lets at most one gradient in four through, and adding a zero rounds nothing.
    const terms = noise(batch * shape.pooledSide ** 2);
    const sum: SumOfProducts = (x, g) => f64.convolveFilterGradient(x, g, { shape, batch });
    weights.set(productVariance(input, gradient, { terms, sum }), shape.filterAt);
    weights.set(sumVariance(gradient, shape.outChannels, terms), shape.biasAt);
  };
  const addDense = (shape: DenseShape, input: Noisy, gradient: Noisy): void => {
    const terms = noise(batch);
    const sum: SumOfProducts = (x, g) => f64.multiplyWeightGradient(x, g, { shape, batch });
    weights.set(productVariance(input, gradient, { terms, sum }), shape.weightsAt);
    weights.set(sumVariance(gradient, shape.outputs, terms), shape.biasAt);
  };
  const exact = new Float64Array(forward.image.length);
  addConv(conv1, { value: forward.image, variance: exact }, { value: backward.z1, variance: z1 });
  addConv(conv2, { value: forward.pooled1, variance: before.pooled1 }, { value: backward.z2, variance: z2 });
  addDense(dense1, { value: forward.pooled2, variance: before.pooled2 }, { value: backward.z3, variance: z3 });
  addDense(
    dense2,
    { value: forward.hidden, variance: before.hidden },
    { value: backward.logits, variance: softmax.logits },
  );
  // The sum that was rounded on the way is the gradient itself.
  const totals = weights.map((variance, index) => variance + noise(batch) * (backward.weights[index] as number) ** 2);
  return { weights: totals, loss: softmax.loss };
}

type SumOfProducts = (a: Float64Array, g: Float64Array) => Float64Array;

/** Σ a²·var(g) + (var(a) + noise·a²)·g². */
function productVariance(a: Noisy, g: Noisy, { terms, sum }: { terms: number; sum: SumOfProducts }): Float64Array {
  const square = (values: Float64Array): Float64Array => values.map(value => value * value);
  const fromG = sum(square(a.value), g.variance);
  const fromA = sum(withNoise(a.value, a.variance, terms), square(g.value));
  return fromG.map((variance, index) => variance + (fromA[index] as number));
}

const sumVariance = ({ value, variance }: Noisy, channels: number, terms: number): Float64Array =>
  f64.biasGradient(withNoise(value, variance, terms), channels);

function softmaxVariance(
  { input, forward, backward }: TrainingStep,
  logitVariance: Float64Array,
  u: number,
): { logits: Float64Array; loss: number } {
  const { batch, labels } = input;
  const logits = new Float64Array(logitVariance.length);
  let loss = 0;
  for (let image = 0; image < batch; image++) {
    const from = image * classes;
    const row = forward.logits.subarray(from, from + classes);
    const p = backward.probabilities.subarray(from, from + classes);
    const variances = logitVariance.subarray(from, from + classes);
    const shared = p.reduce((sum, share, digit) => sum + share ** 2 * (variances[digit] as number), 0);
    const largest = Math.max(...row);
    const exponential = (2 * u * (3 + 2 * (largest - Math.min(...row)))) ** 2 + sumNoise(classes, u);
    for (let digit = 0; digit < classes; digit++) {
      const own = (p[digit] as number) ** 2 * ((variances[digit] as number) + shared + exponential);
      logits[from + digit] = own / batch ** 2 + sumNoise(2, u) * (backward.logits[from + digit] as number) ** 2;
    }
    // largest + log(sum) − logit of the label: the sum's relative error becomes absolute in the logarithm.
    const magnitude = largest ** 2 + (row[labels[image] as number] as number) ** 2 + Math.log(classes) ** 2;
    const label = variances[labels[image] as number] as number;
    loss += shared + label + exponential + logarithm(u) + sumNoise(batch, u) * magnitude;
  }
  return { logits, loss: loss / batch ** 2 };
}

/** WGSL §15.7.4: absolute error 2⁻²¹ = 8u for operands in [0.5, 2], 3 units in the last place elsewhere. */
const logarithm = (u: number): number => (8 * u) ** 2;

/** A gradient that may be all there or not at all: its error is at most itself, which `allowed` has to give back. */
const flip = (gradient: number): number => (gradient / margin) ** 2;

function throughRelu(z: Noisy, gradient: Noisy): Float64Array {
  return z.value.map((value, index) => {
    const variance = z.variance[index] as number;
    if (!canBePositive(value, variance)) return 0;
    const own = gradient.variance[index] as number;
    return value > allowed(variance) ? own : own + flip(gradient.value[index] as number);
  });
}

function throughPool(z: Noisy, gradient: Noisy, shape: ConvShape): Float64Array {
  const variance = new Float64Array(z.value.length);
  const valueAt = (at: number): number => z.value[at] as number;
  const slack = (at: number): number => allowed(z.variance[at] as number);
  for (let pooled = 0; pooled < gradient.value.length; pooled++) {
    const window = f64.windowOf(pooled, shape);
    const least = Math.max(...window.map(at => valueAt(at) - slack(at)));
    const candidates = window.filter(at => valueAt(at) + slack(at) >= Math.max(least, Number.MIN_VALUE));
    const certain = candidates.length === 1 && least > 0;
    const own = gradient.variance[pooled] as number;
    for (const at of candidates) variance[at] = certain ? own : own + flip(gradient.value[pooled] as number);
  }
  return variance;
}
