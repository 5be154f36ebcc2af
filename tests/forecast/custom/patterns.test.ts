import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operationMix } from '../../../src/census/operations/count.ts';
import { workOf } from '../../../src/census/operations/index.ts';
import { minedOf } from '../../../src/forecast/custom/index.ts';
import { runSource } from '../../census/operations/support.ts';
import { fixture } from '../../trace/support.ts';

const mine = async (source: string, { name = 'run', size = 8 } = {}) =>
  minedOf(await runSource(source, { name, size }), { top: 8 });

const loop = (body: string, arrays = 'const a = new Int32Array(n + 3), b = new Int32Array(n + 3);') =>
  `export function run(n) { ${arrays} let s = 1; for (let i = 0; i < n; i++) { ${body} } return [a, b, s]; }`;
const floats = 'const a = new Float64Array(n + 3), b = new Float64Array(n + 3);';

/** One recurring pattern each: what it is, how often it runs at n = 8, what it saves. */
const idioms: [idiom: string, body: string, arrays: string | undefined, executed: number, operations: number][] = [
  ['multiply–add', 's += a[i] * b[i];', floats, 8, 2],
  ['rotate', 's = (a[i] >>> 7) | (a[i] << 25);', undefined, 8, 3],
  ['choose', 's = (a[i] & b[i]) ^ (~a[i] & s);', undefined, 8, 4],
  ['majority', 's = (a[i] & b[i]) ^ (a[i] & s) ^ (b[i] & s);', undefined, 8, 5],
  ['load–op–store', 'a[i] = a[i] ^ b[i];', undefined, 8, 4],
  ['load–op–store at a computed place', 'a[b[i] & 7] += 1;', undefined, 8, 0],
  ['byte substitution: table look-up', 'a[i] = b[a[i] & 7] ;', undefined, 8, 0],
  ['table look-up + xor', 's = b[a[i] & 7] ^ s;', undefined, 8, 2],
];

describe('patterns are found, named and counted', () => {
  for (const [idiom, body, arrays, executed, operations] of idioms) {
    test(idiom, async () => {
      const { customInstructions } = await mine(loop(body, arrays));
      const found = customInstructions.find(each => each.idiom === idiom);
      expect(customInstructions.map(each => each.idiom)).toContain(idiom);
      expect(found!.executed).toBe(executed);
      if (operations > 0) expect(found!.operations).toBe(operations);
      expect(found!.coveredBy).not.toBeNull();
      expect(found!.operationsSaved).toBe(found!.executed * (found!.operations - 1));
    });
  }

  test('compare–swap, where it swaps', async () => {
    const { customInstructions } = await mine(
      `export function run(n) { const a = Int32Array.from({ length: n }, (_, i) => n - i);
       for (let j = 0; j < n; j++) for (let i = 0; i + 1 < n; i++)
         if (a[i] > a[i + 1]) { const t = a[i]; a[i] = a[i + 1]; a[i + 1] = t; }
       return a; }`,
    );
    const [first] = customInstructions;
    // A reversed list of eight has 28 inversions, and each swap mends one.
    expect(first).toMatchObject({ idiom: 'compare–swap', executed: 28 });
  });

  test('what no instruction of the table does is said to be so', async () => {
    const { customInstructions } = await mine(loop('s = (a[i] * b[i]) / (s + 3);', floats));
    expect(customInstructions[0]).toMatchObject({ idiom: null, coveredBy: null });
  });
});

const kernels = readFileSync(fixture('published.ts'), 'utf8');

test.each([4, 8])('C = A·B: n³ multiply–adds, half of all operations and loads', async n => {
  const { customInstructions, work, workInFlow } = await mine(kernels, { name: 'multiplyFlat', size: n });
  expect(customInstructions[0]).toMatchObject({
    pattern: '(a * b) + c',
    coveredBy: expect.stringMatching(/FMA.*tensor core/),
    executed: n ** 3,
    operationsSaved: n ** 3,
  });
  // 2n³ operations, 2n³ loads, n² stores.
  expect(customInstructions[0]!.share).toBeCloseTo((2 * n ** 3) / (4 * n ** 3 + n ** 2), 12);
  expect(workInFlow).toBe(work);
});

test.each(['matmul', 'floydWarshall', 'jacobi2d', 'seidel2d', 'cholesky', 'butterflies'])(
  '%s: the dataflow holds every operation of the census, and shares add up',
  async name => {
    const program = await runSource(kernels, { name });
    const mined = minedOf(program, { top: 100 });
    expect(mined.workInFlow).toBe(workOf(operationMix(program).total));
    const shares = mined.customInstructions.reduce((sum, { share }) => sum + share, 0);
    expect(shares).toBeLessThanOrEqual(1 + 1e-12);
    const saved = mined.customInstructions.reduce((sum, { operationsSaved }) => sum + operationsSaved, 0);
    expect(mined.instructionsAfter).toBe(mined.instructions - saved);
    expect(mined.pathAfter).toBeLessThanOrEqual(mined.path);
    expect(mined.path - mined.pathAfter).toBe(
      mined.customInstructions.reduce((sum, { pathSaved }) => sum + pathSaved, 0),
    );
  },
);

test('a function of one expression is part of its callers', async () => {
  const { customInstructions } = await mine(
    `function rotate(x, k) { return (x >>> k) | (x << (32 - k)); }
     export function run(n) { const a = new Int32Array(n); let s = 0;
       for (let i = 0; i < n; i++) s ^= rotate(a[i], 7) ^ rotate(a[i], 18);
       return s; }`,
  );
  expect(customInstructions.map(({ idiom }) => idiom).join()).toMatch(/rotate/);
});

test('the form of a pattern does not depend on names or on the order of commutative operands', async () => {
  const term = fc.constantFrom('a[i] * b[i]', 'b[i] * a[i]');
  await fc.assert(
    fc.asyncProperty(term, fc.boolean(), fc.constantFrom('s', 'total', 'x9'), async (product, isFirst, name) => {
      const sum = isFirst ? `${product} + ${name}` : `${name} + ${product}`;
      const { customInstructions } = await mine(
        `export function run(n) { ${floats} let ${name} = 0; for (let i = 0; i < n; i++) ${name} = ${sum}; return ${name}; }`,
      );
      expect(customInstructions.map(({ pattern }) => pattern)).toEqual(['(a * b) + c']);
    }),
    { numRuns: 12 },
  );
});
