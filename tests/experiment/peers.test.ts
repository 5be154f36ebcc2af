import { expect, test } from 'vitest';
import { isPeer } from '../../src/experiment/pairing.ts';
import { analysePeers } from '../../src/experiment/peers.ts';
import type { CsvRow } from '../../src/results/schema.ts';

interface Timed {
  readonly variant: string;
  readonly device?: string;
  readonly ranOn?: string;
  readonly phases: Readonly<Record<string, number>>;
}

const processes = [0, 1, 2, 3, 4];
const cell = (variant: string): CsvRow => ({ workload: 'w', size: 8, parameters: '', variant });

/** Times that every process scales alike, by 1 to 3: their ratios are exact all the same. */
function run(timed: readonly Timed[], failed: Readonly<Record<string, number>> = {}) {
  const rows = timed.flatMap(({ variant, device = 'cpu-1', ranOn = 'cpu', phases }): (CsvRow & { ns: number })[] =>
    Object.entries(phases).map(([phase, ns]) => ({ ...cell(variant), device, ran_on: ranOn, phase, ns })),
  );
  const samples = rows.flatMap(({ ns, ...row }) =>
    processes.flatMap(process =>
      [0.99, 1, 1.01].map(
        (noise, iteration): CsvRow => ({
          ...row,
          ...{ regime: 'steady', process, iteration, repetitions: 1 },
          time_ns: ns * (1 + process / 2) * (process === failed[String(row.variant)] ? 100 : noise),
        }),
      ),
    ),
  );
  const outcomes = timed.flatMap(({ variant }) =>
    processes.map(
      (process): CsvRow => ({
        ...cell(variant),
        process,
        status: process === failed[variant] ? 'skipped' : 'ok',
      }),
    ),
  );
  const summary = rows.map(
    ({ ns, ...row }): CsvRow => ({ ...row, status: 'ok', regime: 'steady', time_median_ns: ns }),
  );
  return { summary, samples, processes: outcomes, plan: [], machine: 'a machine', folder: '/nowhere' };
}

const table = (results: ReturnType<typeof run>): readonly CsvRow[] => analysePeers(results).tables[0]?.rows ?? [];

test('a peer is compared with our fastest on the same device, never with another one', () => {
  const rows = table(
    run([
      { variant: 'tuned', phases: { end_to_end: 400 } },
      { variant: 'simd', phases: { end_to_end: 200 } },
      { variant: 'simd-threads', device: 'cpu-all', phases: { end_to_end: 50 } },
      { variant: 'webgpu-tuned', device: 'S', ranOn: 'software-adapter', phases: { end_to_end: 900 } },
      { variant: '@noble/ciphers', phases: { end_to_end: 1000 } },
      { variant: 'tfjs-webgpu', device: 'S', ranOn: 'software-adapter', phases: { end_to_end: 2700 } },
    ]),
  ).filter(row => row.scope === 'end to end');
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({ peer: '@noble/ciphers', ours: 'simd', verdict: 'FAST', processes: 5 });
  expect(rows[0]?.ratio).toBeCloseTo(5, 6);
  expect(rows[0]).toMatchObject({ peer_ns: 1000, ours_ns: 200 });
  expect(rows[1]).toMatchObject({ peer: 'tfjs-webgpu', ours: 'webgpu-tuned' });
  expect(rows[1]?.ratio).toBeCloseTo(3, 6);
});

test('on the device alone a kernel is compared with a kernel, and a call with a dispatch', () => {
  const rows = table(
    run([
      { variant: 'simd', phases: { end_to_end: 200, dispatch: 100, upload: 100 } },
      { variant: 'ml-matrix', phases: { end_to_end: 400, compute: 400 } },
      { variant: 'webgpu-tuned', device: 'A', ranOn: 'gpu', phases: { end_to_end: 90, dispatch: 30, kernel: 10 } },
      { variant: 'torch', device: 'B', ranOn: 'gpu', phases: { end_to_end: 900, dispatch: 60, kernel: 5 } },
    ]),
  ).filter(row => row.scope === 'device only');
  expect(rows.map(({ peer, ours, verdict }) => [peer, ours, verdict])).toEqual([
    ['torch', 'webgpu-tuned', 'SLOW'],
    ['ml-matrix', 'simd', 'FAST'],
  ]);
  expect(rows[0]?.ratio).toBeCloseTo(0.5, 6);
  expect(rows[1]?.ratio).toBeCloseTo(4, 6);
});

test('samples of a process that did not pass do not count', () => {
  const timed = [
    { variant: 'simd', phases: { end_to_end: 100 } },
    { variant: 'odex', phases: { end_to_end: 100 } },
  ];
  const [row] = table(run(timed, { odex: 3 }));
  expect(row).toMatchObject({ processes: 4, verdict: 'SAME' });
});

