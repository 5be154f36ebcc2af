import { describe, expect, test } from 'vitest';
import { breakEvenSize } from '../../src/forecast/break-even.ts';
import { addedOneByOne } from '../../src/forecast/custom/index.ts';
import { floorOf } from '../../src/forecast/model.ts';
import { scoreOf } from '../../src/forecast/score.ts';
import type { ParallelRegion, ProgramShape } from '../../src/forecast/types.ts';
import type { DeviceSpec, Quantity } from '../../src/hardware/device.ts';

const is = (value: number): Quantity => ({ value, source: 'made up for this test' });

/** 100 G operations a second, 50 G accesses, and nothing else that takes time. */
const deviceOf = (kind: DeviceSpec['kind'], lanes: number): DeviceSpec => ({
  ...{ schema: 1, name: 'made-up', label: 'made up', kind, cores: is(1), lanes: is(lanes) },
  ...{ clock_ghz: is(1), latency_cycles: is(1) },
  rates_gop_per_s: { fp32: is(100), fp64: null, int32: is(100), logic: is(100), special: is(100) },
  access_gop_per_s: is(50),
  memory: [{ level: 'memory', bytes: 1e12, bandwidth_gb_per_s: 1e6, source: 'x' }],
  launch_us: is(0),
  transfer: {
    to_device: { latency_us: is(0), bandwidth_gb_per_s: is(1e6) },
    from_device: { latency_us: is(0), bandwidth_gb_per_s: is(1e6) },
  },
});

const region: ParallelRegion = {
  ...{ function: 'f', file: 'f.ts', line: 1, verdict: 'parallel', entries: 1, width: 1000, divergence: 0, share: 1 },
  operations: { fp32: 0, fp64: 0, int32: 0, logic: 0, special: 0, compare: 0 },
  ...{ accesses: 0, indirect: 0, reusable: 0, footprintBytes: 1, trafficBytes: 0, span: 0 },
};

const kernelOf = (changes: Partial<ParallelRegion>, device: DeviceSpec): number => {
  const shape: ProgramShape = {
    ...{ target: 'f.ts', size: 1, regions: [{ ...region, ...changes }], kept: [], serialShare: 0, uncountedShare: 0 },
    ...{ bytesToDevice: 0, bytesFromDevice: 0, bytesSource: 'x', countedAt: [1], tracedAt: [1] },
    ...{ extrapolated: false, growthError: 0 },
  };
  return floorOf(shape, device).kernel;
};

describe('the floor of a kernel', () => {
  test('a load that others repeat serves four iterations side by side on a CPU, eight on a GPU', () => {
    // 4·10⁶ at 50 G/s are 80 µs one by one.
    const repeated = { accesses: 4e6, reusable: 4e6 };
    expect(kernelOf(repeated, deviceOf('cpu', 4))).toBeCloseTo(20e-6, 12);
    expect(kernelOf(repeated, deviceOf('gpu', 32))).toBeCloseTo(10e-6, 12);
    expect(kernelOf({ accesses: 4e6 }, deviceOf('gpu', 32))).toBeCloseTo(80e-6, 12);
  });

  test('an address out of the data is served lane by lane on a CPU with vectors', () => {
    const byAddress = { accesses: 1e6, indirect: 1e6 };
    expect(kernelOf(byAddress, deviceOf('cpu', 4))).toBeCloseTo(80e-6, 12);
    expect(kernelOf(byAddress, deviceOf('cpu', 1))).toBeCloseTo(20e-6, 12);
    expect(kernelOf(byAddress, deviceOf('gpu', 32))).toBeCloseTo(20e-6, 12);
  });

  test.each([
    // Of the five halvings from 32 lanes to one, two are left with four lanes and none without lanes.
    [32, 0.5],
    [4, 0.8],
    [1, 1],
  ])('divergence of a half leaves %i lanes at %f of their rate', (lanes, atWork) => {
    const operations = { ...region.operations, fp32: 1e6 };
    expect(kernelOf({ operations, divergence: 0.5 }, deviceOf('gpu', lanes))).toBeCloseTo(10e-6 / atWork, 12);
  });
});

describe('the size from which on a device pays', () => {
  const at = (...points: (readonly [size: number, speedup: number])[]) =>
    breakEvenSize(points.map(([size, speedup]) => ({ size, speedup })));

  test('is that of the last crossing, where there are several', () => {
    // From 0.5 to 2 the line in log–log crosses 1 in the middle: √(1000 · 10000).
    expect(at([10, 0.5], [100, 2], [1000, 0.5], [10_000, 2])).toBe(Math.ceil(Math.sqrt(1e7)));
    expect(at([10, 2], [100, 0.5], [1000, 2])).toBe(Math.ceil(Math.sqrt(1e5)));
  });

  test('is continued up to 64 times the largest size, no farther', () => {
    // The speed-up grows as n: at 200 it is 1/s, so it is 1 at 200·s.
    const linear = (s: number) => at([100, 0.5 / s], [200, 1 / s]);
    expect(linear(32)).toBe(6400);
    expect(linear(63)).toBe(12_600);
    expect(linear(65)).toBeNull();
  });
});

test('a measurement within a tenth of 1 is neither gain nor loss; beyond that one answer is wrong', () => {
  const right = (said: number, measured: number) =>
    scoreOf([{ speedup_low: said, speedup_forecast: said, speedup_high: said, measured_speedup: measured }]).rightShare;
  expect([right(2, 0.91), right(0.5, 1.09)]).toEqual([1, 1]);
  expect([right(2, 0.88), right(0.5, 1.12)]).toEqual([0, 0]);
  expect([right(0.5, 0.88), right(2, 1.12)]).toEqual([1, 1]);
});

test('with one custom instruction after the other W and S shrink by what each saves, each beside what it was', () => {
  const made = (pattern: string, operationsSaved: number, pathSaved: number) => ({
    ...{ pattern, operationsSaved, pathSaved, idiom: null, coveredBy: null, source: null },
    ...{ executed: operationsSaved, operations: 2, share: 0, places: [] },
  });
  const added = addedOneByOne({
    customInstructions: [made('a', 30, 5), made('b', 20, 0)],
    ...{ instructions: 100, path: 20 },
  });
  expect(added).toEqual([
    { k: 1, pattern: 'a', instructions: 70, path: 15, fewerInstructions: 100 / 70, shorterPath: 20 / 15 },
    { k: 2, pattern: 'b', instructions: 50, path: 15, fewerInstructions: 2, shorterPath: 20 / 15 },
  ]);
});
