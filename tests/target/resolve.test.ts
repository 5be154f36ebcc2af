import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shippedWorkloads } from '../../kernels/index.ts';
import { resolveTarget, targetLabel } from '../../src/target/index.ts';

const fixtures = fileURLToPath(new URL('../fixtures/target/', import.meta.url));
const resolve = (text: string) => resolveTarget(text, { cwd: fixtures });

describe('a target is found by name, alias, file or function', () => {
  test('every shipped workload, and the aliases of the original study', () => {
    for (const name of Object.keys(shippedWorkloads)) expect(targetLabel(resolve(name))).toBe(name);
    const aliases = { matrix: 'matmul', od: 'ode', qs: 'quicksort', crypt: 'crypto', dummy: 'calibration' };
    for (const [alias, name] of Object.entries(aliases)) expect(targetLabel(resolve(alias))).toBe(name);
  });

  test('a file is a script or workload, with #name a function', () => {
    expect(resolve('sums.ts')).toEqual({ kind: 'file', file: `${fixtures}sums.ts` });
    expect(resolve('./sums.ts#sum')).toEqual({ kind: 'function', file: `${fixtures}sums.ts`, export: 'sum' });
  });

  test.each([
    ['matrx', /Did you mean `matrix`/],
    ['sumz.ts', /Did you mean `sums.ts`/],
    ['sums.ts#', /names no function/],
    ['plain', /unknown workload/],
    ['./plain', /is a folder/],
    ['nowhere/at/all.ts', /There is no folder/],
    ['plain/package.json', /is not a program/],
  ])('%s is refused with a reason', (text, message) => {
    expect(() => resolve(text)).toThrow(message);
  });

  test('whatever is typed, it resolves or is a usage error', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        try {
          resolve(text);
        } catch (error) {
          expect((error as Error).name).toBe('UsageError');
        }
      }),
    );
  });
});
