import { describe, expect, test } from 'vitest';
import type { CryptoInput } from '../../../kernels/crypto/input.ts';
import { encryptBlock, expandKey } from '../../../kernels/crypto/naive-aes.ts';
import { oracle } from '../../../kernels/crypto/reference.ts';
import { sbox } from '../../../kernels/crypto/sbox.ts';
import { initialHash, roundConstants } from '../../../kernels/crypto/sha256-constants.ts';
import { expandKeyWords } from '../../../kernels/crypto/tables.ts';
import { ascii, bytes, computeAll, ctr, hex, messages, variantNames } from './support.ts';

/** FIPS 197, appendix C: one block. SP 800-38A, appendix F.5: counter mode. */
const block = '00112233445566778899aabbccddeeff';
const counterBlock = bytes('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');
const plaintext = bytes(`6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
  30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710`);
const ctrVectors = {
  'FIPS 197 C.1 and SP 800-38A F.5.1, AES-128': {
    blockKey: '000102030405060708090a0b0c0d0e0f',
    blockResult: '69c4e0d86a7b0430d8cdb78070b4c55a',
    key: bytes('2b7e151628aed2a6abf7158809cf4f3c'),
    ciphertext: bytes(`874d6191b620e3261bef6864990db6ce 9806f66b7970fdff8617187bb9fffdff
      5ae4df3edbd5d35e5b4f09020db03eab 1e031dda2fbe03d1792170a0f3009cee`),
  },
  'FIPS 197 C.3 and SP 800-38A F.5.5, AES-256': {
    blockKey: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    blockResult: '8ea2b7ca516745bfeafc49904b496089',
    key: bytes('603deb1015ca71be2b73aef0857d7781 1f352c073b6108d72d9810a30914dff4'),
    ciphertext: bytes(`601ec313775789a5b7a7f504bbf3d228 f443e3ca4d62b59aca84e990cacaf5c5
      2b0930daa23de94ce87017ba2d84988d dfc9c58db67aada613c2dd08457941a6`),
  },
};

/** FIPS 180-4's example messages (NIST, "Examples with intermediate values", SHA256.pdf), and the empty one. */
const shaVectors: readonly (readonly [string, string])[] = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  [
    'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
    'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1',
  ],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
];
const shaInput = messages(shaVectors.map(([text]) => ascii(text)));
const shaDigests = shaVectors.map(([, digest]) => digest).join('');

describe('the standards’ vectors', () => {
  test.each(Object.entries(ctrVectors))('the cipher itself, naive: %s', (_name, { blockKey, blockResult }) => {
    const state = bytes(block);
    encryptBlock(state, new Uint8Array(16), expandKey(bytes(blockKey)));
    expect(hex(state)).toBe(blockResult);
  });

  test.each(['the reference', ...variantNames])('%s matches FIPS 197, SP 800-38A and FIPS 180-4', async name => {
    const run = async (...inputs: CryptoInput[]): Promise<string[]> =>
      (name === 'the reference' ? inputs.map(oracle) : await computeAll(name, inputs)).map(hex);
    const ciphers = name === '@noble/hashes' ? [] : Object.values(ctrVectors);
    for (const { key, ciphertext, blockKey, blockResult } of ciphers) {
      const [encrypted, decrypted, stream] = await run(
        ctr(key, counterBlock, plaintext),
        ctr(key, counterBlock, ciphertext),
        // A block cipher of one block is what counter mode adds to zeros.
        ctr(bytes(blockKey), bytes(block), new Uint8Array(64)),
      );
      expect(encrypted).toBe(hex(ciphertext));
      expect(decrypted).toBe(hex(plaintext));
      expect(stream?.slice(0, 32)).toBe(blockResult);
    }
    if (!/^gpujs|^@noble\/ciphers/.test(name)) expect(await run(shaInput)).toEqual([shaDigests]);
  });
});

describe('what the kernels make from definitions', () => {
  test('the S-box is a permutation without fixed points and has the values of FIPS 197 figure 7', () => {
    expect(new Set(sbox).size).toBe(256);
    expect(sbox.some((value, x) => value === x)).toBe(false);
    expect(hex(sbox.subarray(0, 16))).toBe('637c777bf26b6fc53001672bfed7ab76');
    expect(hex(sbox.subarray(240))).toBe('8ca1890dbfe6426841992d0fb054bb16');
  });

  test('both key schedules end as FIPS 197 appendix A says', () => {
    for (const [key, last] of [
      ['2b7e151628aed2a6abf7158809cf4f3c', 'd014f9a8c9ee2589e13f0cc8b6630ca6'],
      ['603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', 'fe4890d1e6188d0b046df344706c631e'],
    ] as const) {
      expect(hex(expandKey(bytes(key)).subarray(-16))).toBe(last);
      expect(hex(new Uint8Array(expandKeyWords(bytes(key)).buffer).subarray(-16))).toBe(last);
    }
  });

  test('constants of SHA-256 begin and end as FIPS 180-4 lists them', () => {
    const words = (array: Int32Array): string[] =>
      Array.from(array, word => (word >>> 0).toString(16).padStart(8, '0'));
    expect(words(roundConstants).slice(0, 4)).toEqual(['428a2f98', '71374491', 'b5c0fbcf', 'e9b5dba5']);
    expect(words(roundConstants).slice(-2)).toEqual(['bef9a3f7', 'c67178f2']);
    expect(words(initialHash).join('')).toBe('6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19');
  });
});
