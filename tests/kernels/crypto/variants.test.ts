import { createCipheriv, createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { algorithms } from '../../../kernels/crypto/input.ts';
import { encryptCtr } from '../../../kernels/crypto/naive-aes.ts';
import { hashAll } from '../../../kernels/crypto/naive-sha256.ts';
import { encryptBlocks, encryptCtrTuned } from '../../../kernels/crypto/tuned-aes.ts';
import { hashAllTuned } from '../../../kernels/crypto/tuned-sha256.ts';
import workload from '../../../kernels/crypto/workload.ts';
import { createRandom } from '../../../src/workload/random.ts';
import { checkAt, checkInputs } from '../../support/check.ts';
import { ctr, hex, messages } from './support.ts';

/** What gpu.js cannot express (gpujs.test.ts shows why), and which half each of the two packages leaves to the other. */
const declined = (name: string, algorithm: string): boolean =>
  algorithm === 'sha-256' ? /^gpujs|^@noble\/ciphers/.test(name) : name === '@noble/hashes';

/** Everything else is right everywhere. */
const outcome = (name: string, algorithm: string): string => (declined(name, algorithm) ? 'skipped' : 'ok');

describe.each(workload.variants.map(({ name }) => name))('%s', name => {
  test.each(algorithms)('is right at the smoke size, %s', async algorithm => {
    const size = workload.sizes.smoke as number;
    expect(await checkAt(workload, name, { size, parameters: { algorithm } })).toMatchObject({
      status: outcome(name, algorithm),
    });
  });

  test('is right at a larger odd size', async () => {
    const status = outcome(name, algorithms[0]);
    expect(await checkAt(workload, name, { size: 50_021 })).toMatchObject({ status });
  });

  test.each(algorithms)('is right on every edge case, %s', async algorithm => {
    const inputs = workload.cases?.(createRandom(3), { algorithm }) ?? {};
    for (const [label, input] of Object.entries(inputs))
      expect({ label, ...(await checkInputs(workload, name, [input])) }).toMatchObject({
        label,
        status: outcome(name, algorithm),
      });
  });
});

const ctrArguments = [
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.boolean(),
  // Counters near a carry are rare among random ones: half of them get a tail of 0xff.
  fc
    .tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.integer({ min: 0, max: 16 }), fc.nat(255))
    .map(([counter, ones, last]) => {
      counter.fill(0xff, 16 - ones);
      counter[15] = last;
      return counter;
    }),
  fc.uint8Array({ maxLength: 6000 }),
] as const;

describe.each([
  ['naive', encryptCtr],
  ['tuned', encryptCtrTuned],
] as const)('AES-CTR, %s', (_name, encrypt) => {
  test('equals node:crypto for any key, counter and length, and decrypts what it encrypted', () => {
    fc.assert(
      fc.property(...ctrArguments, (long, is128, counter, message) => {
        const key = is128 ? long.subarray(0, 16) : long;
        const encrypted = encrypt(ctr(key, counter, message));
        const cipher = createCipheriv(is128 ? 'aes-128-ctr' : 'aes-256-ctr', key, counter);
        expect(hex(encrypted)).toBe(cipher.update(message).toString('hex'));
        expect(hex(encrypt(ctr(key, counter, encrypted)))).toBe(hex(message));
      }),
    );
  });
});

describe.each([
  ['naive', hashAll],
  ['tuned', hashAllTuned],
] as const)('SHA-256, %s', (_name, hash) => {
  test('equals node:crypto for any messages', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 }), list => {
        const input = messages(list);
        if (input.algorithm !== 'sha-256') throw new Error('not a hash input');
        const want = list.map(message => createHash('sha256').update(message).digest('hex')).join('');
        expect(hex(hash(input))).toBe(want);
      }),
    );
  });
});

test('tuned AES encrypts any range of blocks as it encrypts the whole, from unaligned memory too', () => {
  fc.assert(
    fc.property(...ctrArguments, fc.nat(), fc.nat(), (key, _is128, counter, message, one, other) => {
      const blocks = Math.ceil(message.length / 16);
      const [from, to] = [one % (blocks + 1), other % (blocks + 1)].sort((a, b) => a - b) as [number, number];
      const want = encryptCtr(ctr(key, counter, message));
      const shifted = new Uint8Array(message.length + 1).subarray(1);
      shifted.set(message);
      const output = new Uint8Array(message.length).fill(0xa5);
      encryptBlocks({ key, counter, message: shifted, output, from, to });
      const expected = new Uint8Array(message.length).fill(0xa5);
      for (let i = from * 16; i < Math.min(to * 16, want.length); i++) expected[i] = want[i] as number;
      expect(hex(output)).toBe(hex(expected));
    }),
  );
});
