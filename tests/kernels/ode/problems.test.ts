import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toleranceConvergence } from '../../../kernels/ode/convergence.ts';
import { integrateDopri5 } from '../../../kernels/ode/dopri5.ts';
import { extrapolate } from '../../../kernels/ode/extrapolation.ts';
import { pleiadesEndState } from '../../../kernels/ode/pleiades.ts';
import { type OdeProblem, type OdeProblemName, odeProblems } from '../../../kernels/ode/problems.ts';
import {
  askedTolerance,
  trajectoryBound,
  trajectoryInput,
  trajectoryReference,
} from '../../../kernels/ode/trajectory.ts';
import { stepsTaken } from '../../../kernels/ode/work.ts';
import { createRandom } from '../../../src/workload/random.ts';

const names = Object.keys(odeProblems) as OdeProblemName[];
const solve = (problem: OdeProblem, tolerance: number, law: 'pi' | 'standard' = 'pi') =>
  integrateDopri5(
    problem.derivativeInto,
    { start: problem.start, end: problem.end, points: [] },
    { relativeTolerance: tolerance, absoluteTolerance: tolerance, law },
  );

test.each(names)('%s: both forms of the right-hand side say the same', name => {
  const { derivative, derivativeInto, start } = odeProblems[name];
  const values = fc.double({ min: -5, max: 5, noNaN: true });
  fc.assert(
    fc.property(fc.array(values, { minLength: start.length, maxLength: start.length }), values, (drift, t) => {
      const state = start.map((value, i) => value + 0.1 * drift[i]!);
      const out = new Float64Array(start.length);
      derivativeInto(t, Float64Array.from(state), out);
      for (const [i, want] of derivative(t, state).entries())
        expect(Math.abs(out[i]! - want)).toBeLessThanOrEqual(1e-11 * (1 + Math.abs(want)));
    }),
    { numRuns: 50 },
  );
});

describe('Pleiades', () => {
  const { pleiades } = odeProblems;
  const worst = (end: ArrayLike<number>) =>
    Math.max(...pleiadesEndState.map((want, i) => Math.abs(end[i]! - want) / (1 + Math.abs(want))));

  test.each([1e-6, 1e-8, 1e-10, 1e-12])(
    'ends where the test set says, to the tolerance %s it was asked for',
    tolerance => {
      // The problem multiplies an error of one step by up to 3·10⁴ (`sensitivity`); f64 ends at 10⁻¹⁰.
      expect(worst(solve(pleiades, tolerance).end)).toBeLessThan(3e4 * tolerance + 3e-10);
    },
  );

  test('odex, which is the reference, ends there too', () => {
    const { start, end, derivative } = pleiades;
    expect(worst(extrapolate(derivative, { start, end, points: [] }, 1e-14).end)).toBeLessThan(3e-10);
  });

  test('energy and momentum stay what they were', () => {
    const energyAndMomentum = (state: ArrayLike<number>): number[] => {
      let energy = 0;
      const momentum = [0, 0];
      for (let i = 0; i < 7; i++) {
        const [u, v] = [state[14 + i]!, state[21 + i]!];
        energy += ((i + 1) * (u * u + v * v)) / 2;
        momentum[0]! += (i + 1) * u;
        momentum[1]! += (i + 1) * v;
        for (let j = 0; j < i; j++)
          energy -= ((i + 1) * (j + 1)) / Math.hypot(state[i]! - state[j]!, state[7 + i]! - state[7 + j]!);
      }
      return [energy, ...momentum];
    };
    const before = energyAndMomentum(pleiades.start);
    const after = energyAndMomentum(solve(pleiades, 1e-12).end);
    for (const [i, value] of before.entries()) expect(Math.abs(after[i]! - value)).toBeLessThan(1e-7);
  });
});

test.each(names)('%s: the steps that its work model counts are the steps taken', name => {
  const { accepted, rejected } = solve(odeProblems[name], askedTolerance).statistics;
  expect(accepted + rejected).toBe(stepsTaken[name]);
});

