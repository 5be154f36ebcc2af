import { createRandom, type Random, randomBytes } from '../../src/workload/random.ts';
import type { Parameters } from '../../src/workload/types.ts';

/** The values of the axis `algorithm`; the first is the default. */
export const algorithms = ['aes-256-ctr', 'aes-128-ctr', 'sha-256'] as const;

/** A message and what AES in counter mode (SP 800-38A §6.5) needs to encrypt it. Encrypting twice decrypts. */
export interface CtrInput {
  readonly algorithm: 'aes-256-ctr' | 'aes-128-ctr';
  /** 32 or 16 bytes. */
  readonly key: Uint8Array;
  /** The initial counter block, 16 bytes: a big-endian integer that grows by one a block, modulo 2^128. */
  readonly counter: Uint8Array;
  readonly message: Uint8Array;
}

/** Many messages to hash, one after the other in one array. */
export interface HashInput {
  readonly algorithm: 'sha-256';
  readonly bytes: Uint8Array;
  /** Message m is `bytes[offsets[m] … offsets[m + 1])`; one entry more than there are messages, the first is 0. */
  readonly offsets: Uint32Array;
}

export type CryptoInput = CtrInput | HashInput;

/** Bytes of a block of AES (FIPS 197 §3.1). */
export const blockBytes = 16;
/** Bytes of a SHA-256 digest. */
export const digestBytes = 32;

export const keyBytes = (algorithm: CtrInput['algorithm']): number => (algorithm === 'aes-256-ctr' ? 32 : 16);

export const messageCount = (input: HashInput): number => input.offsets.length - 1;

const algorithmOf = ({ algorithm }: Parameters): CryptoInput['algorithm'] => {
  const chosen = algorithms.find(name => name === (algorithm ?? algorithms[0]));
  if (!chosen)
    throw new RangeError(`crypto: algorithm is \`${algorithm}\`; it must be one of ${algorithms.join(', ')}`);
  return chosen;
};

/** A seeded input of `size` bytes in all. */
export function makeInput(size: number, random: Random, parameters: Parameters): CryptoInput {
  const algorithm = algorithmOf(parameters);
  if (algorithm === 'sha-256') return { algorithm, bytes: randomBytes(random, size), offsets: messageOffsets(size) };
  return {
    algorithm,
    key: randomBytes(random, keyBytes(algorithm)),
    counter: counterThatCarries(Math.ceil(size / blockBytes), random),
    message: randomBytes(random, size),
  };
}

/**
 * Where the messages of a SHA-256 input of `size` bytes begin. Lengths are uniform over 0 … min(2047, size/8), so
 * that neighbours differ in their number of blocks, and depend on the size alone, so that all inputs of a size have
 * one shape. The first message is empty; the last is what is left.
 */
export function messageOffsets(size: number): Uint32Array {
  const lengths = createRandom(256 + size);
  const most = Math.min(2047, Math.ceil(size / 8));
  const offsets = [0, 0];
  for (let end = 0; end < size; ) {
    end = Math.min(size, end + lengths.below(most + 1));
    offsets.push(end);
  }
  return Uint32Array.from(offsets);
}

/**
 * A random initial counter block from which `blocks` blocks carry out of the low 4, 8, 12 or all 16 bytes (past 2^128
 * the counter wraps): code that adds in fewer than 128 bits is wrong on half of all inputs or more.
 */
function counterThatCarries(blocks: number, random: Random): Uint8Array {
  const counter = randomBytes(random, blockBytes);
  const low = 4 * (1 + random.below(4));
  const before = Math.min(2 ** 32 - 1, 1 + random.below(Math.max(1, blocks - 1)));
  counter.fill(0xff, blockBytes - low);
  new DataView(counter.buffer).setUint32(12, 2 ** 32 - before);
  return counter;
}