test('a peer that cannot run here stays in the table with its reason, and the sentence names the closest', () => {
  const results = run([
    { variant: 'simd', phases: { end_to_end: 100 } },
    { variant: 'ml-matrix', phases: { end_to_end: 4000 } },
    { variant: 'tfjs-wasm', phases: { end_to_end: 250 } },
  ]);
  const absent: CsvRow = { ...cell('torch'), status: 'skipped', reason: 'python3 with torch not importable' };
  const { tables, sentences, charts } = analysePeers({ ...results, summary: [...results.summary, absent] });
  expect(tables[0]?.rows).toContainEqual(
    expect.objectContaining({ peer: 'torch', status: 'skipped', reason: absent.reason }),
  );
  expect(sentences.map(({ text }) => text)).toEqual([
    expect.stringMatching(
      /^w 8, end to end: on one core simd takes a time 2\.5\d* ± 0\.\d+ times shorter than the fastest peer, tfjs-wasm\. On a GPU: not measured, there is none here\.$/,
    ),
  ]);
  expect(charts).toHaveLength(1);
});

test('ours are told from theirs', () => {
  for (const name of ['ml-matrix', 'TypedArray.prototype.sort', 'native', 'gpujs', 'tfjs-wasm', 'numpy'])
    expect(isPeer(name)).toBe(true);
  for (const name of ['naive', 'simd-threads', 'webgpu-subgroup', 'radix']) expect(isPeer(name)).toBe(false);
});

test('without a GPU each peer that would compute on one is a row that says so; with one there is none', () => {
  const times = { end_to_end: 100 };
  const software = { device: 'S', ranOn: 'software-adapter', phases: times };
  const without = run([
    { variant: 'tuned', phases: times },
    { variant: '@noble/ciphers', phases: times },
    { variant: 'webgpu-tuned', ...software },
    { variant: 'gpujs', ...software },
  ]);
  const onGpu = (results: ReturnType<typeof run>) => table(results).filter(row => row.ran_on === 'gpu');
  expect(onGpu(without)).toEqual([
    expect.objectContaining({ peer: 'gpujs', ours: 'webgpu-tuned', status: 'skipped', device: 'gpu', size: 8 }),
  ]);
  expect(onGpu(without)[0]?.reason).toMatch(/^not measured: no GPU here; .*bundle/);
  expect(onGpu(without)[0]?.ratio).toBeUndefined();
  expect(analysePeers(without).sentences?.[0]?.text).toMatch(/On a GPU: not measured/);
  const gpu = { device: 'G', ranOn: 'gpu', phases: times };
  const measured = run([
    { variant: 'webgpu-tuned', ...gpu },
    { variant: 'gpujs', ...gpu },
  ]);
  expect(onGpu(measured).every(row => row.status === 'ok')).toBe(true);
  expect(analysePeers(measured).sentences?.[0]?.text).not.toMatch(/not measured/);
});

const named = (results: ReturnType<typeof run>, name: string): readonly CsvRow[] =>
  analysePeers(results).tables.find(each => each.name === name)?.rows ?? [];

test('rungs.csv has each of our variants over each peer and over tuned, on the same device only', () => {
  const rows = named(
    run([
      { variant: 'tuned', phases: { end_to_end: 400 } },
      { variant: 'simd', phases: { end_to_end: 200 } },
      { variant: 'simd-threads', device: 'cpu-all', phases: { end_to_end: 50 } },
      { variant: '@noble/ciphers', phases: { end_to_end: 1000 } },
    ]),
    'rungs.csv',
  );
  expect(rows.map(({ ours, over, ratio }) => [ours, over, ratio])).toEqual([
    ['simd', 'tuned', expect.closeTo(2)],
    ['tuned', '@noble/ciphers', expect.closeTo(2.5)],
    ['simd', '@noble/ciphers', expect.closeTo(5)],
  ]);
});

test('teams.csv has what all cores gain, and its share of what their bounds allow', () => {
  const results = run([
    { variant: 'simd', phases: { dispatch: 200 } },
    { variant: 'simd-threads', device: 'cpu-all', phases: { dispatch: 125 } },
  ]);
  // Bounds of 100 and 50 ns: all cores could take half of the time of one.
  const bounded = results.summary.map(
    (row): CsvRow => ({
      ...row,
      bound_by: 'compute',
      bound_share: row.variant === 'simd' ? 100 / 200 : 50 / 125,
    }),
  );
  const [row] = named({ ...results, summary: bounded }, 'teams.csv');
  expect(row).toMatchObject({ one: 'simd', all: 'simd-threads', processes: 5 });
  expect(row?.ratio).toBeCloseTo(1.6);
  expect(row?.ceiling_ratio).toBeCloseTo(2);
  expect(row?.share).toBeCloseTo(0.8);
  const text = analysePeers({ ...results, summary: bounded }).sentences.map(each => each.text);
  expect(text).toEqual([
    expect.stringMatching(
      /all cores \(simd-threads\) gain a factor of 1\.6.* over one \(simd\), 80 % of the probe's 2\.00\.$/,
    ),
  ]);
  const unlike = bounded.map(one => (one.variant === 'simd' ? one : { ...one, bound_by: 'memory' }));
  expect(named({ ...results, summary: unlike }, 'teams.csv')[0]?.share).toBeUndefined();
});
