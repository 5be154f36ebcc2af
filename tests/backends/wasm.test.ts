import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { openDevice } from '../../src/backends/device.ts';
import { classifyFailure } from '../../src/backends/failure.ts';
import { type WasmDefinition, wasmVariants } from '../../src/backends/wasm/variant.ts';
import { runOnce } from '../../src/measure/check.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallelogram-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fixture = (name: string): URL => new URL(`../fixtures/wasm-kernels/${name}.ts`, import.meta.url);

const sums: WasmDefinition<number, Float64Array> = {
  sameAlgorithm: true,
  module: new URL('../../kernels/matmul/assembly/matmul.wasm', import.meta.url),
  kernel: fixture('sums'),
  arrays: (odd, threads) => ({
    odd: { kind: 'u8', length: odd },
    arrived: { kind: 'i32', length: 1 },
    out: { kind: 'f64', length: threads },
  }),
  upload: (_, { arrived }) => {
    arrived![0] = 0;
  },
  download: ({ out }) => (out as Float64Array).slice(),
};

async function failureOf(definition: WasmDefinition<number, Float64Array>) {
  await using device = openDevice({ cores: 2 });
  try {
    await using prepared = await wasmVariants(definition)[1].prepare(device, 3);
    await runOnce(prepared, 3);
  } catch (error) {
    return classifyFailure(error);
  }
  return { status: 'ok' };
}

test.each([1, 2, 3])(
  '%i threads meet over one memory, whose arrays begin on cache lines behind the module’s own data',
  async cores => {
    await using device = openDevice({ cores });
    for (const variant of wasmVariants(sums)) {
      await using prepared = await variant.prepare(device, 3);
      const threads = variant.name === 'simd' ? 1 : cores;
      expect(prepared.threads?.()).toBe(threads);
      for (const _ of [1, 2]) {
        const out = await runOnce(prepared, 3);
        expect(out).toHaveLength(threads);
        const [address] = out;
        expect(new Set(out)).toEqual(new Set([address]));
        expect(address! % 64).toBe(0);
        expect(address).toBeGreaterThanOrEqual(1024);
      }
    }
  },
);

describe('what goes wrong becomes a cell with its reason', () => {
  const moduleOf = (bytes: readonly number[]): URL => {
    const file = join(folder, `${bytes.length}.wasm`);
    writeFileSync(file, Uint8Array.from(bytes));
    return pathToFileURL(file);
  };

  test('a file that is no module', async () => {
    expect(await failureOf({ ...sums, module: moduleOf([1, 2, 3, 4, 5]) })).toEqual({
      status: 'compile-error',
      reason: expect.stringMatching(/^5\.wasm: .*magic/),
    });
  });

  test('a module that does not say where arrays may begin', async () => {
    const empty = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
    expect(await failureOf({ ...sums, module: moduleOf(empty) })).toEqual({
      status: 'compile-error',
      reason: '8.wasm: it does not export the global `heapBase`',
    });
  });

  test('a trap in another thread', async () => {
    expect(await failureOf({ ...sums, kernel: fixture('throws') })).toEqual({
      status: 'runtime-error',
      reason: expect.stringContaining('a worker thread threw'),
    });
  });

  test('more memory than 32-bit addresses reach', async () => {
    const arrays = () => ({ out: { kind: 'f64', length: 2 ** 30 } }) as const;
    expect(await failureOf({ ...sums, arrays })).toEqual({
      status: 'skipped',
      reason: expect.stringMatching(/^matmul\.wasm needs 8\.59 GB of memory; .*Try a smaller --size/),
    });
  });
});
