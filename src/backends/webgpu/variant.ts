import type { Device } from '../device.ts';
import { VariantFailure, VariantSkipped } from '../failure.ts';
import type { Output, Prepared, Variant } from '../variant.ts';
import { failIfLost, guarded } from './errors.ts';
import type { Gpu } from './gpu.ts';
import { type GpuPlan, type GpuVariant, type PassPlan, paddedBytes, planExceeds } from './plan.ts';
import { timestampRecorder } from './timestamps.ts';
import { tunedShape } from './tuned.ts';

/** A prepared plan whose passes and buffers can also be driven one by one, for whoever puts something between them. */
export interface StagedGpu<I, O extends Output> extends Prepared<I, O> {
  /** Writes some buffers and leaves the others as they are; resolves when the device holds them. */
  uploadSome(views: Readonly<Record<string, ArrayBufferView>>): Promise<void>;
  /** Runs the passes from `from` up to and without `to`; the times of passes not in it stay as they were. */
  dispatchSome(from: number, to: number): Promise<void>;
}

/** A variant that carries its declaration, for whoever counts kernels instead of running them. */
export interface DeclaredGpuVariant<I, O extends Output> extends Variant<I, O> {
  readonly gpu: GpuVariant<I, O>;
  prepare(device: Device, input: I): Promise<StagedGpu<I, O>>;
}

interface BoundPass {
  readonly plan: PassPlan;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
}

/**
 * Runs a declared plan: one submission for all passes, one staging copy per output buffer, timestamps around every
 * pass where the device has them.
 */
export function webgpuVariant<I, O extends Output>(declaration: GpuVariant<I, O>): DeclaredGpuVariant<I, O> {
  const { name, sameAlgorithm, summary, precision } = declaration;
  return {
    name,
    sameAlgorithm,
    ...(summary === undefined ? {} : { summary }),
    ...(precision === undefined ? {} : { precision }),
    ...(declaration.unsupported ? { unsupported: (input: I) => declaration.unsupported?.(input) } : {}),
    gpu: declaration,
    async prepare(device, input) {
      const gpu = await device.gpu();
      const missing = (declaration.requires ?? []).filter(feature => !gpu.device.features.has(feature));
      if (missing.length > 0)
        throw new VariantSkipped(`this adapter (${gpu.adapter.description}) has no ${missing.join(', ')}`);
      const plan = declaration.plan(gpu, input, tunedShape(declaration, gpu, input));
      const excess = planExceeds(plan, gpu);
      if (excess) throw new VariantSkipped(`${name} ${excess}`);
      return runPlan(gpu, declaration, plan);
    },
  };
}

async function runPlan<I, O extends Output>(
  gpu: Gpu,
  declaration: GpuVariant<I, O>,
  plan: GpuPlan,
): Promise<StagedGpu<I, O>> {
  const { name } = declaration;
  const { queue } = gpu.device;
  const buffers = await guarded(gpu, `${name}: allocating`, () => allocate(gpu, plan));
  const passes = await bindPasses(gpu, name, plan, buffers);
  const outputs = Object.entries(plan.buffers).filter(([, { role }]) => role === 'out' || role === 'inout');
  const recorder = timestampRecorder(
    gpu,
    plan.passes.map(pass => pass.label),
  );
  let current: I | undefined;

  async function uploadSome(views: Readonly<Record<string, ArrayBufferView>>): Promise<void> {
    failIfLost(gpu, name);
    for (const [key, view] of Object.entries(views)) writeBuffer(queue, buffers, key, view);
    await gpu.drain();
  }

  const dispatchSome = (from: number, to: number): Promise<void> =>
    guarded(gpu, `${name}: dispatch`, async () => {
      const encoder = gpu.device.createCommandEncoder();
      for (const [index, bound] of passes.entries())
        if (index >= from && index < to) encodePass(encoder, bound, buffers, recorder.writes(index));
      recorder.resolve(encoder);
      queue.submit([encoder.finish()]);
      await gpu.drain();
    });

  return {
    shape: 'offload',
    uploadSome,
    dispatchSome,
    async upload(input) {
      current = input;
      await uploadSome(declaration.upload(input));
    },
    dispatch: () => dispatchSome(0, passes.length),
    async readback() {
      const bytes: Record<string, ArrayBuffer> = {};
      const encoder = gpu.device.createCommandEncoder();
      for (const [key, { bytes: size }] of outputs)
        encoder.copyBufferToBuffer(need(buffers, key), 0, need(buffers, `staging:${key}`), 0, paddedBytes(size));
      queue.submit([encoder.finish()]);
      await Promise.all(
        outputs.map(async ([key, { bytes: size }]) => {
          const staging = need(buffers, `staging:${key}`);
          await staging.mapAsync(GPUMapMode.READ).catch(error => {
            failIfLost(gpu, name);
            throw error;
          });
          bytes[key] = staging.getMappedRange(0, paddedBytes(size)).slice(0, size);
          staging.unmap();
        }),
      );
      return declaration.download(bytes, current as I);
    },
    drain: () => gpu.drain(),
    async poison() {
      for (const [key, { role, bytes: size }] of outputs) {
        if (role === 'out') queue.writeBuffer(need(buffers, key), 0, new Uint8Array(paddedBytes(size)).fill(0xa5));
      }
      await gpu.drain();
    },
    passTimes: () => recorder.read(),
    ranOn: () => gpu.ranOn,
    async [Symbol.asyncDispose]() {
      for (const buffer of buffers.values()) buffer.destroy();
      recorder.destroy();
    },
  };
}

