import { expect, test } from 'vitest';
import { inputsOf } from '../../../kernels/cnn/inputs.ts';
import { type CnnInput, type CnnOutput, conv1, conv2, dense1, dense2 } from '../../../kernels/cnn/network.ts';
import { referenceOf } from '../../../kernels/cnn/reference.ts';
import { digitSpread, toleranceOf } from '../../../kernels/cnn/tolerance.ts';
import { compareOutputs } from '../../../src/workload/compare.ts';
import { createRandom } from '../../../src/workload/random.ts';
import { unitRoundoff } from '../../../src/workload/types.ts';

const inference = inputsOf(4, createRandom(5), { mode: 'inference' });
const training = inputsOf(4, createRandom(5), { mode: 'training' });

const judge = (input: CnnInput, got: CnnOutput) => {
  const want = referenceOf(input);
  return compareOutputs(got, want, toleranceOf(input, want, unitRoundoff.f32));
};

/** What a variant gives that does something else with the weights or images, but is exact otherwise. */
const withWeights = (input: CnnInput, change: (weights: Float32Array) => void): CnnOutput => {
  const weights = input.weights.slice();
  change(weights);
  return referenceOf({ ...input, weights });
};

test.each([
  { name: 'conv1', from: conv1.filterAt, biasAt: conv1.biasAt },
  { name: 'conv2', from: conv2.filterAt, biasAt: conv2.biasAt },
  { name: 'dense1', from: dense1.weightsAt, biasAt: dense1.biasAt },
  { name: 'dense2', from: dense2.weightsAt, biasAt: dense2.biasAt },
])(
  'a 1 % error of the first thousand weights of $name, or 0.001 in its first eight biases, shows in the logits',
  ({ from, biasAt }) => {
    const weightsOff = withWeights(inference, weights => {
      for (let index = from; index < Math.min(from + 1000, biasAt); index++) weights[index] = weights[index]! * 1.01;
    });
    expect(judge(inference, weightsOff).ok).toBe(false);
    const biasOff = withWeights(inference, weights => {
      for (let index = 0; index < 8; index++) weights[biasAt + index] = (weights[biasAt + index] as number) + 0.001;
    });
    expect(judge(inference, biasOff).ok).toBe(false);
    expect(judge(inference, referenceOf(inference)).ok).toBe(true);
  },
);

test.each([
  { name: 'conv1', ...conv1 },
  { name: 'conv2', ...conv2 },
])(
  'the convolutions alone: a 0.1 % error of the weights of $name, or 0.001 in its biases, shows',
  ({ filterAt, biasAt, outChannels }) => {
    const convolutions: CnnInput = { ...inference, mode: 'convolutions' };
    const spoilt = (from: number, to: number, change: (weight: number) => number): CnnOutput =>
      withWeights(convolutions, weights => weights.set(weights.subarray(from, to).map(change), from));
    expect(
      judge(
        convolutions,
        spoilt(filterAt, biasAt, weight => weight * 1.001),
      ).ok,
    ).toBe(false);
    expect(
      judge(
        convolutions,
        spoilt(biasAt, biasAt + outChannels, bias => bias + 0.001),
      ).ok,
    ).toBe(false);
    expect(judge(convolutions, referenceOf(convolutions)).ok).toBe(true);
  },
);

test('two images that were exchanged show', () => {
  const images = inference.images.slice();
  images.copyWithin(0, 784, 1568);
  expect(judge(inference, referenceOf({ ...inference, images })).ok).toBe(false);
});

test.each([
  { name: 'conv1', from: conv1.filterAt, to: conv1.biasAt },
  { name: 'conv1 bias', from: conv1.biasAt, to: conv2.filterAt },
  { name: 'conv2', from: conv2.filterAt, to: conv2.biasAt },
  { name: 'conv2 bias', from: conv2.biasAt, to: dense1.weightsAt },
  { name: 'dense1', from: dense1.weightsAt, to: dense1.biasAt },
  { name: 'dense2', from: dense2.weightsAt, to: dense2.biasAt },
])('a training step that leaves $name as it was, or goes 1 % too far there, is incorrect', ({ from, to }) => {
  const want = referenceOf(training) as { weights: Float64Array; loss: Float64Array };
  for (const factor of [0, 1.01]) {
    const weights = want.weights.map((weight, index) => {
      const before = training.weights[index] as number;
      return index >= from && index < to ? before + factor * (weight - before) : weight;
    });
    expect(judge(training, { weights, loss: want.loss }).ok).toBe(false);
  }
  expect(judge(training, want).ok).toBe(true);
});

test('a digit may differ only where other logits come within both tolerances, and by no more than to those', () => {
  const logits = Float64Array.of(0, 5, 1, 4.9, 0, 0, 0, 0, 0, 0);
  const spread = (bound: number): number | undefined => digitSpread(logits, new Float64Array(10).fill(bound))[0];
  expect(spread(0.01)).toBe(0);
  expect(spread(0.049)).toBe(0);
  expect(spread(0.051)).toBe(2);
});
