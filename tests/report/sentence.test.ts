import { expect, test } from 'vitest';
import { ratioOf, sentences } from '../../src/report/sentence.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import { gpuRows, sampleRows } from './sample-rows.ts';

const row = (variant: string, ns: number, more: CsvRow = {}): CsvRow => ({
  workload: 'matmul',
  size: 512,
  variant,
  device: 'cpu-1',
  ran_on: 'cpu',
  phase: 'end_to_end',
  regime: 'steady',
  status: 'ok',
  processes: 10,
  samples: 100,
  time_median_ns: ns,
  time_median_low_ns: ns * 0.97,
  time_median_high_ns: ns * 1.03,
  steady: true,
  ...more,
});

const over = (ratio: number, spread: number, verdict: string): CsvRow => ({
  speedup_vs_naive: ratio,
  speedup_vs_naive_low: ratio - spread,
  speedup_vs_naive_high: ratio + spread,
  verdict_vs_naive: verdict,
});

const naive = row('naive', 1000);
const text = (...rows: CsvRow[]) => sentences(rows)[0]?.text;

test('the sentence of the examples: all cores over naive and over the best on one core, and a word on the software adapter', () => {
  const said = text(
    naive,
    row('tuned', 230, over(4.3, 0.2, 'FAST')),
    row('simd-threads', 16.4, { ...over(61, 4, 'FAST'), device: 'cpu-all' }),
    row('webgpu-tuned', 5, { ...over(200, 4, 'FAST'), ran_on: 'software-adapter', device: 'SwiftShader' }),
  );
  // 230 / 16.4 = 14.02; the opposite ends of ± 3 % give 13.2 to 14.9.
  expect(said).toBe(
    'matmul 512: simd-threads on all cores is 61 ± 4 times faster than naive and 14.0 ± 0.9 times faster than tuned on one core (end to end, 10 processes). WebGPU ran on a software adapter: its times say nothing about a GPU.',
  );
});

test('a GPU is named, and compared with the best CPU variant too', () => {
  expect(sentences(gpuRows)[0]?.text).toMatch(
    /^matmul 512: webgpu-tuned on NVIDIA H100 is \d+ ± \d+ times faster than naive and [\d.]+ ± [\d.]+ times faster than the best CPU variant, simd-threads \(end to end, 10 processes\)\.$/,
  );
});

test('an ambiguous ratio is called so, with its interval, and never "faster"', () => {
  const said = text(naive, row('tuned', 950, over(1.05, 0.1, 'AMBIGUOUS')));
  expect(said).toContain('AMBIGUOUS');
  expect(said).toContain('0.95 to 1.2');
  expect(said).not.toContain('faster');
});

test('where nothing beats naive, it says that', () => {
  expect(text(naive, row('tuned', 1500, over(0.66, 0.02, 'SLOW')))).toContain('no variant is faster than naive');
});

test('a time below the bound is not quoted, and its variant is named', () => {
  const said = text(
    naive,
    row('tuned', 500, over(2, 0.1, 'FAST')),
    row('simd', 1, { ...over(1000, 10, 'FAST'), faster_than_bound: true }),
  );
  expect(said).toContain('tuned on one core is 2.00 ± 0.10 times faster than naive');
  expect(said).toContain('Mind: simd seems faster than its device');
});

test('failures and doubts are named', () => {
  const said = text(
    naive,
    row('tuned', 500, { ...over(2, 0.1, 'FAST'), noisy: true }),
    row('gpujs', 0, { status: 'incorrect', time_median_ns: undefined, reason: 'worst element' }),
  );
  expect(said).toContain('10 processes, noisy');
  expect(said).toContain('Mind: gpujs ended as incorrect.');
});

test('a workload of which nothing was measured says so', () => {
  const skipped = sampleRows.filter(({ status }) => status === 'skipped');
  expect(sentences(skipped)[0]?.text).toBe('matmul: nothing was measured (skipped).');
});

test('the ratio of intervals goes from the worst to the best case', () => {
  expect(ratioOf({ low: 8, mid: 10, high: 12 }, { low: 1, mid: 2, high: 4 })).toEqual({ low: 2, mid: 5, high: 12 });
});

test('one process gives a ratio without an interval, and never "faster"', () => {
  const once = (one: CsvRow): CsvRow => ({
    ...one,
    processes: 1,
    time_median_low_ns: undefined,
    time_median_high_ns: undefined,
  });
  const ratio = { speedup_vs_naive: 61, verdict_vs_naive: 'AMBIGUOUS' };
  const said = text(once(naive), once(row('tuned', 16.4, ratio)));
  expect(said).toBe(
    'matmul 512: tuned on one core is 61 times as fast as naive without an interval, which takes three processes (end to end, 1 process).',
  );
  expect(text(once(naive), once(row('tuned', 1500)))).toContain('which takes three processes');
});
