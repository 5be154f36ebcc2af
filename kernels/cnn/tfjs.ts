import type * as Core from '@tensorflow/tfjs-core';
import { type Tf, tfjsVariants } from '../../src/backends/tfjs/variant.ts';
import {
  type CnnInput,
  type CnnOutput,
  type ConvShape,
  classes,
  conv1,
  conv2,
  type DenseShape,
  dense1,
  dense2,
  digitsOf,
  imageSide,
  kernelSide,
  pooled2Size,
  weightCount,
} from './network.ts';
import { lossAndGradients, type Tensors } from './tfjs-training.ts';

/** The layers' weights as tensors, in the order of the flat array. */
const parameterShapes: readonly { key: string; from: number; shape: number[] }[] = [
  ...convParameters('conv1', conv1),
  ...convParameters('conv2', conv2),
  ...denseParameters('dense1', dense1),
  ...denseParameters('dense2', dense2),
];

/** TensorFlow.js' own fused convolutions, pooling and products; a training step in tfjs-training.ts. */
export const tfjs = tfjsVariants<CnnInput, CnnOutput>({
  sameAlgorithm: true,
  summary: "TensorFlow.js' fused conv2d, maxPool and matMul",
  upload(tf, { batch, images, weights, labels, mode }) {
    const tensors: Record<string, Core.Tensor> = { images: tf.tensor4d(images, [batch, imageSide, imageSide, 1]) };
    for (const { key, from, shape } of parameterShapes)
      tensors[key] = tf.tensor(weights.subarray(from, from + sizeOf(shape)), shape);
    if (mode === 'training') {
      const oneHot = new Float32Array(batch * classes);
      for (const [image, label] of labels.entries()) oneHot[image * classes + label] = 1;
      tensors.oneHot = tf.tensor2d(oneHot, [batch, classes]);
    }
    return tensors;
  },
  compute(tf, tensors, input) {
    if (input.mode !== 'training') {
      const pooled2 = convolutions(tf, tensors);
      return input.mode === 'convolutions' ? { pooled2 } : { logits: denseLayers(tf, tensors, pooled2) };
    }
    const { loss, gradients } = lossAndGradients(tf, tensors);
    const results: Record<string, Core.Tensor> = { loss };
    for (const { key } of parameterShapes)
      results[key] = tf.sub(tensors[key]!, tf.mul(gradients[key]!, input.learningRate));
    return results;
  },
  readback(arrays, { mode }) {
    if (mode === 'convolutions') return { pooled2: Float32Array.from(arrays.pooled2!) };
    if (mode === 'inference') {
      const logits = Float32Array.from(arrays.logits!);
      return { logits, digits: digitsOf(logits) };
    }
    const weights = new Float32Array(weightCount);
    for (const { key, from } of parameterShapes) weights.set(arrays[key]!, from);
    return { weights, loss: Float32Array.from(arrays.loss!) };
  },
});

function convolutions(tf: Tf, tensors: Tensors): Core.Tensor {
  const conv = (x: Core.Tensor, key: string): Core.Tensor4D =>
    tf.maxPool(
      tf.fused.conv2d({
        x: x as Core.Tensor4D,
        filter: tensors[`${key}Filter`] as Core.Tensor4D,
        bias: tensors[`${key}Bias`]!,
        strides: 1,
        pad: 'valid',
        activation: 'relu',
      }),
      2,
      2,
      'valid',
    );
  return conv(conv(tensors.images!, 'conv1'), 'conv2');
}

function denseLayers(tf: Tf, tensors: Tensors, pooled: Core.Tensor): Core.Tensor {
  const dense = (a: Core.Tensor, key: string, activation: 'relu' | 'linear'): Core.Tensor =>
    tf.fused.matMul({
      a: a as Core.Tensor2D,
      b: tensors[`${key}Weights`] as Core.Tensor2D,
      bias: tensors[`${key}Bias`]!,
      activation,
    });
  return dense(dense(tf.reshape(pooled, [-1, pooled2Size]), 'dense1', 'relu'), 'dense2', 'linear');
}

function convParameters(key: string, { inChannels, outChannels, filterAt, biasAt }: ConvShape) {
  return [
    { key: `${key}Filter`, from: filterAt, shape: [kernelSide, kernelSide, inChannels, outChannels] },
    { key: `${key}Bias`, from: biasAt, shape: [outChannels] },
  ];
}

function denseParameters(key: string, { inputs, outputs, weightsAt, biasAt }: DenseShape) {
  return [
    { key: `${key}Weights`, from: weightsAt, shape: [inputs, outputs] },
    { key: `${key}Bias`, from: biasAt, shape: [outputs] },
  ];
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
