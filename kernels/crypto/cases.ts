import { type Random, randomBytes } from '../../src/workload/random.ts';
import type { Parameters } from '../../src/workload/types.ts';
import { type CryptoInput, type CtrInput, type HashInput, keyBytes } from './input.ts';

/** Lengths around the places where padding needs another block (FIPS 180-4 §5.1.1: 55 | 56, 119 | 120) or a block ends. */
export const paddingLengths = [0, 1, 3, 4, 55, 56, 57, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 1000];

/** Lengths around a block of AES, the 256 blocks that share their high counter bytes, and larger tiles of kernels. */
const messageLengths = [0, 1, 15, 16, 17, 4096, 4097, 33_007];

/** Counters that carry at the end of each 32-bit word, and past the whole block. */
const carries = { '2^32': 4, '2^64': 8, '2^96': 12, '2^128': 16 };

export function cases(random: Random, parameters: Parameters): Readonly<Record<string, CryptoInput>> {
  return parameters.algorithm === 'sha-256'
    ? hashCases(random)
    : ctrCases(random, (parameters.algorithm ?? 'aes-256-ctr') as CtrInput['algorithm']);
}

function ctrCases(random: Random, algorithm: CtrInput['algorithm']): Record<string, CtrInput> {
  const key = randomBytes(random, keyBytes(algorithm));
  const make = (length: number, counter: Uint8Array): CtrInput => ({
    algorithm,
    key,
    counter,
    message: randomBytes(random, length),
  });
  const found: Record<string, CtrInput> = {};
  for (const length of messageLengths) found[`${length} bytes`] = make(length, randomBytes(random, 16));
  for (const [name, low] of Object.entries(carries)) {
    const counter = randomBytes(random, 16).fill(0xff, 16 - low);
    counter[15] = 0x80;
    found[`carry past ${name}`] = make(5000, counter);
  }
  found['the largest counter, then 0'] = make(100, new Uint8Array(16).fill(0xff));
  return found;
}

function hashCases(random: Random): Record<string, HashInput> {
  const make = (lengths: readonly number[]): HashInput => {
    const offsets = new Uint32Array(lengths.length + 1);
    for (const [m, length] of lengths.entries()) offsets[m + 1] = offsets[m]! + length;
    return { algorithm: 'sha-256', bytes: randomBytes(random, offsets[lengths.length]!), offsets };
  };
  return {
    'no messages': make([]),
    'one empty message': make([0]),
    'only empty messages': make(new Array(70).fill(0)),
    'every padding': make(paddingLengths),
    'every padding, descending': make([...paddingLengths].reverse()),
    'one long message': make([70_001]),
    'one long among short': make([5, 20_000, 0, 64, 3]),
    'equal lengths': make(new Array(65).fill(100)),
  };
}
