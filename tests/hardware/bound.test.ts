import { describe, expect, test } from 'vitest';
import { summarise } from '../../src/experiment/summarise.ts';
import { type BoundedVariant, bandwidthAt, boundOf } from '../../src/hardware/bound.ts';
import type { Ceilings, CpuCeilings } from '../../src/hardware/ceilings.ts';
import { sentences } from '../../src/report/sentence.ts';
import type { PlannedGroup } from '../../src/results/manifest.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import type { Demands, WorkModel } from '../../src/workload/types.ts';

const rates = { int32: 1e10, logic: 1e10, special: 1e9, access: 1e10 };
const cpu = (cores: number): CpuCeilings => ({
  cores,
  scalarFlops: 5e9 * cores,
  simdFlops: 50e9 * cores,
  scalar: rates,
  simd: rates,
  bandwidth: [
    { footprintBytes: 16_384 * cores, bytesPerSecond: 200e9 * cores },
    { footprintBytes: (1 << 26) * cores, bytesPerSecond: 20e9 * cores },
  ],
});

const ceilings: Ceilings = {
  schema: 1,
  measuredAt: '2026-01-01T00:00:00Z',
  identity: 'a machine',
  cpu: { one: cpu(1), all: cpu(2), handOver: { launchNs: 1000, callNs: 100, transfer: [] } },
  adapter: {
    name: 'Model 1',
    software: false,
    profile: 'safe',
    simdFlops: 2e13,
    bandwidth: [{ footprintBytes: 1 << 20, bytesPerSecond: 1e12 }],
    dispatchNs: 10_000,
    transfer: [],
  },
};

/** 10⁹ flops on 10⁸ bytes: 20 ms by arithmetic on one core (50 GFLOP/s), 5 ms by memory (20 GB/s). */
const work: WorkModel = {
  ...{ operations: 1e9, operationUnit: 'flop', items: 1, itemUnit: 'thing' },
  ...{ bytesRead: 6e7, bytesWritten: 4e7, bytesToDevice: 6e7, bytesFromDevice: 4e7 },
};
const simd: BoundedVariant = { variant: 'simd', device: 'cpu-1', ranOn: 'cpu', sameAlgorithm: true };

