import { createCipheriv, createHash } from 'node:crypto';
import { type CryptoInput, digestBytes, type HashInput, messageCount } from './input.ts';

/** OpenSSL's answer, through `node:crypto`; tests hold it to the vectors of the standards. */
export const oracle = (input: CryptoInput): Uint8Array =>
  input.algorithm === 'sha-256'
    ? digests(input)
    : // `update` may return a view into a larger buffer; an output owns its memory.
      Uint8Array.from(createCipheriv(input.algorithm, input.key, input.counter).update(input.message));

function digests(input: HashInput): Uint8Array {
  const output = new Uint8Array(digestBytes * messageCount(input));
  for (let m = 0; m < messageCount(input); m++) {
    const message = input.bytes.subarray(input.offsets[m]!, input.offsets[m + 1]!);
    output.set(createHash('sha256').update(message).digest(), digestBytes * m);
  }
  return output;
}
