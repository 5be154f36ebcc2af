import { describe, expect, test } from 'vitest';
import { answerOf, speedupText } from '../../src/report/answers.ts';
import { subjectsOf } from '../../src/report/rows.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import { oneProcess, onGpu, onSoftware, summaryRow } from '../experiment/summary-rows.ts';

const simd = { variant: 'simd', device: 'cpu-1' };
const sizes = [64, 512];
const cell = (law: (n: number) => number, more: CsvRow = {}) =>
  sizes.map(size => summaryRow({ size, ns: law(size), ...more }));
const naive = cell(n => 100 * n);
const answer = (...rows: readonly CsvRow[]) => answerOf(subjectsOf([...naive, ...rows])[0]!)!;

describe('the first screen, of the largest size', () => {
  test('kept: the fastest on real hardware, and how many times as long the device takes', () => {
    const rows = [
      ...cell(n => 10 * n, { ...simd, bound_share: 0.4, bound_by: 'compute' }),
      ...cell(n => 250 * n, onSoftware),
    ];
    expect(answer(...rows)).toMatchObject({
      ...{ size: 512, best: { variant: 'simd' }, bound: 'compute, 40 % of the bound', breakEven: 'not up to 512' },
      decision: 'kept: webgpu-naive on a software adapter (a CPU) takes 25 times as long; no GPU was here to ask',
    });
  });

  test('offloaded: from where on the GPU is faster than the best of the CPU', () => {
    // 10·n against 1280 + 5·n: equal at 256.
    const rows = [...cell(n => 10 * n, simd), ...cell(n => 1280 + 5 * n, onGpu)];
    expect(answer(...rows)).toMatchObject({
      ...{ best: { variant: 'webgpu-tuned' }, decision: 'offloaded: webgpu-tuned is the fastest, transfers included' },
      breakEven: expect.stringMatching(/^≈ \d+ \(64 to 512\), webgpu-tuned$/),
    });
  });

  test('what is not sure, or impossible, is not said as if it were', () => {
    const once = cell(n => 11 * n, onSoftware).map(oneProcess);
    expect(answer(...cell(n => 10 * n, simd), ...once).decision).toMatch(/takes 1\.1 times as long \(not surely\)/);
    const impossible = cell(n => n, { ...onGpu, faster_than_bound: true });
    expect(answer(...cell(n => 10 * n, simd), ...impossible)).toMatchObject({
      ...{ best: { variant: 'simd' }, breakEven: 'nothing offloaded was measured' },
      decision: 'kept: no variant for another device gave a time at this size',
    });
  });
});

test('a speed-up whose interval is unknown or holds 1 has a question mark', () => {
  expect(speedupText({ low: 57, mid: 61, high: 65 })).toBe('61 ± 4×');
  expect(speedupText({ low: 0.9, mid: 1.1, high: 1.3 })).toBe('1.1 ± 0.2× ?');
  expect(speedupText({ low: 2, mid: 2, high: 2, spread: 'unknown' })).toMatch(/\?$/);
  expect(speedupText(undefined)).toBe('–');
});
