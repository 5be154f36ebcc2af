import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { VariantFailure } from '../failure.ts';
import { activateBackend, loadCore, type Tensors, type TfjsSession } from './open.ts';

let loading: Promise<typeof import('@tensorflow/tfjs-backend-wasm')> | undefined;

/**
 * XNNPACK compiled to WebAssembly with 128-bit SIMD, on one thread: TensorFlow.js 4.22 switches threads off under Node,
 * and with its check overridden the workers do not start (it hands Node's `Worker` a `blob:` address).
 */
export async function openWasm(): Promise<TfjsSession> {
  const tf = await loadCore();
  loading ??= import('@tensorflow/tfjs-backend-wasm').then(module => {
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    module.setWasmPaths(join(dirname(entry), sep));
    return module;
  });
  const library = await loading;
  await withoutNewListeners(() => activateBackend(tf, 'wasm'));
  if (library.getThreadsCount() !== 1)
    throw new VariantFailure('runtime-error', `tfjs-wasm runs ${library.getThreadsCount()} threads; it promises one`);
  return {
    tf,
    activate: () => activateBackend(tf, 'wasm'),
    // The kernels are compiled with the module; an operation has nothing of its own to compile.
    async compile() {},
    // `tensor()` has copied the data into the module's memory already, and operations are done when they return.
    async flushUploads() {},
    run: async (work: () => Tensors) => work(),
    async drain() {},
    passTimes: async () => undefined,
    ranOn: () => 'cpu',
  };
}

/**
 * Emscripten's start-up code adds process-wide handlers that throw again whatever nobody caught; they would outlive
 * the start and take the caller's own handling away.
 */
async function withoutNewListeners(work: () => Promise<void>): Promise<void> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map(event => new Set<unknown>(process.rawListeners(event)));
  try {
    await work();
  } finally {
    for (const [index, event] of events.entries())
      for (const listener of process.rawListeners(event))
        if (!before[index]?.has(listener)) process.removeListener(event, listener as () => void);
  }
}
