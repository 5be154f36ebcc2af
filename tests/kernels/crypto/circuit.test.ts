import { expect, test } from 'vitest';
import { multiply, sbox } from '../../../kernels/crypto/sbox.ts';
import { sboxConstant, sboxGates } from '../../../kernels/crypto/sbox-circuit.ts';

test('the circuit of 115 gates is the S-box without its constant, on all 256 bytes', () => {
  expect(sboxGates).toHaveLength(115);
  for (let byte = 0; byte < 256; byte++) {
    const wires: Record<string, number> = {};
    for (let i = 0; i < 8; i++) wires[`x${i}`] = (byte >> (7 - i)) & 1;
    for (const { result, left, operator, right } of sboxGates) {
      const [a, b] = [wires[left] as number, wires[right] as number];
      wires[result] = operator === '^' ? a ^ b : a & b;
    }
    let out = 0;
    for (let i = 0; i < 8; i++) out |= (wires[`s${i}`] as number) << (7 - i);
    expect(out ^ sboxConstant).toBe(sbox[byte]);
  }
});

test('MixColumns passes the constant on unchanged', () => {
  expect(multiply(sboxConstant, 2) ^ multiply(sboxConstant, 3) ^ sboxConstant ^ sboxConstant).toBe(sboxConstant);
});
