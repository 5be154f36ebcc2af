import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { countOperations, type OperationMix, operationClasses, workOf } from '../../../src/census/operations/index.ts';
import { resolveTarget } from '../../../src/target/resolve.ts';
import { traceTarget } from '../../../src/trace/run.ts';
import { alone } from '../../trace/alone.ts';
import { fixture, traceSource } from '../../trace/support.ts';
import { countSource, sideBySide } from './support.ts';

const published = readFileSync(fixture('published.ts'), 'utf8');
const ours = readFileSync(fixture('ours.ts'), 'utf8');
const namesOf = (source: string): string[] => [...source.matchAll(/^export function (\w+)/gm)].map(([, name]) => name!);

const sum = (mix: OperationMix, pick: (region: OperationMix['regions'][number]) => number): number =>
  mix.regions.reduce((all, region) => all + pick(region), 0);

describe('classes add up to the work of the trace, in total and in every loop and function', () => {
  for (const [name, source] of [...namesOf(published).map(n => [n, published]), ...namesOf(ours).map(n => [n, ours])])
    test(name!, async () => {
      const program = alone(source!, name!);
      const traced = await traceSource(program, { name: name!, size: 8 });
      const mix = await countSource(program, { name: name!, size: 8 });
      expect(workOf(mix.total)).toBe(traced.work);
      const { traced: expected, counted } = sideBySide(traced, mix);
      expect(counted).toEqual(expected);
      for (const each of operationClasses)
        expect(sum(mix, r => r.exclusive.classes[each])).toBe(mix.total.classes[each]);
      expect(sum(mix, region => region.exclusive.loadBytes)).toBe(mix.total.loadBytes);
    });
});

describe('published closed forms, by class', () => {
  test.each([4, 8, 16])('n = %i', async n => {
    const classes = async (name: string) =>
      (await countSource(alone(published, name), { name, size: n })).total.classes;
    expect(await classes('multiplyFlat')).toMatchObject({ fp64: 2 * n ** 3, fp32: 0, int32: 0, compare: 0 });
    expect(await classes('floydWarshall')).toMatchObject({ fp64: n ** 3, compare: n ** 3 });
    expect(await classes('jacobi2d')).toMatchObject({ fp64: 20 * (n - 2) ** 2 });
    expect(await classes('seidel2d')).toMatchObject({ fp64: 32 * (n - 2) ** 2, special: 4 * (n - 2) ** 2 });
    expect(await classes('butterflies')).toMatchObject({ fp64: 1.5 * n * Math.log2(n) });
  });
});

describe('the five workloads', () => {
  const cases: [name: string, size: number][] = [
    ['matmul', 5],
    ['quicksort', 60],
    ['crypto', 20],
  ];
  test.each(cases)('%s: as traced', async (name, size) => {
    const target = resolveTarget(name);
    const mix = await countOperations({ target, size });
    const traced = await traceTarget(target, { size });
    expect(workOf(mix.total)).toBe(traced.work);
    // A default of a parameter is the caller's to the trace, so functions are left out.
    const { traced: expected, counted } = sideBySide({ ...traced, functions: [] }, mix);
    expect(counted).toEqual(expected);
  });

  test('cnn: 708,096 flops an image (its work formula), and the rest decides', async () => {
    const { total } = await countOperations({ target: resolveTarget('cnn'), size: 1 });
    expect(total.classes).toMatchObject({ fp32: 708_096, fp64: 0, int32: 0, logic: 0, special: 0 });
  });

  test('ode: arrays of numbers are doubles, and what divides is special', async () => {
    const { total, regions } = await countOperations({ target: resolveTarget('ode'), size: 2 });
    expect(total.classes.fp32).toBe(0);
    // Three components, four stages: eleven divisions a step, as the source has them.
    const step = regions.find(region => region.function === 'rk4Step' && region.kind === 'function')!;
    expect(total.specials).toEqual({ divide: 11 * step.entries });
  });
});

test('a program that ends itself or throws: what ran is counted, or an error names it', async () => {
  const file = fileURLToPath(new URL('../../fixtures/target/sums.ts', import.meta.url));
  await expect(countOperations({ target: { kind: 'function', file, export: 'throws' } })).rejects.toThrow(
    /throws|no export/,
  );
});
