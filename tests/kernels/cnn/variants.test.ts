import { expect, test } from 'vitest';
import type { CnnInput } from '../../../kernels/cnn/network.ts';
import workload from '../../../kernels/cnn/workload.ts';
import { variantNames } from '../../../src/backends/names.ts';
import { createRandom } from '../../../src/workload/random.ts';
import { checkAt, checkInputs } from '../../support/check.ts';

const names = workload.variants.map(({ name }) => name).filter(name => !['tfjs-node-gpu', 'torch'].includes(name));
/** TensorFlow.js' WebGPU kernels take seconds on a software adapter whatever the size: checked on one shape. */
const slow = ['tfjs-webgpu'];
const quick = names.filter(name => !slow.includes(name));
const inferOnly = ['simd', 'simd-threads', 'gpujs', 'gpujs-webasm'];
const withTraining = names.filter(name => !inferOnly.includes(name));

test('at least nine variants run here, two of them WebGPU', () => {
  expect(names.length).toBeGreaterThanOrEqual(9);
  expect(names.filter(name => name.startsWith('webgpu'))).toHaveLength(2);
  expect(names.every(name => (variantNames as readonly string[]).includes(name))).toBe(true);
});

test.each(quick)('%s recognises digits as the reference does: one image, and seventeen', async name => {
  for (const size of [1, 17]) expect(await checkAt(workload, name, { size })).toMatchObject({ status: 'ok' });
});

const withConvolutions = quick.filter(name => !/^webgpu|^gpujs/.test(name));

test.each(withConvolutions)('%s convolves as the reference does: one image, and seventeen', async name => {
  for (const size of [1, 17])
    expect(await checkAt(workload, name, { size, parameters: { mode: 'convolutions' } })).toMatchObject({
      status: 'ok',
    });
});

test.each(quick.filter(name => !withConvolutions.includes(name)))(
  '%s says that it has no convolutions by themselves',
  async name => {
    const outcome = await checkAt(workload, name, { size: 1, parameters: { mode: 'convolutions' } });
    expect(outcome).toMatchObject({ status: 'skipped', reason: expect.stringContaining('mode=inference') });
  },
);

test.each(withTraining.filter(name => !slow.includes(name)))(
  '%s takes the same training step as the reference: one image, and seven',
  async name => {
    for (const size of [1, 7])
      expect(await checkAt(workload, name, { size, parameters: { mode: 'training' } })).toMatchObject({ status: 'ok' });
  },
);

test.each(quick)(
  '%s gives what the reference gives on images without a digit, where every maximum is a tie',
  async name => {
    for (const mode of inferOnly.includes(name) ? ['inference'] : ['inference', 'training']) {
      const blank = workload.cases?.(createRandom(1), { mode })['blank images'] as CnnInput;
      expect(await checkInputs(workload, name, [blank])).toMatchObject({ status: 'ok' });
    }
  },
);

test.each(slow)('%s infers and trains as the reference does', async name => {
  for (const mode of ['inference', 'training']) {
    const input = workload.inputs(3, createRandom(1), { mode });
    expect(await checkInputs(workload, name, [input])).toMatchObject({ status: 'ok' });
  }
});

test.each(inferOnly)('%s says that it does not train, and why', async name => {
  const outcome = await checkAt(workload, name, { size: 1, parameters: { mode: 'training' } });
  expect(outcome).toMatchObject({ status: 'skipped', reason: expect.stringMatching(/only inference|only infer/) });
});
