import type { Random } from '../../src/workload/random.ts';
import type { Parameters } from '../../src/workload/types.ts';
import { type DigitSet, loadDigits, pick, toUnit } from './digits.ts';
import type { CnnInput } from './network.ts';
import { initialWeights, trainedWeights } from './weights.ts';

/**
 * A batch drawn with replacement: for inference, and the convolutions of it, from the 2,000 test digits with the trained weights; for a training
 * step from the 8,000 training digits with fresh weights, where the gradient is large enough for a wrong one to show.
 */
export function inputsOf(batch: number, random: Random, { mode }: Parameters): CnnInput {
  const { training, test } = loadDigits();
  const drawFrom = (set: DigitSet): DigitSet =>
    pick(
      set,
      Array.from({ length: batch }, () => random.below(set.count)),
    );
  return mode === 'training'
    ? inputOf('training', drawFrom(training), initialWeights(random))
    : inputOf(mode === 'convolutions' ? mode : 'inference', drawFrom(test), trainedWeights());
}

/** Batches that fill no tile, and images without a digit: every maximum is a tie, and ReLU's argument may be 0. */
export function casesOf(random: Random, parameters: Parameters): Readonly<Record<string, CnnInput>> {
  const three = inputsOf(3, random, parameters);
  return {
    'one image': inputsOf(1, random, parameters),
    'seventeen images': inputsOf(17, random, parameters),
    'blank images': { ...three, images: new Float32Array(three.images.length) },
  };
}

export const inputOf = (mode: CnnInput['mode'], digits: DigitSet, weights: Float32Array): CnnInput => ({
  mode,
  batch: digits.count,
  images: toUnit(digits.images),
  labels: digits.labels,
  weights,
  learningRate: 0.1,
});
