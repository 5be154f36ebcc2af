import type { CryptoInput, CtrInput } from '../../../kernels/crypto/input.ts';
import workload from '../../../kernels/crypto/workload.ts';
import { openDevice } from '../../../src/backends/device.ts';

export const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
export const hex = (array: Uint8Array): string => Buffer.from(array).toString('hex');
export const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'ascii'));

export const ctr = (key: Uint8Array, counter: Uint8Array, message: Uint8Array): CtrInput => ({
  algorithm: key.length === 32 ? 'aes-256-ctr' : 'aes-128-ctr',
  key,
  counter,
  message,
});

/** SHA-256 input of the messages given. */
export function messages(list: readonly Uint8Array[]): CryptoInput {
  const offsets = new Uint32Array(list.length + 1);
  for (const [m, message] of list.entries()) offsets[m + 1] = (offsets[m] as number) + message.length;
  return { algorithm: 'sha-256', bytes: Uint8Array.from(Buffer.concat(list)), offsets };
}

const device = openDevice({ cores: 2 });

/** Runs one variant on inputs of one shape, prepared once, outside the harness. */
export async function computeAll(variantName: string, inputs: readonly CryptoInput[]): Promise<Uint8Array[]> {
  const variant = workload.variants.find(({ name }) => name === variantName);
  if (!variant) throw new Error(`crypto has no variant ${variantName}`);
  await using prepared = await variant.prepare(device, inputs[0] as CryptoInput);
  const outputs: Uint8Array[] = [];
  for (const input of inputs) {
    await prepared.activate?.();
    await prepared.upload(input);
    await prepared.dispatch();
    outputs.push(Uint8Array.from(await prepared.readback()));
  }
  return outputs;
}

export const variantNames: readonly string[] = workload.variants.map(({ name }) => name);
