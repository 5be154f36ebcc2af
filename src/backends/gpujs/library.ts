import type { GpujsKernelPlan, GpujsSize } from './definition.ts';

/** What we use of gpu.js 2.24.1; its own types leave the WebGPU backend out. */
export interface GpujsLibrary {
  readonly GPU: new (settings: { mode: GpujsMode }) => GpujsInstance;
  readonly WebGPUContext: { acquire(): Promise<GpujsContext> };
  readonly WebGPUBufferResult: new (settings: {
    buffer: GPUBuffer;
    output: readonly number[];
    context: GpujsContext;
  }) => GpujsBuffer;
  input(data: Float32Array, size: readonly number[]): object;
}

export type GpujsMode = 'webgpu' | 'webasm';

export interface GpujsInstance {
  createKernel(code: string, settings: Record<string, unknown>): GpujsShortcut;
  destroy(): Promise<void>;
}

export interface GpujsContext {
  readonly adapter: GPUAdapter;
  readonly device: GPUDevice;
}

/** An array on the device; `toArray` reads it back in rows and layers. */
export interface GpujsBuffer {
  readonly output: readonly number[];
  toArray(): Promise<Nested>;
  delete(): void;
}

export type Nested = Float32Array | readonly Nested[];

/** A callable kernel. `kernel` is replaced when gpu.js falls back to another backend. */
export interface GpujsShortcut {
  (...args: readonly unknown[]): Promise<unknown>;
  build(...args: readonly unknown[]): Promise<void> | undefined;
  readonly kernel: {
    readonly constructor: { readonly mode: string };
    readonly fallbackReason?: string;
    readonly output: GpujsSize;
    /** Of the `webasm` mode: what the last call did, and on how many workers at most. */
    readonly _lastRunPath?: string | null;
    readonly _pool?: { readonly size: number } | null;
    /** Of the `webgpu` mode. */
    readonly outputBuffer: GPUBuffer;
    readonly context: GpujsContext;
  };
}

/**
 * gpu.js decides once, while it loads, whether it is in a browser, by a global `Worker`; another library may have left
 * one behind.
 */
export async function loadGpujs(): Promise<GpujsLibrary> {
  const scope = globalThis as { Worker?: unknown };
  const { Worker: found } = scope;
  delete scope.Worker;
  try {
    const { default: library } = (await import('gpu.js')) as unknown as { default: GpujsLibrary };
    return library;
  } finally {
    if (found !== undefined) scope.Worker = found;
  }
}

/** Kernels whose results stay on the device; `threads` bounds the worker pool of the `webasm` mode. */
export const createKernels = (
  instance: GpujsInstance,
  plans: Readonly<Record<string, GpujsKernelPlan>>,
  threads: number,
): Readonly<Record<string, GpujsShortcut>> =>
  mapValues(plans, plan =>
    instance.createKernel(sourceOf(plan.code), {
      output: [...plan.output],
      constants: { ...plan.constants },
      functions: (plan.functions ?? []).map(sourceOf),
      precision: 'single',
      pipeline: true,
      asyncMode: true,
      poolSize: threads,
      // gpu.js ends loops without constant bounds after 1000 rounds, and says nothing.
      loopMaxIterations: 2 ** 30,
    }),
  );

/** gpu.js parses the text of a function by itself, where the text of a method (`code(a, b) { … }`) means nothing. */
function sourceOf(code: { toString(): string }): string {
  const text = code.toString();
  return /^function\b/.test(text) ? text : `function ${text}`;
}

/** Rows and layers in one flat array, without a copy where they are views of one. */
export function flatten(nested: Nested, length: number): Float32Array {
  let leaf = nested;
  while (!(leaf instanceof Float32Array)) {
    const next: Nested | undefined = leaf[0];
    if (next === undefined) return new Float32Array(0);
    leaf = next;
  }
  if (leaf.buffer.byteLength === length * 4) return new Float32Array(leaf.buffer, 0, length);
  const flat = new Float32Array(length);
  let at = 0;
  const visit = (part: Nested): void => {
    if (part instanceof Float32Array) {
      flat.set(part, at);
      at += part.length;
    } else {
      for (const row of part) visit(row);
    }
  };
  visit(nested);
  return flat;
}

export const elementsOf = (size: readonly number[]): number => size.reduce((product, extent) => product * extent, 1);

export const mapValues = <From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From, key: string) => To,
): Record<string, To> => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
