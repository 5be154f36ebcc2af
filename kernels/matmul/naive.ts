import { callVariant } from '../../src/backends/js.ts';
import type { MatmulInput, Product } from './input.ts';

/**
 * The triple loop that anyone writes. 2mkn flops on one chain per element (JavaScript adds in f64), and a stride of n
 * through B: every load of B is a new cache line.
 */
export function multiplyNaive({ a, b, m, k, n }: MatmulInput): Float32Array {
  const c = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) {
        sum += a[i * k + p]! * b[p * n + j]!;
      }
      c[i * n + j] = sum;
    }
  }
  return c;
}

export const naive = callVariant<MatmulInput, Product>({
  name: 'naive',
  sameAlgorithm: true,
  summary: 'three nested loops',
  compute: multiplyNaive,
});
