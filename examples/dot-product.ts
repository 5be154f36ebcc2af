import { callVariant, defineWorkload, uniform } from 'parallelogram';

type Input = { readonly a: Float32Array; readonly b: Float32Array };

const withReduce = ({ a, b }: Input) => Float32Array.of(a.reduce((sum, x, i) => sum + x * b[i]!, 0));

function withLoop({ a, b }: Input): Float32Array {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return Float32Array.of(sum);
}

export default defineWorkload({
  name: 'dot-product',
  summary: 'the sum of a[i]·b[i]',
  sizes: { small: 4096, large: 1048576 },
  inputs: (n, random) => ({ a: uniform(random, n), b: uniform(random, n) }),
  reference: withReduce,
  tolerance: () => ({ kind: 'exact', reason: 'the same additions in the same order' }),
  work: n => ({
    ...{ operations: 2 * n, operationUnit: 'flop', items: n, itemUnit: 'element' },
    ...{ bytesRead: 8 * n, bytesWritten: 4, bytesToDevice: 8 * n, bytesFromDevice: 4 },
  }),
  variants: [
    callVariant({ name: 'naive', sameAlgorithm: true, compute: withReduce }),
    callVariant({ name: 'tuned', sameAlgorithm: true, compute: withLoop }),
  ],
});
