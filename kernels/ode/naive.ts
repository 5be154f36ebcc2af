import { callVariant } from '../../src/backends/js.ts';
import { beta, type EnsembleInput, ensembleStep, ensembleSteps, sigma } from './ensemble.ts';
import type { OdeInput, OdeOutput } from './input.ts';
import { naiveDopri5 } from './naive-dopri5.ts';
import { type Derivative, lorenzDerivative, odeProblems } from './problems.ts';

/** One step of the classical Runge–Kutta method, as one finds it in a tutorial: states are arrays. */
function rk4Step(f: Derivative, t: number, y: number[], h: number): number[] {
  const k1 = f(t, y);
  const k2 = f(
    t + h / 2,
    y.map((yi, i) => yi + (h / 2) * k1[i]!),
  );
  const k3 = f(
    t + h / 2,
    y.map((yi, i) => yi + (h / 2) * k2[i]!),
  );
  const k4 = f(
    t + h,
    y.map((yi, i) => yi + h * k3[i]!),
  );
  return y.map((yi, i) => yi + (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
}

function integrateEnsemble({ rho, start }: EnsembleInput): Float32Array {
  const count = rho.length;
  const output = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) {
    const f = lorenzDerivative({ sigma, rho: rho[i]!, beta });
    let state = Array.from(start);
    for (let n = 0; n < ensembleSteps; n++) state = rk4Step(f, n * ensembleStep, state, ensembleStep);
    output[i] = state[0]!;
    output[count + i] = state[1]!;
    output[2 * count + i] = state[2]!;
  }
  return output;
}

export const naive = callVariant<OdeInput, OdeOutput>({
  name: 'naive',
  sameAlgorithm: true,
  summary: 'states are arrays, the right-hand side returns a new one; steps as in a textbook',
  compute: input =>
    input.kind === 'ensemble' ? integrateEnsemble(input) : naiveDopri5(odeProblems[input.problem], input),
});
