import { libraryVariant } from '../../src/backends/library.ts';
import { type CryptoInput, digestBytes, type HashInput, messageCount } from './input.ts';

/** The peer for AES: audited JavaScript by table look-up, which also writes its key schedule anew for every message. */
export const nobleCiphers = libraryVariant<typeof import('@noble/ciphers/aes.js'), CryptoInput, Uint8Array>({
  name: '@noble/ciphers',
  sameAlgorithm: false,
  precision: 'exact',
  summary: 'AES in counter mode of the package @noble/ciphers',
  unsupported: ({ algorithm }) =>
    algorithm === 'sha-256' ? '@noble/ciphers has no hashes; its sister @noble/hashes does' : undefined,
  load: () => import('@noble/ciphers/aes.js'),
  compute({ ctr }, input) {
    if (input.algorithm === 'sha-256') throw new TypeError('@noble/ciphers encrypts');
    return ctr(input.key, input.counter).encrypt(input.message);
  },
});

/** The peer for SHA-256: one call a message, as a user would write it. */
export const nobleHashes = libraryVariant<typeof import('@noble/hashes/sha2.js'), CryptoInput, Uint8Array>({
  name: '@noble/hashes',
  sameAlgorithm: true,
  precision: 'exact',
  summary: 'SHA-256 of the package @noble/hashes, one call a message',
  unsupported: ({ algorithm }) =>
    algorithm === 'sha-256' ? undefined : '@noble/hashes has no ciphers; its sister @noble/ciphers does',
  load: () => import('@noble/hashes/sha2.js'),
  compute({ sha256 }, input) {
    if (input.algorithm !== 'sha-256') throw new TypeError('@noble/hashes hashes');
    return hashEach(sha256, input);
  },
});

function hashEach(sha256: (message: Uint8Array) => Uint8Array, input: HashInput): Uint8Array {
  const { bytes, offsets } = input;
  const digests = new Uint8Array(digestBytes * messageCount(input));
  for (let m = 0; m < messageCount(input); m++)
    digests.set(sha256(bytes.subarray(offsets[m], offsets[m + 1])), digestBytes * m);
  return digests;
}
