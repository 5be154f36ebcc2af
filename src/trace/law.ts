/** nᵖ·(log₂ n)ʲ: one summand of a law, without its coefficient. */
export interface Term {
  readonly power: number;
  readonly log: number;
}

/** a·nᵏ·logʲn + b·nᵐ·…, the fastest growing term first. */
export interface Law {
  readonly terms: readonly Term[];
  readonly coefficients: readonly number[];
}

export const basis = (size: number, { power, log }: Term): number => size ** power * Math.log2(size) ** log;

export const evaluate = (size: number, { terms, coefficients }: Law): number =>
  terms.reduce((sum, term, k) => sum + coefficients[k]! * basis(size, term), 0);

/** Whether a term is a power of n: the only ones that agree with data by chance no more often than the others. */
export const isPolynomial = ({ power, log }: Term): boolean => log === 0 && Number.isInteger(power);

/** `2·n^3`, `6·n − 4`, `1.5·n·log₂ n`: short fractions as such, other coefficients with four digits. */
export function printLaw({ terms, coefficients }: Law): string {
  const parts = terms.flatMap((term, k) => (coefficients[k] === 0 ? [] : [{ term, coefficient: coefficients[k]! }]));
  if (parts.length === 0) return '0';
  return parts
    .map(({ term: { power, log }, coefficient }, k) => {
      const sign = k === 0 ? (coefficient < 0 ? '−' : '') : coefficient < 0 ? ' − ' : ' + ';
      const factors = [
        ...(power === 0 ? [] : [power === 1 ? 'n' : `n^${power}`]),
        ...(log === 0 ? [] : [log === 1 ? 'log₂ n' : `log₂^${log} n`]),
      ];
      const number = printCoefficient(Math.abs(coefficient));
      return sign + (factors.length === 0 ? number : [...(number === '1' ? [] : [number]), ...factors].join('·'));
    })
    .join('');
}

function printCoefficient(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const fraction = shortFraction(value);
  // Halves and quarters read better as decimals, thirds and sixths do not end.
  if (fraction && ![2, 4, 8].includes(fraction.denominator)) return `${fraction.numerator}/${fraction.denominator}`;
  return String(Number(value.toPrecision(4)));
}

const denominators = [1, 2, 3, 4, 5, 6, 8, 12, 16, 24];

/** The fraction with a small denominator that lies within rounding of a value. */
export function shortFraction(value: number): { numerator: number; denominator: number } | undefined {
  const rounding = 1e-6 + 1e-9 * Math.abs(value);
  for (const denominator of denominators) {
    const numerator = Math.round(value * denominator);
    if (Math.abs(value * denominator - numerator) < rounding * denominator && Math.abs(numerator) < 1e12)
      return { numerator, denominator };
  }
  return undefined;
}
