/**
 * Trains the cnn workload's weights and writes kernels/cnn/weights.bin.
 *
 *     node bin/pgram.mjs exec tools/train-cnn.ts
 *
 * Plain stochastic gradient descent with the `tuned` training step, on the 8,000 training digits: batches of 32 in an
 * order shuffled anew each epoch, each digit moved by up to one pixel each way, the learning rate lowered twice. All
 * randomness comes from one seed and all arithmetic is in order, so that the same V8 gives the same bytes.
 */
import { writeFileSync } from 'node:fs';
import { type DigitSet, loadDigits, pick, toUnit } from '../kernels/cnn/digits.ts';
import { digitsOf, imageSide, pixels } from '../kernels/cnn/network.ts';
import { trainTuned } from '../kernels/cnn/tuned.ts';
import { forwardTuned, newActivations } from '../kernels/cnn/tuned-forward.ts';
import { initialWeights, trainedWeightsFile } from '../kernels/cnn/weights.ts';
import { createRandom, type Random } from '../src/workload/random.ts';

const seed = 1998;
const batch = 32;
const rates = [...Array(8).fill(0.1), ...Array(4).fill(0.05), ...Array(3).fill(0.02)] as number[];

const { training, test } = loadDigits();
const random = createRandom(seed);
let weights = initialWeights(random);
for (const [epoch, learningRate] of rates.entries()) {
  let loss = 0;
  const order = shuffled(training.count, random);
  for (let from = 0; from < order.length; from += batch) {
    const digits = pick(training, order.slice(from, from + batch));
    const step = trainTuned({
      mode: 'training',
      batch: digits.count,
      images: toUnit(moved(digits, random)),
      labels: digits.labels,
      weights,
      learningRate,
    });
    weights = step.weights;
    loss += (step.loss[0] as number) * digits.count;
  }
  process.stderr.write(
    `epoch ${epoch + 1} of ${rates.length}: mean loss ${(loss / training.count).toFixed(4)}, ${(100 * share(test)).toFixed(2)} % of the test digits\n`,
  );
}
const bytes = new DataView(new ArrayBuffer(weights.length * 4));
for (const [index, weight] of weights.entries()) bytes.setFloat32(index * 4, weight, true);
writeFileSync(trainedWeightsFile, bytes);

function shuffled(count: number, from: Random): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = from.below(last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}

/** Each image moved by −1, 0 or 1 pixel in each direction; the digits have a margin of several pixels. */
function moved({ count, images }: DigitSet, from: Random): Uint8Array {
  const result = new Uint8Array(images.length);
  for (let image = 0; image < count; image++) {
    const by = (from.below(3) - 1) * imageSide + from.below(3) - 1;
    const original = images.subarray(image * pixels, (image + 1) * pixels);
    for (let index = 0; index < pixels; index++) result[image * pixels + index] = original[index - by] ?? 0;
  }
  return result;
}

/** Share of a set's digits that the weights recognise. */
function share({ count, images, labels }: DigitSet): number {
  const activations = newActivations(count);
  forwardTuned({ images: toUnit(images), weights }, activations, { from: 0, to: count });
  return digitsOf(activations.logits).filter((digit, image) => digit === labels[image]).length / count;
}
