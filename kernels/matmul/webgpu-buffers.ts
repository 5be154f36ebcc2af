import type { BufferPlan } from '../../src/backends/webgpu/plan.ts';
import type { MatmulInput } from './input.ts';

/** The three matrices as they are, without padding: any m×k×n, and nothing but the data crosses to the device. */
export const matrixBuffers = ({ m, k, n }: MatmulInput): Readonly<Record<'a' | 'b' | 'c', BufferPlan>> => ({
  a: { bytes: 4 * m * k, role: 'in' },
  b: { bytes: 4 * k * n, role: 'in' },
  c: { bytes: 4 * m * n, role: 'out' },
});

export const uploadMatrices = ({ a, b }: MatmulInput): Readonly<Record<string, ArrayBufferView>> => ({ a, b });

export const productOf = ({ c }: Readonly<Record<string, ArrayBuffer>>): Float32Array =>
  new Float32Array(c ?? new ArrayBuffer(0));
