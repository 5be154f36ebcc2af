import { callVariant, defineWorkload, uniform } from '../../src/index.ts';

interface Input {
  readonly x: Float32Array;
}

const triple = ({ x }: Input): Float32Array => x.map(value => 3 * value);

function tripleInALoop({ x }: Input): Float32Array {
  const y = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) y[i] = 3 * (x[i] as number);
  return y;
}

/** As little as can be measured, so that a run is mostly starting, sampling, writing: what a fault can hit. */
export default defineWorkload({
  name: 'tiny',
  summary: 'y = 3x',
  sizes: { small: 64, large: 128 },
  inputs: (size, random) => ({ x: uniform(random, size) }),
  reference: triple,
  tolerance: () => ({ kind: 'exact', reason: 'one multiplication, correctly rounded' }),
  work: size => ({
    operations: size,
    operationUnit: 'flop',
    bytesRead: 4 * size,
    bytesWritten: 4 * size,
    bytesToDevice: 4 * size,
    bytesFromDevice: 4 * size,
    items: size,
    itemUnit: 'element',
  }),
  variants: [
    callVariant({ name: 'naive', sameAlgorithm: true, compute: triple }),
    callVariant({ name: 'tuned', sameAlgorithm: true, compute: tripleInALoop }),
  ],
});
