import { expect, test } from 'vitest';
import type { Ceilings, CpuCeilings } from '../../src/hardware/ceilings.ts';
import { localDeviceNames, localDevices } from '../../src/hardware/local-devices.ts';
import { validateDevice } from '../../src/hardware/validate-device.ts';

const rates = (each: number) => ({ int32: each, logic: 2 * each, special: each / 8, access: 3 * each });
const cores = (count: number): CpuCeilings => ({
  cores: count,
  scalarFlops: count * 12e9,
  simdFlops: count * 48e9,
  scalar: rates(count * 3e9),
  simd: rates(count * 10e9),
  bandwidth: [
    { footprintBytes: 2 ** 14, bytesPerSecond: count * 200e9 },
    { footprintBytes: 2 ** 18, bytesPerSecond: count * 80e9 },
    { footprintBytes: 2 ** 26, bytesPerSecond: 20e9 },
  ],
});
const transfer = [
  { bytes: 4096, uploadNs: 2000, readbackNs: 3000 },
  { bytes: 2 ** 24, uploadNs: 4e6, readbackNs: 8e6 },
];
const ceilings: Ceilings = {
  ...{ schema: 1, measuredAt: '2026-01-01T00:00:00.000Z', identity: 'a machine' },
  cpu: { one: cores(1), all: cores(8), handOver: { launchNs: 20_000, callNs: 100, transfer } },
  adapter: {
    ...{ name: 'SwiftShader', software: true, profile: 'safe' },
    simdFlops: 4e9,
    bandwidth: [
      { footprintBytes: 2 ** 16, bytesPerSecond: 2e9 },
      { footprintBytes: 2 ** 24, bytesPerSecond: 1e9 },
    ],
    dispatchNs: 160_000,
    transfer,
  },
};

test('what the probe measured becomes devices that could stand in a file, in the units of such a file', () => {
  const devices = localDevices(ceilings);
  expect(Object.keys(devices)).toEqual(localDeviceNames);
  for (const [name, device] of Object.entries(devices)) {
    expect(validateDevice(structuredClone(device), name)).toEqual(device);
    expect(device?.name).toBe(name);
  }
  expect(devices.cpu).toMatchObject({
    cores: { value: 1 },
    lanes: { value: 1 },
    // 12 Gflop/s of scalar work are 3 GHz at four operations a cycle.
    clock_ghz: { value: 3 },
    rates_gop_per_s: { fp32: { value: 12 }, int32: { value: 3 }, logic: { value: 6 }, special: { value: 0.375 } },
    access_gop_per_s: { value: 9 },
    // A call costs something, too: 100 ns.
    launch_us: { value: 0.1 },
  });
  expect(devices['cpu-simd-threads']).toMatchObject({
    cores: { value: 8 },
    lanes: { value: 4 },
    rates_gop_per_s: { fp32: { value: 384 } },
    launch_us: { value: 20 },
    transfer: {
      to_device: { latency_us: { value: 2 }, bandwidth_gb_per_s: { value: 2 ** 24 / 4e6 } },
      from_device: { latency_us: { value: 3 }, bandwidth_gb_per_s: { value: 2 ** 24 / 8e6 } },
    },
  });
});

test('the border between two levels of memory lies in the middle of their footprints, on a logarithmic scale', () => {
  const { cpu } = localDevices(ceilings);
  expect(cpu?.memory.map(({ level, bytes, bandwidth_gb_per_s }) => [level, bytes, bandwidth_gb_per_s])).toEqual([
    ['up to 64 KiB', 2 ** 16, 200],
    ['up to 4096 KiB', 2 ** 22, 80],
    ['memory', 1e12, 20],
  ]);
});

test('a software adapter is called one, a GPU is not, and without an adapter there is no such device', () => {
  const { webgpu } = localDevices(ceilings);
  expect(webgpu).toMatchObject({
    kind: 'software-adapter',
    label: expect.stringMatching(/a software adapter \(a CPU\)/),
  });
  expect(webgpu?.launch_us.value).toBe(160);
  // Two elements of 4 bytes, one read and one written, in 8 bytes of copied memory.
  expect(webgpu?.access_gop_per_s?.value).toBe(0.5);
  const integers = (adapter: typeof ceilings.adapter) => {
    const rates = localDevices({ ...ceilings, adapter }).webgpu?.rates_gop_per_s;
    return [rates?.int32?.value, rates?.logic?.value];
  };
  expect(integers({ ...ceilings.adapter!, simdFlops: 24e9, integerOperations: 30e9 })).toEqual([30, 30]);
  // Probes of before did not measure them.
  const { integerOperations: _, ...before } = ceilings.adapter!;
  expect(integers({ ...before, simdFlops: 24e9 })).toEqual([12, 12]);
  const real = { ...ceilings.adapter!, software: false, name: 'a GPU' };
  expect(localDevices({ ...ceilings, adapter: real }).webgpu).toMatchObject({ kind: 'gpu', label: 'a GPU' });
  expect(localDevices({ ...ceilings, adapter: null }).webgpu).toBeUndefined();
});
