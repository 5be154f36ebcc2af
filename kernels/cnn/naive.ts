import { callVariant } from '../../src/backends/js.ts';
import { naiveTrainingStep } from './naive-training.ts';
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
} from './network.ts';

/**
 * The nested loops that anyone writes, a function a layer, a fresh array for each result.
 *
 * Bound: 708,096 flops an image (work.ts) at one multiply and one add at a time, each product behind two loads with
 * bounds checks, two conversions from f32 and a chain of additions of latency 3: about 1 flop a nanosecond.
 */
export const naive = callVariant<CnnInput, CnnOutput>({
  name: 'naive',
  sameAlgorithm: true,
  summary: 'nested loops in plain TypeScript, one layer after another',
  compute(input) {
    if (input.mode === 'training') return naiveTrainingStep(input);
    const pooled2 = convolutions(input);
    return input.mode === 'convolutions' ? { pooled2 } : denseLayers(pooled2, input);
  },
});

function convolutions({ images, weights, batch }: CnnInput): Float32Array {
  const a1 = relu(convolution(images, weights, conv1, batch));
  const p1 = maxPool(a1, conv1, batch);
  const a2 = relu(convolution(p1, weights, conv2, batch));
  return maxPool(a2, conv2, batch);
}

function denseLayers(pooled2: Float32Array, { weights, batch }: CnnInput): CnnOutput {
  const hidden = relu(fullyConnected(pooled2, weights, dense1, batch));
  const logits = fullyConnected(hidden, weights, dense2, batch);
  return { logits, digits: digitsOf(logits) };
}

export function convolution(input: Float32Array, weights: Float32Array, shape: ConvShape, batch: number): Float32Array {
  const { side, inChannels, outChannels, convSide, filterAt, biasAt } = shape;
  const output = new Float32Array(batch * convSide * convSide * outChannels);
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < convSide; y++) {
      for (let x = 0; x < convSide; x++) {
        for (let out = 0; out < outChannels; out++) {
          let sum = weights[biasAt + out]!;
          for (let ky = 0; ky < kernelSide; ky++) {
            for (let kx = 0; kx < kernelSide; kx++) {
              for (let channel = 0; channel < inChannels; channel++) {
                const pixel = ((image * side + y + ky) * side + x + kx) * inChannels + channel;
                const tap = ((ky * kernelSide + kx) * inChannels + channel) * outChannels + out;
                sum += input[pixel]! * weights[filterAt + tap]!;
              }
            }
          }
          output[((image * convSide + y) * convSide + x) * outChannels + out] = sum;
        }
      }
    }
  }
  return output;
}

export function relu(values: Float32Array): Float32Array {
  const output = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) output[index] = Math.max(0, values[index]!);
  return output;
}

export function maxPool(input: Float32Array, shape: ConvShape, batch: number): Float32Array {
  const { convSide, pooledSide, outChannels } = shape;
  const output = new Float32Array(batch * pooledSide * pooledSide * outChannels);
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < pooledSide; y++) {
      for (let x = 0; x < pooledSide; x++) {
        for (let channel = 0; channel < outChannels; channel++) {
          let largest = Number.NEGATIVE_INFINITY;
          for (let dy = 0; dy < 2; dy++) {
            for (let dx = 0; dx < 2; dx++) {
              const from = ((image * convSide + 2 * y + dy) * convSide + 2 * x + dx) * outChannels + channel;
              largest = Math.max(largest, input[from]!);
            }
          }
          output[((image * pooledSide + y) * pooledSide + x) * outChannels + channel] = largest;
        }
      }
    }
  }
  return output;
}

export function fullyConnected(
  input: Float32Array,
  weights: Float32Array,
  shape: DenseShape,
  batch: number,
): Float32Array {
  const { inputs, outputs, weightsAt, biasAt } = shape;
  const output = new Float32Array(batch * outputs);
  for (let image = 0; image < batch; image++) {
    for (let out = 0; out < outputs; out++) {
      let sum = weights[biasAt + out]!;
      for (let index = 0; index < inputs; index++)
        sum += input[image * inputs + index]! * weights[weightsAt + index * outputs + out]!;
      output[image * outputs + out] = sum;
    }
  }
  return output;
}
