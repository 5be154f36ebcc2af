import { type ArraySpec, threadsVariant } from '../../src/backends/threads/variant.ts';
import {
  type CnnInput,
  type CnnOutput,
  dense1,
  dense2,
  digitsOf,
  pixels,
  pooled1Size,
  pooled2Size,
  weightCount,
} from './network.ts';

/**
 * `tuned` with the batch split between the threads: an image needs nothing of another. In training every thread sums
 * its own images' gradient; then each adds up its share of the weights over all threads and updates them.
 *
 * Bound: that of `tuned`, divided by the threads; the sum of the gradients is 37,610 additions a thread against
 * 2 million flops an image.
 */
export const threads = threadsVariant<CnnInput, CnnOutput>({
  name: 'threads',
  sameAlgorithm: true,
  summary: 'tuned, with the batch split between the threads',
  kernel: new URL('./threads-kernel.ts', import.meta.url),
  arrays({ batch, mode }, threads) {
    const forward: Record<string, ArraySpec> = {
      images: { kind: 'f32', length: batch * pixels },
      weights: { kind: 'f32', length: weightCount },
      pooled1: { kind: 'f32', length: batch * pooled1Size },
      winners1: { kind: 'u8', length: batch * pooled1Size },
      pooled2: { kind: 'f32', length: batch * pooled2Size },
      winners2: { kind: 'u8', length: batch * pooled2Size },
      hidden: { kind: 'f32', length: batch * dense1.outputs },
      logits: { kind: 'f32', length: batch * dense2.outputs },
    };
    if (mode !== 'training') return forward;
    return {
      ...forward,
      labels: { kind: 'u8', length: batch },
      learningRate: { kind: 'f64', length: 1 },
      gradients: { kind: 'f32', length: threads * weightCount },
      losses: { kind: 'f64', length: threads },
      updated: { kind: 'f32', length: weightCount },
    };
  },
  scalars: ({ batch, mode }) => ({
    batch,
    convolutions: mode === 'convolutions' ? 1 : 0,
    training: mode === 'training' ? 1 : 0,
  }),
  upload({ mode, images, weights, labels, learningRate }, shared) {
    shared.images!.set(images);
    shared.weights!.set(weights);
    if (mode !== 'training') return;
    shared.labels!.set(labels);
    shared.learningRate![0] = learningRate;
  },
  download(shared, { mode, batch }) {
    if (mode === 'convolutions') return { pooled2: Float32Array.from(shared.pooled2!) };
    if (mode === 'inference') {
      const logits = Float32Array.from(shared.logits!);
      return { logits, digits: digitsOf(logits) };
    }
    const loss = (shared.losses as Float64Array).reduce((sum, part) => sum + part, 0) / batch;
    return { weights: Float32Array.from(shared.updated!), loss: Float32Array.of(loss) };
  },
});
