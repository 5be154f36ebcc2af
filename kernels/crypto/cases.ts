import { type Random, randomBytes } from '../../src/workload/random.ts';
import type { Parameters } from '../../src/workload/types.ts';
import { type CryptoInput, type CtrInput, type HashInput, keyBytes } from './input.ts';

/** Lengths around the places where padding needs another block (FIPS 180-4 §5.1.1: 55 | 56, 119 | 120) or a block ends. */
export const paddingLengths = [0, 1, 3, 4, 55, 56, 57, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 1000];

/** Lengths around a block of AES, and one that ends in no tile of any kernel. */
const messageLengths = [0, 1, 15, 17, 4096];

/** Bytes of the counter that are all ones before it carries, and lengths of messages that go on after that. */
const carries = { '2^32': [4, 33_007], '2^64': [8, 4097], '2^96': [12, 5000], '2^128': [16, 9999] } as const;

/**
 * Few, since every one is prepared anew, which for a GPU means compiling. The length of the key has nothing to do with
 * counters and lengths of messages: AES-128 gets those that wrap the whole counter and end within a block.
 */
export function cases(random: Random, parameters: Parameters): Readonly<Record<string, CryptoInput>> {
  if (parameters.algorithm === 'sha-256') return hashCases(random);
  const algorithm = (parameters.algorithm ?? 'aes-256-ctr') as CtrInput['algorithm'];
  const all = ctrCases(random, algorithm);
  return algorithm === 'aes-256-ctr'
    ? all
    : Object.fromEntries(Object.entries(all).filter(([name]) => /2\^128|^(0|17) bytes/.test(name)));
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
  for (const length of messageLengths) found[`${length} bytes`] = make(length, randomBytes(random, 16).fill(0xff, 15));
  for (const [name, [ones, length]] of Object.entries(carries)) {
    const counter = randomBytes(random, 16).fill(0xff, 16 - ones);
    counter[15] = 0x80;
    found[`carry past ${name}`] = make(length, counter);
  }
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
    'every padding, up and down': make([...paddingLengths, ...[...paddingLengths].reverse()]),
    'one long message among short': make([5, 70_001, 0, 64, 3]),
    'equal lengths': make(new Array(65).fill(100)),
  };
}
