import { type ConvShape, kernelSide } from './network.ts';

/** Which images of a batch to work on: from (included) to (excluded). */
export interface ImageRange {
  readonly from: number;
  readonly to: number;
}

/** What a fused convolution block reads and writes, each for the whole batch. */
export interface ConvBlock {
  readonly input: Float32Array;
  readonly weights: Float32Array;
  /** The pooled output. */
  readonly output: Float32Array;
  /**
   * For each pooled element the place (0 to 3) in its window that passed ReLU and the maximum, or `closed`. Training
   * sends the gradient there.
   */
  readonly winners: Uint8Array;
}

/** The gate through which no gradient comes back: ReLU gave 0. */
export const closed = 4;

/**
 * Convolution, ReLU and pooling in one pass: the four pixels of a pooling window times four output channels are 16
 * sums that stay in registers while each loaded weight serves four pixels and each loaded pixel four channels (8 loads
 * for 32 flops; the naive loop needs 32). In NHWC a row of the filter is one contiguous run of kernelSide × inChannels
 * elements of the input. No repacking: f32 loads with arithmetic in f64 measured as fast as f64 copies, and Math.fround
 * after each operation half as fast.
 */
export function convReluPool(block: ConvBlock, shape: ConvShape, { from, to }: ImageRange): void {
  const { input, weights, output, winners } = block;
  const { side, inChannels, outChannels, pooledSide, filterAt, biasAt } = shape;
  const row = side * inChannels;
  const run = kernelSide * inChannels;
  for (let image = from; image < to; image++) {
    for (let py = 0; py < pooledSide; py++) {
      for (let px = 0; px < pooledSide; px++) {
        const corner = image * side * row + 2 * py * row + 2 * px * inChannels;
        const pooled = ((image * pooledSide + py) * pooledSide + px) * outChannels;
        for (let out = 0; out < outChannels; out += 4) {
          let a0 = weights[biasAt + out]!;
          let a1 = weights[biasAt + out + 1]!;
          let a2 = weights[biasAt + out + 2]!;
          let a3 = weights[biasAt + out + 3]!;
          let b0 = a0;
          let b1 = a1;
          let b2 = a2;
          let b3 = a3;
          let c0 = a0;
          let c1 = a1;
          let c2 = a2;
          let c3 = a3;
          let d0 = a0;
          let d1 = a1;
          let d2 = a2;
          let d3 = a3;
          let tap = filterAt + out;
          for (let ky = 0; ky < kernelSide; ky++) {
            let at = corner + ky * row;
            for (const end = at + run; at < end; at++) {
              const w0 = weights[tap]!;
              const w1 = weights[tap + 1]!;
              const w2 = weights[tap + 2]!;
              const w3 = weights[tap + 3]!;
              const a = input[at]!;
              const b = input[at + inChannels]!;
              const c = input[at + row]!;
              const d = input[at + row + inChannels]!;
              a0 += a * w0;
              a1 += a * w1;
              a2 += a * w2;
              a3 += a * w3;
              b0 += b * w0;
              b1 += b * w1;
              b2 += b * w2;
              b3 += b * w3;
              c0 += c * w0;
              c1 += c * w1;
              c2 += c * w2;
              c3 += c * w3;
              d0 += d * w0;
              d1 += d * w1;
              d2 += d * w2;
              d3 += d * w3;
              tap += outChannels;
            }
          }
          const m0 = Math.max(a0, b0, c0, d0, 0);
          const m1 = Math.max(a1, b1, c1, d1, 0);
          const m2 = Math.max(a2, b2, c2, d2, 0);
          const m3 = Math.max(a3, b3, c3, d3, 0);
          const to = pooled + out;
          output[to] = m0;
          output[to + 1] = m1;
          output[to + 2] = m2;
          output[to + 3] = m3;
          winners[to] = m0 === 0 ? closed : a0 === m0 ? 0 : b0 === m0 ? 1 : c0 === m0 ? 2 : 3;
          winners[to + 1] = m1 === 0 ? closed : a1 === m1 ? 0 : b1 === m1 ? 1 : c1 === m1 ? 2 : 3;
          winners[to + 2] = m2 === 0 ? closed : a2 === m2 ? 0 : b2 === m2 ? 1 : c2 === m2 ? 2 : 3;
          winners[to + 3] = m3 === 0 ? closed : a3 === m3 ? 0 : b3 === m3 ? 1 : c3 === m3 ? 2 : 3;
        }
      }
    }
  }
}
