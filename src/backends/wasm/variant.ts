import { startTeam } from '../threads/run.ts';
import type { ArraySpec } from '../threads/variant.ts';
import type { Job, ThreadKernel } from '../threads/worker.ts';
import type { NumericArray, Output, Precision, Variant } from '../variant.ts';
import { layOut, loadModule } from './module.ts';

/** Functions that a module exports; every argument and result is a number. */
export type WasmFunctions = Readonly<Record<string, (...args: readonly number[]) => number>>;

/** One computation as a WebAssembly module, on one thread and on all cores. */
export interface WasmDefinition<I, O extends Output> {
  readonly sameAlgorithm: boolean;
  readonly summary?: string;
  readonly precision?: Precision;
  unsupported?(input: I): string | undefined;
  /** `new URL('./name.wasm', import.meta.url)`, built by `tools/build-wasm` from `assembly/name.ts`. */
  readonly module: URL;
  /** `new URL('./kernel.ts', import.meta.url)`: exports `kernel = wasmKernel(…)`. Loaded in every thread. */
  readonly kernel: URL;
  /** The arrays in the module's memory for inputs of this shape. `functions` answers questions about sizes. */
  arrays(input: I, threads: number, functions: WasmFunctions): Readonly<Record<string, ArraySpec>>;
  /** Plain numbers that the kernel needs. */
  scalars?(input: I, threads: number): Readonly<Record<string, number>>;
  /** Copies the input into the module's memory: WebAssembly reads no other. */
  upload(input: I, arrays: Readonly<Record<string, NumericArray>>): void;
  /** Copies the result out. */
  download(arrays: Readonly<Record<string, NumericArray>>, input: I): O;
}

/** What a kernel in WebAssembly works with, in each thread. */
export interface WasmJob extends Job {
  readonly functions: WasmFunctions;
  /** Where each array begins, in bytes: what to pass where the module wants a pointer. */
  readonly addresses: Readonly<Record<string, number>>;
}

/** Makes a thread kernel of a function that calls the module. */
export const wasmKernel =
  (run: (job: WasmJob) => void): ThreadKernel =>
  job => {
    const { wasm } = job;
    if (!wasm) throw new TypeError('this kernel needs a WebAssembly module');
    run({ ...job, functions: wasm.exports as unknown as WasmFunctions, addresses: wasm.addresses });
  };

/** The variants `simd` and `simd-threads`: the same module and kernel, over shared memory both. */
export function wasmVariants<I, O extends Output>(
  definition: WasmDefinition<I, O>,
): [simd: Variant<I, O>, simdThreads: Variant<I, O>] {
  const variant = (name: 'simd' | 'simd-threads'): Variant<I, O> => ({
    name,
    sameAlgorithm: definition.sameAlgorithm,
    ...(definition.summary === undefined ? {} : { summary: definition.summary }),
    ...(definition.precision === undefined ? {} : { precision: definition.precision }),
    ...(definition.unsupported ? { unsupported: (input: I) => definition.unsupported?.(input) } : {}),
    async prepare(device, input) {
      const threads = name === 'simd' ? 1 : Math.max(1, device.cores);
      const module = await loadModule(definition.module);
      const functions = module.exports as unknown as WasmFunctions;
      const memory = layOut(module, definition.arrays(input, threads, functions));
      return startTeam(
        {
          name,
          threads,
          kernel: definition.kernel,
          data: { ...memory, scalars: definition.scalars?.(input, threads) ?? {} },
          upload: (next, arrays) => definition.upload(next, arrays),
          download: (arrays, current) => definition.download(arrays, current),
        },
        input,
      );
    },
  });
  return [variant('simd'), variant('simd-threads')];
}
