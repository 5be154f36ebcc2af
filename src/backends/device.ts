import { availableParallelism } from 'node:os';
import type { Gpu } from './webgpu/gpu.ts';

/** What a variant may run on. The GPU is opened when first asked for, so that CPU variants never wait for it. */
export interface Device {
  /** Threads that a variant on all cores should use. */
  readonly cores: number;
  /**
   * The WebGPU device.
   * @throws VariantSkipped where there is no adapter
   */
  gpu(): Promise<Gpu>;
}

/** Options for opening a device. `safe` keeps Dawn's checks; `record` drops them for speed and says so in the manifest. */
export interface DeviceOptions {
  readonly cores?: number;
  readonly gpuProfile?: 'safe' | 'record';
}

export function openDevice(options: DeviceOptions = {}): Device & AsyncDisposable {
  const cores = options.cores ?? availableParallelism();
  let gpu: Promise<Gpu> | undefined;
  return {
    cores,
    async gpu() {
      const held = await gpu?.catch(() => undefined);
      if (held && !held.isLost()) return held;
      const { openGpu } = await import('./webgpu/gpu.ts');
      gpu = openGpu(options.gpuProfile ?? 'safe');
      return gpu;
    },
    async [Symbol.asyncDispose]() {
      const held = await gpu?.catch(() => undefined);
      held?.close();
    },
  };
}
