/**
 * Keys of either kind as u32 codes whose unsigned order is the order of `TypedArray.prototype.sort`
 * (ECMA-262, %TypedArray%.prototype.sort, CompareTypedArrayElements: −0 before +0, NaNs last), so that one
 * integer sort serves both.
 *
 * An f32 is ordered by its bits once negative numbers are complemented and the sign of the others is set
 * (M. Herf, "Radix Tricks", 2001). Every NaN, of either sign and any payload, becomes the quiet NaN 0x7fc00000:
 * the language cannot tell NaNs apart, and only the positive ones would sort last by themselves.
 */
export type Keys = Uint32Array | Float32Array;

export const quietNaN = 0x7fc00000;
export const infinityBits = 0x7f800000;

/** The u32 code of an f32 given as bits. */
export function encodeBits(bits: number): number {
  const ordinary = (bits & 0x7fffffff) > infinityBits ? quietNaN : bits;
  return (ordinary ^ ((ordinary >> 31) | 0x80000000)) >>> 0;
}

/** The bits of the f32 with this code. */
export const decodeBits = (code: number): number => (code ^ (((code >>> 31) - 1) | 0x80000000)) >>> 0;

/** The bits that keys are made of, without a copy. */
export const bitsOf = (keys: Keys): Uint32Array =>
  keys instanceof Uint32Array ? keys : new Uint32Array(keys.buffer, keys.byteOffset, keys.length);

/** Codes of the keys, in memory of their own or in `codes`. */
export function encodeKeys(keys: Keys, codes: Uint32Array = new Uint32Array(keys.length)): Uint32Array {
  if (keys instanceof Uint32Array) codes.set(keys);
  else {
    const bits = bitsOf(keys);
    for (let i = 0; i < bits.length; i++) codes[i] = encodeBits(bits[i]!);
  }
  return codes;
}

/** Keys of the kind of `like` from their codes, which are overwritten: the result lies in the same memory. */
export function decodeKeys(codes: Uint32Array, like: Keys): Keys {
  if (like instanceof Uint32Array) return codes;
  for (let i = 0; i < codes.length; i++) codes[i] = decodeBits(codes[i]!);
  return new Float32Array(codes.buffer, codes.byteOffset, codes.length);
}

/** Keys of the kind of `like`, and as many, from the bits that a device gave back. */
export const keysOfBits = (bits: ArrayBuffer, like: Keys): Keys =>
  like instanceof Uint32Array ? new Uint32Array(bits, 0, like.length) : new Float32Array(bits, 0, like.length);
