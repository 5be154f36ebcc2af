import { defineWorkload } from '../../src/workload/define.ts';
import { cases } from './cases.ts';
import { cryptoDemands } from './demands.ts';
import { gpujs } from './gpujs.ts';
import { algorithms, type CryptoInput, makeInput } from './input.ts';
import { naive } from './naive.ts';
import { native } from './native.ts';
import { nobleCiphers, nobleHashes } from './noble.ts';
import { oracle } from './reference.ts';
import { simd, simdThreads } from './simd.ts';
import { threads } from './threads.ts';
import { tuned } from './tuned.ts';
import { webgpuNaive } from './webgpu-naive.ts';
import { webgpuTuned } from './webgpu-tuned.ts';
import { cryptoWork } from './work.ts';

/**
 * AES-128 and AES-256 in counter mode (FIPS 197, SP 800-38A), and SHA-256 of many messages (FIPS 180-4).
 *
 * Bound: 91 (AES-128), 130 (AES-256) or 55 (SHA-256) integer operations a byte as the standards write them (work.ts),
 * against 1 or 2 bytes of traffic: compute-bound on any device whose balance is below 27 operations a byte. Not
 * hardened against timing attacks: look-ups depend on the key. It measures devices; do not protect secrets with it.
 */
export default defineWorkload<CryptoInput, Uint8Array>({
  name: 'crypto',
  aliases: ['crypt'],
  summary: 'AES in counter mode, and SHA-256 over many messages',
  sizeMeaning:
    'bytes: of the message for AES, whose counter carries mid-stream; for SHA-256 of all messages together, their lengths mixed from 0 to 2047 (at most size/8)',
  sizes: { smoke: 1009, small: 128 << 10, medium: 2 << 20, large: 12 << 20 },
  parameters: { algorithm: algorithms },
  inputs: makeInput,
  cases,
  reference: oracle,
  tolerance: () => ({ kind: 'exact', reason: 'bytes are right or wrong' }),
  work: cryptoWork,
  demands: cryptoDemands,
  variants: [
    naive,
    tuned,
    threads,
    simd,
    simdThreads,
    webgpuNaive,
    webgpuTuned,
    ...gpujs,
    native,
    nobleCiphers,
    nobleHashes,
  ],
});
