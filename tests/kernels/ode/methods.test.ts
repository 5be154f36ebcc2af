import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closedForm, measuredOrder, stepConvergence } from '../../../kernels/ode/convergence.ts';
import { integrateDopri5 } from '../../../kernels/ode/dopri5.ts';
import { denseWeights, errorWeights, nodes, stageWeights } from '../../../kernels/ode/dormand-prince.ts';
import { integrateRk4 } from '../../../kernels/ode/rk4.ts';
import { createStepController } from '../../../kernels/ode/step-control.ts';

const decay = (rate: number) => (_t: number, y: Float64Array, out: Float64Array) => {
  out[0] = -rate * y[0]!;
};

describe('orders of convergence, against a closed form', () => {
  const rows = stepConvergence();
  const order = (method: string) => measuredOrder(rows.filter(row => row.method === method));

  test('RK4 converges with order 4', () => expect(Math.abs(order('rk4') - 4)).toBeLessThan(0.1));
  test('Dormand–Prince converges with order 5', () => expect(Math.abs(order('dopri5') - 5)).toBeLessThan(0.2));
  test('its dense output is a formula of order 4: the error between steps is O(h⁵)', () => {
    expect(Math.abs(order('dopri5-dense') - 5)).toBeLessThan(0.2);
  });
  test('the slope is that of a line through known points', () => {
    const points = [1, 2, 4].map(step => ({ step, maxAbsError: 7 * step ** 3 }));
    expect(measuredOrder(points)).toBeCloseTo(3, 12);
  });
});

describe('the tableau', () => {
  const sum = (weights: readonly number[]) => weights.reduce((a, b) => a + b, 0);
  const b = [...stageWeights[6]!, 0];

  test('every stage is evaluated where its weights say', () => {
    for (const [s, weights] of stageWeights.entries()) expect(sum(weights)).toBeCloseTo(nodes[s]!, 14);
  });
  test('the solution integrates polynomials up to degree 4 exactly, the estimate vanishes up to degree 3', () => {
    for (let degree = 0; degree <= 4; degree++) {
      const powers = nodes.map(c => c ** degree);
      expect(sum(b.map((weight, s) => weight * powers[s]!))).toBeCloseTo(1 / (degree + 1), 14);
      if (degree <= 3) expect(sum(errorWeights.map((weight, s) => weight * powers[s]!))).toBeCloseTo(0, 14);
    }
  });
  test('the dense term leaves constants and lines alone', () => {
    expect(sum(denseWeights)).toBeCloseTo(0, 12);
  });
});

describe('adaptive steps', () => {
  const control = { relativeTolerance: 1e-9, absoluteTolerance: 1e-9 };

  test('the closed form is met at every point asked for, to the tolerance', () => {
    const { start, end, derivativeInto, solution } = closedForm;
    const points = [0, 0.3, 0.30001, 1, 1, 1.5];
    const { states, statistics } = integrateDopri5(derivativeInto, { start, end, points }, control);
    for (const [p, t] of points.entries())
      for (const [i, want] of solution(t).entries())
        expect(Math.abs(states[4 * p + i]! - want)).toBeLessThan(1e-7 * (1 + Math.abs(want)));
    expect(statistics.evaluations).toBe(2 + 6 * (statistics.accepted + statistics.rejected));
  });

  test('points do not change the steps', () => {
    const { start, end, derivativeInto } = closedForm;
    const none = integrateDopri5(derivativeInto, { start, end, points: [] }, control);
    const many = integrateDopri5(derivativeInto, { start, end, points: [0.1, 0.2, 0.9] }, control);
    expect(many.end).toEqual(none.end);
    expect(many.statistics).toEqual(none.statistics);
  });

  test('a tighter tolerance costs steps in proportion to tol^(−1/5)', () => {
    const { start, end, derivativeInto } = closedForm;
    const steps = [1e-6, 1e-11].map(tolerance => {
      const interval = { start, end, points: [] };
      const { accepted } = integrateDopri5(derivativeInto, interval, {
        relativeTolerance: tolerance,
        absoluteTolerance: tolerance,
      }).statistics;
      return accepted;
    });
    expect(steps[1]! / steps[0]!).toBeGreaterThan(8);
    expect(steps[1]! / steps[0]!).toBeLessThan(12);
  });

  test('a sudden change of the right-hand side is met by rejected steps, and the result stays right', () => {
    const jump = (t: number, _y: Float64Array, out: Float64Array) => {
      out[0] = t < 0.5 ? 0 : 100;
    };
    const { end, statistics } = integrateDopri5(jump, { start: [0], end: 1, points: [] }, control);
    expect(statistics.rejected).toBeGreaterThan(0);
    expect(end[0]).toBeCloseTo(50, 6);
  });

  test('a property: any decay rate is solved to within the tolerance times the time', () => {
    const rates = fc.double({ min: 0.01, max: 30, noNaN: true });
    const exponents = fc.integer({ min: 4, max: 11 });
    fc.assert(
      fc.property(rates, exponents, (rate, exponent) => {
        const tolerance = 10 ** -exponent;
        const { states } = integrateDopri5(
          decay(rate),
          { start: [1], end: 2, points: [0.5, 1.7, 2] },
          { relativeTolerance: tolerance, absoluteTolerance: tolerance },
        );
        for (const [p, t] of [0.5, 1.7, 2].entries())
          expect(Math.abs(states[p]! - Math.exp(-rate * t))).toBeLessThan(20 * tolerance);
      }),
      { numRuns: 60 },
    );
  });

  test('a singularity ends with its place and a cure', () => {
    const blowUp = (_t: number, y: Float64Array, out: Float64Array) => {
      out[0] = y[0]! ** 2;
    };
    const run = () => integrateDopri5(blowUp, { start: [1], end: 2, points: [] }, control);
    expect(run).toThrow(/stuck at t = (0\.99999|1)\d*.*larger tolerance/);
  });

  test('an interval that makes no sense is refused by name', () => {
    const bad = (interval: { end: number; points: number[] }) => () =>
      integrateDopri5(decay(1), { start: [1], ...interval }, control);
    expect(bad({ end: -1, points: [] })).toThrow(/end is -1/);
    expect(bad({ end: 1, points: [0.5, 0.4] })).toThrow(/points\[1\] is 0.4 after 0.5/);
    expect(bad({ end: 1, points: [2] })).toThrow(/points\[0\] is 2/);
    expect(() => integrateRk4(decay(1), [1], { end: 1, steps: 0 })).toThrow(/steps is 0/);
  });
});

describe('the step controller', () => {
  test('rejects an error above 1 and one that is not a number, and shrinks the step, at most fivefold', () => {
    const controller = createStepController();
    const verdict = controller.judge(2, 1);
    expect(verdict.accepted).toBe(false);
    expect(verdict.next).toBeLessThan(1);
    expect(controller.judge(1e9, 1)).toEqual({ accepted: false, next: 1 / 5 });
    expect(controller.judge(Number.NaN, 1)).toEqual({ accepted: false, next: 1 / 5 });
  });
  test('does not let the step grow right after a rejection, and at most tenfold otherwise', () => {
    const controller = createStepController('standard');
    controller.judge(2, 1);
    expect(controller.judge(1e-9, 0.5)).toEqual({ accepted: true, next: 0.5 });
    expect(controller.judge(0, 0.5)).toEqual({ accepted: true, next: 5 });
  });
  test('the standard law is 0.9·(1/error)^(1/5)', () => {
    expect(createStepController('standard').judge(0.5, 1).next).toBeCloseTo(0.9 * 2 ** 0.2, 12);
  });
});
