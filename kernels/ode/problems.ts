import { pleiades } from './pleiades.ts';

/** The right-hand side y' = f(t, y) as a textbook has it: a new array for every call. */
export type Derivative = (t: number, y: readonly number[]) => number[];

/** The same without allocation: writes f(t, y) to `out`, which is never `y`. */
export type DerivativeInto = (t: number, y: Float64Array, out: Float64Array) => void;

/** An initial-value problem y' = f(t, y), y(0) = start, on [0, end]. */
export interface OdeProblem {
  readonly name: string;
  readonly start: readonly number[];
  readonly end: number;
  readonly derivative: Derivative;
  readonly derivativeInto: DerivativeInto;
  /** Floating-point operations of one evaluation, as `derivative` is written; a square root or a power counts as one. */
  readonly flops: number;
  readonly sensitivity: Sensitivity;
}

/**
 * How far a perturbation δ·(1 + |y|) of the state at any time moves the solution at any later time t ≤ end:
 * component i by at most δ·(state·(1 + |yᵢ|) + phase·|fᵢ(t, y)|).
 *
 * The second term is what a limit cycle does: it forgets the perturbation but for a shift in time (the neutral
 * Floquet multiplier), and a shift by τ moves component i by τ·fᵢ: much where the solution jumps, nothing where it
 * rests. The constants are measured bounds; a test perturbs the solution and checks them.
 */
export interface Sensitivity {
  readonly state: number;
  /** Seconds of shift for a perturbation of size 1. */
  readonly phase: number;
}

export interface LorenzParameters {
  readonly sigma: number;
  readonly rho: number;
  readonly beta: number;
}

/** Lorenz, "Deterministic nonperiodic flow", Journal of the Atmospheric Sciences 20, 1963, eqs. (25)–(27). */
export const lorenzDerivative =
  ({ sigma, rho, beta }: LorenzParameters): Derivative =>
  (_t, [x = 0, y = 0, z = 0]) => [sigma * (y - x), x * (rho - z) - y, x * y - beta * z];

export const lorenzDerivativeInto =
  ({ sigma, rho, beta }: LorenzParameters): DerivativeInto =>
  (_t, state, out) => {
    const x = state[0] as number;
    const y = state[1] as number;
    const z = state[2] as number;
    out[0] = sigma * (y - x);
    out[1] = x * (rho - z) - y;
    out[2] = x * y - beta * z;
  };

/** Operations of one Lorenz right-hand side: −·, ·−−, ··−. */
export const lorenzFlops = 8;

const classic: LorenzParameters = { sigma: 10, rho: 28, beta: 8 / 3 };

/** On the attractor, for about nine Lyapunov times (the largest exponent is 0.906). */
const lorenz: OdeProblem = {
  name: 'lorenz',
  start: [1, 1, 1],
  end: 10,
  derivative: lorenzDerivative(classic),
  derivativeInto: lorenzDerivativeInto(classic),
  flops: lorenzFlops,
  sensitivity: { state: 60, phase: 0 },
};

/**
 * Van der Pol's oscillator y″ = μ(1 − y²)y′ − y from (2, 0) over about two periods for μ = 1, and through two of its
 * jumps for μ = 100, where it is stiff: an explicit method is held back by stability, not by accuracy.
 *
 * Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, §I.16; van der Pol, Phil. Mag. 2, 1926.
 */
const vanDerPol = (mu: number, end: number, sensitivity: Sensitivity): OdeProblem => ({
  name: `van-der-pol-${mu}`,
  start: [2, 0],
  end,
  derivative: (_t, [y = 0, v = 0]) => [v, mu * (1 - y * y) * v - y],
  derivativeInto(_t, state, out) {
    const y = state[0] as number;
    const v = state[1] as number;
    out[0] = v;
    out[1] = mu * (1 - y * y) * v - y;
  },
  flops: 5,
  sensitivity,
});

export const odeProblems = {
  lorenz,
  'van-der-pol-1': vanDerPol(1, 13, { state: 2, phase: 6 }),
  'van-der-pol-100': vanDerPol(100, 200, { state: 2, phase: 600 }),
  pleiades,
} as const satisfies Readonly<Record<string, OdeProblem>>;

export type OdeProblemName = keyof typeof odeProblems;
