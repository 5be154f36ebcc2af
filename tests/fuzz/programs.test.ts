import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/workload/random.ts';
import { loadMain, moduleOf, randomFunction } from './programs.ts';
import { fuzzPrograms, type Watcher, watchers } from './run-programs.ts';

const found = fileURLToPath(new URL('./fixtures/found/', import.meta.url));

/** `npm run soak` has ten thousand; here always the same few, and some that are new every day. */
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

test.each(Object.keys(watchers) as Watcher[])(
  'generated programs under %s come to their own end, and say what a plain run says',
  async watcher => {
    const { failures } = await fuzzPrograms(watcher, { cases: 40, from: seed });
    expect(failures, `FUZZ_SEED=${seed}`).toEqual([]);
  },
);

/** What was found broken once; each throws where it does not compute what it should. */
test.each(
  readdirSync(found).flatMap(name => Object.keys(watchers).map(watcher => [name, watcher as Watcher] as const)),
)('%s keeps its output under %s', async (name, watcher) => {
  await watchers[watcher](join(found, name));
});

test('the programs are worth watching: they loop, most return, and no two say the same', () => {
  const functions = Array.from({ length: 60 }, (_, index) => randomFunction(createRandom(index), index));
  const main = loadMain(moduleOf(functions));
  const said = main(9).split('\n');
  expect(said.filter(text => /^\w*Error$/.test(text)).length).toBeLessThan(20);
  expect(new Set(said).size).toBeGreaterThan(40);
  expect(functions.filter(text => /\b(for|while)\b/.test(text)).length).toBeGreaterThan(40);
});

test('a changed output is found', () => {
  const main = loadMain(moduleOf([randomFunction(createRandom(1), 0)], 'other'));
  expect(() => main(9)).toThrow('the output changed');
});
