import { callVariant, defineWorkload } from 'parallelogram';
import { inputs, potential } from './potential.ts';

type Input = { readonly x: Float64Array };

const naive = ({ x }: Input) => potential(x, new Float64Array(x.length));

/** Each pair once: half of the divisions, but now y[j] is written in every iteration of i. */
function pairs({ x }: Input): Float64Array {
  const y = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++)
    for (let j = 0; j < i; j++) {
      const term = 1 / Math.abs(x[i]! - x[j]!);
      y[i] = y[i]! + term;
      y[j] = y[j]! + term;
    }
  return y;
}

/** The largest terms last, so that little is lost: the nearest neighbours of i come at the end. */
function reference({ x }: Input): Float64Array {
  return x.map((at, i) => {
    const terms = x.filter((_, j) => j !== i).map(other => 1 / Math.abs(at - other));
    return terms.sort().reduce((sum, term) => sum + term, 0);
  });
}

export default defineWorkload({
  name: 'potential',
  summary: 'potential of points on a line, every point from every other',
  sizes: { small: 1000, large: 4000 },
  inputs: (n, random) => ({ x: inputs.potential(n, random.below(1000))[0]! }),
  reference,
  tolerance: ({ x }) => ({
    kind: 'relative',
    bound: 2 * (x.length + 2) * 2 ** -53,
    floor: 0,
    reason: 'n positive terms of two roundings each, summed with n roundings, here and in the reference',
  }),
  work: n => ({
    ...{ operations: 4 * n * (n - 1), operationUnit: 'flop', items: n, itemUnit: 'point' },
    ...{ bytesRead: 8 * n, bytesWritten: 8 * n, bytesToDevice: 8 * n, bytesFromDevice: 8 * n },
  }),
  variants: [
    callVariant({ name: 'naive', sameAlgorithm: true, compute: naive }),
    callVariant({ name: 'tuned', sameAlgorithm: false, compute: pairs }),
  ],
});
