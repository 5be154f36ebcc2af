import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pgram, projectRoot } from '../support/pgram.ts';

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

test('the README’s workload is right, in at most 32 lines', async () => {
  expect(read('examples/dot-product.ts').trimEnd().split('\n').length).toBeLessThanOrEqual(32);
  const { code, stdout } = await pgram(['run', join(projectRoot, 'examples/dot-product.ts')]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/4 checks: 4 ok, 0 wrong/)]);
});

test('a workload on threads and WebGPU runs and benches from a folder of its own, without an installation there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pgram-example-'));
  for (const name of ['blur.ts', 'blur-kernel.ts'])
    copyFileSync(join(projectRoot, 'examples', name), join(folder, name));
  const checked = await pgram(['run', 'blur.ts', '--size', '130'], { cwd: folder });
  expect([checked.code, checked.stdout]).toEqual([0, expect.stringMatching(/3 checks: 3 ok, 0 wrong, 0 skipped/)]);
  const benched = await pgram(['bench', 'blur.ts', '--quick', '--no-probe', '--json'], { cwd: folder });
  expect(benched.code).toBe(0);
  const { rows } = JSON.parse(benched.stdout) as {
    rows: { phase: string; regime: string; status: string; variant: string }[];
  };
  const steady = rows.filter(({ phase, regime }) => phase === 'end_to_end' && regime === 'steady');
  expect(steady.map(({ variant, status }) => [variant, status])).toEqual([
    ['naive', 'ok'],
    ['threads', 'ok'],
    ['webgpu-naive', 'ok'],
  ]);
});
