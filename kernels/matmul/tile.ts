/**
 * The scalar kernel under `tuned` and `threads`: a block of rows of C += A·B after Goto and van de Geijn, "Anatomy of
 * high-performance matrix multiplication", ACM TOMS 34(3), 2008. A and B are packed into panels of 4 rows or columns,
 * so that the innermost loop walks two arrays with stride 1.
 *
 * Bound: a step of the 4×4 tile is 32 flops on 8 loads, so arithmetic decides: 2 scalar multiplications and 2 additions
 * a cycle would be 4 flops a cycle; V8's bounds checks and the conversion at packing leave about 1.6. A panel of B
 * (256 × 4 f64 = 8 KiB) stays in the L1 cache while the block of A (64 × 256 f64 = 128 KiB) streams from L2.
 *
 * Panels are f64: JavaScript computes in f64, and packing converts each number once instead of at every use.
 */
const tile = 4;
const depth = 256;
const rowsAtOnce = 64;

export interface Scratch {
  readonly packedA: Float64Array;
  readonly packedB: Float64Array;
  readonly sums: Float64Array;
}

export const createScratch = (n: number): Scratch => ({
  packedA: new Float64Array(rowsAtOnce * depth),
  packedB: new Float64Array(Math.ceil(n / tile) * tile * depth),
  sums: new Float64Array(tile * tile),
});

export interface RowRange {
  readonly from: number;
  readonly to: number;
}

interface Operands {
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  readonly c: Float32Array;
  readonly k: number;
  readonly n: number;
}

/** Writes the rows `from` to `to` (exclusive) of the product. */
export function multiplyRows(operands: Operands, { from, to }: RowRange, scratch: Scratch): void {
  const { c, k, n } = operands;
  c.fill(0, from * n, to * n);
  for (let p = 0; p < k; p += depth) {
    const steps = Math.min(depth, k - p);
    packColumns(operands, p, steps, scratch.packedB);
    for (let i = from; i < to; i += rowsAtOnce) {
      const block = { from: i, to: Math.min(i + rowsAtOnce, to) };
      packRows(operands, block, { p, steps }, scratch.packedA);
      multiplyBlock(c, n, block, { steps, scratch });
    }
  }
}

/** Panels of 4 rows of A, column by column; rows past the end are zeros. */
function packRows(
  { a, k }: Operands,
  { from, to }: RowRange,
  { p, steps }: { p: number; steps: number },
  packed: Float64Array,
): void {
  let at = 0;
  for (let i = from; i < to; i += tile) {
    for (let s = 0; s < steps; s++) {
      for (let r = 0; r < tile; r++) {
        packed[at++] = i + r < to ? a[(i + r) * k + p + s]! : 0;
      }
    }
  }
}

/** Panels of 4 columns of B, row by row; columns past the end are zeros. */
function packColumns({ b, n }: Operands, p: number, steps: number, packed: Float64Array): void {
  let at = 0;
  for (let j = 0; j < n; j += tile) {
    for (let s = 0; s < steps; s++) {
      const row = (p + s) * n;
      for (let r = 0; r < tile; r++) {
        packed[at++] = j + r < n ? b[row + j + r]! : 0;
      }
    }
  }
}

function multiplyBlock(
  c: Float32Array,
  n: number,
  { from, to }: RowRange,
  { steps, scratch }: { steps: number; scratch: Scratch },
): void {
  const { packedA, packedB, sums } = scratch;
  const panel = tile * steps;
  for (let j = 0, q = 0; j < n; j += tile, q += panel) {
    const width = Math.min(tile, n - j);
    for (let i = from, p = 0; i < to; i += tile, p += panel) {
      multiplyTile(packedA, packedB, sums, { p, q, steps });
      const height = Math.min(tile, to - i);
      for (let r = 0; r < height; r++) for (let s = 0; s < width; s++) c[(i + r) * n + j + s]! += sums[r * tile + s]!;
    }
  }
}

/**
 * Sixteen sums in local variables. The `| 0` on every index spares V8 a check for overflow, which made it 1.3 times
 * faster. Other shapes from 2×2 to 6×2 came out equal within the noise; keeping to f32 with `Math.fround` halved it.
 */
function multiplyTile(
  packedA: Float64Array,
  packedB: Float64Array,
  sums: Float64Array,
  place: { p: number; q: number; steps: number },
): void {
  let p = place.p | 0;
  let q = place.q | 0;
  const end = (p + tile * place.steps) | 0;
  let c00 = 0;
  let c01 = 0;
  let c02 = 0;
  let c03 = 0;
  let c10 = 0;
  let c11 = 0;
  let c12 = 0;
  let c13 = 0;
  let c20 = 0;
  let c21 = 0;
  let c22 = 0;
  let c23 = 0;
  let c30 = 0;
  let c31 = 0;
  let c32 = 0;
  let c33 = 0;
  while (p < end) {
    const b0 = packedB[q]!;
    const b1 = packedB[(q + 1) | 0]!;
    const b2 = packedB[(q + 2) | 0]!;
    const b3 = packedB[(q + 3) | 0]!;
    const a0 = packedA[p]!;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = packedA[(p + 1) | 0]!;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = packedA[(p + 2) | 0]!;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = packedA[(p + 3) | 0]!;
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
    p = (p + tile) | 0;
    q = (q + tile) | 0;
  }
  sums[0] = c00;
  sums[1] = c01;
  sums[2] = c02;
  sums[3] = c03;
  sums[4] = c10;
  sums[5] = c11;
  sums[6] = c12;
  sums[7] = c13;
  sums[8] = c20;
  sums[9] = c21;
  sums[10] = c22;
  sums[11] = c23;
  sums[12] = c30;
  sums[13] = c31;
  sums[14] = c32;
  sums[15] = c33;
}
