import type { NumericArray, Output, Precision, Prepared, Variant } from '../variant.ts';
import { startTeam } from './run.ts';

/** A variant that runs one kernel on several threads over shared memory. */
export interface ThreadsVariant<I, O extends Output> {
  readonly name: 'threads' | 'simd-threads';
  readonly sameAlgorithm: boolean;
  readonly summary?: string;
  readonly precision?: Precision;
  unsupported?(input: I): string | undefined;
  /** `new URL('./kernel.ts', import.meta.url)`: a module that exports `kernel: ThreadKernel`. Loaded in every thread. */
  readonly kernel: URL;
  /** Names, kinds and lengths of the shared arrays for inputs of this shape (`threads` many threads). */
  arrays(input: I, threads: number): Readonly<Record<string, ArraySpec>>;
  /** Plain numbers that the kernel needs. */
  scalars?(input: I, threads: number): Readonly<Record<string, number>>;
  /** Copies the input into the shared arrays: JavaScript cannot share memory that was not born shared. */
  upload(input: I, shared: Readonly<Record<string, NumericArray>>): void;
  /** Copies the result out. */
  download(shared: Readonly<Record<string, NumericArray>>, input: I): O;
}

export interface ArraySpec {
  readonly kind: 'f32' | 'f64' | 'i8' | 'i16' | 'i32' | 'u8' | 'u16' | 'u32';
  readonly length: number;
}

interface SharedArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer, byteOffset: number, length: number): NumericArray;
}

const kinds = {
  f32: Float32Array,
  f64: Float64Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
} as const;

export const bytesOf = ({ kind, length }: ArraySpec): number => length * kinds[kind].BYTES_PER_ELEMENT;

export const viewOf = ({ kind, length }: ArraySpec, memory: SharedArrayBuffer, byteOffset: number): NumericArray =>
  new (kinds[kind] as SharedArrayConstructor)(memory, byteOffset, length);

/** A kernel over shared memory on all cores; see `startTeam`. */
export function threadsVariant<I, O extends Output>(definition: ThreadsVariant<I, O>): Variant<I, O> {
  const { name, sameAlgorithm, summary, precision } = definition;
  return {
    name,
    sameAlgorithm,
    ...(summary === undefined ? {} : { summary }),
    ...(precision === undefined ? {} : { precision }),
    ...(definition.unsupported ? { unsupported: (input: I) => definition.unsupported?.(input) } : {}),
    async prepare(device, input): Promise<Prepared<I, O>> {
      const threads = Math.max(1, device.cores);
      const shared: Record<string, NumericArray> = {};
      for (const [key, spec] of Object.entries(definition.arrays(input, threads)))
        shared[key] = viewOf(spec, new SharedArrayBuffer(bytesOf(spec)), 0);
      const scalars = definition.scalars?.(input, threads) ?? {};
      return startTeam(
        {
          name,
          threads,
          kernel: definition.kernel,
          data: { shared, scalars },
          upload: (next, arrays) => definition.upload(next, arrays),
          download: (arrays, current) => definition.download(arrays, current),
        },
        input,
      );
    },
  };
}
