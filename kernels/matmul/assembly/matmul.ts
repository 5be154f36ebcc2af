// C += A·B in f32 with 128-bit SIMD and relaxed fused multiply-add, blocked and packed after Goto and van de Geijn,
// "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008.
//
// Bound: a step of the 6×8 tile is 12 multiply-adds of 4 lanes on 8 loads (2 vectors of B, 6 broadcasts of A). A core
// that starts 2 of each a cycle needs 6 cycles for the arithmetic and 4 for the loads: the multiply-adds decide. The
// 12 sums, 2 vectors of B and a broadcast take 15 of the 16 registers. 4×8 has the same balance with fewer sums to hide
// the latency of 4 cycles; 8×8 and 4×12 spill.
//
// A panel of B (256 × 8 f32 = 8 KiB) stays in the L1 cache, the block of A (96 × 256 f32 = 96 KiB) in L2.

/** Arrays may begin here. */
export const heapBase: usize = __heap_base;

const tileRows = 6;
const tileColumns = 8;
const depth = 256;
const rowsAtOnce = 96;
const word = 4;

/** Floats that `packB` writes: all of B in panels of 8 columns. */
export function packedBLength(k: i32, n: i32): i32 {
  return k * roundUp(n, tileColumns);
}

/** Floats that one thread needs to itself: a block of A in panels of 6 rows, and a tile for the edges. */
export function scratchLength(): i32 {
  return rowsAtOnce * depth + tileRows * tileColumns;
}

/**
 * Packs the panels `from` to `to` (exclusive) of B: for each slice of 256 steps of k, panel after panel, step after
 * step, 8 numbers side by side; columns past the edge are zeros.
 */
export function packB(b: usize, packed: usize, k: i32, n: i32, from: i32, to: i32): void {
  const width = roundUp(n, tileColumns);
  for (let p = 0; p < k; p += depth) {
    const steps = min(depth, k - p);
    for (let panel = from; panel < to; panel++) {
      const column = panel * tileColumns;
      let source = b + at(p * n + column);
      let target = packed + at(p * width + column * steps);
      if (column + tileColumns <= n) {
        for (let s = 0; s < steps; s++) {
          v128.store(target, v128.load(source));
          v128.store(target, v128.load(source, 16), 16);
          source += at(n);
          target += tileColumns * word;
        }
      } else {
        for (let s = 0; s < steps; s++) {
          for (let j = 0; j < tileColumns; j++)
            store<f32>(target + at(j), column + j < n ? load<f32>(source + at(j)) : 0);
          source += at(n);
          target += tileColumns * word;
        }
      }
    }
  }
}

/** Writes the rows `from` to `to` (exclusive) of the product; B is packed. */
export function multiply(
  a: usize, packedB: usize, c: usize, k: i32, n: i32, from: i32, to: i32, scratch: usize,
): void {
  memory.fill(c + at(from * n), 0, at((to - from) * n));
  const width = roundUp(n, tileColumns);
  const edge = scratch + rowsAtOnce * depth * word;
  for (let p = 0; p < k; p += depth) {
    const steps = min(depth, k - p);
    for (let i = from; i < to; i += rowsAtOnce) {
      const end = min(i + rowsAtOnce, to);
      packA(a + at(i * k + p), scratch, k, end - i, steps);
      for (let j = 0; j < n; j += tileColumns) {
        const panel = packedB + at(p * width + j * steps);
        for (let row = i; row < end; row += tileRows) {
          const block = scratch + at((row - i) * steps);
          const tile = c + at(row * n + j);
          if (row + tileRows <= end && j + tileColumns <= n) {
            multiplyTile(block, panel, steps, tile, at(n));
          } else {
            memory.fill(edge, 0, tileRows * tileColumns * word);
            multiplyTile(block, panel, steps, edge, tileColumns * word);
            addEdge(edge, tile, n, min(tileRows, end - row), min(tileColumns, n - j));
          }
        }
      }
    }
  }
}

/** Panels of 6 rows, step after step; rows past the edge are zeros. */
function packA(a: usize, packed: usize, k: i32, rows: i32, steps: i32): void {
  for (let row = 0; row < rows; row += tileRows) {
    for (let r = 0; r < tileRows; r++) {
      let target = packed + at(row * steps + r);
      if (row + r < rows) {
        let source = a + at((row + r) * k);
        for (let s = 0; s < steps; s++) {
          store<f32>(target, load<f32>(source));
          source += word;
          target += tileRows * word;
        }
      } else {
        for (let s = 0; s < steps; s++) {
          store<f32>(target, 0);
          target += tileRows * word;
        }
      }
    }
  }
}

function addEdge(edge: usize, c: usize, n: i32, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const place = c + at(i * n + j);
      store<f32>(place, load<f32>(place) + load<f32>(edge + at(i * tileColumns + j)));
    }
}

/** A 6×8 tile of C += a panel of A times a panel of B. */
function multiplyTile(a: usize, b: usize, steps: i32, c: usize, stride: usize): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0), c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0), c51 = f32x4.splat(0);
  const end = a + at(steps * tileRows);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = f32x4.relaxed_madd(a0, b0, c00);
    c01 = f32x4.relaxed_madd(a0, b1, c01);
    const a1 = v128.load32_splat(a, 4);
    c10 = f32x4.relaxed_madd(a1, b0, c10);
    c11 = f32x4.relaxed_madd(a1, b1, c11);
    const a2 = v128.load32_splat(a, 8);
    c20 = f32x4.relaxed_madd(a2, b0, c20);
    c21 = f32x4.relaxed_madd(a2, b1, c21);
    const a3 = v128.load32_splat(a, 12);
    c30 = f32x4.relaxed_madd(a3, b0, c30);
    c31 = f32x4.relaxed_madd(a3, b1, c31);
    const a4 = v128.load32_splat(a, 16);
    c40 = f32x4.relaxed_madd(a4, b0, c40);
    c41 = f32x4.relaxed_madd(a4, b1, c41);
    const a5 = v128.load32_splat(a, 20);
    c50 = f32x4.relaxed_madd(a5, b0, c50);
    c51 = f32x4.relaxed_madd(a5, b1, c51);
    a += tileRows * word;
    b += tileColumns * word;
  }
  addRow(c, c00, c01);
  addRow(c + stride, c10, c11);
  addRow(c + 2 * stride, c20, c21);
  addRow(c + 3 * stride, c30, c31);
  addRow(c + 4 * stride, c40, c41);
  addRow(c + 5 * stride, c50, c51);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function addRow(c: usize, low: v128, high: v128): void {
  v128.store(c, f32x4.add(v128.load(c), low));
  v128.store(c, f32x4.add(v128.load(c, 16), high), 16);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function at(index: i32): usize {
  return <usize>index * word;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function roundUp(value: i32, multiple: i32): i32 {
  return ((value + multiple - 1) / multiple) * multiple;
}
