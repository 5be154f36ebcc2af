import type { Matrix } from 'ml-matrix';
import type { Prepared, Variant } from '../../src/backends/variant.ts';
import type { MatmulInput, Product } from './input.ts';

/**
 * The peer that a JavaScript user would pick first: `Matrix.mmul`, a textbook product in f64 over rows of
 * `Float64Array`. Building its matrices and taking the result out are phases of their own, since a program that stays
 * within the library pays for neither.
 */
export const mlMatrix: Variant<MatmulInput, Product> = {
  name: 'ml-matrix',
  sameAlgorithm: true,
  summary: 'Matrix.mmul of the package ml-matrix: f64 sums, rounded to f32 at the end',
  unsupported: ({ m, k, n }) => (m * k * n === 0 ? 'ml-matrix takes matrices with at least one element' : undefined),
  async prepare(): Promise<Prepared<MatmulInput, Product>> {
    const { Matrix } = await import('ml-matrix');
    const filled = (values: Float32Array, rows: number, columns: number): Matrix =>
      fill(new Matrix(rows, columns), values);
    let [a, b, c]: (Matrix | undefined)[] = [];
    return {
      shape: 'offload',
      async upload(input) {
        a = filled(input.a, input.m, input.k);
        b = filled(input.b, input.k, input.n);
        c = undefined;
      },
      async dispatch() {
        if (a && b) c = a.mmul(b);
      },
      async readback() {
        if (!c) throw new Error('ml-matrix: nothing was multiplied');
        return Float32Array.from(c.to1DArray());
      },
      ranOn: () => 'cpu',
      async [Symbol.asyncDispose]() {
        a = b = c = undefined;
      },
    };
  },
};

/** Element by element: `Matrix.from1DArray` takes plain arrays only. */
function fill(matrix: Matrix, values: Float32Array): Matrix {
  const { rows, columns } = matrix;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) matrix.set(i, j, values[i * columns + j] as number);
  return matrix;
}
