import { share, type ThreadKernel } from '../../src/backends/threads/worker.ts';
import { buckets, digitBits, digits } from './radix.ts';

const mask = buckets - 1;

/**
 * Parallel radix sort from the least significant digit (M. Zagha and G. E. Blelloch, "Radix sort for vector
 * multiprocessors", Supercomputing 1991): every thread counts the digits of its own contiguous part, the counts are
 * summed bucket by bucket over threads, and every thread moves its part to places that no other thread writes. The
 * order of threads within a bucket keeps it stable. Two barriers a digit.
 *
 * Digits go input → ping → pong → ping → pong: the input stays as it was, and a second dispatch sorts the same keys.
 */
export const kernel: ThreadKernel = ({ shared, thread, threads, barrier }) => {
  const { input, ping, pong, counts } = shared as Readonly<Record<'input' | 'ping' | 'pong' | 'counts', Uint32Array>>;
  const [first, end] = share(input.length, { thread, threads });
  const mine = counts.subarray(thread * buckets, (thread + 1) * buckets);
  for (let digit = 0; digit < digits; digit++) {
    const shift = digit * digitBits;
    const from = digit === 0 ? input : digit % 2 === 1 ? ping : pong;
    const to = digit % 2 === 0 ? ping : pong;
    mine.fill(0);
    for (let i = first; i < end; i++) {
      const bucket = (from[i]! >>> shift) & mask;
      mine[bucket] = mine[bucket]! + 1;
    }
    barrier();
    const places = firstPlaces(counts, { thread, threads });
    for (let i = first; i < end; i++) {
      const key = from[i]!;
      const bucket = (key >>> shift) & mask;
      const place = places[bucket]!;
      places[bucket] = place + 1;
      to[place] = key;
    }
    barrier();
  }
};

/** Where this thread's first key of each bucket goes: after all smaller buckets, and after the threads before it. */
function firstPlaces(counts: Uint32Array, { thread, threads }: { thread: number; threads: number }): Uint32Array {
  const places = new Uint32Array(buckets);
  let sum = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    for (let other = 0; other < threads; other++) {
      if (other === thread) places[bucket] = sum;
      sum += counts[other * buckets + bucket]!;
    }
  }
  return places;
}
