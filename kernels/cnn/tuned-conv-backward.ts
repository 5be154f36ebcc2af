import { type ConvShape, kernelSide } from './network.ts';
import { closed, type ImageRange } from './tuned-conv.ts';

/** The gradients that ReLU and pooling let through, channel by channel: a quarter of the convolution's outputs at most. */
export interface OpenGates {
  /** Where each channel's gates begin in the lists; one entry more than channels. */
  readonly starts: Uint32Array;
  readonly slopes: Float64Array;
  /** The element of the layer's input under the first tap of the filter. */
  readonly corners: Uint32Array;
}

/** `slopes` are the gradients of the pooled outputs of these images, `winners` those of the whole batch. */
export function openGates(
  { slopes, winners }: { slopes: Float32Array; winners: Uint8Array },
  { side, inChannels, outChannels, pooledSide }: ConvShape,
  { from, to }: ImageRange,
): OpenGates {
  const windows = pooledSide * pooledSide;
  const offset = from * windows * outChannels;
  const starts = new Uint32Array(outChannels + 1);
  const open = { slopes: new Float64Array(slopes.length), corners: new Uint32Array(slopes.length) };
  let count = 0;
  for (let channel = 0; channel < outChannels; channel++) {
    starts[channel] = count;
    for (let image = from; image < to; image++)
      for (let window = 0; window < windows; window++) {
        const pooled = (image * windows + window) * outChannels + channel;
        const winner = winners[pooled]!;
        if (winner === closed) continue;
        const y = 2 * Math.floor(window / pooledSide) + (winner >> 1);
        const x = 2 * (window % pooledSide) + (winner & 1);
        open.slopes[count] = slopes[pooled - offset]!;
        open.corners[count++] = ((image * side + y) * side + x) * inChannels;
      }
  }
  starts[outChannels] = count;
  return { starts, ...open };
}

/**
 * Gradient of a filter and its bias: for each output channel, Σ slope × input under each tap. Five taps at a time stay
 * in registers while the list of open gates goes by (7 loads for 10 flops; adding into memory tap by tap needs two
 * loads and a store for 2).
 */
export function filterGradient(
  { starts, slopes, corners }: OpenGates,
  input: Float32Array,
  { gradient, shape }: { gradient: Float32Array; shape: ConvShape },
): void {
  const { side, inChannels, outChannels, filterAt, biasAt } = shape;
  const run = kernelSide * inChannels;
  for (let channel = 0; channel < outChannels; channel++) {
    const first = starts[channel]!;
    const last = starts[channel + 1]!;
    let bias = 0;
    for (let gate = first; gate < last; gate++) bias += slopes[gate]!;
    gradient[biasAt + channel] = bias;
    for (let ky = 0; ky < kernelSide; ky++)
      for (let tap = 0; tap < run; tap += 5) {
        const offset = ky * side * inChannels + tap;
        let sum0 = 0;
        let sum1 = 0;
        let sum2 = 0;
        let sum3 = 0;
        let sum4 = 0;
        for (let gate = first; gate < last; gate++) {
          const slope = slopes[gate]!;
          const at = corners[gate]! + offset;
          sum0 += slope * input[at]!;
          sum1 += slope * input[at + 1]!;
          sum2 += slope * input[at + 2]!;
          sum3 += slope * input[at + 3]!;
          sum4 += slope * input[at + 4]!;
        }
        const to = filterAt + (ky * run + tap) * outChannels + channel;
        gradient[to] = sum0;
        gradient[to + outChannels] = sum1;
        gradient[to + 2 * outChannels] = sum2;
        gradient[to + 3 * outChannels] = sum3;
        gradient[to + 4 * outChannels] = sum4;
      }
  }
}

/** Gradient of a convolution's input, of the images from `from` on; `filter` holds each output channel's taps in a run. */
export function inputGradient(
  { starts, slopes, corners }: OpenGates,
  filter: Float32Array,
  { dInput, shape, from }: { dInput: Float32Array; shape: ConvShape; from: number },
): void {
  const { side, inChannels, outChannels } = shape;
  const run = kernelSide * inChannels;
  const row = side * inChannels;
  const skipped = from * side * row;
  for (let channel = 0; channel < outChannels; channel++) {
    const end = starts[channel + 1]!;
    for (let gate = starts[channel]!; gate < end; gate++) {
      const slope = slopes[gate]!;
      let weight = channel * kernelSide * run;
      for (let ky = 0; ky < kernelSide; ky++) {
        let to = corners[gate]! - skipped + ky * row;
        for (const stop = to + run; to < stop; to++) dInput[to]! += slope * filter[weight++]!;
      }
    }
  }
}
