import { createCipheriv, hash } from 'node:crypto';
import { type CryptoInput, digestBytes, type HashInput } from './input.ts';

/** OpenSSL's answer, through `node:crypto`; tests hold it to the vectors of the standards. */
export function oracle(input: CryptoInput): Uint8Array {
  if (input.algorithm === 'sha-256') return digests(input);
  const { buffer, byteOffset, length } = createCipheriv(input.algorithm, input.key, input.counter).update(
    input.message,
  );
  return new Uint8Array(buffer, byteOffset, length);
}

function digests({ bytes, offsets }: HashInput): Uint8Array {
  const messages = offsets.length - 1;
  const output = new Uint8Array(digestBytes * messages);
  for (let m = 0; m < messages; m++)
    output.set(hash('sha256', bytes.subarray(offsets[m], offsets[m + 1]), 'buffer'), digestBytes * m);
  return output;
}
