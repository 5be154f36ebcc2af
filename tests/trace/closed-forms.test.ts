import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { alone } from './alone.ts';
import { fixture, loopsOf, traceFixture, traceSource } from './support.ts';

const source = readFileSync(fixture('published.ts'), 'utf8');
const trace = (name: string, size: number) => traceSource(alone(source, name), { name, size });

/** Published closed forms of work and span: unit cost, sums in source order. */
const forms: Record<string, { work: (n: number) => number; span: (n: number) => number }> = {
  matmul: { work: n => 2 * n ** 3, span: n => n + 1 },
  multiplyFlat: { work: n => 2 * n ** 3, span: n => n + 1 },
  prefixSum: { work: n => n - 1, span: n => n - 1 },
  floydWarshall: { work: n => 2 * n ** 3, span: n => 6 * n - 4 },
  jacobi2d: { work: n => 20 * (n - 2) ** 2, span: () => 20 },
  seidel2d: { work: n => 36 * (n - 2) ** 2, span: n => 22 * n + 15 },
  cholesky: { work: n => ({ 4: 34, 8: 212, 16: 1512 })[n]!, span: n => 5 * n - 3 },
  butterflies: { work: n => 1.5 * n * Math.log2(n), span: n => 2 * Math.log2(n) },
};

describe('work and span are the closed forms, exactly', () => {
  for (const [name, { work, span }] of Object.entries(forms))
    test.each([4, 8, 16])(`${name} at n = %i`, async n => {
      const result = await trace(name, n);
      expect({ work: result.work, span: result.span }).toEqual({ work: work(n), span: span(n) });
      expect(result.output).toBe(result.plainOutput);
    });
});

/** Published self-parallelism of each loop at n = 8, to the digits given. */
const ratios: Record<string, readonly number[]> = {
  floydWarshall: [1, 5.45, 4.27],
  seidel2d: [2.49, 2.22, 1.23],
  jacobi2d: [1, 6, 6, 6, 6],
  multiplyFlat: [8, 8, 1.78],
};

describe('self-parallelism at n = 8 is the published one', () => {
  for (const [name, expected] of Object.entries(ratios))
    test(name, async () => {
      const loops = loopsOf(await trace(name, 8), name);
      expect(loops.map(({ selfParallelism }) => Number(selfParallelism!.toFixed(2)))).toEqual(expected);
    });
});

test('a reduction broken into a tree: span n + 1 becomes 1 + ⌈log₂(n + 1)⌉', async () => {
  const result = await trace('multiplyFlat', 8);
  expect(result.spanReassociated).toBe(5);
  const [, , k] = loopsOf(result, 'multiplyFlat');
  expect(k!.verdict).toBe('reduction');
  expect(k!.selfParallelismReassociated).toBe(16 / 5);
});

test("Floyd's carried dependence through the row and column of k is a silent store", async () => {
  const [, i, j] = loopsOf(await trace('floydWarshall', 8), 'floydWarshall');
  for (const loop of [i!, j!]) {
    const flows = loop.carried.filter(({ kind }) => kind === 'RAW');
    expect(flows.length).toBeGreaterThan(0);
    expect(flows.every(({ silent }) => silent)).toBe(true);
  }
});

test('the same numbers through the child process, with the plain run beside it', async () => {
  const result = await traceFixture('published.ts', 'seidel2d', 16);
  expect(result).toMatchObject({
    schema: 1,
    size: 16,
    work: 36 * 14 ** 2,
    span: 22 * 16 + 15,
    complete: true,
    sameOutput: true,
  });
  expect(result.parallelism).toBeCloseTo((36 * 14 ** 2) / (22 * 16 + 15), 12);
  expect(result.slowdown).toBeGreaterThan(0);
});
