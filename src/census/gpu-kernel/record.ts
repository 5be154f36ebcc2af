import type { KernelInputs } from './lowering.ts';

/** A kernel that was dispatched, as plain data. */
export interface Dispatch {
  /** What the program calls it: the label of its module or pipeline. */
  readonly label: string;
  readonly code: string;
  readonly entry: string | undefined;
  /** Undefined where only the device knows how many workgroups it took. */
  readonly inputs: (Omit<KernelInputs, 'workgroups'> & Partial<Pick<KernelInputs, 'workgroups'>>) | undefined;
  /** How many dispatches were the same. */
  readonly times: number;
}

interface Pipeline {
  readonly label: string;
  readonly code: string;
  readonly entry: string | undefined;
  readonly constants: Readonly<Record<string, number>>;
}

interface Bound {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

type Command =
  | {
      readonly kind: 'dispatch';
      readonly pipeline: Pipeline;
      readonly groups: ReadonlyMap<number, BoundGroup>;
      readonly workgroups: readonly [number, number, number] | Bound;
    }
  | { readonly kind: 'copy'; readonly from: Bound; readonly to: Bound };

interface BoundGroup {
  readonly entries: ReadonlyMap<number, Bound>;
  readonly dynamic: boolean;
}

export interface DispatchRecorder {
  /** Forgets what was dispatched so far: the work begins. */
  reset(): void;
  dispatches(): Dispatch[];
}

/** Constants of the WebGPU specification; the globals of the same names are there only once a device is. */
const usage = { indirect: 0x100, uniform: 0x40, storage: 0x80 };
/** Larger buffers hold data, not parameters. */
const mostShadowed = 2 ** 20;

/**
 * Records every compute dispatch of this process: shader source, entry point, constants, and what the uniform buffers
 * hold when it is submitted. Prototypes are patched, so it does not matter who opened the device: our own variants,
 * TensorFlow.js, gpu.js or the user's program.
 *
 * @param globals the classes of the WebGPU implementation
 */
export function recordDispatches(globals: Readonly<Record<string, unknown>>): DispatchRecorder {
  const modules = new WeakMap<object, { code: string; label: string }>();
  const pipelines = new WeakMap<object, Pipeline>();
  const groups = new WeakMap<object, Map<number, Bound>>();
  const commands = new WeakMap<object, Command[]>();
  const encoderOf = new WeakMap<object, object>();
  const state = new WeakMap<object, { pipeline?: Pipeline; groups: Map<number, BoundGroup> }>();
  const shadows = new WeakMap<object, Uint8Array>();
  const mapped = new WeakMap<object, { offset: number; view: Uint8Array }[]>();
  const usages = new WeakMap<object, number>();
  const seen = new Map<string, { dispatch: Omit<Dispatch, 'times'>; times: number }>();

  const shadowOf = (buffer: GPUBuffer): Uint8Array | undefined => shadows.get(buffer);
  const boundOf = (resource: unknown): Bound | undefined => {
    const { buffer, offset, size } = (resource ?? {}) as Partial<GPUBufferBinding>;
    const held = buffer ?? (usages.has(resource as object) ? (resource as GPUBuffer) : undefined);
    if (!held) return undefined;
    return { buffer: held, offset: offset ?? 0, size: size ?? held.size - (offset ?? 0) };
  };

  patch(globals.GPUDevice, {
    createShaderModule: (call, device, [descriptor]) => {
      const module = call();
      const { code, label = '' } = descriptor as GPUShaderModuleDescriptor;
      modules.set(module as object, { code, label });
      void device;
      return module;
    },
    createComputePipeline: (call, _device, [descriptor]) => {
      const pipeline = call();
      pipelines.set(pipeline as object, describePipeline(descriptor as GPUComputePipelineDescriptor, modules));
      return pipeline;
    },
    createComputePipelineAsync: async (call, _device, [descriptor]) => {
      const pipeline = await call();
      pipelines.set(pipeline as object, describePipeline(descriptor as GPUComputePipelineDescriptor, modules));
      return pipeline;
    },
    createBuffer: (call, _device, [descriptor]) => {
      const buffer = call() as object;
      const { size, usage: asked } = descriptor as GPUBufferDescriptor;
      usages.set(buffer, asked);
      if (size <= mostShadowed) shadows.set(buffer, new Uint8Array(size));
      return buffer;
    },
    createBindGroup: (call, _device, [descriptor]) => {
      const group = call() as object;
      const entries = new Map<number, Bound>();
      for (const { binding, resource } of (descriptor as GPUBindGroupDescriptor).entries) {
        const bound = boundOf(resource);
        if (bound) entries.set(binding, bound);
      }
      groups.set(group, entries);
      return group;
    },
  });
  patch(globals.GPUBuffer, {
    getMappedRange: (call, buffer, [offset]) => {
      const range = call() as ArrayBuffer;
      const list = mapped.get(buffer) ?? [];
      list.push({ offset: Number(offset ?? 0), view: new Uint8Array(range) });
      mapped.set(buffer, list);
      return range;
    },
    unmap: (call, buffer) => {
      for (const { offset, view } of mapped.get(buffer) ?? []) {
        const shadow = shadows.get(buffer);
        if (shadow && view.length > 0) shadow.set(view.subarray(0, shadow.length - offset), offset);
      }
      mapped.delete(buffer);
      return call();
    },
  });
  patch(globals.GPUCommandEncoder, {
    beginComputePass: (call, encoder) => {
      const pass = call() as object;
      encoderOf.set(pass, encoder);
      state.set(pass, { groups: new Map() });
      return pass;
    },
    copyBufferToBuffer: (call, encoder, args) => {
      // The short form leaves both offsets out.
      const short = typeof args[1] !== 'number';
      const [from, to, size] = short ? [args[0], args[1], args[2]] : [args[0], args[2], args[4]];
      const bound = (buffer: unknown, offset: unknown): Bound => ({
        buffer: buffer as GPUBuffer,
        offset: Number(offset ?? 0),
        size: Number(size ?? (from as GPUBuffer).size),
      });
      record(encoder, { kind: 'copy', from: bound(from, short ? 0 : args[1]), to: bound(to, short ? 0 : args[3]) });
      return call();
    },
    finish: (call, encoder) => {
      const finished = call() as object;
      commands.set(finished, commands.get(encoder) ?? []);
      return finished;
    },
  });
  patch(globals.GPUComputePassEncoder, {
    setPipeline: (call, pass, [pipeline]) => {
      const found = pipelines.get(pipeline as object);
      const held = state.get(pass);
      if (held && found) held.pipeline = found;
      return call();
    },
    setBindGroup: (call, pass, [index, group, offsets]) => {
      const entries = group ? groups.get(group as object) : undefined;
      const dynamic = ((offsets as { length?: number } | undefined)?.length ?? 0) > 0;
      if (entries) state.get(pass)?.groups.set(Number(index), { entries, dynamic });
      return call();
    },
    dispatchWorkgroups: (call, pass, [x, y = 1, z = 1]) => {
      dispatched(pass, [Number(x), Number(y), Number(z)]);
      return call();
    },
    dispatchWorkgroupsIndirect: (call, pass, [buffer, offset]) => {
      dispatched(pass, { buffer: buffer as GPUBuffer, offset: Number(offset), size: 12 });
      return call();
    },
  });
  patch(globals.GPUQueue, {
    writeBuffer: (call, _queue, [buffer, offset, data, dataOffset = 0, size]) => {
      const shadow = shadows.get(buffer as object);
      if (shadow)
        shadow.set(
          bytesOf(data as AllowSharedBufferSource, Number(dataOffset), size as number | undefined),
          Number(offset),
        );
      return call();
    },
    submit: (call, _queue, [buffers]) => {
      for (const each of buffers as Iterable<object>) for (const command of commands.get(each) ?? []) execute(command);
      return call();
    },
  });

  const record = (encoder: object, command: Command): void => {
    const list = commands.get(encoder) ?? [];
    list.push(command);
    commands.set(encoder, list);
  };
  const dispatched = (pass: object, workgroups: Extract<Command, { kind: 'dispatch' }>['workgroups']): void => {
    const held = state.get(pass);
    const encoder = encoderOf.get(pass);
    if (held?.pipeline && encoder)
      record(encoder, { kind: 'dispatch', pipeline: held.pipeline, groups: new Map(held.groups), workgroups });
  };
  const execute = (command: Command): void => {
    if (command.kind === 'copy') {
      const { from, to } = command;
      const source = hostKnows(from.buffer) ? shadowOf(from.buffer) : undefined;
      const target = shadowOf(to.buffer);
      if (target && source) target.set(source.subarray(from.offset, from.offset + from.size), to.offset);
      else shadows.delete(to.buffer);
      return;
    }
    const { pipeline, workgroups, groups: bound } = command;
    const counts = 'buffer' in workgroups ? indirect(workgroups) : workgroups;
    const uniforms = new Map<string, Uint8Array>();
    const sizes = new Map<string, number>();
    for (const [index, { entries, dynamic }] of bound)
      for (const [binding, { buffer, offset, size }] of entries) {
        const key = `${index}.${binding}`;
        sizes.set(key, size);
        const shadow =
          (usages.get(buffer) ?? 0) & usage.uniform && !dynamic && hostKnows(buffer) ? shadowOf(buffer) : undefined;
        if (shadow) uniforms.set(key, shadow.slice(offset, offset + size));
      }
    const inputs = { uniforms, sizes, constants: pipeline.constants, ...(counts ? { workgroups: counts } : {}) };
    const { label, code, entry } = pipeline;
    const key = JSON.stringify([
      code,
      entry,
      pipeline.constants,
      counts,
      [...sizes],
      [...uniforms].map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
    ]);
    const known = seen.get(key);
    if (known) known.times++;
    else seen.set(key, { dispatch: { label, code, entry, inputs }, times: 1 });
  };
  /** A buffer that kernels may write has contents that the host does not see. */
  const hostKnows = (buffer: GPUBuffer): boolean => ((usages.get(buffer) ?? 0) & usage.storage) === 0;
  const indirect = ({ buffer, offset }: Bound): [number, number, number] | undefined => {
    const shadow = hostKnows(buffer) ? shadowOf(buffer) : undefined;
    if (!shadow) return undefined;
    const view = new DataView(shadow.buffer, offset, 12);
    return [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
  };

  return {
    reset: () => seen.clear(),
    dispatches: () => [...seen.values()].map(({ dispatch, times }) => ({ ...dispatch, times })),
  };
}

function describePipeline(
  { label = '', compute }: GPUComputePipelineDescriptor,
  modules: WeakMap<object, { code: string; label: string }>,
): Pipeline {
  const module = modules.get(compute.module as unknown as object);
  return {
    label: label || module?.label || '',
    code: module?.code ?? '',
    entry: compute.entryPoint,
    constants: { ...((compute.constants ?? {}) as Record<string, number>) },
  };
}

function bytesOf(data: AllowSharedBufferSource, offset: number, size: number | undefined): Uint8Array {
  if (!ArrayBuffer.isView(data))
    return new Uint8Array(data as ArrayBuffer).subarray(offset, size === undefined ? undefined : offset + size);
  // Of a typed array offset and size count elements.
  const width = (data as Partial<Uint8Array>).BYTES_PER_ELEMENT ?? 1;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return bytes.subarray(offset * width, size === undefined ? undefined : (offset + size) * width);
}

type Patch = (call: () => unknown, self: object, args: readonly unknown[]) => unknown;

function patch(holder: unknown, patches: Readonly<Record<string, Patch>>): void {
  const prototype = (holder as { prototype?: Record<string, unknown> } | undefined)?.prototype;
  if (!prototype) return;
  for (const [name, wrap] of Object.entries(patches)) {
    const original = prototype[name];
    if (typeof original !== 'function') continue;
    prototype[name] = function (this: object, ...args: unknown[]): unknown {
      return wrap(() => Reflect.apply(original, this, args), this, args);
    };
  }
}
