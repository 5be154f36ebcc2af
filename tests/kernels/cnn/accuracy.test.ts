import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadDigits, pick } from '../../../kernels/cnn/digits.ts';
import { inputOf } from '../../../kernels/cnn/inputs.ts';
import type { CnnInput, Inference } from '../../../kernels/cnn/network.ts';
import { referenceOf } from '../../../kernels/cnn/reference.ts';
import { toleranceOf } from '../../../kernels/cnn/tolerance.ts';
import { tuned } from '../../../kernels/cnn/tuned.ts';
import { trainedWeights, trainedWeightsFile } from '../../../kernels/cnn/weights.ts';
import { openDevice } from '../../../src/backends/device.ts';
import { runOnce } from '../../../src/measure/check.ts';
import { unitRoundoff } from '../../../src/workload/types.ts';

const { test: digits } = loadDigits();

const recognise = async (input: CnnInput): Promise<Uint8Array> => {
  await using prepared = await tuned.prepare(openDevice({ cores: 1 }), input);
  return ((await runOnce(prepared, input)) as Inference).digits;
};

test('the committed weights recognise at least 97 % of the 2,000 test digits', async () => {
  const found = await recognise(inputOf('inference', digits, trainedWeights()));
  const right = found.filter((digit, image) => digit === digits.labels[image]).length;
  expect(right / digits.count).toBeGreaterThanOrEqual(0.97);
});

test('rounding decides no digit of the first 100: their two largest logits are further apart than the tolerance', async () => {
  const some = pick(
    digits,
    Array.from({ length: 100 }, (_, index) => index),
  );
  const input = inputOf('inference', some, trainedWeights());
  const want = referenceOf(input);
  expect(await recognise(input)).toEqual((want as Inference).digits);
  const { digits: tolerance } = toleranceOf(input, want, unitRoundoff.f32);
  expect(tolerance?.kind === 'absolute' && (tolerance.bound as Float64Array).every(spread => spread === 0)).toBe(true);
});

test('the weights file stays small', () => {
  expect(statSync(trainedWeightsFile).size).toBeLessThanOrEqual(300_000);
});