describe('the bound is what the roofline says', () => {
  test('arithmetic or memory, whichever takes longer', () => {
    expect(boundOf(work, simd, ceilings)).toEqual({ ns: 20e6, by: 'compute' });
    expect(boundOf(work, { ...simd, device: 'cpu-all' }, ceilings)).toEqual({ ns: 10e6, by: 'compute' });
    expect(boundOf({ ...work, operations: 1e7 }, simd, ceilings)).toEqual({ ns: 5e6, by: 'memory' });
    expect(boundOf(work, { ...simd, ranOn: 'gpu', device: 'Model 1' }, ceilings)).toEqual({ ns: 1e5, by: 'memory' });
  });

  test('without arithmetic where operations are no floor, or the peak no ceiling', () => {
    const memory = { ns: 5e6, by: 'memory' };
    expect(boundOf({ ...work, operationUnit: 'intop' }, simd, ceilings)).toEqual(memory);
    expect(boundOf(work, { ...simd, sameAlgorithm: false }, ceilings)).toEqual(memory);
    for (const variant of ['native', 'numpy', '@jax-js/jax', 'webgpu-f16'])
      expect(boundOf(work, { ...simd, variant }, ceilings)).toEqual(memory);
  });

  test('of integer work: the longest of what the variant demands, at the rates of its device', () => {
    const integers = { vector: 40e9, scalar: 10e9, shuffles: 5e9, loads: 2e9, lookups: 1e9, moves: 1e9 };
    const one = { ...cpu(1), integers };
    const all = { ...cpu(2), integers: { ...integers, loads: 4e9 } };
    const probed: Ceilings = { ...ceilings, cpu: { ...ceilings.cpu, one, all } };
    const integerWork = { ...work, operationUnit: 'intop' } as const;
    const of = (demands: Demands, cell = simd) => boundOf({ ...integerWork, demands }, cell, probed);
    // 5 ms by memory; 10⁸ operations take 2.5 ms in vectors and 10 ms one by one.
    expect(of({ vectorIntegers: 1e8 })).toEqual({ ns: 5e6, by: 'memory' });
    expect(of({ scalarIntegers: 1e8 })).toEqual({ ns: 10e6, by: 'integer operations' });
    expect(of({ lookups: 4e7, shuffles: 4e7 })).toEqual({ ns: 20e6, by: 'look-ups' });
    expect(of({ lookups: 4e7 }, { ...simd, device: 'cpu-all' })).toEqual({ ns: 10e6, by: 'look-ups' });
    expect(of({ moves: 1e7, bytes: 4e8 })).toEqual({ ns: 20e6, by: 'memory' });
    expect(of({ moves: 4e7 })).toEqual({ ns: 40e6, by: 'moves' });
    const gpu = { ...simd, ranOn: 'gpu', device: 'Model 1' };
    const adapter = { ...ceilings.adapter!, integerOperations: 1e12 };
    expect(
      boundOf({ ...integerWork, demands: { vectorIntegers: 1e9, moves: 1e9 } }, gpu, { ...probed, adapter }),
    ).toEqual({ ns: 1e6, by: 'integer operations' });
    // What was probed by an older version has no such rates.
    expect(boundOf({ ...integerWork, demands: { lookups: 1e12 } }, simd, ceilings)).toEqual({ ns: 5e6, by: 'memory' });
  });

  test('and none for a device that was not probed', () => {
    expect(boundOf(work, { ...simd, ranOn: 'gpu', device: 'Model 2 by CUDA' }, ceilings)).toBeUndefined();
    expect(boundOf(work, { ...simd, ranOn: 'gpu', device: 'Model 1' }, { ...ceilings, adapter: null })).toBeUndefined();
  });

  test('bandwidth is that of the largest probed footprint that is not above the cell’s, so never too low', () => {
    const points = ceilings.cpu.one.bandwidth;
    expect(bandwidthAt(points, 100)).toBe(200e9);
    expect(bandwidthAt(points, 1 << 20)).toBe(200e9);
    expect(bandwidthAt(points, 1 << 28)).toBe(20e9);
  });
});

