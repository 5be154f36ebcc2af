import { type CnnInput, conv1, conv2, type DenseShape, dense1, dense2, pooled1Size, pooled2Size } from './network.ts';
import { convReluPool, type ImageRange } from './tuned-conv.ts';
import { type Matrix, multiplyTiled } from './tuned-gemm.ts';

/** What a forward pass leaves behind, for the whole batch. */
export interface Activations {
  readonly pooled1: Float32Array;
  readonly winners1: Uint8Array;
  readonly pooled2: Float32Array;
  readonly winners2: Uint8Array;
  readonly hidden: Float32Array;
  readonly logits: Float32Array;
}

export const newActivations = (batch: number): Activations => ({
  pooled1: new Float32Array(batch * pooled1Size),
  winners1: new Uint8Array(batch * pooled1Size),
  pooled2: new Float32Array(batch * pooled2Size),
  winners2: new Uint8Array(batch * pooled2Size),
  hidden: new Float32Array(batch * dense1.outputs),
  logits: new Float32Array(batch * dense2.outputs),
});

/** Runs some of the images through the network. */
export function forwardTuned(input: Pick<CnnInput, 'images' | 'weights'>, to: Activations, range: ImageRange): void {
  convolveTuned(input, to, range);
  const { weights } = input;
  const dense = (input: Float32Array, output: Float32Array, shape: DenseShape, relu: boolean): void =>
    multiplyTiled({
      a: rowsOf(input, shape.inputs, range),
      b: weightsOf(weights, shape),
      c: rowsOf(output, shape.outputs, range),
      rows: range.to - range.from,
      columns: shape.outputs,
      depth: shape.inputs,
      biasAt: shape.biasAt,
      relu,
    });
  dense(to.pooled2, to.hidden, dense1, true);
  dense(to.hidden, to.logits, dense2, false);
}

/** The convolutions of some images, with bias, ReLU and pooling. */
export function convolveTuned(
  { images, weights }: Pick<CnnInput, 'images' | 'weights'>,
  to: Pick<Activations, 'pooled1' | 'winners1' | 'pooled2' | 'winners2'>,
  range: ImageRange,
): void {
  convReluPool({ input: images, weights, output: to.pooled1, winners: to.winners1 }, conv1, range);
  convReluPool({ input: to.pooled1, weights, output: to.pooled2, winners: to.winners2 }, conv2, range);
}

/** The rows of some images in an array of `width` numbers an image. */
export const rowsOf = (values: Float32Array, width: number, { from }: ImageRange): Matrix => ({
  values,
  at: from * width,
  row: width,
  column: 1,
});

/** A dense layer's weights, inputs × outputs. */
export const weightsOf = (values: Float32Array, { weightsAt, outputs }: DenseShape): Matrix => ({
  values,
  at: weightsAt,
  row: outputs,
  column: 1,
});

export const transposed = ({ values, at, row, column }: Matrix): Matrix => ({ values, at, row: column, column: row });
