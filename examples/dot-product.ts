import { callVariant, defineWorkload, uniform } from 'parallelogram';

type Input = { readonly a: Float32Array; readonly b: Float32Array };

const oneSum = ({ a, b }: Input) => Float32Array.of(a.reduce((sum, x, i) => sum + x * b[i]!, 0));

/** Four sums at once, so that no addition waits for the one before. Lengths are multiples of four. */
function fourSums({ a, b }: Input): Float32Array {
  let [s, t, u, v] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i += 4) {
    s += a[i]! * b[i]!;
    t += a[i + 1]! * b[i + 1]!;
    u += a[i + 2]! * b[i + 2]!;
    v += a[i + 3]! * b[i + 3]!;
  }
  return Float32Array.of(s + t + (u + v));
}

export default defineWorkload({
  name: 'dot-product',
  summary: 'the sum of a[i]·b[i]',
  sizes: { small: 4096, large: 1048576 },
  inputs: (n, random) => ({ a: uniform(random, n), b: uniform(random, n) }),
  reference: oneSum,
  // JavaScript adds in f64: two orders of n terms differ by far less than the rounding of the result to f32.
  tolerance: ({ a }) => ({ kind: 'absolute', bound: a.length * 2 ** -47, reason: 'rounding to f32' }),
  work: n => ({
    ...{ operations: 2 * n, operationUnit: 'flop', items: n, itemUnit: 'element' },
    ...{ bytesRead: 8 * n, bytesWritten: 4, bytesToDevice: 8 * n, bytesFromDevice: 4 },
  }),
  variants: [
    callVariant({ name: 'naive', sameAlgorithm: true, compute: oneSum }),
    callVariant({ name: 'tuned', sameAlgorithm: false, compute: fourSums }),
  ],
});
