// The network of network.ts in f32 with 128-bit SIMD and relaxed fused multiply-add: lanes are output channels, which
// lie side by side in NHWC and HWIO, so that nothing is packed (an implicit GEMM).
//
// Bound: a step of a convolution is 8 multiply-adds of 4 lanes (the 4 pixels of a pooling window × 8 channels) on 6
// loads (2 vectors of weights, 4 broadcasts). A core that starts 2 of each a cycle needs 4 cycles for the arithmetic
// and 3 for the loads; the 8 sums just hide the latency of 4 cycles. 708,096 flops an image at 16 a cycle: 44,256 cycles.
//
// Layers 1 and 2 of an image run back to back: 4.6 KB of activations and 13.7 KB of weights stay in the L1 cache.

/** Arrays may begin here. */
export const heapBase: usize = __heap_base;

const word: usize = 4;
const imageSide: i32 = 28;
const conv1Out: i32 = 8;
const pooled1Side: i32 = 12;
const conv2Out: i32 = 16;
const pooled2Side: i32 = 4;
const kernelSide: i32 = 5;
const pooled1Size: usize = 1152;
const pooled2Size: usize = 256;
const hiddenSize: usize = 128;
const classes: usize = 10;

const conv1Bias: usize = 200 * word;
const conv2Filter: usize = 208 * word;
const conv2Bias: usize = 3408 * word;
const dense1Weights: usize = 3424 * word;
const dense1Bias: usize = 36192 * word;
const dense2Weights: usize = 36320 * word;
const dense2Bias: usize = 37600 * word;

/** Floats that a batch needs between the layers: a thread's `scratch` holds one image of layer 1. */
export function scratchLength(): i32 {
  return <i32>pooled1Size;
}

/** Images `from` to `to` (exclusive) up to the pooled output of the second convolution. */
export function convolutions(
  images: usize, weights: usize, scratch: usize, pooled2: usize, from: i32, to: i32,
): void {
  for (let image = from; image < to; image++) {
    conv1(images + <usize>image * <usize>(imageSide * imageSide) * word, weights, scratch);
    conv2(scratch, weights, pooled2 + <usize>image * pooled2Size * word);
  }
}

/** The two dense layers of images `from` to `to` (exclusive); `hidden` has room for 128 floats an image. */
export function denseLayers(
  pooled2: usize, weights: usize, hidden: usize, logits: usize, from: i32, to: i32,
): void {
  for (let column: usize = 0; column < hiddenSize; column += 8) {
    let image = from;
    for (; image + 4 <= to; image += 4) dense1(pooled2, weights, hidden, <usize>image, column, pooled2Size * word);
    // The images that are left, one by one: a tile whose four rows are the same one.
    for (; image < to; image++) dense1(pooled2, weights, hidden, <usize>image, column, 0);
  }
  for (let image = from; image < to; image++) dense2(hidden, weights, logits, <usize>image);
}

/** A window's largest sums, and 0. */
// @ts-ignore: decorator
@inline
function pool(a: v128, b: v128, c: v128, d: v128): v128 {
  return f32x4.max(f32x4.max(f32x4.max(a, b), f32x4.max(c, d)), f32x4.splat(0));
}

/** One image's first convolution, ReLU and pooling. */
function conv1(image: usize, weights: usize, output: usize): void {
  const row = <usize>imageSide * word;
  const bias0 = v128.load(weights, conv1Bias);
  const bias1 = v128.load(weights, conv1Bias + 16);
  for (let py = 0; py < pooled1Side; py++) {
    for (let px = 0; px < pooled1Side; px++) {
      let a0 = bias0, a1 = bias1;
      let b0 = bias0, b1 = bias1;
      let c0 = bias0, c1 = bias1;
      let d0 = bias0, d1 = bias1;
      let at = image + <usize>(2 * py) * row + <usize>(2 * px) * word;
      let tap = weights;
      for (let ky = 0; ky < kernelSide; ky++) {
        // Five taps; pixel x + 1 of a tap is pixel x of the next.
        let a = v128.load32_splat(at);
        let c = v128.load32_splat(at, 112);
        for (let kx = 0; kx < kernelSide; kx++) {
          const w0 = v128.load(tap);
          const w1 = v128.load(tap, 16);
          const b = v128.load32_splat(at, 4);
          const d = v128.load32_splat(at, 116);
          a0 = f32x4.relaxed_madd(a, w0, a0);
          a1 = f32x4.relaxed_madd(a, w1, a1);
          b0 = f32x4.relaxed_madd(b, w0, b0);
          b1 = f32x4.relaxed_madd(b, w1, b1);
          c0 = f32x4.relaxed_madd(c, w0, c0);
          c1 = f32x4.relaxed_madd(c, w1, c1);
          d0 = f32x4.relaxed_madd(d, w0, d0);
          d1 = f32x4.relaxed_madd(d, w1, d1);
          a = b;
          c = d;
          at += word;
          tap += <usize>conv1Out * word;
        }
        at += row - <usize>kernelSide * word;
      }
      v128.store(output, pool(a0, b0, c0, d0));
      v128.store(output, pool(a1, b1, c1, d1), 16);
      output += <usize>conv1Out * word;
    }
  }
}

