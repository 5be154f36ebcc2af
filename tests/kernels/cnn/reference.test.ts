import { expect, test } from 'vitest';
import { inputsOf } from '../../../kernels/cnn/inputs.ts';
import { convolve } from '../../../kernels/cnn/layers-f64.ts';
import {
  classes,
  conv1,
  conv2,
  convFilterSize,
  dense1,
  dense2,
  pixels,
  weightCount,
} from '../../../kernels/cnn/network.ts';
import { layersOf, runBackward, runForward, softmaxCrossEntropy } from '../../../kernels/cnn/reference.ts';
import { forwardProducts, trainingFlops, workOf } from '../../../kernels/cnn/work.ts';
import { createRandom } from '../../../src/workload/random.ts';

const input = inputsOf(5, createRandom(3), { mode: 'training' });

const lossAt = (weights: Float64Array): number =>
  softmaxCrossEntropy(runForward(input, layersOf(weights)).logits, input.labels).loss;

/** Without biases the blank parts of an image give exactly 0, where ReLU has no derivative. */
function weightsOffTheKinks(): Float64Array {
  const random = createRandom(4);
  return Float64Array.from(input.weights, weight => (weight === 0 ? 0.1 * random.normal() : weight));
}

const blocks = [
  { name: 'conv1 filter', from: conv1.filterAt, to: conv1.biasAt },
  { name: 'conv1 bias', from: conv1.biasAt, to: conv2.filterAt },
  { name: 'conv2 filter', from: conv2.filterAt, to: conv2.biasAt },
  { name: 'conv2 bias', from: conv2.biasAt, to: dense1.weightsAt },
  { name: 'dense1 weights', from: dense1.weightsAt, to: dense1.biasAt },
  { name: 'dense1 bias', from: dense1.biasAt, to: dense2.weightsAt },
  { name: 'dense2 weights', from: dense2.weightsAt, to: dense2.biasAt },
  { name: 'dense2 bias', from: dense2.biasAt, to: weightCount },
];

test.each(blocks)('the gradient of the $name is the slope of the loss, by central differences', ({ from, to }) => {
  const weights = weightsOffTheKinks();
  const layers = layersOf(weights);
  const { weights: gradient } = runBackward(input, layers, runForward(input, layers));
  const random = createRandom(from);
  const largest = gradient.subarray(from, to).reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  expect(largest).toBeGreaterThan(1e-4);
  for (let sample = 0; sample < 8; sample++) {
    const index = from + random.below(to - from);
    const there = weights[index] as number;
    // The loss is piecewise smooth: so small a step crosses no gate, and leaves 9 digits of the difference.
    const step = 1e-6;
    weights[index] = there + step;
    const above = lossAt(weights);
    weights[index] = there - step;
    const below = lossAt(weights);
    weights[index] = there;
    expect(Math.abs((above - below) / (2 * step) - (gradient[index] as number))).toBeLessThan(1e-7 + 1e-6 * largest);
  }
});

test('a filter whose only weight is the tap (ky, kx) moves the image by as much', () => {
  const [ky, kx] = [3, 1];
  const filter = new Float64Array(convFilterSize(conv1));
  for (let out = 0; out < conv1.outChannels; out++) filter[(ky * 5 + kx) * conv1.outChannels + out] = out + 1;
  const image = Float64Array.from({ length: pixels }, (_, index) => index);
  const z = convolve(image, { shape: conv1, filter, bias: new Float64Array(8) }, 1);
  for (const [y, x, out] of [
    [0, 0, 0],
    [23, 23, 7],
    [4, 19, 2],
  ] as const)
    expect(z[(y * 24 + x) * 8 + out]).toBe((out + 1) * ((y + ky) * 28 + x + kx));
});

test('without weights the logits are the last biases, and equal logits cost ln 10', () => {
  const weights = new Float64Array(weightCount);
  expect(lossAt(weights)).toBeCloseTo(Math.log(10), 12);
  weights.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], dense2.biasAt);
  const { logits } = runForward(input, layersOf(weights));
  expect(Array.from(logits.subarray(0, classes))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('the flops of the work model are those that the layers perform', () => {
  // With all weights and inputs 1 and no bias, a sum of products is the number of its products.
  const ones = (length: number): Float64Array => new Float64Array(length).fill(1);
  const countConv = (shape: typeof conv1): number => {
    const layer = { shape, filter: ones(convFilterSize(shape)), bias: new Float64Array(shape.outChannels) };
    return convolve(ones(shape.side ** 2 * shape.inChannels), layer, 1).reduce((sum, z) => sum + z, 0);
  };
  const dense = dense1.inputs * dense1.outputs + dense2.inputs * dense2.outputs;
  expect(forwardProducts).toBe(countConv(conv1) + countConv(conv2) + dense);
  expect(workOf(1, 'inference').operations).toBe(708_096);
  expect(workOf(7, 'inference').operations).toBe(7 * 708_096);
  // With every window open, backward is a quarter of conv1 for its filter, twice a quarter of conv2, twice the dense
  // layers, 1,546 bias sums; 64 for softmax and loss, and one division. The update takes two flops for each of the
  // 37,610 weights, whatever the batch. (What naive executes: tests/kernels/work.test.ts.)
  const backward = 2 * (countConv(conv1) / 4 + countConv(conv2) / 2 + 2 * dense) + 1546 + 64;
  expect(trainingFlops(3, { conv1: 3 * 1152, conv2: 3 * 256 })).toBe(3 * (708_096 + backward) + 2 * 37_610 + 1);
});
