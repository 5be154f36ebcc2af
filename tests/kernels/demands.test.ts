import { expect, test } from 'vitest';
import { sha256Floor } from '../../kernels/crypto/demands.ts';
import { sha256BlockOperations } from '../../kernels/crypto/work.ts';
import crypto from '../../kernels/crypto/workload.ts';
import { sortDemands } from '../../kernels/quicksort/demands.ts';
import quicksort from '../../kernels/quicksort/workload.ts';
import { isStandardVariantName } from '../../src/backends/names.ts';
import { loadWorkload } from '../../src/workload/load.ts';
import { defaultParameters } from '../../src/workload/parameters.ts';

/** Libraries bring kernels of their own, of which we know no more than what they read and write. */
const libraries = /^(gpujs|tfjs|native)/;

test('every kernel of ours has a bound besides memory: floating point that is counted, or what it demands', async () => {
  for (const name of ['matmul', 'ode', 'quicksort', 'crypto', 'cnn']) {
    const workload = await loadWorkload(name);
    const parameters = defaultParameters(workload);
    const { operationUnit } = workload.work(100_000, parameters);
    const demands = workload.demands?.(100_000, parameters) ?? {};
    for (const variant of workload.variants) {
      if (libraries.test(variant.name) || !isStandardVariantName(variant.name)) continue;
      const counted = operationUnit === 'flop' && variant.sameAlgorithm;
      expect(counted || variant.name in demands, `${name} / ${variant.name}`).toBe(true);
    }
    for (const variant of Object.keys(demands))
      expect(workload.variants.map(each => each.name as string)).toContain(variant);
  }
});

test('the floor of SHA-256 lies below the standard’s count, and that of all messages grows with their blocks', () => {
  expect(sha256Floor).toBeLessThan(sha256BlockOperations);
  expect(sha256Floor).toBe(1680);
  const demanded = crypto.demands!(1 << 20, { algorithm: 'sha-256' }).simd!.vectorIntegers!;
  // At least a block for each 64 bytes, and less than two more for each message.
  expect(demanded).toBeGreaterThan((1 << 14) * sha256Floor);
  expect(demanded).toBeLessThan(1.2 * (1 << 14) * sha256Floor);
});

test('AES by tables looks 196 words up for a block of AES-256 and 132 for one of AES-128', () => {
  expect(crypto.demands!(1600, { algorithm: 'aes-256-ctr' }).tuned).toMatchObject({ lookups: 19_600 });
  expect(crypto.demands!(1600, { algorithm: 'aes-128-ctr' }).tuned).toMatchObject({ lookups: 13_200 });
  expect(crypto.demands!(16, { algorithm: 'aes-256-ctr' }).simd).toEqual({ vectorIntegers: 4 * 308, shuffles: 153 });
  // The ninth block goes by tables.
  expect(crypto.demands!(9 * 16, { algorithm: 'aes-256-ctr' }).simd).toEqual({
    vectorIntegers: 8 * 4 * 308,
    shuffles: 8 * 153,
  });
});

test('a comparison sort asks log₂ n! times; only random keys promise it', () => {
  let exact = 0;
  for (let k = 2; k <= 5000; k++) exact += Math.log2(k);
  expect(sortDemands(5000, {}).naive!.scalarIntegers).toBeCloseTo(exact, 3);
  expect(sortDemands(5000, { distribution: 'sorted' }).naive).toBeUndefined();
  expect(quicksort.demands!(1e6, {}).simd).toEqual({ moves: 4e6, bytes: 36e6 });
});
