import { quantile } from '../measure/statistics.ts';
import { createRandom } from '../workload/random.ts';

/** A measured time with its 95 % interval, against a size. */
export interface TimePoint {
  readonly x: number;
  readonly ns: number;
  readonly low: number;
  readonly high: number;
  /** Set where the time comes from a single process: it has no interval, and nothing drawn from it has one. */
  readonly spread?: 'unknown';
}

/** A fit is quoted in a sentence up to this `worstDeviation`; the tables hold every one. */
export const quotableDeviation = 0.25;

/** t(n) = fixed + perItem·n: a launch and what each item adds (Hockney's t₀ and 1/r∞). */
export interface AffineFit {
  readonly fixedNs: number;
  readonly perItemNs: number;
  /** Size at which half of the asymptotic rate is reached, fixed/perItem (Hockney's n½). */
  readonly halfSize: number;
  /** Largest |fit − time| / time over the points. */
  readonly worstDeviation: number;
}

/**
 * Least squares of the relative residuals, so that small sizes count as much as large ones; both coefficients at least
 * 0. Hockney & Jesshope, Parallel Computers 2, 1988, §1.3.2 for the model.
 *
 * @returns undefined for fewer than three points, or where the time does not grow
 */
export function fitAffine(points: readonly TimePoint[]): AffineFit | undefined {
  if (points.length < 3) return undefined;
  const rows = points.map(({ x, ns }) => ({ a: 1 / ns, b: x / ns }));
  const { fixed, slope } = solveNonNegative(rows);
  if (!(slope > 0)) return undefined;
  const worstDeviation = Math.max(...points.map(({ x, ns }) => Math.abs(fixed + slope * x - ns) / ns));
  return { fixedNs: fixed, perItemNs: slope, halfSize: fixed / slope, worstDeviation };
}

/** Minimises Σ(a·fixed + b·slope − 1)² over fixed, slope ≥ 0. */
function solveNonNegative(rows: readonly { a: number; b: number }[]): { fixed: number; slope: number; cost: number } {
  const sum = (of: (row: { a: number; b: number }) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  const [aa, ab, bb, a1, b1] = [
    sum(r => r.a * r.a),
    sum(r => r.a * r.b),
    sum(r => r.b * r.b),
    sum(r => r.a),
    sum(r => r.b),
  ];
  const determinant = aa * bb - ab * ab;
  const candidates = [
    { fixed: a1 / aa, slope: 0 },
    { fixed: 0, slope: b1 / bb },
    { fixed: (a1 * bb - b1 * ab) / determinant, slope: (aa * b1 - ab * a1) / determinant },
  ].filter(({ fixed, slope }) => fixed >= 0 && slope >= 0);
  return candidates
    .map(each => ({ ...each, cost: sum(({ a, b }) => (a * each.fixed + b * each.slope - 1) ** 2) }))
    .reduce((best, each) => (each.cost < best.cost ? each : best));
}

/** t(n) = fixed + factor·n^exponent. */
export interface PowerFit {
  readonly fixedNs: number;
  readonly factorNs: number;
  readonly exponent: number;
  /** 95 % interval of the exponent from the times' own intervals; absent where one of the times has none. */
  readonly exponentInterval?: { readonly low: number; readonly high: number };
  readonly worstDeviation: number;
}

const exponents = Array.from({ length: 401 }, (_, step) => step / 100);
const draws = 200;

/**
 * For every exponent from 0 to 4 in steps of 0.01 the best non-negative fixed cost and factor, by relative least squares;
 * the exponent with the smallest residual wins. Its interval: the fit repeated with every time drawn anew from the
 * log-normal distribution that its own 95 % interval describes. It holds the noise of the times, not the error of the
 * model; `worstDeviation` shows that.
 *
 * @returns undefined for fewer than four points
 */
export function fitPower(points: readonly TimePoint[], seed = 1): PowerFit | undefined {
  if (points.length < 4) return undefined;
  const best = bestPower(points);
  const at = (x: number): number => best.fixedNs + best.factorNs * x ** best.exponent;
  return {
    ...best,
    ...(points.some(({ spread }) => spread === 'unknown')
      ? {}
      : { exponentInterval: intervalOfExponent(points, seed) }),
    worstDeviation: Math.max(...points.map(({ x, ns }) => Math.abs(at(x) - ns) / ns)),
  };
}

function intervalOfExponent(points: readonly TimePoint[], seed: number): { low: number; high: number } {
  const random = createRandom(seed);
  const drawn = Array.from({ length: draws }, () => {
    const times = points.map(({ x, ns, low, high }) => ({
      x,
      ns: ns * Math.exp((random.normal() * Math.log(high / low)) / 3.92),
    }));
    return bestPower(times).exponent;
  });
  return { low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
}

function bestPower(points: readonly { x: number; ns: number }[]): {
  fixedNs: number;
  factorNs: number;
  exponent: number;
} {
  let best = { fixedNs: 0, factorNs: 0, exponent: 0, cost: Number.POSITIVE_INFINITY };
  for (const exponent of exponents) {
    const { fixed, slope, cost } = solveNonNegative(points.map(({ x, ns }) => ({ a: 1 / ns, b: x ** exponent / ns })));
    if (cost < best.cost) best = { fixedNs: fixed, factorNs: slope, exponent, cost };
  }
  const { fixedNs, factorNs, exponent } = best;
  return { fixedNs, factorNs, exponent };
}

/** `count` whole numbers from `low` to `high`, each about the same factor above the one before. */
export function ladder(low: number, high: number, count: number): number[] {
  const factor = (high / low) ** (1 / (count - 1));
  return [...new Set(Array.from({ length: count }, (_, rung) => Math.round(low * factor ** rung)))];
}
