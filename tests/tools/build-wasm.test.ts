import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { buildModule, findSources, moduleOf } from '../../tools/build-wasm/build.ts';

const sources = await findSources();

test('there is something to build', () => {
  expect(sources).toContain('kernels/matmul/assembly/matmul.ts');
});

test.each(sources)('%s gives the module that is committed, to the byte', async source => {
  const [built, committed] = await Promise.all([buildModule(source), readFile(moduleOf(source))]);
  const advice = `rebuild with: node bin/pgram.mjs exec tools/build-wasm/main.ts ${source}`;
  expect(Buffer.compare(built, committed), advice).toBe(0);
});
