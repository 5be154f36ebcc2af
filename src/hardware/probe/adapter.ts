import type { Gpu } from '../../backends/webgpu/gpu.ts';
import { now } from '../../measure/clock.ts';
import { median } from '../../measure/statistics.ts';
import type { AdapterCeilings, BandwidthPoint, TransferPoint } from '../ceilings.ts';

/** One way to keep an adapter's multipliers busy: independent chains of one type, with one of the two spellings. */
interface ArithmeticShape {
  readonly type: 'f32' | 'vec2f' | 'vec4f';
  readonly lanes: number;
  readonly chains: number;
  readonly fused: boolean;
}

/**
 * Which shape runs fastest depends on the compiler behind the adapter: registers spill in one and latency shows in the
 * other (SwiftShader: 2 to 23 GFLOP/s). The ceiling is the best of them all.
 */
const shapes: readonly ArithmeticShape[] = (
  [
    ['f32', 1, 4],
    ['f32', 1, 8],
    ['vec2f', 2, 4],
    ['vec4f', 4, 2],
    ['vec4f', 4, 8],
  ] as const
).flatMap(([type, lanes, chains]) => [true, false].map(fused => ({ type, lanes, chains, fused })));

const unrolled = 8;
const looped = { software: 32, hardware: 1024 } as const;

/** `unrolled` steps of every chain in a round: 2·lanes·chains·unrolled flops a round and invocation. */
function arithmeticCode({ type, chains, fused }: ArithmeticShape, rounds: number): string {
  const names = Array.from({ length: chains }, (_, chain) => `c${chain}`);
  const step = names.map(name => (fused ? `${name} = fma(${name}, x, y);` : `${name} = ${name} * x + y;`)).join(' ');
  return `
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = ${type}(0.999999 + f32(id.x) * 1e-9);
  let y = ${type}(0.000001);
  ${names.map((name, chain) => `var ${name} = ${type}(${chain + 1});`).join(' ')}
  for (var round = 0u; round < ${rounds}u; round++) {
    ${Array.from({ length: unrolled }, () => step).join('\n    ')}
  }
  let sum = ${names.join(' + ')};
  out[id.x] = ${type === 'f32' ? 'sum' : 'sum.x + sum.y'};
}`;
}

/** Type, lanes, and one step of a chain: two operations a lane. */
interface IntegerShape {
  readonly type: 'u32' | 'vec4u';
  readonly lanes: number;
  readonly step: (chain: string) => string;
}

/** Forms that hardware may fuse into one instruction: logic of three inputs, a sum of three, logic and a sum. */
const integerShapes: readonly IntegerShape[] = (
  [
    ['u32', 1],
    ['vec4u', 4],
  ] as const
).flatMap(([type, lanes]) =>
  [(c: string) => `(${c} & x) ^ y`, (c: string) => `${c} + x + y`, (c: string) => `(${c} ^ x) + y`].map(step => ({
    type,
    lanes,
    step,
  })),
);

const integerChains = ['a', 'b', 'c', 'd'] as const;

/** Steps of every chain in a round, each a value with a name of its own: some compilers keep variables in memory. */
const integerSteps = 16;

/** x and y change from round to round, or a compiler might see that a chain repeats itself. */
function integerCode({ type, step }: IntegerShape, rounds: number): string {
  const lines = Array.from({ length: integerSteps }, (_, index) =>
    integerChains.map(name => `let ${name}${index + 1} = ${step(index === 0 ? name : name + index)};`).join(' '),
  );
  return `
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  var x = ${type}(id.x * 2654435761u);
  var y = ${type}(id.x + 12345u);
  ${integerChains.map((name, chain) => `var ${name} = ${type}(${chain + 1}u);`).join(' ')}
  for (var round = 0u; round < ${rounds}u; round++) {
    ${lines.join('\n    ')}
    ${integerChains.map(name => `${name} = ${name}${integerSteps};`).join(' ')}
    x += y; y ^= x;
  }
  let all = a ^ b ^ c ^ d;
  out[id.x] = ${type === 'u32' ? 'all' : 'all.x ^ all.y ^ all.z ^ all.w'};
}`;
}

/** One way to copy: the type that is moved at once, and how many of it by each invocation. */
const copyShapes = [
  { type: 'u32', bytes: 4, each: 1 },
  { type: 'u32', bytes: 4, each: 8 },
  { type: 'vec4u', bytes: 16, each: 1 },
  { type: 'vec4u', bytes: 16, each: 4 },
] as const;

/** Neighbouring invocations copy neighbouring elements, whatever the stride between the elements of one. */
const copyCode = ({ type, each }: (typeof copyShapes)[number]): string => `
@group(0) @binding(0) var<storage, read> source: array<${type}>;
@group(0) @binding(1) var<storage, read_write> sink: array<${type}>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = id.y * groups.x * 64u + id.x;
  let stride = groups.x * groups.y * 64u;
  ${Array.from({ length: each }, (_, k) => `sink[first + ${k}u * stride] = source[first + ${k}u * stride];`).join('\n  ')}
}`;

const emptyCode = '@compute @workgroup_size(1) fn main() {}';

/** The adapter's ceilings, seen from the host: best of several trials, each long enough to hide the launch. */
export async function probeAdapter(gpu: Gpu): Promise<AdapterCeilings> {
  return {
    name: gpu.adapter.description || gpu.adapter.device,
    software: gpu.adapter.software,
    profile: gpu.profile,
    simdFlops: await probeFlops(gpu),
    integerOperations: await probeIntegers(gpu),
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

const probeFlops = (gpu: Gpu): Promise<number> =>
  mostOperations(
    gpu,
    shapes.map(shape => ({
      code: rounds => arithmeticCode(shape, rounds),
      operations: unrolled * 2 * shape.lanes * shape.chains,
    })),
  );

const probeIntegers = (gpu: Gpu): Promise<number> =>
  mostOperations(
    gpu,
    integerShapes.map(shape => ({
      code: rounds => integerCode(shape, rounds),
      operations: integerSteps * 2 * shape.lanes * integerChains.length,
    })),
  );

/** A kernel that only computes, and what an invocation of it does in a round. */
interface Computing {
  readonly code: (rounds: number) => string;
  readonly operations: number;
}

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
  const pipelines = await Promise.all(copyShapes.map(shape => pipelineOf(gpu, copyCode(shape))));
  const points: BandwidthPoint[] = [];
  for (const footprintBytes of [1 << 18, 1 << 21, 1 << 24, 1 << 26]) {
    const bytes = footprintBytes / 2;
    if (bytes > device.limits.maxStorageBufferBindingSize) break;
    const buffers = [0, 1].map(() => device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE }));
    let least = Number.POSITIVE_INFINITY;
    for (const [index, shape] of copyShapes.entries()) {
      const pipeline = pipelines[index] as GPUComputePipeline;
      const group = device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
      const groups = bytes / shape.bytes / shape.each / 64;
      const wide = Math.min(groups, 32768);
      least = Math.min(least, await bestPass(gpu, { pipeline, group, workgroups: [wide, groups / wide] }));
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
