import { afterAll, describe, expect, test } from 'vitest';
import { openDevice } from '../../src/backends/device.ts';
import { classifyFailure } from '../../src/backends/failure.ts';
import { openBackend } from '../../src/backends/tfjs/open.ts';
import { tfjsVariants } from '../../src/backends/tfjs/variant.ts';
import { runOnce } from '../../src/measure/check.ts';

const device = openDevice({ cores: 2 });
afterAll(() => device[Symbol.asyncDispose]());

interface Pair {
  readonly a: Float32Array;
  readonly b: Float32Array;
}

const [wasm, webgpu] = tfjsVariants<Pair, Float32Array>({
  sameAlgorithm: true,
  upload: (tf, { a, b }) => ({ a: tf.tensor1d(a), b: tf.tensor1d(b) }),
  compute: (tf, { a, b }) => ({ sum: tf.add(tf.mul(a!, a!), b!) }),
  readback: ({ sum }) => sum as Float32Array,
});

const pair = (length: number, seed: number): Pair => ({
  a: Float32Array.from({ length }, (_, index) => (index * seed) % 13),
  b: Float32Array.from({ length }, (_, index) => (index + seed) % 7),
});
const expected = ({ a, b }: Pair): Float32Array => a.map((value, index) => value * value + b[index]!);

describe.each([wasm!, webgpu!])('$name', variant => {
  test('gives a² + b, for every input anew', async () => {
    await using prepared = await variant.prepare(device, pair(1000, 1));
    for (const seed of [1, 2, 1]) {
      const input = pair(1000, seed);
      expect(await runOnce(prepared, input)).toEqual(expected(input));
    }
  });

  test('leaves nothing behind', async () => {
    const { tf } = await openBackend(variant === wasm ? 'wasm' : 'webgpu', device);
    const before = tf.memory().numTensors;
    {
      await using prepared = await variant.prepare(device, pair(10, 1));
      for (const seed of [1, 2]) await runOnce(prepared, pair(10, seed));
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('small operations run on the device too, where TensorFlow.js would move them to the CPU', async () => {
  await using prepared = await webgpu!.prepare(device, pair(4, 1));
  expect(await runOnce(prepared, pair(4, 1))).toEqual(expected(pair(4, 1)));
  const { adapter } = await device.gpu();
  expect(prepared.ranOn()).toBe(adapter.software ? 'software-adapter' : 'gpu');
  if (adapter.features.includes('timestamp-query')) expect(await prepared.passTimes?.()).not.toHaveLength(0);
});

test('a result that never went to the device is not called a result of the device', async () => {
  const session = await openBackend('webgpu', device);
  await session.activate();
  const results = await session.run(() => ({ constant: session.tf.tensor1d([1, 2, 3]) }));
  expect(session.ranOn()).toBe('cpu');
  results.constant?.dispose();
});

test('two backends take turns in one process', async () => {
  const input = pair(100, 3);
  await using first = await wasm!.prepare(device, input);
  await using second = await webgpu!.prepare(device, input);
  for (const prepared of [first, second, first, second, second, first]) {
    expect(await runOnce(prepared, input)).toEqual(expected(input));
  }
});

test('starting the wasm backend leaves no handler of the process behind', async () => {
  await openBackend('wasm', device);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    for (const listener of process.rawListeners(event)) expect(String(listener)).not.toMatch(/ExitStatus|throw reason/);
});

test('a lost device is told apart, and the next preparation works', async () => {
  const input = pair(10, 1);
  const prepared = await webgpu!.prepare(device, input);
  const { tf } = await openBackend('webgpu', device);
  const { device: used } = tf.backend() as unknown as { device: GPUDevice };
  used.destroy();
  await used.lost;
  const failure = await runOnce(prepared, input).catch(classifyFailure);
  expect(failure).toMatchObject({ status: 'device-lost' });
  await using again = await webgpu!.prepare(device, input);
  expect(await runOnce(again, input)).toEqual(expected(input));
});
