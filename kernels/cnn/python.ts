import { pythonVariant } from '../../src/backends/python/variant.ts';
import {
  type CnnInput,
  type CnnOutput,
  type ConvShape,
  conv1,
  conv2,
  convFilterSize,
  type DenseShape,
  dense1,
  dense2,
  digitsOf,
  onlyWithin,
} from './network.ts';

/** The native peer: cuDNN by PyTorch where it finds a CUDA device (else its CPU library). */
export const torch = pythonVariant<CnnInput, CnnOutput>({
  name: 'torch',
  sameAlgorithm: true,
  summary: 'conv2d, max_pool2d and addmm of PyTorch (cuDNN in f32 without TF32)',
  unsupported: ({ mode, batch }) =>
    mode === 'training'
      ? 'the peer in PyTorch is written for inference'
      : mode === 'convolutions'
        ? onlyWithin
        : batch === 0
          ? 'torch.frombuffer takes no empty arrays'
          : undefined,
  file: new URL('./peers.py', import.meta.url),
  kernel: 'torch',
  scalars: ({ batch }) => ({ batch, channels1: conv1.outChannels, channels2: conv2.outChannels }),
  arrays: ({ images, weights }) => ({
    images,
    ...convArrays('conv1', conv1, weights),
    ...convArrays('conv2', conv2, weights),
    ...denseArrays('dense1', dense1, weights),
    ...denseArrays('dense2', dense2, weights),
  }),
  output(bytes) {
    const logits = new Float32Array(bytes);
    return { logits, digits: digitsOf(logits) };
  },
});

const convArrays = (key: string, shape: ConvShape, weights: Float32Array): Record<string, Float32Array> => ({
  [`${key}Filter`]: weights.subarray(shape.filterAt, shape.filterAt + convFilterSize(shape)),
  [`${key}Bias`]: weights.subarray(shape.biasAt, shape.biasAt + shape.outChannels),
});

const denseArrays = (key: string, shape: DenseShape, weights: Float32Array): Record<string, Float32Array> => ({
  [`${key}Weights`]: weights.subarray(shape.weightsAt, shape.weightsAt + shape.inputs * shape.outputs),
  [`${key}Bias`]: weights.subarray(shape.biasAt, shape.biasAt + shape.outputs),
});
