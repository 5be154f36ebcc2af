import { convolution, fullyConnected, maxPool, relu } from './naive.ts';
import {
  type CnnInput,
  type CnnOutput,
  type ConvShape,
  classes,
  conv1,
  conv2,
  type DenseShape,
  dense1,
  dense2,
  kernelSide,
  weightCount,
} from './network.ts';

/** One step of gradient descent on the mean softmax cross-entropy, layer by layer. */
export function naiveTrainingStep(input: CnnInput): CnnOutput {
  const { images, labels, weights, batch, learningRate } = input;
  const a1 = relu(convolution(images, weights, conv1, batch));
  const p1 = maxPool(a1, conv1, batch);
  const a2 = relu(convolution(p1, weights, conv2, batch));
  const p2 = maxPool(a2, conv2, batch);
  const hidden = relu(fullyConnected(p2, weights, dense1, batch));
  const logits = fullyConnected(hidden, weights, dense2, batch);

  const gradient = new Float32Array(weightCount);
  const { loss, dLogits } = lossGradient(logits, labels);
  const dHidden = denseBackward({ input: hidden, weights, dOutput: dLogits, gradient }, dense2, batch);
  const dP2 = denseBackward({ input: p2, weights, dOutput: reluBackward(hidden, dHidden), gradient }, dense1, batch);
  const dA2 = maxPoolBackward(a2, dP2, conv2, batch);
  const dP1 = convolutionBackward({ input: p1, weights, dOutput: reluBackward(a2, dA2), gradient }, conv2, batch);
  const dA1 = maxPoolBackward(a1, dP1, conv1, batch);
  convolutionBackward({ input: images, weights, dOutput: reluBackward(a1, dA1), gradient }, conv1, batch);

  const updated = new Float32Array(weightCount);
  for (let index = 0; index < weightCount; index++) updated[index] = weights[index]! - learningRate * gradient[index]!;
  return { weights: updated, loss: Float32Array.of(loss) };
}

function lossGradient(logits: Float32Array, labels: Uint8Array): { loss: number; dLogits: Float32Array } {
  const batch = labels.length;
  const dLogits = new Float32Array(logits.length);
  let loss = 0;
  for (let image = 0; image < batch; image++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let digit = 0; digit < classes; digit++) largest = Math.max(largest, logits[image * classes + digit]!);
    let sum = 0;
    for (let digit = 0; digit < classes; digit++) sum += Math.exp(logits[image * classes + digit]! - largest);
    for (let digit = 0; digit < classes; digit++) {
      const probability = Math.exp(logits[image * classes + digit]! - largest) / sum;
      dLogits[image * classes + digit] = (probability - (digit === labels[image] ? 1 : 0)) / batch;
    }
    loss += largest + Math.log(sum) - logits[image * classes + labels[image]!]!;
  }
  return { loss: loss / batch, dLogits };
}

/** A layer's input and weights, the gradient of its output, and where the gradient of its weights is added. */
interface BackwardStep {
  readonly input: Float32Array;
  readonly weights: Float32Array;
  readonly dOutput: Float32Array;
  readonly gradient: Float32Array;
}

function denseBackward(
  { input, weights, dOutput, gradient }: BackwardStep,
  { inputs, outputs, weightsAt, biasAt }: DenseShape,
  batch: number,
): Float32Array {
  const dInput = new Float32Array(batch * inputs);
  for (let image = 0; image < batch; image++) {
    for (let out = 0; out < outputs; out++) {
      const slope = dOutput[image * outputs + out]!;
      gradient[biasAt + out]! += slope;
      for (let index = 0; index < inputs; index++) {
        const weight = weightsAt + index * outputs + out;
        gradient[weight]! += input[image * inputs + index]! * slope;
        dInput[image * inputs + index]! += weights[weight]! * slope;
      }
    }
  }
  return dInput;
}

function reluBackward(activation: Float32Array, dOutput: Float32Array): Float32Array {
  const dInput = new Float32Array(dOutput.length);
  for (let index = 0; index < dOutput.length; index++) dInput[index] = activation[index]! > 0 ? dOutput[index]! : 0;
  return dInput;
}

/** The gradient of a pooled element goes to the first largest of its window. */
function maxPoolBackward(input: Float32Array, dOutput: Float32Array, shape: ConvShape, batch: number): Float32Array {
  const { convSide, pooledSide, outChannels } = shape;
  const dInput = new Float32Array(input.length);
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < pooledSide; y++) {
      for (let x = 0; x < pooledSide; x++) {
        for (let channel = 0; channel < outChannels; channel++) {
          let best = ((image * convSide + 2 * y) * convSide + 2 * x) * outChannels + channel;
          for (let dy = 0; dy < 2; dy++) {
            for (let dx = 0; dx < 2; dx++) {
              const at = ((image * convSide + 2 * y + dy) * convSide + 2 * x + dx) * outChannels + channel;
              if (input[at]! > input[best]!) best = at;
            }
          }
          dInput[best] = dOutput[((image * pooledSide + y) * pooledSide + x) * outChannels + channel]!;
        }
      }
    }
  }
  return dInput;
}

function convolutionBackward(
  { input, weights, dOutput, gradient }: BackwardStep,
  { side, inChannels, outChannels, convSide, filterAt, biasAt }: ConvShape,
  batch: number,
): Float32Array {
  const dInput = new Float32Array(input.length);
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < convSide; y++) {
      for (let x = 0; x < convSide; x++) {
        for (let out = 0; out < outChannels; out++) {
          const slope = dOutput[((image * convSide + y) * convSide + x) * outChannels + out]!;
          if (slope === 0) continue;
          gradient[biasAt + out]! += slope;
          for (let ky = 0; ky < kernelSide; ky++) {
            for (let kx = 0; kx < kernelSide; kx++) {
              for (let channel = 0; channel < inChannels; channel++) {
                const pixel = ((image * side + y + ky) * side + x + kx) * inChannels + channel;
                const weight = filterAt + ((ky * kernelSide + kx) * inChannels + channel) * outChannels + out;
                gradient[weight]! += input[pixel]! * slope;
                dInput[pixel]! += weights[weight]! * slope;
              }
            }
          }
        }
      }
    }
  }
  return dInput;
}
