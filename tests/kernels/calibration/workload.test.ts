import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleArithmetic } from '../../../kernels/calibration/example-arithmetic.ts';
import { exampleControlFlow } from '../../../kernels/calibration/example-control-flow.ts';
import { exampleFunctionCalls } from '../../../kernels/calibration/example-function-calls.ts';
import { programNames } from '../../../kernels/calibration/programs.ts';
import workload from '../../../kernels/calibration/workload.ts';
import { createRandom } from '../../../src/workload/random.ts';
import { checkAt, checkInputs } from '../../support/check.ts';

describe.each(programNames)('%s', program => {
  const parameters = { program };

  test('returns its closed form at every size and edge case', async () => {
    for (const size of [workload.sizes.smoke, workload.sizes.small, 12_345] as number[])
      expect(await checkAt(workload, 'naive', { size, parameters })).toMatchObject({ status: 'ok' });
    for (const [label, input] of Object.entries(workload.cases?.(createRandom(2), parameters) ?? {}))
      expect({ label, ...(await checkInputs(workload, 'naive', [input])) }).toMatchObject({ label, status: 'ok' });
  });
});

test('the programs return 5.5·n, ⌊n/2⌋ and 2·n for any n', () => {
  fc.assert(
    fc.property(fc.nat(5000), n => {
      expect(exampleArithmetic(n)).toBe((11 * n) / 2);
      expect(exampleControlFlow(n)).toBe((n - (n % 2)) / 2);
      expect(exampleFunctionCalls(n)).toBe(n + n);
    }),
  );
});

test('an unknown program is named, with those that there are', () => {
  expect(() => workload.inputs(1, createRandom(1), { program: 'example_sort' })).toThrow(
    /example_sort.*example_arithmetic/,
  );
});
