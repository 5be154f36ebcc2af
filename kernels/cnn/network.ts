/**
 * The network: conv 5×5 1→8, ReLU, max-pool 2×2, conv 5×5 8→16, ReLU, max-pool 2×2, dense 256→128, ReLU, dense
 * 128→10. It is LeNet-5 (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition",
 * Proceedings of the IEEE 86, 1998) with ReLU and max-pooling, every convolution "valid", and channel counts that fill
 * vectors of 4 and 8.
 *
 * Activations are NHWC (channels fastest), filters HWIO `[ky][kx][in][out]`, dense weights `[in][out]`: TensorFlow's
 * layout, in which consecutive output channels share an input, so that no variant has to repack before it starts.
 */
export interface ConvShape {
  /** Side of the square input image. */
  readonly side: number;
  readonly inChannels: number;
  readonly outChannels: number;
  /** Side of the convolution's output: side − kernelSide + 1. */
  readonly convSide: number;
  /** Side after the 2×2 pooling. */
  readonly pooledSide: number;
  /** Where the filter and the bias begin in the flat array of weights. */
  readonly filterAt: number;
  readonly biasAt: number;
}

export interface DenseShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly weightsAt: number;
  readonly biasAt: number;
}

export const imageSide = 28;
export const pixels = imageSide * imageSide;
export const kernelSide = 5;
export const taps = kernelSide * kernelSide;
export const classes = 10;

export const conv1: ConvShape = {
  side: imageSide,
  inChannels: 1,
  outChannels: 8,
  convSide: 24,
  pooledSide: 12,
  filterAt: 0,
  biasAt: 200,
};

export const conv2: ConvShape = {
  side: 12,
  inChannels: 8,
  outChannels: 16,
  convSide: 8,
  pooledSide: 4,
  filterAt: 208,
  biasAt: 3408,
};

export const dense1: DenseShape = { inputs: 256, outputs: 128, weightsAt: 3424, biasAt: 36192 };

export const dense2: DenseShape = { inputs: 128, outputs: classes, weightsAt: 36320, biasAt: 37600 };

/** Weights and biases in all, in one flat array in the order of the layers. */
export const weightCount = 37610;

/** Elements of one image after each block. */
export const pooled1Size = conv1.pooledSide ** 2 * conv1.outChannels;
export const pooled2Size = conv2.pooledSide ** 2 * conv2.outChannels;

export const convFilterSize = ({ inChannels, outChannels }: ConvShape): number => taps * inChannels * outChannels;

/** `convolutions` ends where the dense layers begin: the two convolutions with bias, ReLU and pooling. */
export type Mode = 'inference' | 'convolutions' | 'training';

/** Why a variant has no row for the convolutions alone. */
export const onlyWithin =
  'the convolutions alone are measured on the CPU and in TensorFlow.js; here they are within mode=inference';

/** A batch of digits and the weights to run it with. */
export interface CnnInput {
  readonly mode: Mode;
  readonly batch: number;
  /** batch × 28 × 28, in [0, 1]. */
  readonly images: Float32Array;
  /** The digit that each image shows; training only looks at them. */
  readonly labels: Uint8Array;
  /** All weights and biases, flat. */
  readonly weights: Float32Array;
  /** Step length of the gradient descent. */
  readonly learningRate: number;
}

/** What inference gives: batch × 10 logits, and for each image the index of the largest (the first, where equal). */
export interface Inference {
  readonly logits: Float32Array | Float64Array;
  readonly digits: Uint8Array;
}

/** What the convolutions give: batch × 4 × 4 × 16, after ReLU and pooling. */
export interface Convolved {
  readonly pooled2: Float32Array | Float64Array;
}

/** What a training step gives: the updated weights and the loss before the update. */
export interface Training {
  readonly weights: Float32Array | Float64Array;
  /** One element: mean softmax cross-entropy of the batch, in nats. */
  readonly loss: Float32Array | Float64Array;
}

export type CnnOutput = (Inference | Convolved | Training) &
  Readonly<Record<string, Float32Array | Float64Array | Uint8Array>>;

/** Index of the largest of an image's ten logits; the first where several are equal. */
export function argmax(logits: Float32Array | Float64Array, image: number): number {
  let best = 0;
  for (let digit = 1; digit < classes; digit++)
    if ((logits[image * classes + digit] as number) > (logits[image * classes + best] as number)) best = digit;
  return best;
}

/** The digits of a batch of logits. */
export function digitsOf(logits: Float32Array | Float64Array): Uint8Array {
  const digits = new Uint8Array(logits.length / classes);
  for (let image = 0; image < digits.length; image++) digits[image] = argmax(logits, image);
  return digits;
}
