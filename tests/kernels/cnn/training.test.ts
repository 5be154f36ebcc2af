import { expect, test } from 'vitest';
import { loadDigits, pick } from '../../../kernels/cnn/digits.ts';
import { inputOf } from '../../../kernels/cnn/inputs.ts';
import { trainTuned } from '../../../kernels/cnn/tuned.ts';
import { initialWeights } from '../../../kernels/cnn/weights.ts';
import { createRandom } from '../../../src/workload/random.ts';

test('steps on the same 32 digits learn them: the loss falls below a tenth', () => {
  const digits = pick(
    loadDigits().training,
    Array.from({ length: 32 }, (_, index) => index),
  );
  let input = inputOf('training', digits, initialWeights(createRandom(1)));
  const losses: number[] = [];
  for (let step = 0; step < 60; step++) {
    const { weights, loss } = trainTuned(input);
    losses.push(loss[0] as number);
    input = { ...input, weights };
  }
  expect(losses[0]).toBeGreaterThan(2);
  expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 10);
});
