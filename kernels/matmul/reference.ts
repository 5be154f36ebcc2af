import type { Tolerance } from '../../src/workload/types.ts';
import type { MatmulInput } from './input.ts';

/** The product in f64, one dot product for each element: every row of A against every column of B. */
export function multiplyInF64({ a, b, m, k, n }: MatmulInput): Float64Array {
  const rows = Float64Array.from(a);
  const columns = new Float64Array(n * k);
  for (let p = 0; p < k; p++) for (let j = 0; j < n; j++) columns[j * k + p] = b[p * n + j]!;
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    const row = rows.subarray(i * k, (i + 1) * k);
    // Four columns at a time share the loads of the row; each sum still runs in the order of k.
    for (let j = 0; j < n; j += 4) {
      const width = Math.min(4, n - j);
      const [c0, c1, c2, c3] = [0, 1, 2, 3].map(s => Math.min(j + s, n - 1) * k) as [number, number, number, number];
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let p = 0; p < k; p++) {
        const factor = row[p]!;
        s0 += factor * columns[c0 + p]!;
        s1 += factor * columns[c1 + p]!;
        s2 += factor * columns[c2 + p]!;
        s3 += factor * columns[c3 + p]!;
      }
      const sums = [s0, s1, s2, s3];
      for (let s = 0; s < width; s++) c[i * n + j + s] = sums[s]!;
    }
  }
  return c;
}

/** γ_k = ku/(1 − ku): the relative error of k multiplications and additions, in any order (Higham, §3.1). */
export const gamma = (k: number, u: number): number => (k * u) / (1 - k * u);

/**
 * What half precision does in webgpu-f16: A and B are rounded once each, a slice of 16 products is added in f16, and slices in
 * f32. So 18 roundings of 2⁻¹¹ meet on the way of any term, and γ_k of f32; numbers below 2⁻¹⁴ are rounded to multiples of
 * 2⁻²⁴, an error of at most 2⁻²⁵ whatever their size.
 */
const f16 = { unitRoundoff: 2 ** -11, roundings: 18, underflow: 2 ** -25 } as const;

/**
 * |C − Ĉ| ≤ γ_k·|A||B|, element by element, for every order of summation, with and without fused multiply–add (Higham,
 * Accuracy and Stability of Numerical Algorithms, §3.5). An exact |A||B| would cost as much as the product; by Cauchy
 * and Schwarz (|A||B|)_ij ≤ ‖row i of A‖₂·‖column j of B‖₂, which costs O(mk + kn) and is at most 1.34 times as large
 * for uniform numbers of random sign. The reference's own error, γ_k in f64, is added.
 */
export function productTolerance({ a, b, m, k, n }: MatmulInput, unitRoundoff: number): Tolerance {
  const rowNorms = new Float64Array(m);
  const columnNorms = new Float64Array(n);
  for (let i = 0; i < m; i++) for (let p = 0; p < k; p++) rowNorms[i]! += a[i * k + p]! ** 2;
  for (let p = 0; p < k; p++) for (let j = 0; j < n; j++) columnNorms[j]! += b[p * n + j]! ** 2;
  // The norms are themselves rounded; k more roundings in f64 cover them.
  const half = unitRoundoff === f16.unitRoundoff;
  const factor =
    (half ? gamma(f16.roundings, unitRoundoff) + gamma(k, 2 ** -24) : gamma(k, unitRoundoff)) +
    gamma(2 * k + 8, 2 ** -53);
  const bound = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      const [row, column] = [Math.sqrt(rowNorms[i]!), Math.sqrt(columnNorms[j]!)];
      bound[i * n + j] = factor * row * column + (half ? f16.underflow * Math.sqrt(k) * (row + column) : 0);
    }
  if (half)
    return { kind: 'absolute', bound, reason: 'γ of two roundings to f16 and the 16 sums of a slice, γ_k in f32' };
  return { kind: 'absolute', bound, reason: 'γ_k·‖row of A‖₂·‖column of B‖₂ ≥ γ_k·|A||B| (Higham §3.5)' };
}
