import { expect, test } from 'vitest';
import batching from '../../experiments/batching.ts';
import { analyseBatching } from '../../src/experiment/batching.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import { onGpu, onSoftware, summaryRow } from './summary-rows.ts';

const batches = [1, 4, 16, 64, 256];
const cnn = (law: (n: number) => number, more: CsvRow = {}) =>
  batches.map(size => summaryRow({ workload: 'cnn', parameters: 'mode=inference', size, ns: law(size), ...more }));
const analyse = (summary: readonly CsvRow[]) =>
  analyseBatching({ summary, samples: [], plan: [], machine: 'a machine' });
const said = (summary: readonly CsvRow[]) => analyse(summary).sentences.map(({ text }) => text);

test('the launch that is quoted is that of an offloaded variant, never of a CPU variant with a larger fixed cost', () => {
  const rows = [
    ...cnn(n => 9e6 + 1000 * n, { variant: 'threads', device: 'cpu-all' }),
    ...cnn(n => 50_000 + 1000 * n, onGpu),
  ];
  const [text, ...others] = said(rows);
  expect(text).toMatch(
    /^cnn \(mode=inference\): a call of webgpu-tuned costs 50\.0 µs before its first image and reaches half of its rate at a batch of 50 \(largest deviation of the fit .* %\)\.$/,
  );
  expect(others).toEqual([]);
  expect(said(rows.slice(0, batches.length))).toEqual([]);
});

test('a fit that is off by more than a quarter is tabulated and not quoted', () => {
  const rows = cnn(n => 1000 * n ** 2, onSoftware);
  const { tables } = analyse(rows);
  expect(Number(tables[0]!.rows[0]?.worst_deviation)).toBeGreaterThan(0.25);
  expect(said(rows)).toEqual([
    "cnn (mode=inference): no offloaded variant's times follow fixed + per image·n to within 25 % with a fixed cost above 0.",
  ]);
});

test('the chart shows the time of a call and its interval over the batch', () => {
  const { charts } = analyse(cnn(n => 50_000 + 1000 * n, onGpu));
  const { data } = charts[0]!.spec as unknown as { data: { values: Record<'x' | 'low' | 'mid' | 'high', number>[] } };
  expect(data.values.map(({ x }) => x)).toEqual(batches);
  for (const { x, low, mid, high } of data.values) {
    expect(mid).toBeCloseTo(50_000 / x + 1000, 6);
    expect([low / mid, high / mid]).toEqual([expect.closeTo(0.98, 9), expect.closeTo(1.02, 9)]);
  }
});

test('table, chart and sentence name the same item, and a subject whose size is no batch has none of them', () => {
  const ode = (problem: string) =>
    cnn(n => 50_000 + 1000 * n, { ...onGpu, workload: 'ode', parameters: `problem=${problem}` });
  const { charts, sentences } = analyse(ode('lorenz-ensemble'));
  expect(charts[0]?.title).toContain('time per trajectory');
  expect(JSON.stringify(charts[0]?.spec)).toContain('time per trajectory');
  expect(sentences[0]?.text).toContain('before its first trajectory');
  const none = analyse(ode('lorenz'));
  expect([none.charts, none.sentences, none.tables[0]?.rows]).toEqual([[], [], []]);
});

test('a workload whose size is no batch is refused before anything runs', async () => {
  const plan = (target: string, parameters: string[] = []) =>
    batching.plan({ workloads: [target], sizes: ['4'], variants: [], parameters, quick: true });
  await expect(plan('matmul')).rejects.toThrow(/the size of matmul \(n: A and B are n×n\) is no batch/);
  await expect(plan('ode', ['problem=lorenz'])).rejects.toThrow('the size of ode problem=lorenz');
  expect((await plan('ode')).map(({ size }) => size)).toEqual([4]);
  expect((await plan('cnn')).map(({ size }) => size)).toEqual([4]);
});
