import { expect, test } from 'vitest';
import type { Ceilings } from '../../src/hardware/ceilings.ts';
import { roofline } from '../../src/report/charts/roofline.ts';
import { renderSvg } from '../../src/report/render.ts';
import { rooflines } from '../../src/report/roofline.ts';
import type { CsvRow } from '../../src/results/schema.ts';

const rates = { int32: 1e10, logic: 1e10, special: 1e9, access: 1e10 };
const cpu = (cores: number) => ({
  ...{ cores, scalarFlops: 5e9 * cores, simdFlops: 50e9 * cores, scalar: rates, simd: rates },
  bandwidth: [
    { footprintBytes: 16_384, bytesPerSecond: 200e9 * cores },
    { footprintBytes: 1 << 26, bytesPerSecond: 20e9 * cores },
  ],
});
const ceilings: Ceilings = {
  ...{ schema: 1, measuredAt: '', identity: '', adapter: null },
  cpu: { one: cpu(1), all: cpu(2), handOver: { launchNs: 1, callNs: 1, transfer: [] } },
};

/** 30 GFLOP/s on 3 GB/s: 10 flop a byte. */
const row = (more: CsvRow): CsvRow => ({
  ...{ workload: 'w', size: 8, parameters: '', variant: 'simd', device: 'cpu-1', ran_on: 'cpu', status: 'ok' },
  ...{ regime: 'steady', phase: 'dispatch', operation_unit: 'flop', same_algorithm: true },
  ...{ gigaoperations_per_s: 30, bandwidth_gb_per_s: 3, ...more },
});

test('a variant stands at its operations a byte, under the roofs of the device that it ran on', () => {
  const found = rooflines([row({}), row({ variant: 'threads', device: 'cpu-all' })], ceilings);
  expect(found.map(({ roofs, points }) => [roofs.place, points.map(({ variant }) => variant)])).toEqual([
    ['one core', ['simd']],
    ['all cores', ['threads']],
  ]);
  expect(found[0]?.points[0]).toMatchObject({ intensity: 10, flops: 30e9 });
});

test('integer work, other algorithms, failures and devices that were not probed have no place in it', () => {
  const rows = [
    row({ operation_unit: 'intop' }),
    row({ same_algorithm: false }),
    row({ status: 'incorrect' }),
    row({ regime: 'first' }),
    row({ ran_on: 'gpu', device: 'Model 2' }),
  ];
  expect(rooflines(rows, ceilings)).toEqual([]);
});

test('the kernel’s own time is taken where it was measured, end to end never', () => {
  const [found] = rooflines(
    [
      row({ phase: 'end_to_end', gigaoperations_per_s: 1 }),
      row({}),
      row({ phase: 'kernel', gigaoperations_per_s: 45 }),
    ],
    ceilings,
  );
  expect(found?.points.map(({ flops }) => flops)).toEqual([45e9]);
});

test('the chart names every ceiling that is apart from the others', async () => {
  const [found] = rooflines([row({})], ceilings);
  const svg = await renderSvg(roofline('w', found!));
  for (const text of ['200 GB/s', '20 GB/s', '50.0 GFLOP/s', 'scalar: 5.00 GFLOP/s', 'simd'])
    expect(svg).toContain(text);
});

/** How far a turned text's baseline lies below its line, in pixels; negative above it. */
const belowLine = (svg: string, words: string): number =>
  Number(new RegExp(`rotate\\([-\\d.]+\\) translate\\(0,(-?[\\d.]+)\\)[^>]*>${words}<`).exec(svg)?.[1]);

test('two slopes that lie close have their names on either side, and ticks no idle zeros', async () => {
  const slope = (footprintBytes: number, bytesPerSecond: number) => ({ footprintBytes, bytesPerSecond });
  const roofs = {
    ...{ place: 'an adapter', software: true, arithmetic: [{ name: 'multiply–add', flops: 30e9 }] },
    memory: [slope(2 ** 21, 1.6e9), slope(2 ** 24, 2.2e9)],
  };
  const [found] = rooflines([row({ gigaoperations_per_s: 0.1 })], ceilings);
  const svg = await renderSvg(roofline('w', { roofs, points: found!.points }));
  expect(svg).toContain('>0.1 G<');
  expect(svg).not.toMatch(/>[\d.]*\.\d*0 G</);
  expect(belowLine(svg, '16 MiB: 2.2 GB/s')).toBeLessThan(0);
  // At 8 pixels, the letters' own height: none of it above the line.
  expect(belowLine(svg, '2 MiB: 1.6 GB/s')).toBeGreaterThan(8);
});