test('van der Pol at μ = 100 is held back by stability: ten times the precision costs next to nothing', () => {
  const problem = odeProblems['van-der-pol-100'];
  const steps = (tolerance: number) => solve(problem, tolerance).statistics.accepted;
  expect(steps(1e-7) / steps(1e-5)).toBeLessThan(1.05);
  const mild = (tolerance: number) => solve(odeProblems['van-der-pol-1'], tolerance).statistics.accepted;
  expect(mild(1e-7) / mild(1e-5)).toBeGreaterThan(2);
});

test('where stability holds the step, the PI law saves the rejections of the standard one', () => {
  const problem = odeProblems['van-der-pol-100'];
  const pi = solve(problem, 1e-7).statistics.rejected;
  const standard = solve(problem, 1e-7, 'standard').statistics.rejected;
  expect(pi).toBeGreaterThan(0);
  expect(standard).toBeGreaterThan(10 * pi);
});

test.each(names)('%s: error follows tolerance, for every solver', name => {
  const rows = toleranceConvergence(name, [1e-6, 1e-10]);
  for (const method of ['dopri5-pi', 'dopri5-standard', 'odex'])
    for (const measure of ['maxScaledError', 'evaluations'] as const) {
      const [loose, tight] = rows.filter(row => row.method === method);
      if (measure === 'evaluations') expect(tight!.evaluations).toBeGreaterThan(loose!.evaluations);
      else expect(loose!.maxScaledError / tight!.maxScaledError).toBeGreaterThan(500);
    }
});

describe('what the tolerances rest on', () => {
  /** Solutions at many times after `from`, by odex, which does not use our steps. */
  const follow = (problem: OdeProblem, from: number, start: readonly number[], times: readonly number[]) =>
    extrapolate(
      (t, y) => problem.derivative(from + t, y),
      { start, end: problem.end - from, points: times.map(t => t - from) },
      1e-13,
    ).states;

  test.each(names)('%s: a perturbation grows by no more than its stated sensitivity', name => {
    const problem = odeProblems[name];
    const { state, phase } = problem.sensitivity;
    const { random, size } = { random: createRandom(5), size: 1e-8 };
    const n = problem.start.length;
    const origins = Array.from({ length: 12 }, (_, i) => (problem.end * i) / 12);
    const states = follow(problem, 0, problem.start, [...origins, problem.end]);
    let worst = 0;
    for (const [o, from] of origins.entries()) {
      const start = Array.from(states.subarray(o * n, o * n + n));
      const times = Array.from({ length: 60 }, (_, i) => from + ((problem.end - from) * (i + 1)) / 60);
      times[59] = problem.end;
      const plain = follow(problem, from, start, times);
      const moved = start.map(value => value + size * (1 + Math.abs(value)) * (2 * random.next() - 1));
      const perturbed = follow(problem, from, moved, times);
      for (const [p, t] of times.entries()) {
        const row = Array.from(plain.subarray(p * n, p * n + n));
        const slope = problem.derivative(t, row);
        for (let i = 0; i < n; i++) {
          const growth = Math.abs(perturbed[p * n + i]! - row[i]!) / size;
          worst = Math.max(worst, growth / (state * (1 + Math.abs(row[i]!)) + phase * Math.abs(slope[i]!)));
        }
      }
    }
    expect(worst).toBeLessThan(1);
    expect(worst).toBeGreaterThan(0.01);
  });

  test.each(names)('%s: the allowed error is met at every tolerance, and a solver ten times worse is caught', name => {
    const problem = odeProblems[name];
    const share = (asked: number, used: number): number => {
      const input = { ...trajectoryInput(name, 100, createRandom(2)), tolerance: asked };
      const want = trajectoryReference(input);
      const bound = trajectoryBound(input, want);
      const { states } = integrateDopri5(
        problem.derivativeInto,
        { start: problem.start, end: problem.end, points: input.points },
        { relativeTolerance: used, absoluteTolerance: used },
      );
      return states.reduce((worst, value, i) => Math.max(worst, Math.abs(value - want[i]!) / bound[i]!), 0);
    };
    for (const tolerance of [1e-7, 1e-9, 1e-11]) expect(share(tolerance, tolerance)).toBeLessThan(1);
    expect(share(1e-11, 1e-7)).toBeGreaterThan(1);
  });
});
