/** One equation: `left` times the unknowns should be `right`. */
export interface Equation {
  readonly left: readonly number[];
  readonly right: number;
}

/**
 * Unknowns with the smallest sum of squared residuals, by Gram–Schmidt orthogonalisation, each column twice ("twice is
 * enough", Giraud, Langou & Rozložník, Computers & Mathematics with Applications 50, 2005), which stays accurate where
 * the normal equations would square the condition number: powers of n up to 4 differ by factors of 10⁷.
 *
 * @returns undefined where the columns are dependent, or fewer equations than unknowns
 */
export function leastSquares(equations: readonly Equation[]): number[] | undefined {
  const unknowns = equations[0]?.left.length ?? 0;
  if (equations.length < unknowns) return undefined;
  const q: number[][] = [];
  const r = Array.from({ length: unknowns }, () => new Array<number>(unknowns).fill(0));
  for (let column = 0; column < unknowns; column++) {
    const v = equations.map(({ left }) => left[column]!);
    const length = norm(v);
    for (let pass = 0; pass < 2; pass++)
      for (const [k, direction] of q.entries()) {
        const share = dot(direction, v);
        r[k]![column]! += share;
        for (let i = 0; i < v.length; i++) v[i]! -= share * direction[i]!;
      }
    const rest = norm(v);
    if (!(rest > 1e-12 * length)) return undefined;
    r[column]![column] = rest;
    q.push(v.map(each => each / rest));
  }
  const right = equations.map(equation => equation.right);
  const found = new Array<number>(unknowns).fill(0);
  for (let row = unknowns - 1; row >= 0; row--) {
    let rest = dot(q[row]!, right);
    for (let k = row + 1; k < unknowns; k++) rest -= r[row]![k]! * found[k]!;
    found[row] = rest / r[row]![row]!;
  }
  return found.every(Number.isFinite) ? found : undefined;
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, each, i) => sum + each * b[i]!, 0);
const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));
