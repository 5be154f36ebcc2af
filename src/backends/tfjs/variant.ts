import type * as Core from '@tensorflow/tfjs-core';
import type { NumericArray, Output, Prepared, Variant } from '../variant.ts';
import { openBackend, type TfjsBackend } from './open.ts';

export type Tf = typeof Core;

/** One computation in TensorFlow.js, which runs unchanged on each of its backends. */
export interface TfjsDefinition<I, O extends Output> {
  readonly sameAlgorithm: boolean;
  readonly summary?: string;
  unsupported?(input: I): string | undefined;
  /** Tensors of the input; their bytes are sent to the device here. */
  upload(tf: Tf, input: I): Record<string, Core.Tensor>;
  /** Only tensor operations; intermediate tensors are tidied up. */
  compute(tf: Tf, tensors: Readonly<Record<string, Core.Tensor>>, input: I): Record<string, Core.Tensor>;
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
  return backends.map(({ name, backend }) => ({
    name,
    sameAlgorithm: definition.sameAlgorithm,
    ...(definition.summary === undefined ? {} : { summary: definition.summary }),
    ...(definition.unsupported ? { unsupported: (input: I) => definition.unsupported?.(input) } : {}),
    async prepare(device): Promise<Prepared<I, O>> {
      const session = await openBackend(backend, device);
      const { tf } = session;
      let tensors: Record<string, Core.Tensor> = {};
      let results: Record<string, Core.Tensor> = {};
      let current: I | undefined;
      const drop = (held: Record<string, Core.Tensor>): void => {
        for (const tensor of Object.values(held)) tensor.dispose();
      };
      return {
        shape: 'offload',
        activate: () => session.activate(),
        async upload(input) {
          drop(tensors);
          drop(results);
          results = {};
          tensors = definition.upload(tf, input);
          current = input;
          await session.flushUploads(Object.values(tensors));
        },
        async dispatch() {
          drop(results);
          results = {};
          results = tf.tidy(() => definition.compute(tf, tensors, current as I));
          await session.wait(Object.values(results));
        },
        async readback() {
          const arrays: Record<string, NumericArray> = {};
          for (const [key, tensor] of Object.entries(results)) arrays[key] = (await tensor.data()) as NumericArray;
          return definition.readback(arrays, current as I);
        },
        drain: () => session.wait([]),
        ranOn: () => session.ranOn(),
        async [Symbol.asyncDispose]() {
          await session.activate();
          drop(tensors);
          drop(results);
        },
      };
    },
  }));
}
