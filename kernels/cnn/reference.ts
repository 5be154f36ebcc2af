import * as f64 from './layers-f64.ts';
import {
  type CnnInput,
  type CnnOutput,
  type ConvShape,
  classes,
  conv1,
  conv2,
  convFilterSize,
  type DenseShape,
  dense1,
  dense2,
  digitsOf,
  weightCount,
} from './network.ts';

/** Everything that a forward pass computes: z before ReLU, `winner` the place of each window's largest z. */
export interface Forward {
  readonly image: Float64Array;
  readonly z1: Float64Array;
  readonly winner1: Uint32Array;
  readonly pooled1: Float64Array;
  readonly z2: Float64Array;
  readonly winner2: Uint32Array;
  readonly pooled2: Float64Array;
  readonly z3: Float64Array;
  readonly hidden: Float64Array;
  readonly logits: Float64Array;
}

/** The gradient of the mean loss, and what it was made of. */
export interface Backward {
  readonly loss: number;
  readonly probabilities: Float64Array;
  readonly logits: Float64Array;
  readonly hidden: Float64Array;
  readonly z3: Float64Array;
  readonly pooled2: Float64Array;
  readonly z2: Float64Array;
  readonly pooled1: Float64Array;
  readonly z1: Float64Array;
  /** Flat, as the weights are. */
  readonly weights: Float64Array;
}

/** The right output in f64, layer by layer. */
export function referenceOf(input: CnnInput): CnnOutput {
  const layers = layersOf(input.weights);
  const forward = runForward(input, layers);
  if (input.mode === 'convolutions') return { pooled2: forward.pooled2 };
  if (input.mode === 'inference') return { logits: forward.logits, digits: digitsOf(forward.logits) };
  const { loss, weights: gradient } = runBackward(input, layers, forward);
  return {
    weights: Float64Array.from(input.weights, (weight, index) => weight - input.learningRate * (gradient[index] ?? 0)),
    loss: Float64Array.of(loss),
  };
}

/** The flat weights as f64 layers; `map` is applied to each (|·| for the error bounds). */
export function layersOf(
  flat: Float32Array | Float64Array,
  map: (weight: number) => number = weight => weight,
): f64.Layers {
  const part = (from: number, length: number): Float64Array =>
    Float64Array.from(flat.subarray(from, from + length), map);
  const conv = (shape: ConvShape): f64.ConvLayer => ({
    shape,
    filter: part(shape.filterAt, convFilterSize(shape)),
    bias: part(shape.biasAt, shape.outChannels),
  });
  const dense = (shape: DenseShape): f64.DenseLayer => ({
    shape,
    weights: part(shape.weightsAt, shape.inputs * shape.outputs),
    bias: part(shape.biasAt, shape.outputs),
  });
  return { conv1: conv(conv1), conv2: conv(conv2), dense1: dense(dense1), dense2: dense(dense2) };
}

const relu = (value: number): number => Math.max(0, value);

export function runForward({ batch, images }: Pick<CnnInput, 'batch' | 'images'>, layers: f64.Layers): Forward {
  const image = Float64Array.from(images);
  const z1 = f64.convolve(image, layers.conv1, batch);
  const winner1 = f64.largestOfWindows(z1, conv1);
  const pooled1 = Float64Array.from(winner1, at => relu(z1[at] as number));
  const z2 = f64.convolve(pooled1, layers.conv2, batch);
  const winner2 = f64.largestOfWindows(z2, conv2);
  const pooled2 = Float64Array.from(winner2, at => relu(z2[at] as number));
  const z3 = f64.multiply(pooled2, layers.dense1, batch);
  const hidden = z3.map(relu);
  const logits = f64.multiply(hidden, layers.dense2, batch);
  return { image, z1, winner1, pooled1, z2, winner2, pooled2, z3, hidden, logits };
}

/**
 * Back-propagation of the mean softmax cross-entropy: ∂loss/∂logit = (softmax − onehot) ÷ batch; ReLU passes a gradient
 * where z > 0; max-pooling passes it to the first largest of its window.
 */
export function runBackward({ batch, labels }: CnnInput, layers: f64.Layers, forward: Forward): Backward {
  const { loss, probabilities } = softmaxCrossEntropy(forward.logits, labels);
  const logits = probabilities.map((p, index) => {
    const isLabel = labels[Math.floor(index / classes)] === index % classes;
    return (p - (isLabel ? 1 : 0)) / batch;
  });
  const hidden = f64.multiplyInputGradient(logits, layers.dense2, batch);
  const z3 = hidden.map((gradient, index) => ((forward.z3[index] as number) > 0 ? gradient : 0));
  const pooled2 = f64.multiplyInputGradient(z3, layers.dense1, batch);
  const z2 = unpool(pooled2, forward.z2, forward.winner2);
  const pooled1 = f64.convolveInputGradient(z2, layers.conv2, batch);
  const z1 = unpool(pooled1, forward.z1, forward.winner1);
  const weights = new Float64Array(weightCount);
  weights.set(f64.convolveFilterGradient(forward.image, z1, { shape: conv1, batch }), conv1.filterAt);
  weights.set(f64.biasGradient(z1, conv1.outChannels), conv1.biasAt);
  weights.set(f64.convolveFilterGradient(forward.pooled1, z2, { shape: conv2, batch }), conv2.filterAt);
  weights.set(f64.biasGradient(z2, conv2.outChannels), conv2.biasAt);
  weights.set(f64.multiplyWeightGradient(forward.pooled2, z3, { shape: dense1, batch }), dense1.weightsAt);
  weights.set(f64.biasGradient(z3, dense1.outputs), dense1.biasAt);
  weights.set(f64.multiplyWeightGradient(forward.hidden, logits, { shape: dense2, batch }), dense2.weightsAt);
  weights.set(f64.biasGradient(logits, dense2.outputs), dense2.biasAt);
  return { loss, probabilities, logits, hidden, z3, pooled2, z2, pooled1, z1, weights };
}

/** Mean loss of a batch in nats, with the largest logit subtracted first so that nothing overflows. */
export function softmaxCrossEntropy(
  logits: Float64Array,
  labels: Uint8Array,
): { loss: number; probabilities: Float64Array } {
  const batch = logits.length / classes;
  const probabilities = new Float64Array(logits.length);
  let loss = 0;
  for (let image = 0; image < batch; image++) {
    const row = logits.subarray(image * classes, (image + 1) * classes);
    const largest = Math.max(...row);
    const exponentials = row.map(logit => Math.exp(logit - largest));
    const sum = exponentials.reduce((total, value) => total + value, 0);
    loss += largest + Math.log(sum) - (row[labels[image] as number] as number);
    probabilities.set(
      exponentials.map(value => value / sum),
      image * classes,
    );
  }
  return { loss: loss / batch, probabilities };
}

function unpool(pooledGradient: Float64Array, z: Float64Array, winner: Uint32Array): Float64Array {
  const gradient = new Float64Array(z.length);
  for (const [pooled, at] of winner.entries())
    if ((z[at] as number) > 0) gradient[at] = pooledGradient[pooled] as number;
  return gradient;
}
