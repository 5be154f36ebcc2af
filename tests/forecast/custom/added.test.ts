import { expect, test } from 'vitest';
import { operationMix, runCounted, workOf } from '../../../src/census/operations/index.ts';
import { addedOneByOne, minedOf } from '../../../src/forecast/custom/index.ts';
import { resolveTarget } from '../../../src/target/resolve.ts';

test('matmul with a multiply–add: W and S are the closed forms, and the shares are of what the census counted', async () => {
  const n = 8;
  const program = await runCounted({ target: resolveTarget('matmul'), size: n });
  const mined = minedOf(program, { top: 4 });
  const { total } = operationMix(program);
  // n³ products and sums, two loads each; n² stores.
  expect(workOf(total)).toBe(2 * n ** 3);
  // The census counts the five fields of the input as well; patterns are of elements.
  expect(mined.instructions).toBe(workOf(total) + total.loads + total.stores - 5);
  expect(mined.instructions).toBe(4 * n ** 3 + n ** 2);
  const [first, ...others] = mined.customInstructions;
  expect(first).toMatchObject({ idiom: 'multiply–add', executed: n ** 3, operations: 2, operationsSaved: n ** 3 });
  expect(first!.share).toBeCloseTo((2 * n ** 3) / (4 * n ** 3 + n ** 2));
  const [added] = addedOneByOne(mined);
  expect(added!.instructions).toBe(3 * n ** 3 + n ** 2);
  // A load, a product and a sum before; a load and the multiply–add after: n³ chains, and the store of each element.
  expect(mined.path - added!.path).toBe(n ** 3);
  expect(added!.fewerInstructions).toBeCloseTo((4 * n ** 3 + n ** 2) / (3 * n ** 3 + n ** 2));
  expect(others.every(({ executed }) => executed <= n ** 3)).toBe(true);
});

test.each([
  ['crypto', 256],
  ['quicksort', 200],
] as const)('%s: what the list covers and what it leaves add up to the census', async (name, size) => {
  const program = await runCounted({ target: resolveTarget(name), size });
  const mined = minedOf(program, { top: 12 });
  const { total } = operationMix(program);
  const counted = workOf(total) + total.loads + total.stores;
  expect(mined.instructions).toBeGreaterThanOrEqual(0.98 * counted);
  expect(mined.instructions).toBeLessThanOrEqual(1.02 * counted);
  const covered = mined.customInstructions.reduce((sum, { executed, operations }) => sum + executed * operations, 0);
  const shares = mined.customInstructions.reduce((sum, { share }) => sum + share, 0);
  expect(covered / mined.instructions).toBeCloseTo(shares);
  // One instruction is left of each occurrence.
  const saved = mined.customInstructions.reduce(
    (sum, { executed, operations }) => sum + executed * (operations - 1),
    0,
  );
  const added = addedOneByOne(mined);
  expect(added.at(-1)!.instructions).toBe(mined.instructions - saved);
  expect(added.at(-1)!.instructions).toBe(mined.instructionsAfter);
  expect(added.at(-1)!.path).toBe(mined.pathAfter);
  expect(added.every(({ path }, index) => path <= (added[index - 1]?.path ?? mined.path))).toBe(true);
});
