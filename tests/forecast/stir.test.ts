import { expect, test } from 'vitest';
import { stirrer } from '../../src/forecast/stir.ts';

test('no call of it foretells the next: about half of the branches are taken, another number each time', () => {
  const stir = stirrer();
  const taken = Array.from({ length: 30 }, stir);
  // 60,000 fair coins: a standard deviation of 122.
  for (const count of taken) expect(Math.abs(count - 30_000)).toBeLessThan(6 * 122);
  expect(new Set(taken).size).toBeGreaterThan(20);
});
