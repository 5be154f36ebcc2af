import type { Gpu } from '../../backends/webgpu/gpu.ts';
import { now } from '../../measure/clock.ts';
import { median } from '../../measure/statistics.ts';
import type { AdapterCeilings, BandwidthPoint, TransferPoint } from '../ceilings.ts';

const chains = 8;

/** vec4 multiply–add on eight independent chains: 2·4·8 = 64 flops a round and invocation. */
const multiplyAddCode = `
override rounds: u32 = 64;
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = vec4f(0.999999 + f32(id.x) * 1e-9);
  let y = vec4f(0.000001);
  ${Array.from({ length: chains }, (_, chain) => `var c${chain} = vec4f(${chain + 1});`).join(' ')}
  for (var round = 0u; round < rounds; round++) {
    ${Array.from({ length: chains }, (_, chain) => `c${chain} = fma(c${chain}, x, y);`).join(' ')}
  }
  out[id.x] = ${Array.from({ length: chains }, (_, chain) => `c${chain}`).join(' + ')};
}`;

const copyCode = `
@group(0) @binding(0) var<storage, read> source: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> sink: array<vec4u>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.y * groups.x * 64u + id.x;
  if (at < arrayLength(&sink)) { sink[at] = source[at]; }
}`;

const emptyCode = '@compute @workgroup_size(1) fn main() {}';

/** The adapter's ceilings, seen from the host: best of several trials, each long enough to hide the launch. */
export async function probeAdapter(gpu: Gpu): Promise<AdapterCeilings> {
  return {
    name: gpu.adapter.description || gpu.adapter.device,
    software: gpu.adapter.software,
    profile: gpu.profile,
    simdFlops: await probeFlops(gpu),
    bandwidth: await probeBandwidth(gpu),
    dispatchNs: await probeDispatch(gpu),
    transfer: await probeTransfer(gpu),
  };
}

async function pipelineOf(
  { device }: Gpu,
  code: string,
  constants: Record<string, number> = {},
): Promise<GPUComputePipeline> {
  return device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }), constants },
  });
}

interface Launch {
  readonly pipeline: GPUComputePipeline;
  readonly group?: GPUBindGroup;
  readonly workgroups: readonly [number, number];
}

/** Submits the same pass `passes` times at once and waits; nanoseconds. */
async function timeLaunch({ device }: Gpu, { pipeline, group, workgroups }: Launch, passes = 1): Promise<number> {
  const start = now();
  const encoder = device.createCommandEncoder();
  for (let count = 0; count < passes; count++) {
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    if (group) pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(...workgroups);
    pass.end();
  }
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
  return Number(now() - start);
}

async function probeDispatch(gpu: Gpu): Promise<number> {
  const launch: Launch = { pipeline: await pipelineOf(gpu, emptyCode), workgroups: [1, 1] };
  const times: number[] = [];
  for (let trial = 0; trial < 40; trial++) times.push(await timeLaunch(gpu, launch));
  return median(times.slice(10));
}

/** A launch this long makes its own overhead (at most a few hundred microseconds) disappear. */
const enoughNs = 40e6;

/** Nanoseconds of one pass: as many in one submission as take 40 ms, the best of five. */
async function bestPass(gpu: Gpu, launch: Launch): Promise<number> {
  let passes = 1;
  let took = await timeLaunch(gpu, launch, passes);
  while (took < enoughNs && passes < 1024) {
    passes *= 2;
    took = await timeLaunch(gpu, launch, passes);
  }
  for (let trial = 0; trial < 4; trial++) took = Math.min(took, await timeLaunch(gpu, launch, passes));
  return took / passes;
}

async function probeFlops(gpu: Gpu): Promise<number> {
  const workgroups = 1024;
  const invocations = workgroups * 64;
  const rounds = gpu.adapter.software ? 64 : 4096;
  const buffer = gpu.device.createBuffer({ size: invocations * 16, usage: GPUBufferUsage.STORAGE });
  const pipeline = await pipelineOf(gpu, multiplyAddCode, { rounds });
  const group = gpu.device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer } }],
  });
  const took = await bestPass(gpu, { pipeline, group, workgroups: [workgroups, 1] });
  buffer.destroy();
  return (invocations * rounds * 8 * chains * 1e9) / took;
}

async function probeBandwidth(gpu: Gpu): Promise<BandwidthPoint[]> {
  const { device } = gpu;
  const pipeline = await pipelineOf(gpu, copyCode);
  const points: BandwidthPoint[] = [];
  for (const footprintBytes of [1 << 18, 1 << 21, 1 << 24, 1 << 27]) {
    const bytes = footprintBytes / 2;
    if (bytes > device.limits.maxStorageBufferBindingSize) break;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const [from, to] = [device.createBuffer({ size: bytes, usage }), device.createBuffer({ size: bytes, usage })];
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [from, to].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const groups = bytes / 16 / 64;
    const wide = Math.min(groups, 32768);
    const took = await bestPass(gpu, { pipeline, group, workgroups: [wide, Math.ceil(groups / wide)] });
    points.push({ footprintBytes, bytesPerSecond: (footprintBytes * 1e9) / took });
    from.destroy();
    to.destroy();
  }
  return points;
}

async function probeTransfer({ device }: Gpu): Promise<TransferPoint[]> {
  const points: TransferPoint[] = [];
  for (const bytes of [1 << 12, 1 << 16, 1 << 20, 1 << 24]) {
    const host = new Uint8Array(bytes).fill(7);
    const there = device.createBuffer({
      size: bytes,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
    const back = device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const uploads: number[] = [];
    const readbacks: number[] = [];
    for (let trial = 0; trial < 9; trial++) {
      const start = now();
      device.queue.writeBuffer(there, 0, host);
      await device.queue.onSubmittedWorkDone();
      const sent = now();
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(there, 0, back, 0, bytes);
      device.queue.submit([encoder.finish()]);
      await back.mapAsync(GPUMapMode.READ);
      host.set(new Uint8Array(back.getMappedRange()));
      back.unmap();
      uploads.push(Number(sent - start));
      readbacks.push(Number(now() - sent));
    }
    points.push({ bytes, uploadNs: median(uploads), readbackNs: median(readbacks) });
    there.destroy();
    back.destroy();
  }
  return points;
}