/** One image's second convolution, ReLU and pooling. */
function conv2(input: usize, weights: usize, output: usize): void {
  for (let half: usize = 0; half < 64; half += 32) {
    const bias0 = v128.load(weights + half, conv2Bias);
    const bias1 = v128.load(weights + half, conv2Bias + 16);
    for (let py = 0; py < pooled2Side; py++) {
      for (let px = 0; px < pooled2Side; px++) {
        let a0 = bias0, a1 = bias1;
        let b0 = bias0, b1 = bias1;
        let c0 = bias0, c1 = bias1;
        let d0 = bias0, d1 = bias1;
        let at = input + <usize>(2 * py * pooled1Side + 2 * px) * 32;
        let tap = weights + conv2Filter + half;
        for (let ky = 0; ky < kernelSide; ky++) {
          const end = at + 160;
          while (at < end) {
            const w0 = v128.load(tap);
            const w1 = v128.load(tap, 16);
            const a = v128.load32_splat(at);
            const b = v128.load32_splat(at, 32);
            const c = v128.load32_splat(at, 384);
            const d = v128.load32_splat(at, 416);
            a0 = f32x4.relaxed_madd(a, w0, a0);
            a1 = f32x4.relaxed_madd(a, w1, a1);
            b0 = f32x4.relaxed_madd(b, w0, b0);
            b1 = f32x4.relaxed_madd(b, w1, b1);
            c0 = f32x4.relaxed_madd(c, w0, c0);
            c1 = f32x4.relaxed_madd(c, w1, c1);
            d0 = f32x4.relaxed_madd(d, w0, d0);
            d1 = f32x4.relaxed_madd(d, w1, d1);
            at += word;
            tap += 64;
          }
          at += 384 - 160;
        }
        const to = output + <usize>(py * pooled2Side + px) * 64 + half;
        v128.store(to, pool(a0, b0, c0, d0));
        v128.store(to, pool(a1, b1, c1, d1), 16);
      }
    }
  }
}

/** Four images (or, with stride 0, four times the same) × 8 outputs of the first dense layer, with ReLU. */
function dense1(
  pooled2: usize, weights: usize, hidden: usize, image: usize, column: usize, stride: usize,
): void {
  const bias0 = v128.load(weights + column * word, dense1Bias);
  const bias1 = v128.load(weights + column * word, dense1Bias + 16);
  let a0 = bias0, a1 = bias1;
  let b0 = bias0, b1 = bias1;
  let c0 = bias0, c1 = bias1;
  let d0 = bias0, d1 = bias1;
  let a = pooled2 + image * pooled2Size * word;
  let b = a + stride;
  let c = b + stride;
  let d = c + stride;
  let from = weights + dense1Weights + column * word;
  const end = a + pooled2Size * word;
  while (a < end) {
    const w0 = v128.load(from);
    const w1 = v128.load(from, 16);
    const x = v128.load32_splat(a);
    a0 = f32x4.relaxed_madd(x, w0, a0);
    a1 = f32x4.relaxed_madd(x, w1, a1);
    const y = v128.load32_splat(b);
    b0 = f32x4.relaxed_madd(y, w0, b0);
    b1 = f32x4.relaxed_madd(y, w1, b1);
    const z = v128.load32_splat(c);
    c0 = f32x4.relaxed_madd(z, w0, c0);
    c1 = f32x4.relaxed_madd(z, w1, c1);
    const u = v128.load32_splat(d);
    d0 = f32x4.relaxed_madd(u, w0, d0);
    d1 = f32x4.relaxed_madd(u, w1, d1);
    a += word;
    b += word;
    c += word;
    d += word;
    from += hiddenSize * word;
  }
  const zero = f32x4.splat(0);
  const next = stride ? hiddenSize * word : 0;
  let to = hidden + (image * hiddenSize + column) * word;
  v128.store(to, f32x4.max(a0, zero));
  v128.store(to, f32x4.max(a1, zero), 16);
  to += next;
  v128.store(to, f32x4.max(b0, zero));
  v128.store(to, f32x4.max(b1, zero), 16);
  to += next;
  v128.store(to, f32x4.max(c0, zero));
  v128.store(to, f32x4.max(c1, zero), 16);
  to += next;
  v128.store(to, f32x4.max(d0, zero));
  v128.store(to, f32x4.max(d1, zero), 16);
}

/** One image's last layer: outputs 0 to 3, 4 to 7, and 6 to 9, of which two are computed twice. */
function dense2(hidden: usize, weights: usize, logits: usize, image: usize): void {
  let a = v128.load(weights, dense2Bias);
  let b = v128.load(weights, dense2Bias + 16);
  let c = v128.load(weights, dense2Bias + 24);
  let at = hidden + image * hiddenSize * word;
  let from = weights + dense2Weights;
  const end = at + hiddenSize * word;
  while (at < end) {
    const x = v128.load32_splat(at);
    a = f32x4.relaxed_madd(x, v128.load(from), a);
    b = f32x4.relaxed_madd(x, v128.load(from, 16), b);
    c = f32x4.relaxed_madd(x, v128.load(from, 24), c);
    at += word;
    from += classes * word;
  }
  const to = logits + image * classes * word;
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 24);
}
