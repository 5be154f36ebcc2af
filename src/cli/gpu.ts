import { adapterHere } from '../hardware/adapter.ts';
import { DeviceError } from './exit.ts';

/** @throws DeviceError where there is no hardware GPU */
export async function requireGpu(): Promise<void> {
  const adapter = await adapterHere();
  if (adapter && !adapter.software) return;
  const found = adapter
    ? `the only adapter is ${adapter.description}, a software adapter`
    : 'there is no WebGPU adapter';
  throw new DeviceError(`--require-gpu: ${found}. \`pgram doctor\` says what to install.`);
}
