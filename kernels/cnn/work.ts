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

/** Windows of the poolings through which a gradient passes: those whose largest element ReLU let through. */
export interface OpenWindows {
  readonly conv1: number;
  readonly conv2: number;
}

/**
 * Of an image's 1,152 and 256 windows, those open on average under fresh weights: a fact about digits and weights, which
 * a test counts again. 490.3 and 179.5 over 200 seeds with 32 images each; the weights of one seed shift them by 58 and
 * 19, and the flops of a step by 1.5 %.
 */
export const openOnAverage: OpenWindows = { conv1: 490, conv2: 179 };

const perWindow = (products: number, { pooledSide, outChannels }: typeof conv1): number =>
  products / 4 / (pooledSide ** 2 * outChannels);

/**
 * Flops of one training step. Forward as in inference. Backward a dense layer needs its forward products twice and a sum
 * for each bias. The pooling lets one gradient in four through, and ReLU none where it was closed: each open window of
 * conv2 has 200 products for the filter, 200 for the input and the sum of its bias, each of conv1 25 for the filter and
 * that sum (nothing lies before conv1 that would need a gradient). Softmax takes six a logit (exponential, subtraction,
 * addition, division, the label's subtraction, division by the batch), the loss four an image (logarithm, addition,
 * subtraction, sum) and a division, the update two a weight.
 *
 * @param open windows of the whole batch
 */
export function trainingFlops(batch: number, open: OpenWindows): number {
  const dense = 2 * 2 * (dense1Products + dense2Products) + dense1.outputs + dense2.outputs;
  const windows =
    open.conv1 * (2 * perWindow(conv1Products, conv1) + 1) + open.conv2 * (2 * 2 * perWindow(conv2Products, conv2) + 1);
  return batch * (2 * forwardProducts + dense + 6 * classes + 4) + windows + 1 + 2 * weightCount;
}

/**
 * Floating-point operations and compulsory bytes of one batch. A product and its addition are two flops; the bias is
 * where a sum starts and so counts with the products; comparisons (ReLU, pooling, argmax) are no flops.
 */
export function workOf(batch: number, mode: Mode): WorkModel {
  if (mode === 'convolutions') return workOfConvolutions(batch);
  const imageBytes = batch * pixels * 4;
  const weightBytes = weightCount * 4;
  const training = mode === 'training';
  const open = { conv1: batch * openOnAverage.conv1, conv2: batch * openOnAverage.conv2 };
  const bytesRead = imageBytes + weightBytes + (training ? batch : 0);
  const bytesWritten = training ? weightBytes + 4 : batch * (classes * 4 + 1);
  return {
    operations: training ? trainingFlops(batch, open) : 2 * forwardProducts * batch,
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
