import { threadsVariant } from '../../src/backends/threads/variant.ts';
import { type CryptoInput, digestBytes, messageCount } from './input.ts';

/**
 * `tuned` on every core: blocks of AES in counter mode and messages of SHA-256 are independent of each other, so that
 * threads meet only at the end.
 *
 * Bound: the cores times `tuned`; the traffic, 2 bytes a byte, is far below what memory gives (24 GB/s a core).
 */
export const threads = threadsVariant<CryptoInput, Uint8Array>({
  name: 'threads',
  sameAlgorithm: false,
  precision: 'exact',
  summary: '`tuned` on all cores, over shared memory',
  kernel: new URL('./threads-kernel.ts', import.meta.url),
  arrays: input =>
    input.algorithm === 'sha-256'
      ? {
          bytes: { kind: 'u8', length: input.bytes.length },
          offsets: { kind: 'u32', length: input.offsets.length },
          output: { kind: 'u8', length: digestBytes * messageCount(input) },
        }
      : {
          key: { kind: 'u8', length: input.key.length },
          counter: { kind: 'u8', length: input.counter.length },
          message: { kind: 'u8', length: input.message.length },
          output: { kind: 'u8', length: input.message.length },
        },
  upload(input, shared) {
    for (const [name, array] of Object.entries(input)) shared[name]?.set(array as Uint8Array);
  },
  download: shared => (shared.output as Uint8Array).slice(),
});
