import { afterAll, describe, expect, test } from 'vitest';
import { openDevice } from '../../src/backends/device.ts';
import { classifyFailure } from '../../src/backends/failure.ts';
import { insistOnMode } from '../../src/backends/gpujs/failures.ts';
import { createKernels, type GpujsInstance, loadGpujs } from '../../src/backends/gpujs/library.ts';
import { type GpujsDefinition, type GpujsThread, gpujsVariants } from '../../src/backends/gpujs/variant.ts';
import { runOnce } from '../../src/measure/check.ts';

const device = openDevice({ cores: 2 });
afterAll(() => device[Symbol.asyncDispose]());

const rounds = 5;

/** A chain through two kernels in turns: x → 2x + index, five times, then a sum of pairs on a grid of 2 columns. */
const chain: GpujsDefinition<Float32Array, Float32Array> = {
  sameAlgorithm: true,
  kernels(input) {
    const step = {
      output: [input.length],
      code(this: GpujsThread, x: Float32Array, factor: number) {
        return factor * x[this.thread.x]! + this.thread.x;
      },
    } as const;
    return {
      even: step,
      odd: step,
      pairs: {
        output: [2, input.length / 2],
        constants: { width: 2 },
        code(this: GpujsThread, x: Float32Array) {
          const row = this.thread.y * this.constants.width!;
          return x[row]! + x[row + 1]! + this.thread.x;
        },
      },
    };
  },
  upload: input => ({ x: { data: input, size: [input.length] } }),
  async compute({ even, odd, pairs }, { x }) {
    let value = x!;
    for (let round = 0; round < rounds; round++) value = await (round % 2 === 0 ? even! : odd!)(value, 2);
    return { pairs: await pairs!(value) };
  },
  readback: ({ pairs }) => pairs!,
};

function expected(input: Float32Array): Float32Array {
  let values = input;
  for (let round = 0; round < rounds; round++) values = values.map((value, index) => 2 * value + index);
  return values.map((_, at) => values[at - (at % 2)]! + values[at - (at % 2) + 1]! + (at % 2));
}

const integers = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, index) => (index * seed) % 17);

async function failureOf(definition: GpujsDefinition<Float32Array, Float32Array>, index: 0 | 1) {
  try {
    await using prepared = await gpujsVariants(definition)[index]!.prepare(device, integers(8, 1));
    await runOnce(prepared, integers(8, 1));
  } catch (error) {
    return classifyFailure(error);
  }
  return { status: 'ok' };
}

describe.each([
  ['gpujs', 0],
  ['gpujs-webasm', 1],
] as const)('%s', (name, index) => {
  test('chains kernels, and computes anew for every input', async () => {
    for (const length of [2, 1000, 10_000]) {
      const variant = gpujsVariants(chain)[index]!;
      expect(variant.name).toBe(name);
      await using prepared = await variant.prepare(device, integers(length, 3));
      for (const seed of [3, 5, 3]) {
        const input = integers(length, seed);
        expect(await runOnce(prepared, input)).toEqual(expected(input));
      }
    }
  });

  test('says where it ran', async () => {
    await using prepared = await gpujsVariants(chain)[index]!.prepare(device, integers(8, 1));
    await runOnce(prepared, integers(8, 1));
    const { adapter } = await device.gpu();
    expect(prepared.ranOn()).toBe(index === 1 ? 'cpu' : adapter.software ? 'software-adapter' : 'gpu');
    const times = await prepared.passTimes?.();
    if (index === 0 && adapter.features.includes('timestamp-query')) {
      expect(times).toHaveLength(rounds + 1);
      for (const { ns } of times!) expect(ns).toBeGreaterThan(0n);
    } else expect(times).toBeUndefined();
  });

  test('a kernel that gpu.js cannot translate is a compile error', async () => {
    const kernels = () => ({
      even: {
        output: [8] as const,
        code(this: GpujsThread, x: Float32Array) {
          return [...x].indexOf(3) + this.thread.x;
        },
      },
    });
    const failure = await failureOf(
      { ...chain, kernels, compute: async ({ even }, { x }) => ({ pairs: await even!(x!) }) },
      index,
    );
    expect(failure).toMatchObject({ status: 'compile-error', reason: expect.stringContaining(name) });
  });

  test('an empty output is refused by gpu.js: why workloads skip it', async () => {
    const empty = gpujsVariants(chain)[index]!.prepare(device, new Float32Array(0));
    await expect(empty).rejects.toThrow();
  });
});

function code() {
  return 1;
}

test('the webasm mode says on how many threads it ran', async () => {
  for (const [length, threads] of [
    [1000, 1],
    [100_000, 2],
  ] as const) {
    await using prepared = await gpujsVariants(chain)[1]!.prepare(device, integers(length, 3));
    await runOnce(prepared, integers(length, 3));
    expect(prepared.threads?.()).toBe(threads);
  }
});

test('a kernel that gpu.js runs in plain JavaScript is a failure, never a time under a wrong name', async () => {
  const library = (await loadGpujs()) as unknown as {
    GPU: new (settings: { mode: 'cpu' | 'webasm' }) => GpujsInstance;
  };
  for (const mode of ['cpu', 'webasm'] as const) {
    const instance = new library.GPU({ mode });
    const kernels = createKernels(instance, { plain: { output: [4], code } }, 1);
    await kernels.plain!();
    const insist = () => insistOnMode('gpujs-webasm', 'webasm', kernels);
    if (mode === 'webasm') expect(insist).not.toThrow();
    else expect(insist).toThrow(/gpujs-webasm: gpu\.js runs kernel `plain` in its cpu mode instead of webasm/);
    await instance.destroy();
  }
});

test('a lost device is told apart, and the next preparation works', async () => {
  const variant = gpujsVariants(chain)[0]!;
  const input = integers(8, 1);
  const { default: library } = (await import('gpu.js')) as unknown as {
    default: { WebGPUContext: { acquire(): Promise<{ device: GPUDevice }> } };
  };
  const prepared = await variant.prepare(device, input);
  const context = await library.WebGPUContext.acquire();
  context.device.destroy();
  await context.device.lost;
  await expect(runOnce(prepared, input)).rejects.toMatchObject({ status: 'device-lost' });
  await using again = await variant.prepare(device, input);
  expect(await runOnce(again, input)).toEqual(expected(input));
});