describe('a variant that is faster than its bound', () => {
  const group: PlannedGroup = {
    ...{ target: 'w', workload: 'w', size: 8, parameters: {}, variants: ['naive'], sizeMeaning: '' },
    ...{ work, narrowed: false, targetSha256: null },
  };
  interface Timed {
    readonly variant: string;
    readonly device: string;
    readonly ran_on: string;
    /** Nanoseconds by phase. */
    readonly ns: Readonly<Record<string, number>>;
    /** Of each of five processes, as a factor. */
    readonly spread?: readonly number[];
  }
  const calm = [0.99, 1, 1.01, 1, 0.995];
  const naive: Timed = { variant: 'naive', device: 'cpu-1', ran_on: 'cpu', ns: { end_to_end: 500e6 } };

  function summary(timed: Timed): readonly CsvRow[] {
    const all = [naive, timed].map(each => ({ cell: { workload: 'w', size: 8, parameters: '' }, ...each }));
    return summarise({
      runId: 'run',
      plan: [{ ...group, variants: ['naive', timed.variant] }],
      samples: all.flatMap(({ cell, variant, device, ran_on, ns, spread = calm }) =>
        Object.entries(ns).flatMap(([phase, time]) =>
          spread.flatMap((factor, process) =>
            [0.999, 1, 1.001].map((noise, iteration) => ({
              ...{ ...cell, variant, device, ran_on, process, iteration, repetitions: 1 },
              ...{ phase, regime: 'steady', time_ns: time * factor * noise },
            })),
          ),
        ),
      ),
      processes: all.flatMap(({ cell, variant, device, ran_on }) =>
        calm.map((_, process) => ({
          ...{ ...cell, variant, device, ran_on, process },
          ...{ status: 'ok', same_algorithm: true, steady: true },
        })),
      ),
      ceilings,
      clockResolutionNs: 30,
    });
  }
  const simdAt = (end_to_end: number, spread = calm): Timed => ({
    ...{ variant: 'simd', device: 'cpu-1', ran_on: 'cpu', ns: { end_to_end }, spread },
  });
  const rowOf = (rows: readonly CsvRow[], phase = 'end_to_end') =>
    rows.find(row => row.variant !== 'naive' && row.phase === phase);
  const said = (rows: readonly CsvRow[]) => sentences(rows).map(({ text }) => text)[0];

  test('is a wrong measurement: flagged, never quoted as the fastest, and no baseline for others', () => {
    const rows = summary(simdAt(10e6));
    expect(rowOf(rows)).toMatchObject({ faster_than_bound: true, bound_by: 'compute', best_cpu_variant: 'naive' });
    expect(rowOf(rows)?.bound_share).toBeCloseTo(2, 1);
    expect(said(rows)).toMatch(/simd seems faster than its device's bound, so its time is not quoted/);
    expect(said(rows)).not.toMatch(/simd on one core is/);
  });

  test('is only called so where the whole interval lies below the bound', () => {
    expect(rowOf(summary(simdAt(19e6, [0.8, 0.95, 1, 1.15, 1.4])))).toMatchObject({ faster_than_bound: false });
    expect(rowOf(summary(simdAt(25e6)))).toMatchObject({ faster_than_bound: false });
  });

  // All cores: 10 ms by arithmetic. The GPU: 10⁸ bytes at 10¹² a second are 100 µs. The software adapter is probed alike.
  test.each([
    ['threads', 'cpu-all', 'cpu', 10e6, 'compute'],
    ['simd-threads', 'cpu-all', 'cpu', 10e6, 'compute'],
    ['webgpu-naive', 'Model 1', 'gpu', 100e3, 'memory'],
    ['webgpu-tuned', 'Model 1', 'gpu', 100e3, 'memory'],
    ['webgpu-tuned', 'Model 1', 'software-adapter', 100e3, 'memory'],
    ['gpujs', 'Model 1', 'gpu', 100e3, 'memory'],
    ['tfjs-webgpu', 'Model 1', 'gpu', 100e3, 'memory'],
  ])('%s on %s (%s) as well', (variant, device, ran_on, bound, by) => {
    const at = (share: number) => summary({ variant, device, ran_on, ns: { end_to_end: share * bound } });
    const rows = at(0.9);
    expect(rowOf(rows)).toMatchObject({ faster_than_bound: true, bound_by: by });
    expect(rowOf(rows)?.bound_ns).toBeCloseTo(bound, 3);
    expect(said(rows)).toContain(`${variant} seems faster than its device's bound, so its time is not quoted`);
    expect(said(rows)).not.toMatch(/times faster/);
    expect(rowOf(at(1.1))).toMatchObject({ faster_than_bound: false });
    expect(said(at(1.1))).not.toContain('bound');
  });

  test('a kernel whose timestamps are too short is told, whatever the transfers around it took', () => {
    const on = { variant: 'webgpu-tuned', device: 'Model 1', ran_on: 'gpu' };
    const rows = summary({ ...on, ns: { end_to_end: 5e6, kernel: 50e3 } });
    expect(rowOf(rows)).toMatchObject({ faster_than_bound: false });
    expect(rowOf(rows, 'kernel')).toMatchObject({ faster_than_bound: true });
    expect(said(rows)).toMatch(/webgpu-tuned on Model 1 is \S+ ± \S+ times faster than naive/);
    expect(said(rows)).toContain("the kernel of webgpu-tuned seems faster than its device's bound");
  });
});
