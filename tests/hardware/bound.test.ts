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
    ...{ target: 'w', workload: 'w', size: 8, parameters: {}, variants: ['naive', 'simd'], sizeMeaning: '' },
    ...{ work, narrowed: false, targetSha256: null },
  };
  /** Five processes; `simd` takes what is given in each. */
  function summary(simdNs: readonly number[]): readonly CsvRow[] {
    const rows = Object.entries({ naive: simdNs.map(() => 500e6), simd: simdNs }).flatMap(([variant, times]) =>
      times.map((ns, process) => ({ workload: 'w', size: 8, parameters: '', variant, process, ns })),
    );
    const where = { device: 'cpu-1', ran_on: 'cpu' };
    return summarise({
      runId: 'run',
      plan: [group],
      samples: rows.flatMap(({ ns, ...row }) =>
        [0.999, 1, 1.001].map((noise, iteration) => ({
          ...{ ...row, ...where, iteration, repetitions: 1, time_ns: ns * noise },
          ...{ phase: 'end_to_end', regime: 'steady' },
        })),
      ),
      processes: rows.map(({ ns: _ns, ...row }) => ({
        ...row,
        ...where,
        status: 'ok',
        same_algorithm: true,
        steady: true,
      })),
      ceilings,
      clockResolutionNs: 30,
    });
  }
  const rowOf = (rows: readonly CsvRow[]) => rows.find(({ variant }) => variant === 'simd');

  test('is a wrong measurement: flagged, never quoted as the fastest, and no baseline for others', () => {
    const rows = summary([9.9e6, 10e6, 10.1e6, 10e6, 9.95e6]);
    expect(rowOf(rows)).toMatchObject({ faster_than_bound: true, bound_by: 'compute', best_cpu_variant: 'naive' });
    expect(rowOf(rows)?.bound_share).toBeCloseTo(2, 1);
    const [said] = sentences(rows).map(({ text }) => text);
    expect(said).toMatch(/simd seems faster than its device's bound, so its time is not quoted/);
    expect(said).not.toMatch(/simd on one core is/);
  });

  test('is only called so where the whole interval lies below the bound', () => {
    expect(rowOf(summary([15e6, 18e6, 19e6, 22e6, 27e6]))).toMatchObject({ faster_than_bound: false });
    expect(rowOf(summary([25e6, 26e6, 25e6, 26e6, 25e6]))).toMatchObject({ faster_than_bound: false });
  });
});
