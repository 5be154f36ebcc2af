import type { Gpu } from '../../backends/webgpu/gpu.ts';
import { now } from '../../measure/clock.ts';
import { median } from '../../measure/statistics.ts';
import type { AdapterCeilings, BandwidthPoint, TransferPoint } from '../ceilings.ts';
import { type Computing, copyKernels, flopKernels, integerKernels } from './adapter-kernels.ts';

const emptyCode = '@compute @workgroup_size(1) fn main() {}';

/** The adapter's ceilings, seen from the host: best of several trials, each long enough to hide the launch. */
export async function probeAdapter(gpu: Gpu): Promise<AdapterCeilings> {
  return {
    name: gpu.adapter.description || gpu.adapter.device,
    software: gpu.adapter.software,
    profile: gpu.profile,
    simdFlops: await mostOperations(gpu, flopKernels),
    integerOperations: await mostOperations(gpu, integerKernels),
    bandwidth: await probeBandwidth(gpu),
    dispatchNs: await probeDispatch(gpu),
    transfer: await probeTransfer(gpu),
  };
}

async function pipelineOf({ device }: Gpu, code: string): Promise<GPUComputePipeline> {
  return device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }) },
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
const enoughNs = 20e6;

/** Nanoseconds of one pass: as many in one submission as take 20 ms, the best of four. */
async function bestPass(gpu: Gpu, launch: Launch): Promise<number> {
  let passes = 1;
  let took = await timeLaunch(gpu, launch, passes);
  while (took < enoughNs && passes < 1024) {
    passes *= 2;
    took = await timeLaunch(gpu, launch, passes);
  }
  for (let trial = 0; trial < 3; trial++) took = Math.min(took, await timeLaunch(gpu, launch, passes));
  return took / passes;
}

/** Rounds of a kernel that only computes. */
const looped = { software: 32, hardware: 1024 } as const;

/** Operations a second of the fastest kernel. */
async function mostOperations(gpu: Gpu, kernels: readonly Computing[]): Promise<number> {
  const workgroups = gpu.adapter.software ? 128 : 4096;
  const invocations = workgroups * 64;
  const rounds = gpu.adapter.software ? looped.software : looped.hardware;
  const buffer = gpu.device.createBuffer({ size: invocations * 4, usage: GPUBufferUsage.STORAGE });
  let most = 0;
  for (const { code, operations } of kernels) {
    const pipeline = await pipelineOf(gpu, code(rounds));
    const group = gpu.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer } }],
    });
    const took = await bestPass(gpu, { pipeline, group, workgroups: [workgroups, 1] });
    most = Math.max(most, (invocations * rounds * operations * 1e9) / took);
  }
  buffer.destroy();
  return most;
}

async function probeBandwidth(gpu: Gpu): Promise<BandwidthPoint[]> {
  const { device } = gpu;
  const pipelines = await Promise.all(copyKernels.map(({ code }) => pipelineOf(gpu, code)));
  const points: BandwidthPoint[] = [];
  // A copy reads half of its footprint and writes the other: as many bytes move as the footprint has.
  for (const footprintBytes of [1 << 18, 1 << 21, 1 << 24, 1 << 26]) {
    const bytes = footprintBytes / 2;
    if (bytes > device.limits.maxStorageBufferBindingSize) break;
    const buffers = [0, 1].map(() => device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE }));
    let least = Number.POSITIVE_INFINITY;
    for (const [index, { workgroups }] of copyKernels.entries()) {
      const pipeline = pipelines[index] as GPUComputePipeline;
      const group = device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
      least = Math.min(least, await bestPass(gpu, { pipeline, group, workgroups: workgroups(bytes) }));
    }
    points.push({ footprintBytes, bytesPerSecond: (footprintBytes * 1e9) / least });
    for (const buffer of buffers) buffer.destroy();
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
