import {
  type CnnInput,
  type ConvShape,
  classes,
  conv1,
  conv2,
  convFilterSize,
  type DenseShape,
  dense1,
  dense2,
  pooled1Size,
  pooled2Size,
} from './network.ts';
import type { ImageRange } from './tuned-conv.ts';
import { filterGradient, inputGradient, openGates } from './tuned-conv-backward.ts';
import { type Activations, rowsOf, transposed, weightsOf } from './tuned-forward.ts';
import { multiplyTiled } from './tuned-gemm.ts';

/**
 * Gradient of the loss's sum over some images, divided by the whole batch: written to `gradient`, flat as the weights
 * are.
 *
 * @returns the sum of these images' losses
 */
export function backwardTuned(
  { images, labels, weights, batch }: Omit<CnnInput, 'mode' | 'learningRate'>,
  { pooled1, winners1, pooled2, winners2, hidden, logits }: Activations,
  { gradient, range }: { gradient: Float32Array; range: ImageRange },
): number {
  const rows = range.to - range.from;
  const local: ImageRange = { from: 0, to: rows };
  const dLogits = new Float32Array(rows * classes);
  const loss = softmaxGradient({ logits, labels, dLogits, batch }, range);

  const dense = (input: Float32Array, dOutput: Float32Array, dInput: Float32Array, shape: DenseShape): void => {
    const { inputs, outputs } = shape;
    const slopes = rowsOf(dOutput, outputs, local);
    const a = transposed(rowsOf(input, inputs, range));
    multiplyTiled({ a, b: slopes, c: weightsOf(gradient, shape), rows: inputs, columns: outputs, depth: rows });
    addRows(dOutput, gradient.subarray(shape.biasAt, shape.biasAt + outputs));
    multiplyTiled({
      a: slopes,
      b: transposed(weightsOf(weights, shape)),
      c: rowsOf(dInput, inputs, local),
      rows,
      columns: inputs,
      depth: outputs,
    });
  };
  const dHidden = new Float32Array(rows * dense1.outputs);
  dense(hidden, dLogits, dHidden, dense2);
  for (let index = 0; index < dHidden.length; index++)
    if (hidden[range.from * dense1.outputs + index] === 0) dHidden[index] = 0;
  const dPooled2 = new Float32Array(rows * pooled2Size);
  dense(pooled2, dHidden, dPooled2, dense1);

  const dPooled1 = new Float32Array(rows * pooled1Size);
  const gates2 = openGates({ slopes: dPooled2, winners: winners2 }, conv2, range);
  filterGradient(gates2, pooled1, { gradient, shape: conv2 });
  inputGradient(gates2, filterByOutput(weights, conv2), { dInput: dPooled1, shape: conv2, from: range.from });
  filterGradient(openGates({ slopes: dPooled1, winners: winners1 }, conv1, range), images, { gradient, shape: conv1 });
  return loss;
}

function softmaxGradient(
  {
    logits,
    labels,
    dLogits,
    batch,
  }: { logits: Float32Array; labels: Uint8Array; dLogits: Float32Array; batch: number },
  { from, to }: ImageRange,
): number {
  const shares = new Float64Array(classes);
  let loss = 0;
  for (let image = from; image < to; image++) {
    const row = logits.subarray(image * classes, (image + 1) * classes);
    const label = labels[image]!;
    let largest = row[0]!;
    for (let digit = 1; digit < classes; digit++) largest = Math.max(largest, row[digit]!);
    let sum = 0;
    for (let digit = 0; digit < classes; digit++) sum += shares[digit] = Math.exp(row[digit]! - largest);
    for (let digit = 0; digit < classes; digit++)
      dLogits[(image - from) * classes + digit] = (shares[digit]! / sum - (digit === label ? 1 : 0)) / batch;
    loss += largest + Math.log(sum) - row[label]!;
  }
  return loss;
}

/** Sums of the columns. */
function addRows(values: Float32Array, sums: Float32Array): void {
  const totals = new Float64Array(sums.length);
  for (let row = 0; row < values.length; row += sums.length)
    for (let column = 0; column < sums.length; column++) totals[column]! += values[row + column]!;
  sums.set(totals);
}

/** A filter with the taps of one output channel in one run: the transpose of HWIO. */
function filterByOutput(weights: Float32Array, shape: ConvShape): Float32Array {
  const { outChannels, filterAt } = shape;
  const size = convFilterSize(shape) / outChannels;
  const filter = new Float32Array(size * outChannels);
  for (let tap = 0; tap < size; tap++)
    for (let out = 0; out < outChannels; out++) filter[out * size + tap] = weights[filterAt + tap * outChannels + out]!;
  return filter;
}
