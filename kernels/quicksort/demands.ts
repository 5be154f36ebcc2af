import type { Demands, Parameters } from '../../src/workload/types.ts';
import { bitonicSteps, nextPowerOfTwo } from './bitonic.ts';
import { digits } from './radix.ts';

/**
 * What each kernel cannot do without. Other distributions than random keys allow short cuts (a digit that all keys share,
 * runs that are sorted already), so that only the compulsory traffic binds there.
 * - Comparison sorts: log₂ n! comparisons on average, each of which tells one bit of n! orders apart (D. E. Knuth, The
 *   Art of Computer Programming 3, §5.3.1); one operation each.
 * - Radix sorts: n keys into buckets for each of 4 digits, and 4n + 8n·4 bytes.
 * - `webgpu-tuned`: 36n bytes (3 digits of 11 bits, each counted and moved; or counted once and moved 4 times).
 * - `webgpu-naive`: a bitonic network reads all keys, padded to a power of two, in every step.
 */
export function sortDemands(n: number, { distribution = 'uniform' }: Parameters): Readonly<Record<string, Demands>> {
  const padded = nextPowerOfTwo(n);
  const network = { bytes: 4 * padded * bitonicSteps(padded).length };
  if (distribution !== 'uniform' || n <= smallest) return { 'webgpu-naive': network };
  const comparisons = { scalarIntegers: log2Factorial(n) };
  const radix = { moves: digits * n, bytes: (4 + 8 * digits) * n };
  return {
    ...{ naive: comparisons, tuned: comparisons, 'webgpu-naive': network, 'webgpu-tuned': { bytes: 36 * n } },
    ...{ radix, threads: radix, simd: radix, 'simd-threads': radix },
  };
}

/** One workgroup sorts so many in one pass on a GPU (webgpu-tuned.ts). */
const smallest = 2048;

/** Stirling's formula, whose error is below 1/12n. */
const log2Factorial = (n: number): number => n * Math.log2(n / Math.E) + Math.log2(2 * Math.PI * n) / 2;
