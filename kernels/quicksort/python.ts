import { pythonVariant } from '../../src/backends/python/variant.ts';
import type { SortInput } from './inputs.ts';
import type { Keys } from './order.ts';

/** The native peers: NumPy's vectorised sort on one core, CUB's radix sort by CuPy on a CUDA device. */
export const python = (['numpy', 'cupy'] as const).map(name =>
  pythonVariant<SortInput, Keys>({
    name,
    sameAlgorithm: false,
    summary: { numpy: 'numpy.sort, vectorised, one thread', cupy: 'cupy.sort (CUB radix sort)' }[name],
    unsupported: ({ keys }) =>
      keys instanceof Float32Array
        ? `${name} takes −0 for equal to +0 and leaves their order open; the order asked for is the language’s`
        : undefined,
    file: new URL('./peers.py', import.meta.url),
    kernel: name,
    scalars: () => ({}),
    arrays: ({ keys }) => ({ keys }),
    output: bytes => new Uint32Array(bytes),
  }),
);
