import { wasmVariants } from '../../src/backends/wasm/variant.ts';
import type { SortInput } from './inputs.ts';
import { bitsOf, type Keys, keysOfBits } from './order.ts';
import { buckets, digits } from './radix.ts';

/** Keys that `assembly/sort.ts` encodes together. */
export const lanes = 4;

const padded = (length: number): number => lanes * Math.ceil(length / lanes);

/** The bound is in `assembly/sort.ts`. */
export const [simd, simdThreads] = wasmVariants<SortInput, Keys>({
  sameAlgorithm: false,
  summary: 'radix sort in WebAssembly, f32 keys encoded four at a time',
  precision: 'exact',
  module: new URL('./assembly/sort.wasm', import.meta.url),
  kernel: new URL('./simd-kernel.ts', import.meta.url),
  arrays: ({ keys }, threads) => ({
    input: { kind: 'u32', length: padded(keys.length) },
    ping: { kind: 'u32', length: padded(keys.length) },
    pong: { kind: 'u32', length: padded(keys.length) },
    counts: { kind: 'u32', length: digits * threads * buckets },
    places: { kind: 'u32', length: threads * buckets },
  }),
  scalars: ({ keys }) => ({ length: keys.length, floats: Number(keys instanceof Float32Array) }),
  upload({ keys }, { input }) {
    input!.set(bitsOf(keys));
  },
  download: ({ ping }, { keys }) => keysOfBits(new Uint32Array(ping!.subarray(0, keys.length)).buffer, keys),
});
