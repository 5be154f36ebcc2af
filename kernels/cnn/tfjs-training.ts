import type * as Core from '@tensorflow/tfjs-core';
import type { Tf } from '../../src/backends/tfjs/variant.ts';
import { pooled2Size } from './network.ts';

export type Tensors = Readonly<Record<string, Core.Tensor>>;

/**
 * Mean softmax cross-entropy and its gradient, from TensorFlow.js' operations and its kernels for gradients. Not with
 * `tf.grads`: the core's build for Node leaves out the table of derivatives, and the modules that hold it cannot be
 * imported in Node (their imports lack file extensions).
 */
export function lossAndGradients(
  tf: Tf,
  tensors: Tensors,
): { loss: Core.Tensor; gradients: Record<string, Core.Tensor> } {
  const block1 = convBlock(tf, tensors.images as Core.Tensor4D, { tensors, key: 'conv1' });
  const block2 = convBlock(tf, block1.pooled, { tensors, key: 'conv2' });
  const flat = tf.reshape(block2.pooled, [-1, pooled2Size]) as Core.Tensor2D;
  const hidden = tf.relu(product(tf, flat, { tensors, key: 'dense1' }));
  const logits = product(tf, hidden, { tensors, key: 'dense2' });
  const oneHot = tensors.oneHot as Core.Tensor2D;
  const batch = oneHot.shape[0];

  const shifted = tf.sub(logits, tf.max(logits, 1, true));
  const logSum = tf.log(tf.sum(tf.exp(shifted), 1, true));
  const loss = tf.mean(tf.sub(logSum, tf.sum(tf.mul(oneHot, shifted), 1, true)));
  const dLogits: Core.Tensor2D = tf.div(tf.sub(tf.softmax(logits), oneHot), batch);

  const weights1 = tensors.dense1Weights as Core.Tensor2D;
  const weights2 = tensors.dense2Weights as Core.Tensor2D;
  const dHidden: Core.Tensor2D = tf.mul(tf.matMul(dLogits, weights2, false, true), tf.step(hidden));
  const dFlat = tf.matMul(dHidden, weights1, false, true);
  const dZ2 = throughBlock(tf, tf.reshape(dFlat, block2.pooled.shape), block2);
  const dPooled1 = tf.conv2dTranspose(dZ2, tensors.conv2Filter as Core.Tensor4D, block1.pooled.shape, 1, 'valid');
  const dZ1 = throughBlock(tf, dPooled1 as Core.Tensor4D, block1);
  return {
    loss,
    gradients: {
      conv1Filter: filterGradient(tf, tensors.images as Core.Tensor4D, dZ1),
      conv1Bias: tf.sum(dZ1, [0, 1, 2]),
      conv2Filter: filterGradient(tf, block1.pooled, dZ2),
      conv2Bias: tf.sum(dZ2, [0, 1, 2]),
      dense1Weights: tf.matMul(flat, dHidden, true, false),
      dense1Bias: tf.sum(dHidden, 0),
      dense2Weights: tf.matMul(hidden, dLogits, true, false),
      dense2Bias: tf.sum(dLogits, 0),
    },
  };
}

interface ConvBlock {
  /** After ReLU, before pooling. */
  readonly active: Core.Tensor4D;
  readonly pooled: Core.Tensor4D;
}

interface LayerOf {
  readonly tensors: Tensors;
  readonly key: string;
}

function convBlock(tf: Tf, x: Core.Tensor4D, { tensors, key }: LayerOf): ConvBlock {
  const filter = tensors[`${key}Filter`] as Core.Tensor4D;
  const bias = tensors[`${key}Bias`]!;
  const active = tf.fused.conv2d({ x, filter, bias, strides: 1, pad: 'valid', activation: 'relu' });
  return { active, pooled: tf.maxPool(active, 2, 2, 'valid') };
}

const product = (tf: Tf, a: Core.Tensor2D, { tensors, key }: LayerOf): Core.Tensor2D =>
  tf.fused.matMul({ a, b: tensors[`${key}Weights`] as Core.Tensor2D, bias: tensors[`${key}Bias`]! }) as Core.Tensor2D;

function throughBlock(tf: Tf, slopes: Core.Tensor4D, { active, pooled }: ConvBlock): Core.Tensor4D {
  const inputs = { dy: slopes, input: active, output: pooled };
  const attributes = { filterSize: 2, strides: 2, pad: 'valid' };
  const dActive = tf.engine().runKernel('MaxPoolGrad', inputs, attributes) as Core.Tensor4D;
  return tf.mul(dActive, tf.step(active));
}

/**
 * A filter's gradient is a convolution of the input with the output's gradient in which images are the channels, and
 * channels the images. tfjs-wasm has no other way: it lacks the kernel Conv2DBackpropFilter.
 */
function filterGradient(tf: Tf, input: Core.Tensor4D, slopes: Core.Tensor4D): Core.Tensor4D {
  const side = input.shape[1] - slopes.shape[1] + 1;
  if (tf.getBackend() !== 'wasm') {
    const filterShape = [side, side, input.shape[3], slopes.shape[3]];
    const attributes = { strides: 1, pad: 'valid', dataFormat: 'NHWC', filterShape };
    return tf.engine().runKernel('Conv2DBackpropFilter', { x: input, dy: slopes }, attributes) as Core.Tensor4D;
  }
  const turned = tf.transpose(input, [3, 1, 2, 0]);
  const filter = tf.transpose(slopes, [1, 2, 0, 3]);
  return tf.transpose(tf.conv2d(turned, filter, 1, 'valid'), [1, 2, 0, 3]);
}
