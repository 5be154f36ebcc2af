import { type ConvShape, type DenseShape, kernelSide } from './network.ts';

/**
 * The layers and their derivatives in f64, as plain as their definitions. The reference composes them on the values,
 * the tolerances compose the same ones on absolute values and error bounds (a bound through a linear layer is that
 * layer with |w| applied to the bounds).
 */
export interface ConvLayer {
  readonly shape: ConvShape;
  readonly filter: Float64Array;
  readonly bias: Float64Array;
}

export interface DenseLayer {
  readonly shape: DenseShape;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

export interface Layers {
  readonly conv1: ConvLayer;
  readonly conv2: ConvLayer;
  readonly dense1: DenseLayer;
  readonly dense2: DenseLayer;
}

/**
 * Calls back for every input element that an output pixel depends on: where the pixel's channels begin, the element,
 * and where the filter's weights from that element to those channels begin.
 */
function eachConnection(
  { side, inChannels, outChannels, convSide }: ConvShape,
  batch: number,
  visit: (output: number, input: number, filter: number) => void,
): void {
  for (let image = 0; image < batch; image++)
    for (let y = 0; y < convSide; y++)
      for (let x = 0; x < convSide; x++)
        for (let ky = 0; ky < kernelSide; ky++)
          for (let kx = 0; kx < kernelSide; kx++)
            for (let channel = 0; channel < inChannels; channel++)
              visit(
                ((image * convSide + y) * convSide + x) * outChannels,
                ((image * side + y + ky) * side + x + kx) * inChannels + channel,
                ((ky * kernelSide + kx) * inChannels + channel) * outChannels,
              );
}

export function convolve(input: Float64Array, { shape, filter, bias }: ConvLayer, batch: number): Float64Array {
  const { outChannels } = shape;
  const output = new Float64Array(batch * shape.convSide ** 2 * outChannels);
  for (let index = 0; index < output.length; index++) output[index] = bias[index % outChannels] as number;
  eachConnection(shape, batch, (to, from, weight) => {
    const value = input[from] as number;
    for (let out = 0; out < outChannels; out++)
      output[to + out] = (output[to + out] as number) + value * (filter[weight + out] as number);
  });
  return output;
}

/** Gradient of the loss with respect to a convolution's input. */
export function convolveInputGradient(
  gradient: Float64Array,
  { shape, filter }: ConvLayer,
  batch: number,
): Float64Array {
  const { outChannels } = shape;
  const inputGradient = new Float64Array(batch * shape.side ** 2 * shape.inChannels);
  eachConnection(shape, batch, (from, to, weight) => {
    let sum = inputGradient[to] as number;
    for (let out = 0; out < outChannels; out++)
      sum += (gradient[from + out] as number) * (filter[weight + out] as number);
    inputGradient[to] = sum;
  });
  return inputGradient;
}

/** Gradient of the loss with respect to a convolution's filter. */
export function convolveFilterGradient(
  input: Float64Array,
  gradient: Float64Array,
  { shape, batch }: { shape: ConvShape; batch: number },
): Float64Array {
  const { outChannels } = shape;
  const filterGradient = new Float64Array(kernelSide ** 2 * shape.inChannels * outChannels);
  eachConnection(shape, batch, (output, from, to) => {
    const value = input[from] as number;
    for (let out = 0; out < outChannels; out++)
      filterGradient[to + out] = (filterGradient[to + out] as number) + value * (gradient[output + out] as number);
  });
  return filterGradient;
}

/** The four elements that a pooled element is the largest of. */
export function windowOf(pooled: number, { convSide, pooledSide, outChannels }: ConvShape): readonly number[] {
  const channel = pooled % outChannels;
  const x = Math.floor(pooled / outChannels) % pooledSide;
  const row = Math.floor(pooled / outChannels / pooledSide);
  const at = (dy: number, dx: number): number => ((row * 2 + dy) * convSide + x * 2 + dx) * outChannels + channel;
  return [at(0, 0), at(0, 1), at(1, 0), at(1, 1)];
}

/** Which element of each pooling window is the largest: the first, where several are. */
export function largestOfWindows(values: Float64Array, shape: ConvShape): Uint32Array {
  return Uint32Array.from({ length: values.length / 4 }, (_, pooled) =>
    windowOf(pooled, shape).reduce((best, at) => ((values[at] as number) > (values[best] as number) ? at : best)),
  );
}

export function multiply(input: Float64Array, { shape, weights, bias }: DenseLayer, batch: number): Float64Array {
  const { inputs, outputs } = shape;
  const output = new Float64Array(batch * outputs);
  for (let image = 0; image < batch; image++)
    for (let out = 0; out < outputs; out++) {
      let sum = bias[out] as number;
      for (let index = 0; index < inputs; index++)
        sum += (input[image * inputs + index] as number) * (weights[index * outputs + out] as number);
      output[image * outputs + out] = sum;
    }
  return output;
}

export function multiplyInputGradient(
  gradient: Float64Array,
  { shape, weights }: DenseLayer,
  batch: number,
): Float64Array {
  const { inputs, outputs } = shape;
  const inputGradient = new Float64Array(batch * inputs);
  for (let image = 0; image < batch; image++)
    for (let index = 0; index < inputs; index++) {
      let sum = 0;
      for (let out = 0; out < outputs; out++)
        sum += (gradient[image * outputs + out] as number) * (weights[index * outputs + out] as number);
      inputGradient[image * inputs + index] = sum;
    }
  return inputGradient;
}

export function multiplyWeightGradient(
  input: Float64Array,
  gradient: Float64Array,
  { shape, batch }: { shape: DenseShape; batch: number },
): Float64Array {
  const { inputs, outputs } = shape;
  const weightGradient = new Float64Array(inputs * outputs);
  for (let index = 0; index < inputs; index++)
    for (let out = 0; out < outputs; out++) {
      let sum = 0;
      for (let image = 0; image < batch; image++)
        sum += (input[image * inputs + index] as number) * (gradient[image * outputs + out] as number);
      weightGradient[index * outputs + out] = sum;
    }
  return weightGradient;
}

/** Gradient with respect to a bias: the sum over everything but the channel. */
export function biasGradient(gradient: Float64Array, channels: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let index = 0; index < gradient.length; index++)
    sums[index % channels] = (sums[index % channels] as number) + (gradient[index] as number);
  return sums;
}
