import type { GpuPlan } from '../../src/backends/webgpu/plan.ts';
import { alignment } from './wgsl.ts';

/** What a plan needs to know of the keys. */
export interface Shape {
  readonly length: number;
  readonly floats: boolean;
}

/** The digits of both radix sorts, in the order of the buffer that holds them; `digit.wgsl` reads it. */
const radices = [8, 11].flatMap(bits => {
  const count = Math.ceil(32 / bits);
  return Array.from({ length: count }, (_, index) => ({ bits, index, last: index === count - 1 }));
});

export function encodeDigits(floats: boolean): Uint32Array {
  const words = new Uint32Array((radices.length * alignment) / 4);
  for (const [place, { bits, index, last }] of radices.entries())
    words.set([bits * index, Number(floats && index === 0), Number(floats && last)], (place * alignment) / 4);
  return words;
}

/** Buffers that every plan has. */
export const ends = (length: number): GpuPlan['buffers'] => ({
  input: { bytes: Math.max(4, length * 4), role: 'in' },
  digits: { bytes: radices.length * alignment, role: 'in' },
  sorted: { bytes: Math.max(4, length * 4), role: 'out' },
});

/** The binding of one digit of a radix sort with so many bits a digit. */
export function digitPart(bits: number, index: number): string {
  const place = radices.findIndex(radix => radix.bits === bits && radix.index === index);
  return `digits@${place * alignment}:12`;
}
