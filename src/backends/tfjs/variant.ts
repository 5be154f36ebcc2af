import type * as Core from '@tensorflow/tfjs-core';
import type { NumericArray, Output, Prepared, Variant } from '../variant.ts';
import { openBackend, type Tensors, type Tf, type TfjsBackend, type TfjsSession } from './open.ts';

export type { Tf } from './open.ts';

/** One computation in TensorFlow.js, which runs unchanged on each of its backends. */
export interface TfjsDefinition<I, O extends Output> {
  readonly sameAlgorithm: boolean;
  readonly summary?: string;
  unsupported?(input: I): string | undefined;
  /** Tensors of the input; their bytes are sent to the device here. */
  upload(tf: Tf, input: I): Record<string, Core.Tensor>;
  /** Only tensor operations; intermediate tensors are tidied up. */
  compute(tf: Tf, tensors: Tensors, input: I): Record<string, Core.Tensor>;
  /** Makes the output of the arrays that the result tensors hold. */
  readback(arrays: Readonly<Record<string, NumericArray>>, input: I): O;
}

const backends: readonly { name: 'tfjs-wasm' | 'tfjs-webgpu' | 'tfjs-node-gpu'; backend: TfjsBackend }[] = [
  { name: 'tfjs-wasm', backend: 'wasm' },
  { name: 'tfjs-webgpu', backend: 'webgpu' },
  { name: 'tfjs-node-gpu', backend: 'tensorflow' },
];

/** The same definition on every TensorFlow.js backend. */
export function tfjsVariants<I, O extends Output>(definition: TfjsDefinition<I, O>): Variant<I, O>[] {
  const { sameAlgorithm, summary, unsupported } = definition;
  return backends.map(({ name, backend }) => ({
    name,
    sameAlgorithm,
    ...(summary === undefined ? {} : { summary }),
    ...(unsupported ? { unsupported } : {}),
    async prepare(device, input) {
      const session = await openBackend(backend, device);
      await session.activate();
      await compile(session, definition, input);
      return prepared(session, definition);
    },
  }));
}

/** On tensors of the shapes that will come; what it computes is thrown away. */
async function compile<I, O extends Output>(
  session: TfjsSession,
  definition: TfjsDefinition<I, O>,
  input: I,
): Promise<void> {
  const { tf } = session;
  const tensors = definition.upload(tf, input);
  try {
    await session.compile(() => {
      tf.tidy(() => {
        definition.compute(tf, tensors, input);
      });
    });
  } finally {
    dispose(tensors);
  }
}

function prepared<I, O extends Output>(session: TfjsSession, definition: TfjsDefinition<I, O>): Prepared<I, O> {
  const { tf } = session;
  let tensors: Tensors = {};
  let results: Tensors = {};
  let current: I | undefined;
  const drop = (): void => {
    dispose(results);
    results = {};
  };
  return {
    shape: 'offload',
    activate: () => session.activate(),
    async upload(input) {
      drop();
      dispose(tensors);
      tensors = definition.upload(tf, input);
      current = input;
      await session.flushUploads(tensors);
    },
    async dispatch() {
      drop();
      results = await session.run(() => tf.tidy(() => definition.compute(tf, tensors, current as I)));
    },
    async readback() {
      const arrays: Record<string, NumericArray> = {};
      for (const [key, tensor] of Object.entries(results)) arrays[key] = (await tensor.data()) as NumericArray;
      return definition.readback(arrays, current as I);
    },
    drain: () => session.drain(),
    passTimes: () => session.passTimes(),
    ranOn: () => session.ranOn(),
    async [Symbol.asyncDispose]() {
      await session.activate();
      drop();
      dispose(tensors);
      tensors = {};
    },
  };
}

function dispose(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
