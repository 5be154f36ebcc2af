import { callVariant } from '../../src/backends/js.ts';
import type { CryptoInput } from './input.ts';
import { encryptCtr } from './naive-aes.ts';
import { hashAll } from './naive-sha256.ts';

export const naive = callVariant<CryptoInput, Uint8Array>({
  name: 'naive',
  sameAlgorithm: true,
  precision: 'exact',
  summary: 'byte-wise from FIPS 197 and FIPS 180-4',
  compute: input => (input.algorithm === 'sha-256' ? hashAll(input) : encryptCtr(input)),
});
