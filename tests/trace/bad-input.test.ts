import { describe, expect, test } from 'vitest';
import { traceTarget } from '../../src/trace/run.ts';
import { fixture, traceFixture } from './support.ts';

const patience = 120_000;

describe('programs that behave badly', () => {
  test(
    'what eats memory is stopped with what was seen, and told a size to try',
    async () => {
      const result = await traceFixture('limits.ts', 'hoards', 8, {
        maxMemoryBytes: 200 * 2 ** 20,
        timeoutMs: 100_000,
      });
      expect(result).toMatchObject({ complete: false, sameOutput: null });
      expect(result.stopped).toMatch(/MiB of memory; try --size \d+, or raise --max-memory/);
      expect(result.work).toBeGreaterThan(10_000);
      expect(result.loops.length).toBeGreaterThan(0);
    },
    patience,
  );

  test(
    'code that reads its own file and its functions’ texts finds what it would without us',
    async () => {
      const result = await traceFixture('limits.ts', 'readsItself', 8);
      expect(result).toMatchObject({ complete: true, sameOutput: true });
    },
    patience,
  );

  test(
    'getters run as often, frozen arrays refuse, proxies see every access and no other',
    async () => {
      const result = await traceFixture('limits.ts', 'watched', 4);
      expect(result).toMatchObject({ complete: true, sameOutput: true });
      expect(result.unknown.some(({ reason }) => /proxy/.test(reason))).toBe(true);
    },
    patience,
  );
});

describe('a package of npm that we did not write: ml-matrix, more than 3000 lines', () => {
  const trace = (name: string, size: number, include: string[]) =>
    traceTarget({ kind: 'function', file: fixture('package.ts'), export: name }, { size, include });

  test(
    'its product is 2n³ operations, and only a copied column keeps its rows from running at once',
    async () => {
      const n = 6;
      const result = await trace('product', n, ['ml-matrix']);
      expect(result).toMatchObject({ complete: true, sameOutput: true });
      const [columns, rows, sums] = result.loops.filter(
        ({ function: name, work }) => /mmul$/.test(name) && work === 2 * n ** 3,
      );
      expect(columns).toMatchObject({ verdict: 'parallel-after-renaming', iterations: n });
      expect(columns!.carried.every(({ kind }) => kind === 'WAR' || kind === 'WAW')).toBe(true);
      expect(columns!.reason).toMatch(/Bcolj/);
      expect(rows).toMatchObject({ verdict: 'parallel', iterations: n ** 2 });
      expect(sums).toMatchObject({ verdict: 'reduction', iterations: n ** 3 });
    },
    patience,
  );

  test(
    'LU, Cholesky, SVD and eigenvalues come out bit for bit',
    async () => {
      const result = await trace('decompositions', 5, ['ml-matrix']);
      expect(result).toMatchObject({ complete: true, sameOutput: true });
      expect(result.loops.length).toBeGreaterThan(40);
    },
    patience,
  );

  test(
    'without --include it is not looked into',
    async () => {
      const result = await trace('product', 4, []);
      expect(result.sameOutput).toBe(true);
      expect(result.loops.every(({ file }) => file.endsWith('package.ts'))).toBe(true);
      expect(result.unknown.length).toBeGreaterThan(0);
    },
    patience,
  );
});
