import type { Device } from '../device.ts';
import { VariantSkipped } from '../failure.ts';
import type { Output, Prepared } from '../variant.ts';
import { guarded } from '../webgpu/errors.ts';
import { ranOnDevice } from '../webgpu/gpu.ts';
import { libraryDevice, publishGpu } from '../webgpu/navigator.ts';
import { readableBytes } from '../webgpu/plan.ts';
import type { GpujsArray, GpujsDefinition, GpujsKernel, GpujsSize, GpujsValue } from './definition.ts';
import { buildFailure, insistOnMode } from './failures.ts';
import {
  createKernels,
  elementsOf,
  flatten,
  type GpujsBuffer,
  type GpujsContext,
  type GpujsLibrary,
  type GpujsShortcut,
  loadGpujs,
  mapValues,
} from './library.ts';

const name = 'gpujs';

type Values = Readonly<Record<string, GpujsValue>>;

/**
 * A call of a gpu.js kernel uploads, runs and reads back in one. The phases come apart with what its WebGPU mode offers
 * for chaining kernels: arguments that are buffers already, and results that stay buffers until `toArray`.
 */
export async function prepareWebgpu<I, O extends Output>(
  definition: GpujsDefinition<I, O>,
  device: Device,
  input: I,
): Promise<Prepared<I, O>> {
  await publishGpu(await device.gpu());
  const library = await loadGpujs();
  const context = await library.WebGPUContext.acquire();
  const opened = libraryDevice(context.device);
  const { queue } = context.device;
  const instance = new library.GPU({ mode: 'webgpu' });
  const shortcuts = createKernels(instance, definition.kernels(input), device.cores);
  const uploads = uploadBuffers(library, context);
  const held = heldResults(library);
  const dispose = async (): Promise<void> => {
    held.release();
    uploads.destroy();
    await instance.destroy();
  };
  try {
    await guarded(opened, `${name}: compiling`, () =>
      definition.compute(mapValues(shortcuts, held.compiling), uploads.write(definition.upload(input)), input),
    );
    insistOnMode(name, 'webgpu', shortcuts);
  } catch (error) {
    await dispose();
    throw buildFailure(name, error);
  }

  const kernels = mapValues(shortcuts, held.running);
  let current = input;
  let values: Values = {};
  let results: Values = {};
  return {
    shape: 'offload',
    upload: next =>
      guarded(opened, `${name}: upload`, async () => {
        held.release();
        current = next;
        values = uploads.write(definition.upload(next));
        await queue.onSubmittedWorkDone();
      }),
    async dispatch() {
      held.release();
      await guarded(opened, `${name}: dispatch`, async () => {
        opened.passes?.reset();
        results = await definition.compute(kernels, values, current);
        await queue.onSubmittedWorkDone();
      });
      insistOnMode(name, 'webgpu', shortcuts);
    },
    readback: () =>
      guarded(opened, `${name}: readback`, async () => {
        const flat: Record<string, Float32Array> = {};
        for (const [key, { value }] of Object.entries(results)) {
          const buffer = value as GpujsBuffer;
          flat[key] = flatten(await buffer.toArray(), elementsOf(buffer.output));
        }
        return definition.readback(flat, current);
      }),
    drain: () => queue.onSubmittedWorkDone(),
    passTimes: async () => opened.passes?.read(),
    ranOn: () => ranOnDevice(context.device),
    [Symbol.asyncDispose]: dispose,
  };
}

/** The results of the calls of one computation, released together: gpu.js counts references on their buffers. */
function heldResults(library: GpujsLibrary) {
  const made: GpujsBuffer[] = [];
  const keep = (result: GpujsBuffer): GpujsValue => {
    made.push(result);
    return { value: result };
  };
  return {
    running:
      (shortcut: GpujsShortcut): GpujsKernel =>
      async (...args) =>
        keep((await shortcut(...args.map(unwrap))) as GpujsBuffer),
    /** Builds the kernel for these arguments and stands in its output buffer, unwritten, for the result. */
    compiling:
      (shortcut: GpujsShortcut): GpujsKernel =>
      async (...args) => {
        await shortcut.build(...args.map(unwrap));
        const { outputBuffer: buffer, output, context } = shortcut.kernel;
        return keep(new library.WebGPUBufferResult({ buffer, output: [...output], context }));
      },
    release(): void {
      for (const result of made.splice(0)) result.delete();
    },
  };
}

/** Buffers for the input, made at the first upload of each shape and written again at the next. */
function uploadBuffers(library: GpujsLibrary, context: GpujsContext) {
  const { adapter, device } = context;
  const buffers = new Map<string, { buffer: GPUBuffer; size: GpujsSize; value: GpujsValue & { value: GpujsBuffer } }>();
  const make = (key: string, { data, size }: GpujsArray) => {
    const most = device.limits.maxStorageBufferBindingSize;
    if (data.byteLength > most) {
      const [needed, allowed] = readableBytes(data.byteLength, most);
      throw new VariantSkipped(
        `${name} needs a storage buffer \`${key}\` of ${needed}; gpu.js binds at most ${allowed} on this adapter (${adapter.info.description}). Try a smaller --size, or another --device`,
      );
    }
    buffers.get(key)?.value.value.delete();
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const buffer = device.createBuffer({ label: key, size: Math.max(4, data.byteLength), usage });
    const value = new library.WebGPUBufferResult({ buffer, output: [...size], context });
    const made = { buffer, size, value: { value } };
    buffers.set(key, made);
    return made;
  };
  return {
    write: (arrays: Readonly<Record<string, GpujsArray>>): Values =>
      mapValues(arrays, (array, key) => {
        const known = buffers.get(key);
        const { buffer, value } = known && sameSize(known.size, array.size) ? known : make(key, array);
        device.queue.writeBuffer(buffer, 0, array.data as Float32Array<ArrayBuffer>);
        return value;
      }),
    destroy(): void {
      for (const { value } of buffers.values()) value.value.delete();
      buffers.clear();
    },
  };
}

const unwrap = (argument: GpujsValue | number): unknown => (typeof argument === 'number' ? argument : argument.value);
const sameSize = (a: GpujsSize, b: GpujsSize): boolean => a.length === b.length && a.every((n, i) => n === b[i]);
