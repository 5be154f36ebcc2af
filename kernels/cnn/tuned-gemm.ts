/** A matrix inside an array: element (i, j) lies at `at + i·row + j·column`, so that a transpose is a swap of strides. */
export interface Matrix {
  readonly values: Float32Array;
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** C = A·B (+ bias a column) (then ReLU); C is rows × columns, A rows × depth, B depth × columns. */
export interface Product {
  readonly a: Matrix;
  readonly b: Matrix;
  readonly c: Matrix;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Where the biases of the columns begin in `b.values`, if there are any. */
  readonly biasAt?: number;
  readonly relu?: boolean;
}

/**
 * Tiles of 4×4 sums in registers: 8 loads for 32 flops. At the edges the last row or column is computed more than once
 * and stored once, which keeps the inner loop without conditions.
 */
export function multiplyTiled({ a, b, c, rows, columns, depth, biasAt, relu = false }: Product): void {
  const { values: aValues, column: aStep } = a;
  const { values: bValues, row: bStep } = b;
  const sums = new Float64Array(16);
  for (let i = 0; i < rows; i += 4) {
    const tall = Math.min(4, rows - i);
    for (let j = 0; j < columns; j += 4) {
      const wide = Math.min(4, columns - j);
      let p0 = a.at + i * a.row;
      let p1 = a.at + (i + Math.min(1, tall - 1)) * a.row;
      let p2 = a.at + (i + Math.min(2, tall - 1)) * a.row;
      let p3 = a.at + (i + tall - 1) * a.row;
      let q0 = b.at + j * b.column;
      let q1 = b.at + (j + Math.min(1, wide - 1)) * b.column;
      let q2 = b.at + (j + Math.min(2, wide - 1)) * b.column;
      let q3 = b.at + (j + wide - 1) * b.column;
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      let s20 = 0;
      let s21 = 0;
      let s22 = 0;
      let s23 = 0;
      let s30 = 0;
      let s31 = 0;
      let s32 = 0;
      let s33 = 0;
      for (let k = 0; k < depth; k++) {
        const x0 = aValues[p0]!;
        const x1 = aValues[p1]!;
        const x2 = aValues[p2]!;
        const x3 = aValues[p3]!;
        const y0 = bValues[q0]!;
        const y1 = bValues[q1]!;
        const y2 = bValues[q2]!;
        const y3 = bValues[q3]!;
        s00 += x0 * y0;
        s01 += x0 * y1;
        s02 += x0 * y2;
        s03 += x0 * y3;
        s10 += x1 * y0;
        s11 += x1 * y1;
        s12 += x1 * y2;
        s13 += x1 * y3;
        s20 += x2 * y0;
        s21 += x2 * y1;
        s22 += x2 * y2;
        s23 += x2 * y3;
        s30 += x3 * y0;
        s31 += x3 * y1;
        s32 += x3 * y2;
        s33 += x3 * y3;
        p0 += aStep;
        p1 += aStep;
        p2 += aStep;
        p3 += aStep;
        q0 += bStep;
        q1 += bStep;
        q2 += bStep;
        q3 += bStep;
      }
      sums[0] = s00;
      sums[1] = s01;
      sums[2] = s02;
      sums[3] = s03;
      sums[4] = s10;
      sums[5] = s11;
      sums[6] = s12;
      sums[7] = s13;
      sums[8] = s20;
      sums[9] = s21;
      sums[10] = s22;
      sums[11] = s23;
      sums[12] = s30;
      sums[13] = s31;
      sums[14] = s32;
      sums[15] = s33;
      for (let di = 0; di < tall; di++)
        for (let dj = 0; dj < wide; dj++) {
          const sum = sums[4 * di + dj]! + (biasAt === undefined ? 0 : bValues[biasAt + j + dj]!);
          c.values[c.at + (i + di) * c.row + (j + dj) * c.column] = relu ? Math.max(0, sum) : sum;
        }
    }
  }
}
