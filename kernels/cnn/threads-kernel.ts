import type { Job } from '../../src/backends/threads/worker.ts';
import { share } from '../../src/backends/threads/worker.ts';
import { weightCount } from './network.ts';
import { backwardTuned } from './tuned-backward.ts';
import { type Activations, convolveTuned, forwardTuned } from './tuned-forward.ts';

/** This thread's images through the network; in training their gradient, and its share of the update. */
export function kernel(job: Job): void {
  const { shared, scalars, thread, threads, barrier } = job;
  const batch = scalars.batch!;
  const [from, to] = share(batch, job);
  const range = { from, to };
  const arrays = shared as Readonly<Record<string, Float32Array>>;
  const images = arrays.images!;
  const weights = arrays.weights!;
  const activations = shared as unknown as Activations;
  if (scalars.convolutions) {
    convolveTuned({ images, weights }, activations, range);
    return;
  }
  forwardTuned({ images, weights }, activations, range);
  if (!scalars.training) return;

  const gradients = arrays.gradients!;
  const gradient = gradients.subarray(thread * weightCount, (thread + 1) * weightCount);
  const input = { images, weights, batch, labels: shared.labels as Uint8Array };
  shared.losses![thread] = backwardTuned(input, activations, { gradient, range });
  barrier();
  const learningRate = shared.learningRate![0]!;
  const updated = arrays.updated!;
  const [first, last] = share(weightCount, job);
  for (let index = first; index < last; index++) {
    let sum = 0;
    for (let other = 0; other < threads; other++) sum += gradients[other * weightCount + index]!;
    updated[index] = weights[index]! - learningRate * sum;
  }
}
