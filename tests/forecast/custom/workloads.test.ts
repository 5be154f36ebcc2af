import { describe, expect, test } from 'vitest';
import { operationMix, runCounted, workOf } from '../../../src/census/operations/index.ts';
import { minedOf } from '../../../src/forecast/custom/index.ts';
import { resolveTarget } from '../../../src/target/resolve.ts';

const cases = [
  { name: 'matmul', size: 9, idioms: ['multiply–add'], covered: /FMA/ },
  { name: 'quicksort', size: 300, idioms: ['compare–swap'], covered: /VPMINUD/ },
  {
    name: 'crypto',
    size: 256,
    idioms: ['byte substitution: table look-up', 'multiply by x in GF(2⁸)'],
    covered: /AESENC/,
  },
  {
    name: 'crypto',
    size: 4096,
    variant: 'tuned',
    idioms: ['table look-up + xor'],
    covered: /AESENC/,
  },
  {
    name: 'crypto',
    size: 200,
    parameters: { algorithm: 'sha-256' },
    idioms: ['rotate', 'majority', 'choose, and a sum'],
    covered: /ROR|SHA256RNDS2/,
  },
];

describe('the workloads show what they are made of', () => {
  test.each(cases)(
    '$name $parameters.algorithm $variant',
    async ({ name, size, idioms, covered, variant, parameters }) => {
      const program = await runCounted({
        target: resolveTarget(name),
        size,
        ...(variant ? { variant } : {}),
        ...(parameters ? { parameters } : {}),
      });
      const mined = minedOf(program, { top: 12 });
      for (const idiom of idioms)
        expect(mined.customInstructions.find(each => each.idiom === idiom)?.coveredBy).toMatch(covered);
      const { total } = operationMix(program);
      expect(mined.work).toBe(workOf(total));
      // A parameter's default is the caller's business and in no block.
      expect(mined.workInFlow).toBeGreaterThanOrEqual(0.999 * mined.work);
      expect(mined.customInstructions.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1);
    },
  );
});
