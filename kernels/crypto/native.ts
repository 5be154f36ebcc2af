import { callVariant } from '../../src/backends/js.ts';
import type { CryptoInput } from './input.ts';
import { oracle } from './reference.ts';

/** OpenSSL through `node:crypto`: AES instructions, and SHA instructions where the processor has them. */
export const native = callVariant<CryptoInput, Uint8Array>({
  name: 'native',
  sameAlgorithm: false,
  precision: 'exact',
  summary: 'node:crypto (OpenSSL); the reference is the same library, itself held to the published vectors',
  compute: oracle,
});
