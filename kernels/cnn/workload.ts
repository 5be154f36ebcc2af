import { defineWorkload } from '../../src/workload/define.ts';
import { gpujs } from './gpujs.ts';
import { casesOf, inputsOf } from './inputs.ts';
import { naive } from './naive.ts';
import type { CnnInput, CnnOutput, Mode } from './network.ts';
import { torch } from './python.ts';
import { referenceOf } from './reference.ts';
import { simd, simdThreads } from './simd.ts';
import { tfjs } from './tfjs.ts';
import { threads } from './threads.ts';
import { toleranceOf } from './tolerance.ts';
import { tuned } from './tuned.ts';
import { webgpuNaive } from './webgpu-naive.ts';
import { webgpuTuned } from './webgpu-tuned.ts';
import { workOf } from './work.ts';

/**
 * A LeNet-class convolutional network on 28×28 handwritten digits (network.ts), f32: inference on a batch, its
 * convolutions alone, or one step of training (forward, softmax cross-entropy, backward, gradient descent).
 *
 * Bound: 708,096 flops an image against 3,136 bytes of pixels, so compute-bound on any device whose balance is below
 * 200 flop/byte, once a batch is large enough to forget the 150 KB of weights. Error: forward-errors.ts.
 */
export default defineWorkload<CnnInput, CnnOutput>({
  name: 'cnn',
  summary: 'LeNet-class network on 28×28 digits: inference, its convolutions, or one training step',
  sizeMeaning: 'n: images in the batch',
  sizes: { smoke: 3, small: 16, medium: 64, large: 256 },
  parameters: { mode: ['inference', 'convolutions', 'training'] },
  inputs: inputsOf,
  cases: casesOf,
  reference: referenceOf,
  tolerance: toleranceOf,
  work: (batch, { mode }) => workOf(batch, mode as Mode),
  variants: [naive, tuned, threads, simd, simdThreads, webgpuNaive, webgpuTuned, ...gpujs, ...tfjs, torch],
});
