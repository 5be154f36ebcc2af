import { expect, test } from 'vitest';
import axpy from '../../experiments/workloads/axpy.ts';
import { openDevice } from '../../src/backends/device.ts';
import { analyseTransfers } from '../../src/experiment/transfers.ts';
import type { PlannedGroup } from '../../src/results/manifest.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import { createRandom } from '../../src/workload/random.ts';
import { oneProcess, onGpu, summaryRow } from './summary-rows.ts';

const sizes = [1024, 65_536, 1_048_576];
const residencies = ['resident', 'round-trip'] as const;
const plan = residencies.flatMap(residency =>
  sizes.map(
    (size): PlannedGroup => ({
      ...{ target: 'axpy.ts', workload: 'axpy', size, parameters: { residency }, variants: ['naive', 'webgpu-tuned'] },
      ...{ sizeMeaning: '', work: axpy.work(size, { residency }), narrowed: false, targetSha256: null },
    }),
  ),
);

const phase = (name: string, residency: string, size: number, ns: number): CsvRow =>
  summaryRow({ ...onGpu, workload: 'axpy', parameters: `residency=${residency}`, phase: name, size, ns }, 0.001);

/** A bus with 10 µs latency: 8 bytes/ns up, 4 bytes/ns down; a round costs 1 µs. */
const times = sizes.flatMap(n => {
  const [up, down] = [10_000 + n, 10_000 + n];
  const trip = 10_000 + n / 2 + down;
  return [
    phase('upload', 'resident', n, up),
    phase('readback', 'resident', n, down),
    phase('dispatch', 'resident', n, 8000),
    phase('end_to_end', 'resident', n, up + 8000 + down),
    phase('end_to_end', 'round-trip', n, up + 8000 + 7 * trip + down),
  ];
});
const analyse = (summary: readonly CsvRow[], groups: readonly PlannedGroup[] = plan) =>
  analyseTransfers({ summary, samples: [], plan: groups, machine: 'a machine' });
const said = (...given: Parameters<typeof analyse>) => analyse(...given).sentences[0]?.text;

test('bytes are those that go over the bus, and only what does nothing else has a bandwidth', () => {
  const rows = analyse(times).tables[0]!.rows.filter(row => row.array_bytes === 8 * 65_536);
  expect(rows.map(({ kind, bytes, bandwidth_gb_per_s }) => [kind, bytes, bandwidth_gb_per_s])).toEqual([
    ['upload', 8 * 65_536, (8 * 65_536) / 75_536],
    ['readback', 4 * 65_536, (4 * 65_536) / 75_536],
    ['8 rounds, y resident', 12 * 65_536, undefined],
    ['8 rounds, 7 round trips of y', 68 * 65_536, undefined],
  ]);
});

test('the law of the bus is found for uploads and readbacks alone', () => {
  const fits = analyse(times).tables[1]!.rows;
  expect(fits.map(({ kind }) => kind)).toEqual(['upload', 'readback']);
  for (const [index, bandwidth] of [8, 4].entries()) {
    expect(fits[index]?.latency_ns).toBeCloseTo(10_000, 3);
    expect(fits[index]?.bandwidth_gb_per_s).toBeCloseTo(bandwidth, 6);
  }
});

test('what residency gains is said end to end, at the largest size of both, with its interval', () => {
  // n = 2²⁰: 2·(10 000 + n) + 8000 = 2.13 ms; with trips 7·(20 000 + 1.5 n) more, 13.3 ms; 6.25 times.
  expect(said(times)).toMatch(
    /^axpy with 8\.0 MiB: leaving y on the device for eight rounds is 6\.2\d\d? ± 0\.01\d? times faster than taking y back and there again between them \(end to end: 2\.13 ms against 13\.3 ms\)\. An upload costs 10\.0 µs and then runs at 8\.0 GB\/s/,
  );
  expect(said(times.map(oneProcess))).toContain('without an interval, which takes three processes');
});

test('where nothing can be compared, the true reason is given', () => {
  expect(said(times.filter(({ parameters }) => parameters === 'residency=resident'))).toMatch(
    /: the run ended before\.$/,
  );
  expect(said([], plan.slice(0, 3))).toContain('no variant for a device with residency=round-trip was asked for');
  const failed = {
    ...phase('', 'round-trip', 1024, 0),
    status: 'device-lost',
    reason: 'gone',
    time_median_ns: undefined,
  };
  expect(said([failed])).toMatch(/: webgpu-tuned \(residency=round-trip\): device-lost, gone\.$/);
});

test.each(residencies)(
  'axpy with residency=%s is right, round after round, and has eight kernel times',
  async residency => {
    await using device = openDevice({ cores: 1 });
    const input = axpy.inputs(1000, createRandom(7), { residency });
    const variant = axpy.variants.find(({ name }) => name === 'webgpu-naive')!;
    await using prepared = await variant.prepare(device, input);
    for (let call = 0; call < 2; call++) {
      await prepared.upload(input);
      await prepared.dispatch();
      const [got, want] = [await prepared.readback(), axpy.reference(input)] as Float32Array[];
      expect(Math.max(...got!.map((y, i) => Math.abs(y - want![i]!)))).toBeLessThan(2 ** -21);
    }
    const { timestamps } = await device.gpu();
    const passes = await prepared.passTimes?.();
    expect(passes?.length).toBe(timestamps ? 8 : undefined);
    for (const { ns } of passes ?? []) expect(ns).toBeGreaterThan(0n);
  },
);
