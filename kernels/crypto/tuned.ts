import { callVariant } from '../../src/backends/js.ts';
import type { CryptoInput } from './input.ts';
import { encryptCtrTuned } from './tuned-aes.ts';
import { hashAllTuned } from './tuned-sha256.ts';

export const tuned = callVariant<CryptoInput, Uint8Array>({
  name: 'tuned',
  sameAlgorithm: false,
  precision: 'exact',
  summary: 'AES by look-up of whole columns, the shared part of the first two rounds once; SHA-256 unrolled, no copies',
  compute: input => (input.algorithm === 'sha-256' ? hashAllTuned(input) : encryptCtrTuned(input)),
});
