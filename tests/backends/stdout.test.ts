import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('no backend writes a byte on stdout, where the answer belongs, even when it fails', () => {
  const script = fileURLToPath(new URL('../fixtures/quiet-backends.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  for (const name of [
    'naive',
    'threads',
    'simd-threads',
    'webgpu-tuned',
    'gpujs',
    'gpujs-webasm',
    'tfjs-wasm',
    'tfjs-webgpu',
  ])
    expect(stderr).toContain(`1×1: ${name} ok\n`);
  expect(stderr).toContain('1×1: webgpu-f16 compile-error\n');
});
