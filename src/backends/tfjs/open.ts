import type * as Core from '@tensorflow/tfjs-core';
import type { Device } from '../device.ts';
import { VariantFailure } from '../failure.ts';
import type { PassTime, RanOn } from '../variant.ts';
import { openNode } from './node.ts';
import { openWasm } from './wasm.ts';
import { openWebgpu } from './webgpu.ts';

export type Tf = typeof Core;
export type Tensors = Readonly<Record<string, Core.Tensor>>;

/** The names that TensorFlow.js gives its backends. */
export type TfjsBackend = 'wasm' | 'webgpu' | 'tensorflow';

/** One backend of TensorFlow.js, ready to work. Sessions of several backends live side by side in one process. */
export interface TfjsSession {
  readonly tf: Tf;
  /** Makes this the backend that new tensors and operations go to; TensorFlow.js has one for the whole process. */
  activate(): Promise<void>;
  /** Compiles what `work` needs without running it, where the backend can do that. */
  compile(work: () => void): Promise<void>;
  /** Sends the tensors' data to the device, now instead of at their first use. */
  flushUploads(tensors: Tensors): Promise<void>;
  /** Runs operations and resolves when the device is done with them. */
  run(work: () => Tensors): Promise<Tensors>;
  drain(): Promise<void>;
  /** Each compute pass of the last `run`, where the device has timestamps. */
  passTimes(): Promise<readonly PassTime[] | undefined>;
  /** Where the results of the last `run` came to lie. */
  ranOn(): RanOn;
}

/**
 * @throws VariantSkipped where the backend cannot run here, with what would mend that
 * @throws VariantFailure where TensorFlow.js itself fails to start
 */
export async function openBackend(backend: TfjsBackend, device: Device): Promise<TfjsSession> {
  if (backend === 'webgpu') return openWebgpu(device);
  return backend === 'wasm' ? openWasm() : openNode();
}

/**
 * The core, shared by all backends. Production mode only silences hints ("to speed things up, install …") and turns
 * off checks of arguments; it changes no kernel.
 */
export async function loadCore(): Promise<Tf> {
  const tf = await import('@tensorflow/tfjs-core');
  tf.enableProdMode();
  return tf;
}

export async function activateBackend(tf: Tf, backend: TfjsBackend): Promise<void> {
  if (tf.getBackend() === backend) return;
  const ready = await tf.setBackend(backend);
  if (!ready || tf.getBackend() !== backend)
    throw new VariantFailure('runtime-error', `TensorFlow.js could not start its \`${backend}\` backend`);
}
