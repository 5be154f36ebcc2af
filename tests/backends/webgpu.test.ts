import { afterAll, describe, expect, test } from 'vitest';
import { openDevice } from '../../src/backends/device.ts';
import { classifyFailure } from '../../src/backends/failure.ts';
import { guarded } from '../../src/backends/webgpu/errors.ts';
import type { GpuPlan, GpuVariant } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import { runOnce } from '../../src/measure/check.ts';

const device = openDevice({ cores: 1 });
afterAll(() => device[Symbol.asyncDispose]());

const double = `@group(0) @binding(0) var<storage, read> before: array<u32>;
@group(0) @binding(1) var<storage, read_write> after: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&after)) {
    after[id.x] = before[id.x] * 2;
  }
}
`;

/** A kernel that doubles, with one thing changed. */
function doubling(change: Partial<GpuVariant<Uint32Array, Uint32Array>> = {}, replan?: (plan: GpuPlan) => GpuPlan) {
  const plan = (input: Uint32Array): GpuPlan => ({
    buffers: { before: { bytes: input.byteLength, role: 'in' }, after: { bytes: input.byteLength, role: 'out' } },
    passes: [
      { label: 'double', code: double, bindings: ['before', 'after'], workgroups: [Math.ceil(input.length / 64)] },
    ],
  });
  return webgpuVariant<Uint32Array, Uint32Array>({
    name: 'webgpu-naive',
    sameAlgorithm: true,
    plan: (_, input) => (replan ? replan(plan(input)) : plan(input)),
    upload: input => ({ before: input }),
    download: ({ after }) => new Uint32Array(after!),
    ...change,
  });
}

const input = Uint32Array.from({ length: 1000 }, (_, index) => index);
const withCode = (change: (code: string) => string) => (plan: GpuPlan) => ({
  ...plan,
  passes: plan.passes.map(pass => ({ ...pass, code: change(pass.code) })),
});

async function failureOf(work: () => Promise<unknown>) {
  try {
    await work();
  } catch (error) {
    return classifyFailure(error);
  }
  return { status: 'ok' };
}

describe('a plan that works', () => {
  test('runs in phases, with a time of each pass, on the adapter that was asked', async () => {
    await using prepared = await doubling().prepare(device, input);
    expect(await runOnce(prepared, input)).toEqual(input.map(value => value * 2));
    const gpu = await device.gpu();
    expect(prepared.ranOn()).toBe(gpu.adapter.software ? 'software-adapter' : 'gpu');
    const times = await prepared.passTimes?.();
    if (gpu.timestamps) {
      expect(times?.map(({ label }) => label)).toEqual(['double']);
      expect(times![0]!.ns).toBeGreaterThan(0n);
    } else expect(times).toBeUndefined();
  });

  test('a kernel that writes nothing shows the poison, not the last output', async () => {
    await using right = await doubling().prepare(device, input);
    await runOnce(right, input);
    const silent = doubling(
      {},
      withCode(code => code.replace('after[id.x] =', 'let unused =')),
    );
    await using prepared = await silent.prepare(device, input);
    const output = await runOnce(prepared, input);
    expect(new Set(output)).toEqual(new Set([0xa5a5a5a5]));
  });

  test('an empty input is an empty output', async () => {
    const empty = new Uint32Array(0);
    await using prepared = await doubling().prepare(device, empty);
    expect(await runOnce(prepared, empty)).toEqual(empty);
  });
});

