/** Tolerances and the law that turns an error estimate into the next step. */
export interface StepControl {
  readonly relativeTolerance: number;
  readonly absoluteTolerance: number;
  /**
   * `pi` remembers the last error and so avoids the rejections of an oscillating step size (Gustafsson 1991;
   * Hairer, Nørsett, Wanner II, §IV.2); `standard` looks at the present error only (I, §II.4). Default `pi`.
   */
  readonly law?: 'pi' | 'standard';
}

/** Judges one step after another. */
export interface StepController {
  /**
   * Whether a step of the given size with this error norm (≤ 1 is within tolerance) is accepted, and the size to go
   * on with. An error that is not a number is a rejection.
   */
  judge(error: number, step: number): { accepted: boolean; next: number };
}

/** Constants of Hairer's DOPRI5: safety factor, and the most that a step may shrink or grow by. */
const safety = 0.9;
const mostShrink = 5;
const mostGrowth = 10;

export function createStepController(law: 'pi' | 'standard' = 'pi'): StepController {
  const beta = law === 'pi' ? 0.04 : 0;
  const exponent = 1 / 5 - 0.75 * beta;
  let lastError = 1e-4;
  let justRejected = false;
  return {
    judge(error, step) {
      const shrink = error ** exponent;
      if (!(error <= 1)) {
        justRejected = true;
        return { accepted: false, next: step / (shrink < mostShrink * safety ? shrink / safety : mostShrink) };
      }
      const wanted = shrink / lastError ** beta / safety;
      const divisor = Math.max(1 / mostGrowth, Math.min(mostShrink, wanted));
      const next = step / divisor;
      lastError = Math.max(error, 1e-4);
      const held = justRejected ? Math.min(next, step) : next;
      justRejected = false;
      return { accepted: true, next: held };
    },
  };
}

/** √(1/n Σ (eᵢ/(atol + rtol·max(|aᵢ|, |bᵢ|)))²): Hairer, Nørsett, Wanner I, §II.4, eq. (4.11). */
export function errorNorm(
  error: ArrayLike<number>,
  { before, after }: { before: ArrayLike<number>; after: ArrayLike<number> },
  { relativeTolerance, absoluteTolerance }: StepControl,
): number {
  let sum = 0;
  for (let i = 0; i < error.length; i++) {
    const scale = absoluteTolerance + relativeTolerance * Math.max(Math.abs(before[i]!), Math.abs(after[i]!));
    sum += (error[i]! / scale) ** 2;
  }
  return Math.sqrt(sum / error.length);
}

/**
 * A first step whose explicit Euler error is about a hundredth of the tolerance: Hairer, Nørsett, Wanner I, §II.4,
 * "Starting step size". Takes one evaluation more than the derivative at the start.
 */
export function startingStep(
  evaluate: (t: number, y: readonly number[]) => ArrayLike<number>,
  { start, slope, end }: { start: ArrayLike<number>; slope: ArrayLike<number>; end: number },
  control: StepControl,
): number {
  const state = Array.from(start);
  const norm = (values: ArrayLike<number>): number => errorNorm(values, { before: state, after: state }, control);
  const size = norm(state);
  const speed = norm(slope);
  const euler = Math.min(end, size < 1e-5 || speed < 1e-5 ? 1e-6 : (0.01 * size) / speed);
  const ahead = evaluate(
    euler,
    state.map((value, i) => value + euler * slope[i]!),
  );
  const bend = norm(state.map((_, i) => ahead[i]! - slope[i]!)) / euler;
  const steepest = Math.max(speed, bend);
  const step = steepest <= 1e-15 ? Math.max(1e-6, euler * 1e-3) : (0.01 / steepest) ** (1 / 5);
  return Math.min(100 * euler, step, end);
}
