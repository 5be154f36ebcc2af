import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { VariantFailure, VariantSkipped } from '../failure.ts';
import type { RanOn } from '../variant.ts';
import { activateBackend, type Tensors, type Tf, type TfjsSession } from './open.ts';

const peer = '@tensorflow/tfjs-node-gpu';

/** TensorFlow's native library, where the optional peer dependency is installed. */
export async function openNode(): Promise<TfjsSession> {
  const tf = await loadPeer();
  tf.enableProdMode();
  await activateBackend(tf, 'tensorflow');
  const { isUsingGpuDevice } = tf.backend() as unknown as { isUsingGpuDevice: boolean };
  const ranOn: RanOn = isUsingGpuDevice ? 'gpu' : 'cpu';
  /** Kernels are queued on a CUDA stream; reading one element of each result waits for it without copying the rest. */
  const wait = async (tensors: Tensors): Promise<void> => {
    for (const tensor of Object.values(tensors)) {
      if (tensor.size === 0) continue;
      const element = tf.tidy(() => tf.slice(tf.reshape(tensor, [-1]), 0, 1));
      await element.data();
      element.dispose();
    }
  };
  let latest: Tensors = {};
  return {
    tf,
    activate: () => activateBackend(tf, 'tensorflow'),
    async compile() {},
    flushUploads: wait,
    async run(work) {
      latest = work();
      await wait(latest);
      return latest;
    },
    drain: () => wait(latest),
    passTimes: async () => undefined,
    ranOn: () => ranOn,
  };
}

async function loadPeer(): Promise<Tf> {
  const { resolve } = createRequire(import.meta.url);
  let entry: string;
  try {
    entry = resolve(peer);
  } catch {
    throw new VariantSkipped(
      `${peer} is not installed. It needs CUDA 11 and cuDNN 8, and downloads TensorFlow while installing: npm install ${peer}@4.22.0`,
    );
  }
  try {
    return (await import(pathToFileURL(entry).href)) as Tf;
  } catch (error) {
    const { message } = error as Error;
    throw new VariantFailure('runtime-error', `${peer} is installed but does not load: ${message}`, { cause: error });
  }
}
