import { readFileSync } from 'node:fs';
import type { Random } from '../../src/workload/random.ts';
import { conv1, conv2, dense1, dense2, taps, weightCount } from './network.ts';

export const trainedWeightsFile = new URL('./weights.bin', import.meta.url);

let trained: Float32Array | undefined;

/** The weights that `tools/train-cnn.ts` made: 37,610 f32, little-endian, in the order of network.ts. */
export function trainedWeights(): Float32Array {
  trained ??= readWeights();
  return trained.slice();
}

function readWeights(): Float32Array {
  const bytes = readFileSync(trainedWeightsFile);
  if (bytes.length !== weightCount * 4)
    throw new Error(
      `${trainedWeightsFile.pathname} has ${bytes.length} bytes instead of ${weightCount * 4}; restore it from git or run tools/train-cnn.ts`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: weightCount }, (_, index) => view.getFloat32(index * 4, true));
}

/**
 * Weights to begin training with: normal with variance 2 ÷ fan-in, biases zero (He, Zhang, Ren, Sun, "Delving deep
 * into rectifiers", ICCV 2015, eq. 10).
 */
export function initialWeights(random: Random): Float32Array {
  const weights = new Float32Array(weightCount);
  const fill = (from: number, to: number, fanIn: number): void => {
    const deviation = Math.sqrt(2 / fanIn);
    for (let index = from; index < to; index++) weights[index] = deviation * random.normal();
  };
  fill(conv1.filterAt, conv1.biasAt, taps * conv1.inChannels);
  fill(conv2.filterAt, conv2.biasAt, taps * conv2.inChannels);
  fill(dense1.weightsAt, dense1.biasAt, dense1.inputs);
  fill(dense2.weightsAt, dense2.biasAt, dense2.inputs);
  return weights;
}
