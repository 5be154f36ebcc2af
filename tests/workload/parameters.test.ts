import { expect, test } from 'vitest';
import { resolveParameters } from '../../src/workload/parameters.ts';
import type { AnyWorkload } from '../../src/workload/types.ts';

const workload = {
  name: 'toy',
  parameters: { algorithm: ['aes', 'sha', 'md5'], width: [1, 2] },
} as unknown as AnyWorkload;
const chosen = (...given: string[]) => resolveParameters(workload, given).map(p => `${p.algorithm}${p.width}`);

test('without --param the first value of each axis is taken', () => {
  expect(chosen()).toEqual(['aes1']);
});

test('an axis given twice means both values, as if they stood behind one comma', () => {
  expect(chosen('algorithm=sha', 'algorithm=aes')).toEqual(chosen('algorithm=sha,aes'));
  expect(chosen('algorithm=sha', 'algorithm=aes')).toEqual(['sha1', 'aes1']);
});

test('a value named twice is measured once', () => {
  expect(chosen('algorithm=sha,sha', 'algorithm=all', 'width=2')).toEqual(['sha2', 'aes2', 'md52']);
});

test('an unknown axis or value is refused with what there is', () => {
  expect(() => chosen('algoritm=sha')).toThrow(/algoritm.*algorithm/s);
  expect(() => chosen('algorithm=shaa')).toThrow(/sha/);
});
