import { type GpujsKernelPlan, type GpujsThread, gpujsVariants } from '../../src/backends/gpujs/variant.ts';
import {
  type CnnInput,
  type CnnOutput,
  type ConvShape,
  conv1,
  conv2,
  type DenseShape,
  dense1,
  dense2,
  digitsOf,
  kernelSide,
  onlyWithin,
  pixels,
  weightCount,
} from './network.ts';

/** One pooled element: the largest of the four sums of its window, and 0. */
function convReluPool(this: GpujsThread, input: number[][], weights: number[]): number {
  const side = this.constants.side!;
  const kernelSide = this.constants.kernelSide!;
  const inChannels = this.constants.inChannels!;
  const outChannels = this.constants.outChannels!;
  const pooledSide = this.constants.pooledSide!;
  const place = Math.floor(this.thread.x / outChannels);
  const out = this.thread.x - place * outChannels;
  const y = Math.floor(place / pooledSide);
  const x = place - y * pooledSide;
  let largest = 0;
  for (let dy = 0; dy < 2; dy++) {
    for (let dx = 0; dx < 2; dx++) {
      let sum = weights[this.constants.biasAt! + out]!;
      for (let ky = 0; ky < this.constants.kernelSide!; ky++) {
        for (let kx = 0; kx < this.constants.kernelSide!; kx++) {
          const pixel = ((2 * y + dy + ky) * side + 2 * x + dx + kx) * inChannels;
          const tap = this.constants.filterAt! + (ky * kernelSide + kx) * inChannels * outChannels + out;
          for (let channel = 0; channel < this.constants.inChannels!; channel++) {
            sum += input[this.thread.y]![pixel + channel]! * weights[tap + channel * outChannels]!;
          }
        }
      }
      largest = Math.max(largest, sum);
    }
  }
  return largest;
}

function dense(this: GpujsThread, input: number[][], weights: number[]): number {
  let sum = weights[this.constants.biasAt! + this.thread.x]!;
  for (let index = 0; index < this.constants.inputs!; index++) {
    sum +=
      input[this.thread.y]![index]! *
      weights[this.constants.weightsAt! + index * this.constants.outputs! + this.thread.x]!;
  }
  return Math.max(sum, this.constants.least!);
}

/** Bound: as webgpu-naive, an element a thread; bias, ReLU and pooling are fused into the convolutions. */
export const gpujs = gpujsVariants<CnnInput, CnnOutput>({
  sameAlgorithm: true,
  summary: 'four kernels, an output element a thread; bias, ReLU and pooling fused into the convolutions',
  unsupported: ({ mode }) =>
    mode === 'training'
      ? 'gpu.js gives one number a thread and array: a training step would need a kernel for each of the eight weight arrays and their gradients, each recomputing what it shares with the others; only inference is written in it'
      : mode === 'convolutions'
        ? onlyWithin
        : undefined,
  kernels({ batch }) {
    const conv = (shape: ConvShape): GpujsKernelPlan => ({
      code: convReluPool,
      output: [shape.pooledSide ** 2 * shape.outChannels, batch],
      constants: { ...numbersOf(shape), kernelSide },
    });
    const full = (shape: DenseShape, least: number): GpujsKernelPlan => ({
      code: dense,
      output: [shape.outputs, batch],
      constants: { ...numbersOf(shape), least },
    });
    // Math.max with a number that no logit is below stands for "no ReLU".
    return { conv1: conv(conv1), conv2: conv(conv2), dense1: full(dense1, 0), dense2: full(dense2, -1e30) };
  },
  upload: ({ batch, images, weights }) => ({
    images: { data: images, size: [pixels, batch] },
    weights: { data: weights, size: [weightCount] },
  }),
  async compute(kernels, { images, weights }) {
    const pooled1 = await kernels.conv1!(images!, weights!);
    const pooled2 = await kernels.conv2!(pooled1, weights!);
    const hidden = await kernels.dense1!(pooled2, weights!);
    return { logits: await kernels.dense2!(hidden, weights!) };
  },
  readback({ logits }) {
    const copy = Float32Array.from(logits!);
    return { logits: copy, digits: digitsOf(copy) };
  },
});

const numbersOf = (shape: ConvShape | DenseShape): Record<string, number> => ({ ...shape });
