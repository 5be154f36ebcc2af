import type { WorkModel } from '../../src/workload/types.ts';
import { classes, conv1, conv2, dense1, dense2, type Mode, pixels, pooled2Size, taps, weightCount } from './network.ts';

const dense1Products = dense1.inputs * dense1.outputs;
const dense2Products = dense2.inputs * dense2.outputs;
const conv1Products = conv1.convSide ** 2 * conv1.outChannels * taps * conv1.inChannels;
const conv2Products = conv2.convSide ** 2 * conv2.outChannels * taps * conv2.inChannels;

/** Products in the convolutions of one image: 115,200 + 204,800 = 320,000. */
export const convolutionProducts = conv1Products + conv2Products;

/** Products in the forward pass of one image: 320,000 + 32,768 + 1,280 = 354,048. */
export const forwardProducts = convolutionProducts + dense1Products + dense2Products;

/**
 * Products in the backward pass of one image. The pooling lets one gradient in four through, so a convolution's
 * gradients need a quarter of its forward products each: filter and input for conv2, filter alone for conv1. A dense
 * layer needs its forward products twice.
 */
export const backwardProducts = conv1Products / 4 + (2 * conv2Products) / 4 + 2 * (dense1Products + dense2Products);

/**
 * Floating-point operations and compulsory bytes of one batch. A product and its addition are two flops; the bias is
 * where a sum starts and so counts with the products; comparisons (ReLU, pooling, argmax) are no flops. A training
 * step adds the bias gradients' sums, the update (two flops a weight) and softmax with its loss: an exponential, a
 * subtraction, an addition, a division, a subtraction of the label and a division by the batch a logit, a logarithm, an addition and a subtraction
 * an image.
 */
export function workOf(batch: number, mode: Mode): WorkModel {
  if (mode === 'convolutions') return workOfConvolutions(batch);
  const imageBytes = batch * pixels * 4;
  const weightBytes = weightCount * 4;
  const training = mode === 'training';
  const biasSums =
    conv1.pooledSide ** 2 * conv1.outChannels +
    conv2.pooledSide ** 2 * conv2.outChannels +
    dense1.outputs +
    dense2.outputs;
  const forwardFlops = 2 * forwardProducts * batch;
  const stepFlops = (2 * backwardProducts + biasSums + 6 * classes + 3) * batch + 2 * weightCount;
  const bytesRead = imageBytes + weightBytes + (training ? batch : 0);
  const bytesWritten = training ? weightBytes + 4 : batch * (classes * 4 + 1);
  return {
    operations: training ? forwardFlops + stepFlops : forwardFlops,
    operationUnit: 'flop',
    bytesRead,
    bytesWritten,
    bytesToDevice: bytesRead,
    bytesFromDevice: bytesWritten,
    items: batch,
    itemUnit: 'images',
  };
}

function workOfConvolutions(batch: number): WorkModel {
  const bytesRead = batch * pixels * 4 + dense1.weightsAt * 4;
  const bytesWritten = batch * pooled2Size * 4;
  return {
    operations: 2 * convolutionProducts * batch,
    operationUnit: 'flop',
    bytesRead,
    bytesWritten,
    bytesToDevice: bytesRead,
    bytesFromDevice: bytesWritten,
    items: batch,
    itemUnit: 'images',
  };
}
