import { expect, test } from 'vitest';
import { countExactly, executedLayer } from '../../../src/census/executed/executed.ts';
import { operationMix, runCounted } from '../../../src/census/operations/index.ts';
import { minedOf } from '../../../src/forecast/custom/index.ts';
import { resolveTarget } from '../../../src/target/resolve.ts';

async function mine(size: number, algorithm: string) {
  const spec = { target: resolveTarget('crypto'), size, parameters: { algorithm } };
  const program = await runCounted(spec);
  const { customInstructions } = minedOf(program, { top: 12 });
  const executed = (idiom: string): number => customInstructions.find(each => each.idiom === idiom)?.executed ?? 0;
  return { spec, executed, total: operationMix(program).total };
}

test('AES-256: patterns as often as FIPS 197 says, and bits, loads and stores as often as V8 executes them', async () => {
  const blocks = 16;
  const { spec, executed, total } = await mine(16 * blocks, 'aes-256-ctr');
  // MixColumns in 13 of 14 rounds multiplies each of 16 bytes by x once.
  expect(executed('multiply by x in GF(2⁸)')).toBe(blocks * 13 * 16);
  // SubBytes in every round; in the key schedule of the 13 words that are substituted those 6 that are not rotated first.
  expect(executed('byte substitution: table look-up')).toBe(blocks * 14 * 16 + 6 * 4);
  const { opcodes } = executedLayer(await countExactly(spec));
  const sum = (names: RegExp) =>
    Object.entries(opcodes).reduce((all, [name, count]) => all + (names.test(name) ? count : 0), 0);
  expect(total.classes.logic).toBe(sum(/^(Bitwise|Shift)/));
  expect(total.stores).toBe(sum(/^SetKeyedProperty/));
  // Beside elements, the four fields of the input.
  expect(total.loads).toBe(sum(/^GetKeyedProperty/) + 4);
});

test('SHA-256: 64 choices and majorities a block, six rotations a round, and four for each of 48 further words', async () => {
  const { executed } = await mine(200, 'sha-256');
  const blocks = executed('majority') / 64;
  expect(blocks).toBeGreaterThan(0);
  expect(Number.isInteger(blocks)).toBe(true);
  expect(executed('choose, and a sum')).toBe(64 * blocks);
  expect(executed('rotate')).toBe((64 * 6 + 48 * 4) * blocks);
});
