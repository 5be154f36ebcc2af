import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openDevice } from '../../src/backends/device.ts';
import { classifyFailure } from '../../src/backends/failure.ts';
import { pythonVariant } from '../../src/backends/python/variant.ts';
import { placeOf } from '../../src/measure/contender.ts';

const device = openDevice({ cores: 2 });
const here = spawnSync('python3', ['--version']).status === 0;

const variant = (kernel: string, name = kernel) =>
  pythonVariant<Float32Array, Float32Array>({
    name,
    sameAlgorithm: true,
    file: new URL('../fixtures/python/twice.py', import.meta.url),
    kernel,
    scalars: () => ({ factor: 2 }),
    arrays: x => ({ x }),
    output: bytes => new Float32Array(bytes),
  });

/** What became of one pass: the output, or how it failed. */
async function outcomeOf(kernel: string, input = Float32Array.of(1, -2.5, 3e8)) {
  try {
    await using prepared = await variant(kernel).prepare(device, input);
    await prepared.upload(input);
    await prepared.dispatch();
    return { output: await prepared.readback(), passes: await prepared.passTimes?.() };
  } catch (error) {
    return classifyFailure(error);
  }
}

afterEach(() => void vi.unstubAllEnvs());

describe.runIf(here)('a kernel in Python', () => {
  test('gives what it computed, with the time that it took itself, whatever the library prints', async () => {
    expect(await outcomeOf('twice')).toEqual({
      output: Float32Array.of(2, -5, 6e8),
      passes: [{ label: 'twice', ns: 1500n }],
    });
  });

  test('takes no bytes, and more than any pipe holds', async () => {
    expect(await outcomeOf('twice', new Float32Array(0))).toMatchObject({ output: new Float32Array(0) });
    const long = Float32Array.from({ length: 300_001 }, (_, i) => i);
    expect(await outcomeOf('twice', long)).toMatchObject({ output: long.map(value => 2 * value) });
  });

  test('is prepared several times at once, each with arrays of its own', async () => {
    const inputs = [1, 2, 3].map(value => Float32Array.of(value));
    const ready = await Promise.all(inputs.map(input => variant('twice').prepare(device, input)));
    for (const [i, prepared] of ready.entries()) await prepared.upload(inputs[i] as Float32Array);
    for (const prepared of ready) await prepared.dispatch();
    const outputs = await Promise.all(ready.map(prepared => prepared.readback()));
    expect(outputs).toEqual([Float32Array.of(2), Float32Array.of(4), Float32Array.of(6)]);
    for (const prepared of ready) await prepared[Symbol.asyncDispose]();
  });

  test('that cannot be imported is skipped with the reason; the second time without asking', async () => {
    const want = { status: 'skipped', reason: expect.stringMatching(/python3 with missing not importable.*not_here/) };
    expect(await outcomeOf('missing')).toEqual(want);
    expect(await outcomeOf('missing')).toEqual(want);
  });

  test('that runs out of memory, or dies, is a failure with its own last words', async () => {
    expect(await outcomeOf('failing')).toEqual({
      status: 'out-of-memory',
      reason: 'failing: RuntimeError: CUDA error: out of memory',
    });
    expect(await outcomeOf('dying')).toMatchObject({
      status: 'runtime-error',
      reason: expect.stringContaining('the driver went away'),
    });
  });

  test('on a device of its own is named after that, not after the WebGPU adapter', async () => {
    await using prepared = await variant('gpu').prepare(device, Float32Array.of(1));
    expect(await placeOf(prepared, device)).toEqual({ device: 'Model 1', ranOn: 'gpu' });
  });
});

test('without an interpreter the variant is skipped, and the reason names it', async () => {
  vi.stubEnv('PGRAM_PYTHON', '/there/is/no/python');
  // A kernel that no idle host has loaded.
  const outcome = await variant('nowhere').prepare(device, Float32Array.of(1)).catch(classifyFailure);
  expect(outcome).toMatchObject({ status: 'skipped', reason: expect.stringContaining('/there/is/no/python') });
});
