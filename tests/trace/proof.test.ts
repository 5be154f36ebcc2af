import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loopsOf, traceSource } from './support.ts';

const evidence = async (body: string, head = 'n, x') =>
  loopsOf(
    await traceSource(
      `const x = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9); export const inputs = { run: n => [n, x, x] };
    export function run(${head}) { ${body} }`,
      { size: 5 },
    ),
    'run',
  ).map(loop => loop.evidence);

test('what is proven, and what is only observed', async () => {
  const made = 'const c = new Float64Array(n * n);';
  const map = (store: string) => `${made} for (let i = 0; i < n; i++) ${store} return c;`;
  expect(await evidence(map('c[i] = x[i] * 2;'))).toEqual(['proven']);
  expect(await evidence(map('c[2 * i + 1] = x[i] * 2;'))).toEqual(['proven']);
  const square = (store: string, bound = 'n') => map(`for (let j = 0; j < ${bound}; j++) ${store}`);
  expect(await evidence(square('c[i * n + j] = x[i] * x[j];'))).toEqual(['proven', 'proven']);
  expect(await evidence(square('c[j * n + i] = x[i] * x[j];'))).toEqual(['observed', 'observed']);
  // The row is as long as it is wide only by chance; and the array may be one that was handed in.
  expect(await evidence(square('c[i * n + j] = x[i] * x[j];', 'n - 1'))).toEqual(['observed', 'proven']);
  expect(await evidence('for (let i = 0; i < n; i++) x[i] = i * 2; return x;')).toEqual(['observed']);
  // A name for the same memory, a buffer to look at, and a sum that outlives its iteration.
  expect(await evidence(`${made} const d = c; for (let i = 0; i < n; i++) c[i] = d[i + 1] * 2; return c;`)).toEqual([
    'observed',
  ]);
  expect(
    await evidence(`const c = new Float64Array(x.buffer); for (let i = 0; i < n; i++) c[i] = x[i] * 2; return c;`),
  ).toEqual(['observed']);
  expect(await evidence('let s = 0; for (let i = 0; i < n; i++) s += x[i]; return s;')).toEqual(['observed']);
});

const pick = <T>(...choices: T[]) => fc.constantFrom(...choices);
const subscript = pick(
  ...[
    'i',
    'j',
    'i + j',
    'i * n + j',
    'i * n + j',
    'i * m + j',
    'j * n + i',
    'i * 4 + j',
    'i * m + j',
    '2 * i + j',
    'i + i',
    'i - i',
    'n - i',
    'i * n',
    'k',
    '0',
  ],
);
const loop = fc.record({
  ...{ stores: fc.array(fc.tuple(pick('a', 'a', 'a', 'c', 'c', 'x'), subscript), { minLength: 1, maxLength: 1 }) },
  ...{
    bounds: fc.tuple(pick('n', 'm', '4'), pick('n', 'm', '4', 'n', 'm', 'n - 1')),
    starts: fc.tuple(pick(0, 1), pick(0, 0, 1, -1)),
  },
  ...{
    load: pick('x[i]', 'x[j]', 'c[j]', 'd[i + j]', 'j * 2'),
    update: pick('j++', 'j += 2'),
    test: pick('<', '<', '<='),
  },
  extra: pick('', '', 's += x[j];', 'const t = x[i] * 2;'),
});

test('what is called proven is parallel at every size, whatever the subscripts', async () => {
  let proven = 0;
  await fc.assert(
    fc.asyncProperty(loop, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), async (drawn, n, m) => {
      const { stores, bounds, starts, load, update, test: comparison, extra } = drawn;
      const source = `export const inputs = { run: () => { const x = new Float64Array(99).fill(2); return [${n}, ${m}, x, x]; } };
        export function run(n, m, x, d) {
          const a = new Float64Array(n * n + 99), c = new Float64Array(n * m + 99), k = n;
          let s = 1;
          for (let i = ${starts[0]}; i < ${bounds[0]}; i++)
            for (let j = ${starts[1]}; j ${comparison} ${bounds[1]}; ${update}) { ${stores.map(([array, at]) => `${array}[${at}] = ${load} + 1;`).join(' ')} ${extra} }
          return [a, c, x, s];
        }`;
      const run = await traceSource(source, { size: n });
      for (const { evidence: shown, verdict, carried } of loopsOf(run, 'run')) {
        if (shown !== 'proven') continue;
        proven++;
        expect(`${verdict} ${carried.length}\n${source}`).toBe(`parallel 0\n${source}`);
      }
    }),
    { numRuns: Number(process.env.PGRAM_NESTS ?? 100), seed: 7 },
  );
  if (process.env.PGRAM_NESTS) console.log({ proven });
  expect(proven).toBeGreaterThan(9);
});
