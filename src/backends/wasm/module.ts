import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VariantFailure, VariantSkipped } from '../failure.ts';
import { type ArraySpec, bytesOf, viewOf } from '../threads/variant.ts';
import type { JobData } from '../threads/worker.ts';
import type { NumericArray } from '../variant.ts';

const page = 65_536;
/** WebAssembly's 32-bit addresses reach this many pages: 4 GiB. */
const mostPages = 65_536;
/** A cache line; arrays start on one so that threads never share one by accident. */
const alignment = 64;
/** Enough for the static data of any kernel here; what runs in it only answers questions about sizes. */
const probePages = 16;

/** A compiled kernel module. */
export interface WasmModule {
  readonly name: string;
  readonly module: WebAssembly.Module;
  /** Pure functions of the module, for sizes that only it knows. */
  readonly exports: WebAssembly.Exports;
  /** Where the module's own static data ends and arrays may begin. */
  readonly heapBase: number;
}

const compiled = new Map<string, Promise<WasmModule>>();

/**
 * Compiles a module of `kernels/<workload>/assembly`. It imports its memory, which is shared, and exports `heapBase`.
 *
 * @throws VariantFailure `compile-error` where this engine does not know an instruction (relaxed SIMD needs Node 22)
 */
export async function loadModule(file: URL): Promise<WasmModule> {
  let loading = compiled.get(file.href);
  if (!loading) {
    loading = compile(file);
    compiled.set(file.href, loading);
  }
  return loading;
}

async function compile(file: URL): Promise<WasmModule> {
  const name = basename(fileURLToPath(file));
  try {
    const module = await WebAssembly.compile(await readFile(file));
    const memory = new WebAssembly.Memory({ initial: probePages, maximum: probePages, shared: true });
    const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
    const { heapBase } = exports;
    if (!(heapBase instanceof WebAssembly.Global)) throw new TypeError('it does not export the global `heapBase`');
    return { name, module, exports, heapBase: heapBase.value as number };
  } catch (error) {
    throw new VariantFailure('compile-error', `${name}: ${(error as Error).message}`, { cause: error });
  }
}

/** Lays the arrays out in one new memory of just the size that they need. */
export function layOut(
  { name, module, heapBase }: WasmModule,
  arrays: Readonly<Record<string, ArraySpec>>,
): Pick<JobData, 'shared' | 'wasm'> {
  const addresses: Record<string, number> = {};
  let end = heapBase;
  for (const [key, spec] of Object.entries(arrays)) {
    const address = Math.ceil(end / alignment) * alignment;
    addresses[key] = address;
    end = address + bytesOf(spec);
  }
  const pages = Math.ceil(end / page);
  if (pages > mostPages)
    throw new VariantSkipped(
      `${name} needs ${(end / 1e9).toPrecision(3)} GB of memory; 32-bit WebAssembly reaches 4.29 GB. Try a smaller --size`,
    );
  const memory = allocate(name, pages);
  const shared: Record<string, NumericArray> = {};
  for (const [key, spec] of Object.entries(arrays))
    shared[key] = viewOf(spec, memory.buffer as unknown as SharedArrayBuffer, addresses[key] ?? 0);
  return { shared, wasm: { module, memory, addresses } };
}

function allocate(name: string, pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (error) {
    throw new VariantFailure('out-of-memory', `${name}: ${pages * page} bytes: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