function allocate(gpu: Gpu, plan: GpuPlan): Map<string, GPUBuffer> {
  const made = new Map<string, GPUBuffer>();
  for (const [key, { bytes, role }] of Object.entries(plan.buffers)) {
    const kind = role === 'uniform' ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE;
    const indirect = role === 'indirect' ? GPUBufferUsage.INDIRECT : 0;
    const usage = kind | indirect | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const size = role === 'uniform' ? Math.ceil(bytes / 16) * 16 : paddedBytes(bytes);
    made.set(key, gpu.device.createBuffer({ label: key, size, usage }));
    if (role === 'out' || role === 'inout')
      made.set(
        `staging:${key}`,
        gpu.device.createBuffer({
          label: `staging:${key}`,
          size: paddedBytes(bytes),
          usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
        }),
      );
  }
  return made;
}

/** Pipelines are shared between passes with the same code, entry and constants. */
async function bindPasses(
  gpu: Gpu,
  name: string,
  plan: GpuPlan,
  buffers: Map<string, GPUBuffer>,
): Promise<BoundPass[]> {
  const pipelines = new Map<string, Promise<GPUComputePipeline>>();
  const bound: BoundPass[] = [];
  for (const pass of plan.passes) {
    const key = JSON.stringify([pass.code, pass.entry ?? 'main', pass.constants ?? {}]);
    let pipeline = pipelines.get(key);
    if (!pipeline) {
      pipeline = compile(gpu, name, pass);
      pipelines.set(key, pipeline);
    }
    const ready = await pipeline;
    const group = await guarded(gpu, `${name}: binding pass \`${pass.label}\``, () =>
      gpu.device.createBindGroup({
        layout: ready.getBindGroupLayout(0),
        entries: pass.bindings.map((binding, index) => ({ binding: index, resource: resourceOf(buffers, binding) })),
      }),
    );
    bound.push({ plan: pass, pipeline: ready, group });
  }
  return bound;
}

async function compile(gpu: Gpu, name: string, pass: PassPlan): Promise<GPUComputePipeline> {
  failIfLost(gpu, name);
  const { device } = gpu;
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label: pass.label, code: pass.code });
  const { messages } = await module.getCompilationInfo();
  await device.popErrorScope();
  const error = messages.find(message => message.type === 'error');
  if (error)
    throw new VariantFailure(
      'compile-error',
      `${name}: WGSL of pass \`${pass.label}\`, line ${error.lineNum}:${error.linePos}: ${error.message}`,
    );
  try {
    return await device.createComputePipelineAsync({
      label: pass.label,
      layout: 'auto',
      compute: {
        module,
        entryPoint: pass.entry ?? 'main',
        ...(pass.constants ? { constants: { ...pass.constants } } : {}),
      },
    });
  } catch (error) {
    failIfLost(gpu, name);
    throw new VariantFailure(
      'compile-error',
      `${name}: pipeline of pass \`${pass.label}\`: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function encodePass(
  encoder: GPUCommandEncoder,
  { plan, pipeline, group }: BoundPass,
  buffers: Map<string, GPUBuffer>,
  timestampWrites: GPUComputePassTimestampWrites | undefined,
): void {
  const pass = encoder.beginComputePass({ label: plan.label, ...(timestampWrites ? { timestampWrites } : {}) });
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  const { workgroups } = plan;
  if ('indirect' in workgroups)
    pass.dispatchWorkgroupsIndirect(need(buffers, workgroups.indirect), workgroups.offset ?? 0);
  // Dawn calls an empty dispatch unusual, on stdout.
  else if (!workgroups.includes(0)) pass.dispatchWorkgroups(...(workgroups as [number, number?, number?]));
  pass.end();
}

function resourceOf(buffers: Map<string, GPUBuffer>, binding: string): GPUBufferBinding {
  const [key = binding, part] = binding.split('@');
  const buffer = need(buffers, key);
  if (part === undefined) return { buffer };
  const [offset, size] = part.split(':').map(Number);
  return { buffer, offset: offset ?? 0, ...(size === undefined ? {} : { size }) };
}

function need(buffers: Map<string, GPUBuffer>, key: string): GPUBuffer {
  const buffer = buffers.get(key);
  if (!buffer) throw new VariantFailure('compile-error', `the plan names a buffer \`${key}\` that it does not declare`);
  return buffer;
}

/** Copies are in multiples of 4 bytes; the last 1 to 3 bytes of a shorter view go through a padded copy. */
function writeBuffer(queue: GPUQueue, buffers: Map<string, GPUBuffer>, key: string, view: ArrayBufferView): void {
  const buffer = need(buffers, key);
  const bytes = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
  const whole = bytes.byteLength & ~3;
  if (whole > 0) queue.writeBuffer(buffer, 0, bytes, 0, whole);
  if (whole < bytes.byteLength) {
    const tail = new Uint8Array(4);
    tail.set(bytes.subarray(whole));
    queue.writeBuffer(buffer, whole, tail);
  }
}
