import { beta, type EnsembleInput, ensembleStep, ensembleSteps, sigma } from './ensemble.ts';

/**
 * How far rounding may move the end state of each trajectory, computed to first order with the trajectory's own
 * sensitivity.
 *
 * Step n commits a rounding error rₙ, and what reaches the end is Φ(N, n)·rₙ, with Φ the product of the Jacobians of
 * the later steps. So |error| ≤ Σₙ ‖Φ(N, n)‖·‖rₙ‖. The last operation of a step rounds the state itself, the rest
 * rounds increments that are h = 1/256 of the derivative: ‖rₙ‖ ≤ 2u(‖yₙ‖ + ρ) covers both, and the rounding of h/6.
 * The term ρ is for variants that carry ρ − z instead of z, which saves an operation a slope.
 *
 * Lyapunov's argument says how long that stays small. On the attractor ‖Φ‖ grows like e^{0.906 t}, a factor of 2.5
 * over t = 1; but a trajectory that passes close to the origin's stable manifold on its way is torn from its
 * neighbours much faster. From (1, 1, 1) the first such pass comes after t = 1: the factor stays below 8 up to there
 * (50 at t = 1.5, 1000 at t = 2, 10¹⁵ by t = 40, where no f32 result means anything). So the bound is about
 * 4·10⁻³ at most in f32, where the state is of size 10 to 50; it grows in proportion to u.
 *
 * Beyond `mostExact` trajectories the bound is computed for some, and the larger neighbour, twice, stands for those
 * between: it is a smooth function of ρ, and all start alike.
 *
 * @returns one bound for x, y and z together for each trajectory, N in all
 */
export function roundingBound(input: EnsembleInput, unitRoundoff: number): Float64Array {
  const { rho } = input;
  const count = rho.length;
  const bound = new Float64Array(count);
  const states = new Float64Array(3 * (ensembleSteps + 1));
  states.set(input.start);
  const boundAt = (i: number): number => trajectoryBound(states, rho[i]!) * unitRoundoff;
  if (count <= mostExact) return bound.map((_, i) => boundAt(i));
  const stride = Math.ceil(count / mostExact);
  let left = boundAt(0);
  for (let from = 0; from < count; from += stride) {
    const to = Math.min(from + stride, count - 1);
    const right = boundAt(to);
    bound.fill(2 * Math.max(left, right), from, to + 1);
    left = right;
  }
  return bound;
}

const mostExact = 1024;

/** Σₙ ‖Φ(N, n)‖·2(‖yₙ‖ + ρ), Frobenius norms; `states` holds the start and receives the trajectory. */
function trajectoryBound(states: Float64Array, rho: number): number {
  integrateHeun(states, rho);
  const propagator = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  let sum = 0;
  for (let n = ensembleSteps; n >= 1; n--) {
    const x = states[3 * n]!;
    const y = states[3 * n + 1]!;
    const z = states[3 * n + 2]!;
    let squares = 0;
    for (let i = 0; i < 9; i++) squares += propagator[i]! ** 2;
    sum += Math.sqrt(squares) * (Math.sqrt(x * x + y * y + z * z) + rho);
    const middle = {
      x: (x + states[3 * n - 3]!) / 2,
      y: (y + states[3 * n - 2]!) / 2,
      z: (z + states[3 * n - 1]!) / 2,
    };
    for (let row = 0; row < 9; row += 3) pullBack(propagator.subarray(row, row + 3), middle, rho);
  }
  return 2 * sum;
}

/** The trajectory by Heun's method of order 2: its sensitivity is wanted to a percent, not to f32. */
function integrateHeun(states: Float64Array, rho: number): void {
  for (let n = 0; n < 3 * ensembleSteps; n += 3) {
    const x = states[n]!;
    const y = states[n + 1]!;
    const z = states[n + 2]!;
    const dx = sigma * (y - x);
    const dy = x * (rho - z) - y;
    const dz = x * y - beta * z;
    const ex = x + ensembleStep * dx;
    const ey = y + ensembleStep * dy;
    const ez = z + ensembleStep * dz;
    states[n + 3] = x + (ensembleStep / 2) * (dx + sigma * (ey - ex));
    states[n + 4] = y + (ensembleStep / 2) * (dy + ex * (rho - ez) - ey);
    states[n + 5] = z + (ensembleStep / 2) * (dz + ex * ey - beta * ez);
  }
}

/** w ← w·e^{hJ} to second order, with J the Jacobian at the middle of the step. */
function pullBack(w: Float64Array, { x, y, z }: { x: number; y: number; z: number }, rho: number): void {
  const a = w[0]!;
  const b = w[1]!;
  const c = w[2]!;
  const a1 = -sigma * a + (rho - z) * b + y * c;
  const b1 = sigma * a - b + x * c;
  const c1 = -x * b - beta * c;
  const half = ensembleStep / 2;
  w[0] = a + ensembleStep * (a1 + half * (-sigma * a1 + (rho - z) * b1 + y * c1));
  w[1] = b + ensembleStep * (b1 + half * (sigma * a1 - b1 + x * c1));
  w[2] = c + ensembleStep * (c1 + half * (-x * b1 - beta * c1));
}
