import { type Job, share } from 'parallelogram';

/** The part of one thread: y[i] = (x[i−1] + x[i] + x[i+1]) / 3, with the ends repeated. */
export function kernel({ shared, thread, threads }: Job): void {
  const { x, y } = shared as { x: Float32Array; y: Float32Array };
  const last = x.length - 1;
  const [from, to] = share(x.length, { thread, threads });
  for (let i = from; i < to; i++) y[i] = (x[Math.max(i - 1, 0)]! + x[i]! + x[Math.min(i + 1, last)]!) / 3;
}
