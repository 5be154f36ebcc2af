import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { countExactly, executedLayer } from '../../src/census/executed/executed.ts';
import { resolveTarget } from '../../src/target/index.ts';

const file = fileURLToPath(new URL('../fixtures/census/flops.ts', import.meta.url));

/** Counted by hand in the source, for n = 5. */
const expected: Readonly<Record<string, number>> = {
  axpy: 2 * 5,
  norm: 2 * 5 + 1,
  addresses: 5,
  integers: 0,
  texts: 0,
  polynomial: 4 * 5,
  bigInts: 5,
};

test.concurrent.for(Object.entries(expected))('%s executes %i floating-point operations', async ([name, flops]) => {
  const layer = executedLayer(await countExactly({ target: resolveTarget(`${file}#${name}`), size: 5 }));
  expect(layer.flops).toBe(flops);
});
