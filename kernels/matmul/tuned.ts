import { callVariant } from '../../src/backends/js.ts';
import type { MatmulInput, Product } from './input.ts';
import { createScratch, multiplyRows } from './tile.ts';

export const tuned = callVariant<MatmulInput, Product>({
  name: 'tuned',
  sameAlgorithm: true,
  summary: 'packed panels and a 4×4 register tile',
  compute({ a, b, m, k, n }) {
    const c = new Float32Array(m * n);
    multiplyRows({ a, b, c, k, n }, { from: 0, to: m }, createScratch(n));
    return c;
  },
});
