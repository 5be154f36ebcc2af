import type { Device } from '../device.ts';
import type { Output, Prepared } from '../variant.ts';
import type { GpujsArray, GpujsDefinition, GpujsKernel, GpujsValue } from './definition.ts';
import { buildFailure, insistOnMode } from './failures.ts';
import {
  createKernels,
  elementsOf,
  flatten,
  type GpujsLibrary,
  type GpujsShortcut,
  loadGpujs,
  mapValues,
  type Nested,
} from './library.ts';

const name = 'gpujs-webasm';

/** An array of the host with its size; what `value` of a GpujsValue is in this mode. */
interface HostArray {
  readonly data: Float32Array;
  /** gpu.js' own wrapper of a flat array with its size. */
  readonly argument: object;
}

/**
 * gpu.js compiled to WebAssembly: with SIMD, and on as many worker threads as there are cores once an output has 4096
 * elements. Every call copies its arguments into the module's memory and its result out, which is part of its time.
 */
export async function prepareWebasm<I, O extends Output>(
  definition: GpujsDefinition<I, O>,
  device: Device,
  input: I,
): Promise<Prepared<I, O>> {
  const library = await loadGpujs();
  const instance = new library.GPU({ mode: 'webasm' });
  const shortcuts = createKernels(instance, definition.kernels(input), device.cores);
  const values = (given: I) => mapValues(definition.upload(given), array => hostValue(library, array));
  try {
    await definition.compute(
      mapValues(shortcuts, shortcut => compiling(library, shortcut)),
      values(input),
      input,
    );
    insistOnMode(name, 'webasm', shortcuts);
  } catch (error) {
    await instance.destroy();
    throw buildFailure(name, error);
  }
  const kernels = mapValues(shortcuts, shortcut => running(library, shortcut));
  let current = input;
  let output: O | undefined;
  return {
    shape: 'call',
    async upload(next) {
      current = next;
      output = undefined;
    },
    async dispatch() {
      const results = await definition.compute(kernels, values(current), current);
      insistOnMode(name, 'webasm', shortcuts);
      output = definition.readback(
        mapValues(results, ({ value }) => (value as HostArray).data),
        current,
      );
    },
    peek: () => output,
    async readback() {
      if (output === undefined) throw new Error(`${name} returned nothing`);
      return output;
    },
    threads: () => Math.max(1, ...Object.values(shortcuts).map(threadsOf)),
    ranOn: () => 'cpu',
    [Symbol.asyncDispose]: () => instance.destroy(),
  };
}

const hostValue = (library: GpujsLibrary, { data, size }: GpujsArray): GpujsValue => {
  const value: HostArray = { data, argument: library.input(data, [...size]) };
  return { value };
};

const unwrap = (argument: GpujsValue | number): unknown =>
  typeof argument === 'number' ? argument : (argument.value as HostArray).argument;

const running =
  (library: GpujsLibrary, shortcut: GpujsShortcut): GpujsKernel =>
  async (...args) => {
    const result = (await shortcut(...args.map(unwrap))) as Nested;
    const size = shortcut.kernel.output;
    return hostValue(library, { data: flatten(result, elementsOf(size)), size });
  };

/** Builds the kernel for these arguments and stands an array of zeros for its result. */
const compiling =
  (library: GpujsLibrary, shortcut: GpujsShortcut): GpujsKernel =>
  async (...args) => {
    await shortcut.build(...args.map(unwrap));
    const size = shortcut.kernel.output;
    return hostValue(library, { data: new Float32Array(elementsOf(size)), size });
  };

/** gpu.js gives each worker at least 4096 elements of the output. */
const threadsOf = ({ kernel }: GpujsShortcut): number =>
  kernel._lastRunPath === 'threaded'
    ? Math.min(kernel._pool?.size ?? 1, Math.ceil(elementsOf(kernel.output) / 4096))
    : 1;
