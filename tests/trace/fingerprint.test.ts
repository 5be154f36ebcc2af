import { expect, test } from 'vitest';
import { fingerprint } from '../../src/trace/fingerprint.ts';

/** A NaN with another sign and payload, as compiled code may leave it. */
const otherNaN = (): Float64Array => new Float64Array(BigUint64Array.of(0xfff8000000000123n).buffer);

test('all NaN are one value, alone and in typed arrays; −0 is not 0', () => {
  expect(fingerprint(otherNaN())).toBe(fingerprint(Float64Array.of(Number.NaN)));
  expect(fingerprint(otherNaN()[0])).toBe(fingerprint(Number.NaN));
  expect(fingerprint(Float64Array.of(Number.NaN, 1))).not.toBe(fingerprint(Float64Array.of(1, Number.NaN)));
  expect(fingerprint(Float32Array.of(Number.NaN))).not.toBe(fingerprint(Float32Array.of(0)));
  expect(fingerprint(-0)).not.toBe(fingerprint(0));
});
