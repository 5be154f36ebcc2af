/** One measured pair: a size and what was counted there. */
export interface Sample {
  readonly size: number;
  readonly value: number;
}

/** A fitted law a·nᵏ·logʲn + b·nᵐ·… : how to print it, how wrong it is on the samples, and what it says elsewhere. */
export interface Fit {
  readonly law: string;
  /** Largest relative error over the samples. */
  readonly error: number;
  readonly exact: boolean;
  /** Value at another size, with an interval from how far the next best law lies away. */
  at(size: number): { readonly low: number; readonly mid: number; readonly high: number };
}

interface Term {
  readonly power: number;
  readonly log: number;
}

const terms: readonly Term[] = [0, 0.5, 1, 1.5, 2, 2.5, 3, 4].flatMap(power => [0, 1, 2].map(log => ({ power, log })));
const polynomials: readonly (readonly Term[])[] = [1, 2, 3].map(degree =>
  Array.from({ length: degree + 1 }, (_, k) => ({ power: degree - k, log: 0 })),
);

/**
 * Fits W(n) or S(n) to a·nᵏ·logʲn, with lower terms (a polynomial, or one more law) only where that agrees with every
 * sample while one sample is left to disagree; else the single law with the smallest relative error.
 *
 * @throws RangeError for fewer than two different sizes
 */
export function fitGrowth(samples: readonly Sample[]): Fit {
  const sizes = new Set(samples.map(({ size }) => size));
  const largest = Math.max(...sizes);
  if (sizes.size < 2) throw new RangeError(`growth needs at least two sizes, got ${[...sizes].join(', ') || 'none'}`);
  const candidates: { terms: readonly Term[]; coefficients: number[]; error: number }[] = [];
  const consider = (chosen: readonly Term[]) => {
    // One sample must be left to show that a law is wrong.
    if (chosen.length >= sizes.size) return;
    const coefficients = solve(samples, chosen);
    if (!coefficients) return;
    candidates.push({ terms: chosen, coefficients, error: worst(samples, chosen, coefficients) });
  };
  for (const term of terms) consider([term]);
  for (const polynomial of polynomials) consider(polynomial);
  for (const lead of terms)
    for (const lower of terms)
      if (lower.power < lead.power || (lower.power === lead.power && lower.log < lead.log)) consider([lead, lower]);
  if (candidates.length === 0) throw new RangeError('growth: no law could be fitted; give more sizes');
  // Simplest first among those that agree with every sample; without one, a single term, for more would only follow
  // the steps and noise between the samples.
  const exact = candidates.filter(({ error }) => error < 1e-9).sort((a, b) => a.terms.length - b.terms.length);
  const single = candidates.filter(({ terms: { length } }) => length === 1).sort((a, b) => a.error - b.error);
  const best = exact[0] ?? single[0]!;
  const rivals = exact.length > 0 ? [] : single.filter(({ error }) => error <= Math.max(0.05, 3 * best.error));
  return {
    law: print(best.terms, best.coefficients),
    error: best.error,
    exact: best.error < 1e-9,
    at(size) {
      const mid = evaluate(size, best.terms, best.coefficients);
      const others = rivals.map(rival => evaluate(size, rival.terms, rival.coefficients));
      // What a law misses among the samples it may miss again in every octave beyond them.
      const octaves = Math.max(0, Math.log2(size / largest));
      const slack = Math.abs(mid) * best.error * (1 + octaves);
      return { low: Math.min(mid - slack, ...others), mid, high: Math.max(mid + slack, ...others) };
    },
  };
}

const basis = (size: number, { power, log }: Term): number => size ** power * Math.log2(size) ** log;

function evaluate(size: number, chosen: readonly Term[], coefficients: readonly number[]): number {
  return chosen.reduce((sum, term, k) => sum + coefficients[k]! * basis(size, term), 0);
}

function worst(samples: readonly Sample[], chosen: readonly Term[], coefficients: readonly number[]): number {
  return Math.max(
    ...samples.map(({ size, value }) => {
      const error = Math.abs(evaluate(size, chosen, coefficients) - value);
      return error === 0 ? 0 : error / Math.max(Math.abs(value), 1e-300);
    }),
  );
}

/** Least squares of relative errors, by the normal equations with pivoting; sizes are few and far apart. */
function solve(samples: readonly Sample[], chosen: readonly Term[]): number[] | undefined {
  const m = chosen.length;
  const rows = Array.from({ length: m }, () => new Array<number>(m + 1).fill(0));
  for (const { size, value } of samples) {
    const weight = 1 / Math.max(Math.abs(value), 1) ** 2;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < m; j++) rows[i]![j]! += weight * basis(size, chosen[i]!) * basis(size, chosen[j]!);
      rows[i]![m]! += weight * basis(size, chosen[i]!) * value;
    }
  }
  for (let column = 0; column < m; column++) {
    let pivot = column;
    for (let i = column + 1; i < m; i++) if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const lead = rows[column]![column]!;
    if (Math.abs(lead) < 1e-280) return undefined;
    for (let i = 0; i < m; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]! / lead;
      for (let j = column; j <= m; j++) rows[i]![j]! -= factor * rows[column]![j]!;
    }
  }
  const found = rows.map((row, i) => snapped(row[m]! / row[i]!));
  return found.every(Number.isFinite) ? found : undefined;
}

/** Rounding of the solver is taken back where a short fraction lies within it. */
function snapped(value: number): number {
  for (const denominator of [1, 2, 3, 4, 6, 8, 12]) {
    const numerator = Math.round(value * denominator);
    if (Math.abs(value * denominator - numerator) < 1e-6) return numerator / denominator;
  }
  return value;
}

function print(chosen: readonly Term[], coefficients: readonly number[]): string {
  const parts = chosen.flatMap((term, k) => (coefficients[k] === 0 ? [] : [{ term, coefficient: coefficients[k]! }]));
  if (parts.length === 0) return '0';
  return parts
    .map(({ term, coefficient }, k) => {
      const sign = k === 0 ? (coefficient < 0 ? '−' : '') : coefficient < 0 ? ' − ' : ' + ';
      const size = Math.abs(coefficient);
      const factors = [
        ...(term.power === 0 ? [] : [term.power === 1 ? 'n' : `n^${term.power}`]),
        ...(term.log === 0 ? [] : [term.log === 1 ? 'log₂ n' : `log₂^${term.log} n`]),
      ];
      const number = Number.isInteger(size) ? String(size) : String(Number(size.toPrecision(4)));
      return sign + (factors.length === 0 ? number : [...(number === '1' ? [] : [number]), ...factors].join('·'));
    })
    .join('');
}
