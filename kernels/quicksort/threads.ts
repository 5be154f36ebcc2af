import { threadsVariant } from '../../src/backends/threads/variant.ts';
import type { SortInput } from './inputs.ts';
import { decodeKeys, encodeKeys, type Keys } from './order.ts';
import { buckets } from './radix.ts';

/** f32 keys become codes on their way into shared memory and keys again on their way out. */
export default threadsVariant<SortInput, Keys>({
  name: 'threads',
  sameAlgorithm: false,
  summary: 'radix sort on all cores, one contiguous part a thread',
  precision: 'exact',
  kernel: new URL('./threads-kernel.ts', import.meta.url),
  arrays: ({ keys }, threads) => ({
    input: { kind: 'u32', length: keys.length },
    ping: { kind: 'u32', length: keys.length },
    pong: { kind: 'u32', length: keys.length },
    counts: { kind: 'u32', length: threads * buckets },
  }),
  upload({ keys }, { input }) {
    encodeKeys(keys, input as Uint32Array);
  },
  download: ({ pong }, { keys }) => decodeKeys(new Uint32Array(pong as Uint32Array), keys),
});
