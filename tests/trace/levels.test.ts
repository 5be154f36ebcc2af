import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LevelCount, type Levels, widen } from '../../src/trace/levels.ts';
import { traceLevels } from '../../src/trace/run.ts';
import { fixture, traceSource } from './support.ts';

const area = ({ operations }: Levels) => operations.reduce((sum, each) => sum + each, 0);

describe('the parallelogram of a run: its area is the work, its length the span', () => {
  test.each(['floydWarshall', 'cholesky', 'seidel2d', 'butterflies', 'prefixSum'])('%s', async name => {
    const levels = await traceLevels({ kind: 'function', file: fixture('published.ts'), export: name }, { size: 8 });
    const { work, span } = await traceSource(readFileSync(fixture('published.ts'), 'utf8'), { name, size: 8 });
    expect(area(levels)).toBe(work);
    expect(levels).toMatchObject({ span, levelsEach: 1 });
    expect(levels.operations.length).toBe(span);
    // Every level has an operation: each waits for one on the level before.
    expect(Math.min(...levels.operations)).toBeGreaterThan(0);
  });

  test('of a matrix product: all products at once, then a level for each term of the sums', async () => {
    const target = { kind: 'function', file: fixture('published.ts'), export: 'multiplyFlat' } as const;
    expect((await traceLevels(target, { size: 4 })).operations).toEqual([64, 16, 16, 16, 16]);
  });
});

test('joining bins keeps the area and the length, however many levels come', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 300 }), given => {
      const [exact, joined] = [new LevelCount(8192), new LevelCount(16)];
      for (const level of given) {
        exact.add(level);
        joined.add(level);
      }
      const span = Math.max(...given);
      for (const levels of [exact.result(), joined.result(), widen(exact.result(), 10), widen(joined.result(), 10)]) {
        expect(area(levels)).toBe(given.length);
        expect(levels.span).toBe(span);
        expect(Math.ceil(span / levels.levelsEach)).toBe(levels.operations.length);
        levels.operations.forEach((operations, k) => {
          const inBin = given.filter(level => Math.floor((level - 1) / levels.levelsEach) === k);
          expect(operations).toBe(inBin.length);
        });
      }
    }),
  );
});
