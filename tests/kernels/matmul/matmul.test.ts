import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { multiplyNaive } from '../../../kernels/matmul/naive.ts';
import { multiplyInF64, productTolerance } from '../../../kernels/matmul/reference.ts';
import workload from '../../../kernels/matmul/workload.ts';
import { compareOutputs } from '../../../src/workload/compare.ts';
import { createRandom, uniform } from '../../../src/workload/random.ts';
import { checkAt, checkInputs } from '../../support/check.ts';

const names = workload.variants
  .map(({ name }) => name)
  .filter(name => !['tfjs-node-gpu', 'numpy', 'torch', 'webgpu-f16'].includes(name));

describe.each(names)('%s', name => {
  test('gives the product within its bound, on two inputs with one preparation', async () => {
    expect(await checkAt(workload, name, { size: 17 })).toMatchObject({ status: 'ok' });
    expect(await checkAt(workload, name, { size: 128 })).toMatchObject({ status: 'ok' });
  });

  test('takes every shape, or says why not', async () => {
    const first = workload.cases?.(createRandom(1), {}) ?? {};
    const second = workload.cases?.(createRandom(2), {}) ?? {};
    // A library compiles anew for every shape, which takes a second on a software adapter: three shapes of each kind.
    const library = /^(gpujs|tfjs|ml-matrix|@)/.test(name);
    const shapes = library ? ['m ≠ k ≠ n', '1×1', 'k = 0, a product of zeros'] : Object.keys(first);
    for (const shape of shapes) {
      const input = first[shape]!;
      const outcome = await checkInputs(workload, name, [input, second[shape]!]);
      const empty = input.m * input.k * input.n === 0;
      expect({ shape, status: outcome.status }).toEqual({
        shape,
        status: library && empty && outcome.status === 'skipped' ? 'skipped' : 'ok',
      });
    }
  });
});

test('without TensorFlow’s native library its variant is skipped with the command that installs it', async () => {
  const outcome = await checkAt(workload, 'tfjs-node-gpu', { size: 4 });
  if (outcome.status === 'skipped') expect(outcome.reason).toMatch(/npm install @tensorflow\/tfjs-node-gpu@4\.22\.0/);
  else expect(outcome.status).toBe('ok');
});

describe('the reference', () => {
  test('is exact for integers: the product of two matrices of binomials', () => {
    // Pascal: L·Lᵀ = S with L_ij = C(i, j), S_ij = C(i + j, i).
    const n = 10;
    const binomial = (top: number, below: number): number =>
      below < 0 || below > top ? 0 : below === 0 ? 1 : (binomial(top - 1, below - 1) * top) / below;
    const lower = Float32Array.from({ length: n * n }, (_, at) => binomial(Math.floor(at / n), at % n));
    const upper = Float32Array.from({ length: n * n }, (_, at) => binomial(at % n, Math.floor(at / n)));
    const product = multiplyInF64({ a: lower, b: upper, m: n, k: n, n });
    const symmetric = Float64Array.from({ length: n * n }, (_, at) => {
      const i = Math.floor(at / n);
      return binomial(i + (at % n), i);
    });
    expect(product).toEqual(symmetric);
  });

  test('keeps the law of transposes and the unit element, for any shape', () => {
    const extent = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(extent, extent, extent, fc.integer(), (m, k, n, seed) => {
        const random = createRandom(seed);
        const a = uniform(random, m * k);
        const b = uniform(random, k * n);
        const product = multiplyInF64({ a, b, m, k, n });
        const transposed = multiplyInF64({ a: transpose(b, k, n), b: transpose(a, m, k), m: n, k, n: m });
        expect(transpose(product, m, n)).toEqual(transposed);
        const unit = Float32Array.from({ length: k * k }, (_, at) => (at % (k + 1) === 0 ? 1 : 0));
        expect(multiplyInF64({ a, b: unit, m, k, n: k })).toEqual(Float64Array.from(a));
      }),
    );
  });
});

describe('the tolerance', () => {
  const input = workload.inputs(40, createRandom(7), {});
  const want = multiplyInF64(input);

  test('is at least γ_k·|A||B|, and at most twice that for uniform numbers', () => {
    const tolerance = productTolerance(input, 2 ** -24);
    if (tolerance.kind !== 'absolute' || typeof tolerance.bound === 'number') throw new Error('one bound for each');
    const absolute = multiplyInF64({ ...input, a: input.a.map(Math.abs), b: input.b.map(Math.abs) });
    const factor = (40 * 2 ** -24) / (1 - 40 * 2 ** -24);
    for (const [at, bound] of tolerance.bound.entries()) {
      expect(bound).toBeGreaterThanOrEqual(factor * absolute[at]!);
      expect(bound).toBeLessThan(2 * factor * absolute[at]!);
    }
  });

  test('lets no missing, doubled or misplaced term through', () => {
    const right = multiplyNaive(input);
    expect(compareOutputs(right, want, productTolerance(input, 2 ** -24)).ok).toBe(true);
    for (const wrong of [
      multiplyNaive({ ...input, a: input.a.with(5 * 40 + 39, 0) }),
      multiplyNaive({ ...input, a: input.a.with(0, 2 * input.a[0]!) }),
      multiplyNaive({ ...input, a: input.b, b: input.a }),
      right.with(1599, right[1598]!),
    ])
      expect(compareOutputs(wrong, want, productTolerance(input, 2 ** -24)).ok).toBe(false);
  });
});

function transpose<T extends Float32Array | Float64Array>(matrix: T, rows: number, columns: number): T {
  return matrix.map((_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)]!) as T;
}
