import type { DataId } from '@tensorflow/tfjs-core';
import type { Device } from '../device.ts';
import { guarded } from '../webgpu/errors.ts';
import { ranOnDevice } from '../webgpu/gpu.ts';
import { libraryDevice, publishGpu } from '../webgpu/navigator.ts';
import { activateBackend, loadCore, type Tensors, type Tf, type TfjsSession } from './open.ts';

/** The parts of `WebGPUBackend` that its public interface leaves out; checked against version 4.22.0. */
interface WebgpuBackend {
  readonly device: GPUDevice;
  readonly queue: GPUQueue;
  readonly tensorMap: { has(id: DataId): boolean; get(id: DataId): { resource?: GPUBuffer | GPUTexture | null } };
  readonly commandEncoder: GPUCommandEncoder | null;
  uploadToGPU(id: DataId): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  checkCompileCompletionAsync(): Promise<void>;
}

const name = 'tfjs-webgpu';

/**
 * TensorFlow.js on our Dawn. `WEBGPU_CPU_FORWARD` is off: it would quietly compute small operations on the CPU.
 * Operations are batched and uploads are lazy in this backend, so each step here ends with what is pending submitted
 * and done.
 */
export async function openWebgpu(device: Device): Promise<TfjsSession> {
  await publishGpu(await device.gpu());
  const tf = await loadCore();
  await import('@tensorflow/tfjs-backend-webgpu');
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  await dropLostBackend(tf);
  await activateBackend(tf, 'webgpu');
  const backend = tf.backend() as unknown as WebgpuBackend;
  const opened = libraryDevice(backend.device);
  const { passes } = opened;
  let onDevice = true;

  const drain = async (): Promise<void> => {
    backend.endComputePassEncoder();
    if (backend.commandEncoder) backend.submitQueue();
    await backend.queue.onSubmittedWorkDone();
  };
  const holds = ({ dataId, size }: { dataId: DataId; size: number }): boolean =>
    size === 0 || (backend.tensorMap.has(dataId) && backend.tensorMap.get(dataId).resource != null);

  return {
    tf,
    activate: () => activateBackend(tf, 'webgpu'),
    async compile(work) {
      tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', true);
      try {
        await guarded(opened, `${name}: compiling`, async () => {
          work();
          await backend.checkCompileCompletionAsync();
        });
      } finally {
        tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', false);
      }
    },
    flushUploads: tensors =>
      guarded(opened, `${name}: upload`, async () => {
        for (const { dataId, size } of Object.values(tensors)) if (size > 0) backend.uploadToGPU(dataId);
        await drain();
      }),
    run: work =>
      guarded(opened, `${name}: dispatch`, async () => {
        passes?.reset();
        const results: Tensors = work();
        await drain();
        onDevice = Object.values(results).every(holds);
        return results;
      }),
    drain,
    passTimes: async () => passes?.read(),
    ranOn: () => (onDevice ? ranOnDevice(backend.device) : 'cpu'),
  };
}

/** A backend whose device was lost stays in the registry and fails for ever; the next session gets a fresh one. */
async function dropLostBackend(tf: Tf): Promise<void> {
  const held = tf.findBackend('webgpu') as unknown as WebgpuBackend | null;
  // `device.lost` resolves before the timer fires if the device is lost already.
  const lost = held && (await Promise.race([held.device.lost, new Promise(resolve => setImmediate(resolve))]));
  if (!lost) return;
  const factory = tf.findBackendFactory('webgpu');
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', factory, 3);
}
