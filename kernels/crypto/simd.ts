import type { Variant } from '../../src/backends/variant.ts';
import { wasmVariants } from '../../src/backends/wasm/variant.ts';
import { blockBytes, type CryptoInput, type CtrInput, digestBytes, type HashInput, messageCount } from './input.ts';
import { initialHash, roundConstants } from './sha256-constants.ts';
import { simdAesTablesLength } from './simd-aes-tables.ts';

const shared = { sameAlgorithm: false, precision: 'exact' } as const;

const [aes, aesThreads] = wasmVariants<CtrInput, Uint8Array>({
  ...shared,
  module: new URL('./assembly/aes.wasm', import.meta.url),
  kernel: new URL('./simd-aes-kernel.ts', import.meta.url),
  arrays: ({ key, message }, threads, { scratchLength }) => ({
    key: { kind: 'u8', length: key.length },
    counter: { kind: 'u8', length: blockBytes },
    message: { kind: 'u8', length: message.length },
    output: { kind: 'u8', length: message.length },
    tables: { kind: 'u8', length: threads * simdAesTablesLength },
    scratch: { kind: 'u8', length: threads * scratchLength!() },
  }),
  upload({ key, counter, message }, arrays) {
    arrays.key?.set(key);
    arrays.counter?.set(counter);
    arrays.message?.set(message);
  },
  download: ({ output }) => (output as Uint8Array).slice(),
});

const [sha256, sha256Threads] = wasmVariants<HashInput, Uint8Array>({
  ...shared,
  module: new URL('./assembly/sha256.wasm', import.meta.url),
  kernel: new URL('./simd-sha256-kernel.ts', import.meta.url),
  arrays: (input, threads, { scratchLength }) => ({
    bytes: { kind: 'u8', length: input.bytes.length },
    offsets: { kind: 'u32', length: input.offsets.length },
    order: { kind: 'u32', length: messageCount(input) },
    output: { kind: 'u8', length: digestBytes * messageCount(input) },
    constants: { kind: 'i32', length: roundConstants.length + initialHash.length },
    scratch: { kind: 'u8', length: threads * scratchLength!() },
  }),
  upload({ bytes, offsets }, arrays) {
    arrays.bytes?.set(bytes);
    arrays.offsets?.set(offsets);
    arrays.constants?.set([...roundConstants, ...initialHash]);
  },
  download: ({ output }) => (output as Uint8Array).slice(),
});

/** One variant of the two: the input says which algorithm it is for. */
const either = (
  ctr: Variant<CtrInput, Uint8Array>,
  hash: Variant<HashInput, Uint8Array>,
): Variant<CryptoInput, Uint8Array> => ({
  ...shared,
  name: ctr.name,
  summary: 'AES by permutations of vectors, every ninth block by tables; SHA-256 of 4 messages at once',
  prepare: (device, input) =>
    input.algorithm === 'sha-256' ? hash.prepare(device, input) : ctr.prepare(device, input),
});

export const simd = either(aes, sha256);
export const simdThreads = either(aesThreads, sha256Threads);
