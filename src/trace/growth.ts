import { basis, evaluate, isPolynomial, type Law, printLaw, shortFraction, type Term } from './law.ts';
import { leastSquares } from './least-squares.ts';

/** One measured pair: a size and what was counted there. */
export interface Sample {
  readonly size: number;
  readonly value: number;
}

/** What a law says at a size, and how far it may be off there. */
export interface Predicted {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

/** A fitted law: how to print it, how wrong it is on the samples, and what it says elsewhere. */
export interface Fit {
  readonly law: string;
  /** Largest relative error over the samples. */
  readonly error: number;
  /** Agrees with every sample, while at least one of them was left to disagree. */
  readonly exact: boolean;
  /** Relative error at the largest size of the law that the smaller sizes alone would have given; null for under four. */
  readonly foretold: number | null;
  /**
   * Value at another size. A law that is exact has no interval. Otherwise its ends are the laws that explain the
   * samples nearly as well, and what the law got wrong: on the samples, and at the largest size when it had to foretell
   * that one from the others, once more for each octave beyond the largest size.
   */
  at(size: number): Predicted;
}

interface Candidate {
  readonly law: Law;
  readonly error: number;
}

const singles: readonly Term[] = [0, 0.5, 1, 1.5, 2, 2.5, 3, 4].flatMap(power =>
  [0, 1, 2].map(log => ({ power, log })),
);
const powers: readonly Term[] = [4, 3, 2, 1, 0].map(power => ({ power, log: 0 }));
const tolerance = 1e-9;

/**
 * Fits W(n) or S(n) to a·nᵏ·logʲn. Lower terms are added only where the law then agrees with every sample while one
 * is left to disagree (two where logarithms or broken powers are in it, which agree by chance more easily: at sizes that
 * are powers of two they are small integers); the simplest such law is taken. Without one, a single term, for more
 * would only follow the steps and the noise between the samples.
 *
 * @param samples sizes from 2 on; several samples of one size count as they are
 * @throws RangeError for fewer than two different sizes
 */
export function fitGrowth(samples: readonly Sample[]): Fit {
  const sizes = [...new Set(samples.map(({ size }) => size))].sort((a, b) => a - b);
  if (sizes.length < 2) throw new RangeError(`growth needs at least two sizes, got ${sizes.join(', ') || 'none'}`);
  const largest = sizes.at(-1)!;
  const exact = exactLaw(samples, sizes.length);
  const single = exact ? [] : singleLaws(samples);
  const best = exact ?? single[0]!;
  const foretold = exact
    ? 0
    : sizes.length < 4
      ? null
      : missed(best.law.terms, samples, { upTo: sizes.at(-2)!, largest });
  const rivals = exact ? [] : rivalsOf(best, single, samples);
  return {
    law: printLaw(best.law),
    error: best.error,
    exact: exact !== undefined,
    foretold,
    at(size) {
      const mid = evaluate(size, best.law);
      if (exact) return { low: mid, mid, high: mid };
      const others = rivals.map(({ law }) => evaluate(size, law));
      const octaves = Math.max(0, Math.log2(size / largest));
      const factor = (1 + best.error) * (1 + Math.max(best.error, foretold ?? 0)) ** octaves;
      return {
        low: Math.max(0, Math.min(mid / factor, ...others)),
        mid,
        high: Math.max(mid * factor, ...others),
      };
    },
  };
}

/**
 * Laws that explain the samples about as well as the best: other single terms, and pairs of growing terms, which say
 * what a lower term does that the sizes are too few to prove.
 */
function rivalsOf(best: Candidate, single: readonly Candidate[], samples: readonly Sample[]): Candidate[] {
  const near = single.filter(({ error }) => error <= Math.max(0.05, 2 * best.error));
  const pairs = singles.flatMap(lead =>
    singles.filter(lower => grows(lead, lower)).flatMap(lower => fitted(samples, [lead, lower]) ?? []),
  );
  const better = pairs.filter(
    ({ law: { coefficients }, error }) => error <= best.error / 2 && coefficients.every(each => each > 0),
  );
  return [...near, ...better];
}

/** Relative error at the largest size of the same law fitted to the smaller ones. */
function missed(
  terms: readonly Term[],
  samples: readonly Sample[],
  { upTo, largest }: { upTo: number; largest: number },
): number | null {
  const law = fitted(
    samples.filter(({ size }) => size <= upTo),
    terms,
  )?.law;
  return law
    ? worst(
        samples.filter(({ size }) => size === largest),
        law,
      )
    : null;
}

function exactLaw(samples: readonly Sample[], sizes: number): Candidate | undefined {
  return lawsFor(sizes)
    .flatMap(terms => fitted(samples, terms) ?? [])
    .find(({ law, error }) => error < tolerance && isPlausible(law));
}

/** Counts grow, and their coefficients are short fractions; what interpolates noise has neither. */
const isPlausible = ({ coefficients }: Law): boolean =>
  coefficients[0]! >= 0 && coefficients.every(value => shortFraction(value) !== undefined);

/** Laws worth trying with so many sizes, the simplest first: fewer terms, then fewer logarithms and broken powers. */
function lawsFor(sizes: number): (readonly Term[])[] {
  const pairs = singles.flatMap(lead => singles.filter(lower => grows(lead, lower)).map(lower => [lead, lower]));
  const longer = subsets(powers).filter(({ length }) => length > 2);
  const oddity = (terms: readonly Term[]) => terms.filter(term => !isPolynomial(term)).length;
  return [...singles.map(term => [term]), ...pairs, ...longer]
    .filter(terms => terms.length < sizes - (terms.length > 1 && oddity(terms) > 0 ? 1 : 0))
    .sort((a, b) => a.length - b.length || oddity(a) - oddity(b));
}

const grows = (a: Term, b: Term): boolean => a.power > b.power || (a.power === b.power && a.log > b.log);

/** All sets of terms, each in the order given. */
const subsets = (terms: readonly Term[]): Term[][] =>
  Array.from({ length: 2 ** terms.length }, (_, chosen) => terms.filter((__, k) => (chosen >> k) & 1));

/** Single terms, the one with the smallest largest error first. */
const singleLaws = (samples: readonly Sample[]): Candidate[] =>
  singles.flatMap(term => fitted(samples, [term]) ?? []).sort((a, b) => a.error - b.error);

/** Least squares of the relative errors, so that small sizes count as much as large ones. */
function fitted(samples: readonly Sample[], terms: readonly Term[]): Candidate | undefined {
  const rows = samples.map(({ size, value }) => {
    const weight = 1 / Math.max(Math.abs(value), 1);
    return { left: terms.map(term => weight * basis(size, term)), right: weight * value };
  });
  const solved = leastSquares(rows);
  if (!solved) return undefined;
  const candidate = (coefficients: readonly number[]): Candidate => ({
    law: { terms, coefficients },
    error: worst(samples, { terms, coefficients }),
  });
  const [plain, short] = [candidate(solved), candidate(solved.map(snapped))];
  return short.error <= Math.max(plain.error, tolerance) ? short : plain;
}

function snapped(value: number): number {
  const fraction = shortFraction(value);
  return fraction ? fraction.numerator / fraction.denominator : value;
}

function worst(samples: readonly Sample[], law: Law): number {
  return Math.max(
    ...samples.map(({ size, value }) => {
      const error = Math.abs(evaluate(size, law) - value);
      return error === 0 ? 0 : error / Math.max(Math.abs(value), 1e-300);
    }),
  );
}
