import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  beta,
  type EnsembleInput,
  ensembleInput,
  ensembleReference,
  ensembleStep,
  ensembleSteps,
  sigma,
} from '../../../kernels/ode/ensemble.ts';
import { extrapolate } from '../../../kernels/ode/extrapolation.ts';
import { lorenzDerivative, lorenzDerivativeInto } from '../../../kernels/ode/problems.ts';
import { integrateRk4 } from '../../../kernels/ode/rk4.ts';
import { roundingBound } from '../../../kernels/ode/rounding-bound.ts';
import { createRandom } from '../../../src/workload/random.ts';

const end = ensembleSteps * ensembleStep;
const f32 = 2 ** -24;
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

test('the reference agrees with odex to within the error of the discretisation', () => {
  const input = ensembleInput(29, createRandom(1));
  const { rho, start } = input;
  const reference = ensembleReference(input);
  for (const [i, r] of rho.entries()) {
    const f = { into: lorenzDerivativeInto({ sigma, rho: r, beta }), plain: lorenzDerivative({ sigma, rho: r, beta }) };
    const halved = integrateRk4(f.into, start, { end, steps: 2 * ensembleSteps });
    const exact = extrapolate(f.plain, { start, end, points: [] }, 1e-13).end;
    const coarse = [0, 1, 2].map(c => reference[c * rho.length + i]!);
    // Richardson: of order 4, the error of the coarse result is 16/15 of its distance from the fine one.
    const discretisation = (16 / 15) * Math.hypot(...coarse.map((value, c) => value - halved[c]!));
    const error = Math.hypot(...coarse.map((value, c) => value - exact[c]!));
    expect(error).toBeLessThan(1.2 * discretisation + 1e-11);
    expect(error).toBeGreaterThan(discretisation / 1.2 - 1e-11);
    expect(error).toBeLessThan(1e-5);
  }
});

describe('the rounding bound', () => {
  /** RK4 with every single operation rounded to f32, written down as slopes and stages. */
  function inF32({ rho, start }: EnsembleInput): Float64Array {
    const r = Math.fround;
    const [half, sixth] = [r(ensembleStep / 2), r(ensembleStep / 6)];
    const output = new Float64Array(3 * rho.length);
    for (const [i, parameter] of rho.entries()) {
      const slope = ([x = 0, y = 0, z = 0]: number[]): number[] => [
        r(sigma * r(y - x)),
        r(r(x * r(parameter - z)) - y),
        r(r(x * y) - r(beta * z)),
      ];
      const along = (s: number[], k: number[], by: number): number[] => s.map((v, c) => r(v + r(by * k[c]!)));
      let state = Array.from(start);
      for (let n = 0; n < ensembleSteps; n++) {
        const k1 = slope(state);
        const k2 = slope(along(state, k1, half));
        const k3 = slope(along(state, k2, half));
        const k4 = slope(along(state, k3, ensembleStep));
        state = along(
          state,
          k1.map((k, c) => r(r(k + k4[c]!) + r(2 * r(k2[c]! + k3[c]!)))),
          sixth,
        );
      }
      for (let c = 0; c < 3; c++) output[c * rho.length + i] = state[c]!;
    }
    return output;
  }

  const largestShare = (got: ArrayLike<number>, input: EnsembleInput): number => {
    const want = ensembleReference(input);
    const bound = roundingBound(input, f32);
    return want.reduce((worst, value, i) => Math.max(worst, Math.abs(got[i]! - value) / bound[i % bound.length]!), 0);
  };

  test('holds for f32 arithmetic from any start, and is not far too wide', () => {
    let widest = 0;
    fc.assert(
      fc.property(seeds, seed => {
        const input = ensembleInput(16, createRandom(seed));
        const share = largestShare(inF32(input), input);
        widest = Math.max(widest, share);
        expect(share).toBeLessThan(1);
      }),
      { numRuns: 20 },
    );
    expect(widest).toBeGreaterThan(0.005);
  });

  test('is so narrow that a step less, another β or a method of order 2 shows', () => {
    const input = ensembleInput(16, createRandom(3));
    const { rho, start } = input;
    const solveAll = (solveOne: (r: number) => ArrayLike<number>): Float64Array => {
      const output = new Float64Array(3 * rho.length);
      for (const [i, r] of rho.entries()) for (let c = 0; c < 3; c++) output[c * rho.length + i] = solveOne(r)[c]!;
      return output;
    };
    const lorenz = (r: number, b = beta) => lorenzDerivativeInto({ sigma, rho: r, beta: b });
    const right = solveAll(r => integrateRk4(lorenz(r), start, { end, steps: ensembleSteps }));
    const short = solveAll(r => integrateRk4(lorenz(r), start, { end: end - ensembleStep, steps: ensembleSteps - 1 }));
    const other = solveAll(r => integrateRk4(lorenz(r, 2.667), start, { end, steps: ensembleSteps }));
    const heun = solveAll(r => {
      const [state, k1, k2] = [Float64Array.from(start), new Float64Array(3), new Float64Array(3)];
      for (let n = 0; n < ensembleSteps; n++) {
        lorenz(r)(0, state, k1);
        lorenz(r)(
          0,
          state.map((v, c) => v + ensembleStep * k1[c]!),
          k2,
        );
        for (let c = 0; c < 3; c++) state[c]! += (ensembleStep / 2) * (k1[c]! + k2[c]!);
      }
      return state;
    });
    expect(largestShare(right, input)).toBe(0);
    for (const wrong of [short, other, heun]) expect(largestShare(wrong, input)).toBeGreaterThan(1);
  });

  test('computed for some of many trajectories, it covers those between', () => {
    fc.assert(
      fc.property(seeds, seed => {
        const many = ensembleInput(5000, createRandom(seed));
        const sampled = roundingBound(many, f32);
        const some = Float32Array.from({ length: 200 }, (_, i) => many.rho[i * 25 + 7]!);
        const exact = roundingBound({ ...many, rho: some }, f32);
        for (const [i, bound] of exact.entries()) {
          expect(bound).toBeLessThanOrEqual(sampled[i * 25 + 7]!);
          expect(bound).toBeGreaterThan(sampled[i * 25 + 7]! / 4);
        }
      }),
      { numRuns: 2 },
    );
  });

  test('grows in proportion to the unit roundoff', () => {
    const input = ensembleInput(3, createRandom(1));
    const [single, half] = [roundingBound(input, f32), roundingBound(input, 2 ** -11)];
    for (const [i, bound] of single.entries()) expect(half[i]! / bound).toBeCloseTo(2 ** 13, 6);
  });
});

test('a system at rest stays at rest', () => {
  const q = Math.sqrt(beta * 16);
  const input = { kind: 'ensemble', rho: Float32Array.of(17), start: Float32Array.of(q, q, 16) } as const;
  const output = ensembleReference(input);
  for (const [c, want] of [q, q, 16].entries()) expect(Math.abs(output[c]! - want)).toBeLessThan(1e-5);
});
