import type { Output } from '../variant.ts';

/** What `this` is inside a kernel's code. */
export interface GpujsThread {
  readonly thread: { readonly x: number; readonly y: number; readonly z: number };
  readonly output: { readonly x: number; readonly y: number; readonly z: number };
  readonly constants: Readonly<Record<string, number>>;
}

/** Innermost first, as gpu.js has it: `[columns]`, `[columns, rows]` or `[columns, rows, layers]`. */
export type GpujsSize =
  | readonly [x: number]
  | readonly [x: number, y: number]
  | readonly [x: number, y: number, z: number];

/** One gpu.js kernel: a function that computes one element of the output. */
export interface GpujsKernelPlan {
  /**
   * gpu.js translates its source text: it may use its arguments, `this` and `Math`, never a closure or an import.
   * Arrays of two dimensions are read as `a[y][x]`. Numbers are f32.
   */
  readonly code: (this: GpujsThread, ...args: never[]) => number;
  readonly output: GpujsSize;
  /** Numbers that are compiled into the kernel; loop bounds belong here. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Helper functions that `code` calls by name. */
  readonly functions?: readonly ((...args: never[]) => number)[];
}

/** An array to send to the device. */
export interface GpujsArray {
  readonly data: Float32Array;
  readonly size: GpujsSize;
}

/** An array where the kernels can read it: a buffer on the device, or memory that WebAssembly is given. */
export interface GpujsValue {
  readonly value: object;
}

/** Runs a kernel; its output stays on the device, and is overwritten when the same kernel is called again. */
export type GpujsKernel = (...args: readonly (GpujsValue | number)[]) => Promise<GpujsValue>;

/** One computation in gpu.js, which runs unchanged in its `webgpu` and its `webasm` mode. */
export interface GpujsDefinition<I, O extends Output> {
  readonly sameAlgorithm: boolean;
  readonly summary?: string;
  unsupported?(input: I): string | undefined;
  /** The kernels for inputs of this shape. A loop that feeds a kernel its own result needs two of it, in turns. */
  kernels(input: I): Readonly<Record<string, GpujsKernelPlan>>;
  upload(input: I): Readonly<Record<string, GpujsArray>>;
  /**
   * Calls the kernels. Which calls it makes may depend on the input's shape only: it runs once in `prepare` with calls
   * that compile instead of computing.
   */
  compute(
    kernels: Readonly<Record<string, GpujsKernel>>,
    arrays: Readonly<Record<string, GpujsValue>>,
    input: I,
  ): Promise<Readonly<Record<string, GpujsValue>>>;
  /** Makes the output of the results, each flat in row-major order. */
  readback(arrays: Readonly<Record<string, Float32Array>>, input: I): O;
}
