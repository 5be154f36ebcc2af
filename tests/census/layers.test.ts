import { describe, expect, test } from 'vitest';
import { countDelegated } from '../../src/census/delegated/delegated.ts';
import { countExactly, executedLayer } from '../../src/census/executed/executed.ts';
import { closed, type ProgramSpec, permissionsFor, resolveTarget } from '../../src/target/index.ts';

const matmul = (variant: string, size: number): ProgramSpec => ({ target: resolveTarget('matmul'), variant, size });
const options = (spec: ProgramSpec) => ({ confinement: permissionsFor(spec, closed), timeoutMs: 120_000 });

/** matmul takes 2n³ flops, whoever computes it. n is a multiple of every tile, so that nobody computes more. */
const n = 64;
const flops = 2 * n ** 3;

describe('the same 2n³ flops of matmul on three layers, each within 1 %', () => {
  test('naive: executed bytecode, exactly', async () => {
    const spec = matmul('naive', n);
    expect(executedLayer(await countExactly(spec, options(spec))).flops).toBe(flops);
  });

  test.each(['webgpu-naive', 'webgpu-tuned', 'gpujs', 'tfjs-webgpu'])('%s: GPU kernels, exactly', async variant => {
    const spec = matmul(variant, n);
    const { gpuKernel, outcome } = await countDelegated(spec, options(spec));
    expect(outcome.status).toBe('ok');
    expect(gpuKernel?.unsolved).toEqual([]);
    expect(gpuKernel?.flops).toBe(flops);
  });

  test('tfjs-wasm: XNNPACK in WebAssembly', async () => {
    const spec = matmul('tfjs-wasm', n);
    const { webassembly, webassemblyStatic } = await countDelegated(spec, options(spec));
    expect(Math.abs((webassembly?.flops as number) / flops - 1)).toBeLessThan(0.01);
    // The static mix sees the whole library, not only what matmul runs of it.
    expect(webassemblyStatic.some(({ functions }) => functions.length > 500)).toBe(true);
  });
});

test('threads count together: simd-threads executes the flops of simd, one module in several instances', async () => {
  const [one, all] = [matmul('simd', 48), matmul('simd-threads', 48)];
  const alone = await countDelegated(one, options(one));
  const together = await countDelegated(all, options(all));
  expect(alone.webassembly?.flops).toBeGreaterThanOrEqual(2 * 48 ** 3);
  expect(together.webassembly?.flops).toBe(alone.webassembly?.flops);
});

test('workers that are a piece of text count, too: gpu.js in WebAssembly', async () => {
  const spec = matmul('gpujs-webasm', n);
  const { webassembly } = await countDelegated(spec, options(spec));
  expect(webassembly?.flops).toBeGreaterThanOrEqual(flops);
});
