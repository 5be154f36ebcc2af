import { expect, test } from 'vitest';
import { openDevice } from '../../../src/backends/device.ts';
import { type GpujsThread, gpujsVariants } from '../../../src/backends/gpujs/variant.ts';

interface Words {
  readonly a: Float32Array;
  readonly b: Float32Array;
}

function sum(this: GpujsThread, a: number[], b: number[]): number {
  return ((a[this.thread.x] as number) + (b[this.thread.x] as number)) | 0;
}

const [webgpu, webasm] = gpujsVariants<Words, Float32Array>({
  sameAlgorithm: true,
  kernels: ({ a }) => ({ sum: { code: sum, output: [a.length] } }),
  upload: ({ a, b }) => ({ a: { data: a, size: [a.length] }, b: { data: b, size: [b.length] } }),
  compute: async (kernels, arrays) => ({ sum: await kernels.sum!(arrays.a!, arrays.b!) }),
  readback: results => results.sum!,
});

test.each([webgpu!, webasm!])('$name rounds 32-bit additions, so that SHA-256 is out of its reach', async variant => {
  const input = { a: Float32Array.of(3, 2 ** 24), b: Float32Array.of(4, 1) };
  await using device = openDevice();
  await using prepared = await variant.prepare(device, input);
  await prepared.activate?.();
  await prepared.upload(input);
  await prepared.dispatch();
  const [small, large] = await prepared.readback();
  expect(small).toBe(7);
  expect(large).not.toBe(2 ** 24 + 1);
});
