/**
 * The substitution box of AES, made from its definition in FIPS 197 §5.1.1: the inverse in GF(2^8) modulo
 * x^8 + x^4 + x^3 + x + 1 (0 stays 0), then an affine map of its bits. The generator 3 walks through all 255 elements
 * that are not 0, and 1/3 = 0xf6 walks through their inverses.
 */
export const sbox: Uint8Array = makeSbox();

function makeSbox(): Uint8Array {
  const box = new Uint8Array(256);
  let element = 1;
  let inverse = 1;
  do {
    box[element] = affine(inverse);
    element = multiply(element, 3);
    inverse = multiply(inverse, 0xf6);
  } while (element !== 1);
  box[0] = affine(0);
  return box;
}

/** Bit i of the result is b_i + b_(i+4) + b_(i+5) + b_(i+6) + b_(i+7) + c_i with c = 0x63, indices modulo 8. */
function affine(byte: number): number {
  const twice = byte | (byte << 8);
  return (byte ^ (twice >> 4) ^ (twice >> 5) ^ (twice >> 6) ^ (twice >> 7) ^ 0x63) & 0xff;
}

/** The product in GF(2^8), bit by bit (FIPS 197 §4.2). */
export function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) {
    if ((b >> bit) & 1) product ^= a;
    a = ((a << 1) ^ ((a >> 7) * 0x1b)) & 0xff;
  }
  return product;
}