describe('what goes wrong becomes a cell with its reason', () => {
  test('WGSL that does not compile: the pass, the line and what is wrong there', async () => {
    const broken = doubling(
      {},
      withCode(code => code.replace('before[id.x] * 2', 'before[id.x] * colour')),
    );
    const failure = await failureOf(() => broken.prepare(device, input));
    expect(failure).toEqual({
      status: 'compile-error',
      reason: expect.stringMatching(/^webgpu-naive: WGSL of pass `double`, line 7:\d+: .*colour/),
    });
  });

  test('a pipeline that the device refuses', async () => {
    const huge = doubling(
      {},
      withCode(code => code.replace('workgroup_size(64)', 'workgroup_size(100000)')),
    );
    expect(await failureOf(() => huge.prepare(device, input))).toEqual({
      status: 'compile-error',
      reason: expect.stringContaining('pipeline of pass `double`'),
    });
  });

  test('an entry point that is not there', async () => {
    const missing = doubling({}, plan => ({
      ...plan,
      passes: plan.passes.map(pass => ({ ...pass, entry: 'absent' })),
    }));
    expect(await failureOf(() => missing.prepare(device, input))).toMatchObject({ status: 'compile-error' });
  });

  test('a buffer that the plan does not declare', async () => {
    const missing = doubling({}, plan => ({
      ...plan,
      passes: plan.passes.map(pass => ({ ...pass, bindings: ['before', 'two'] })),
    }));
    expect(await failureOf(() => missing.prepare(device, input))).toEqual({
      status: 'compile-error',
      reason: 'the plan names a buffer `two` that it does not declare',
    });
  });

  test('bindings that do not fit the shader', async () => {
    const short = doubling({}, plan => ({
      ...plan,
      passes: plan.passes.map(pass => ({ ...pass, bindings: ['before'] })),
    }));
    expect(await failureOf(() => short.prepare(device, input))).toEqual({
      status: 'runtime-error',
      reason: expect.stringContaining('binding pass `double`'),
    });
  });

  test('a buffer larger than the adapter binds: skipped, with both sizes, the limit and the cure', async () => {
    const gpu = await device.gpu();
    const most = gpu.adapter.limits.maxStorageBufferBindingSize!;
    const large = doubling({}, plan => ({
      ...plan,
      buffers: { ...plan.buffers, after: { bytes: most + 4, role: 'out' } },
    }));
    const failure = await failureOf(() => large.prepare(device, input));
    expect(failure).toEqual({
      status: 'skipped',
      reason: expect.stringMatching(
        /^webgpu-naive needs a storage buffer `after` of [\d.]+ (GB|bytes); this adapter binds at most [\d.]+ (GB|bytes) \(.*, maxStorageBufferBindingSize\)\. Try a smaller --size, or another --device$/,
      ),
    });
  });

  test('more workgroups than one dimension holds: skipped', async () => {
    const wide = doubling({}, plan => ({
      ...plan,
      passes: plan.passes.map(pass => ({ ...pass, workgroups: [70_000] as const })),
    }));
    expect(await failureOf(() => wide.prepare(device, input))).toEqual({
      status: 'skipped',
      reason: expect.stringContaining('pass `double` needs 70000 workgroups'),
    });
  });

  test('memory that the device does not have', async () => {
    const gpu = await device.gpu();
    const failure = await failureOf(() =>
      guarded(gpu, 'allocating', () => {
        // The largest buffer that a device may be asked for is one that no driver here has to give.
        const held = Array.from({ length: 4096 }, () =>
          gpu.device.createBuffer({ size: gpu.adapter.limits.maxBufferSize!, usage: GPUBufferUsage.STORAGE }),
        );
        for (const buffer of held) buffer.destroy();
      }),
    );
    expect(failure).toEqual({ status: 'out-of-memory', reason: expect.stringMatching(/^allocating: /) });
  });

  test('a lost device: the cell says so, and the next one gets a fresh device', async () => {
    await using own = openDevice({ cores: 1 });
    const first = await own.gpu();
    const prepared = await doubling().prepare(own, input);
    await runOnce(prepared, input);
    first.device.destroy();
    await first.device.lost;
    for (const phase of ['upload', 'dispatch', 'readback'] as const)
      expect({ phase, ...(await failureOf(() => prepared[phase](input) as Promise<unknown>)) }).toMatchObject({
        phase,
        status: 'device-lost',
        reason: expect.stringContaining('webgpu-naive'),
      });
    const second = await own.gpu();
    expect(second).not.toBe(first);
    await using again = await doubling().prepare(own, input);
    expect(await runOnce(again, input)).toEqual(input.map(value => value * 2));
  });
});
