/**
 * The counter block `blocks` blocks after `counter`, as four big-endian words from high to low, modulo 2^128
 * (SP 800-38A appendix B.1).
 *
 * @param counter 16 bytes
 * @param blocks 0 … 2^53
 */
export function counterWords(counter: Uint8Array, blocks = 0): Uint32Array {
  const view = new DataView(counter.buffer, counter.byteOffset, counter.byteLength);
  const words = new Uint32Array(4);
  let carry = blocks;
  for (let i = 3; i >= 0; i--) {
    const sum = view.getUint32(4 * i) + (carry % 2 ** 32);
    words[i] = sum;
    carry = Math.floor(carry / 2 ** 32) + (sum >= 2 ** 32 ? 1 : 0);
  }
  return words;
}
