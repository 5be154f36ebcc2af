import { expect, test } from 'vitest';
import { crossovers } from '../../src/report/crossover.ts';
import { readSummaryRow } from '../../src/report/rows.ts';

const at = (variant: string, size: number, ns: number, ranOn = 'cpu', spread = 0.01) =>
  readSummaryRow({
    workload: 'w',
    variant,
    device: ranOn === 'cpu' ? 'cpu-1' : 'adapter',
    ran_on: ranOn,
    size,
    phase: 'end_to_end',
    regime: 'steady',
    status: 'ok',
    time_median_ns: ns,
    time_median_low_ns: ns * (1 - spread),
    time_median_high_ns: ns * (1 + spread),
  });

const sizes = [10, 100, 1000];

test('power laws cross where algebra says: n against 30·√n at n = 900', () => {
  const points = sizes.flatMap(n => [at('naive', n, n), at('webgpu-tuned', n, 30 * Math.sqrt(n), 'gpu')]);
  const [found, ...others] = crossovers(points, { baseline: 'best-cpu' });
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    variant: 'webgpu-tuned',
    baseline: 'naive',
    sizeLow: 100,
    sizeHigh: 1000,
    software: false,
  });
  expect(found?.estimate).toBeCloseTo(900, 6);
});

test('the best CPU variant is chosen anew at each size, and both are named', () => {
  const points = sizes.flatMap(n => [
    at('naive', n, n),
    at('threads', n, 200 + n / 10),
    at('webgpu-tuned', n, 250, 'gpu'),
  ]);
  const [found] = crossovers(points, { baseline: 'best-cpu' });
  expect(found).toMatchObject({ baseline: 'naive/threads', sizeLow: 100, sizeHigh: 1000 });
});

test('never faster: no crossover; always faster: from the first size; overlapping intervals do not count as faster', () => {
  const never = sizes.flatMap(n => [at('naive', n, n), at('webgpu-tuned', n, 2 * n, 'gpu')]);
  expect(crossovers(never, { baseline: 'best-cpu' })).toEqual([]);
  const always = sizes.flatMap(n => [at('naive', n, n), at('webgpu-tuned', n, n / 2, 'gpu')]);
  const [found] = crossovers(always, { baseline: 'best-cpu' });
  expect(found).toMatchObject({ sizeLow: undefined, sizeHigh: 10, estimate: undefined });
  const unsure = sizes.flatMap(n => [at('naive', n, n), at('webgpu-tuned', n, 0.99 * n, 'gpu', 0.05)]);
  expect(crossovers(unsure, { baseline: 'best-cpu' })).toEqual([]);
});

test('a variant that loses again at the largest size has no crossover', () => {
  const points = [1, 0.5, 2].flatMap((factor, i) => [
    at('naive', sizes[i]!, sizes[i]!),
    at('webgpu-tuned', sizes[i]!, factor * sizes[i]!, 'gpu'),
  ]);
  expect(crossovers(points, { baseline: 'best-cpu' })).toEqual([]);
});

test('against naive, CPU variants count too, and a software adapter is marked', () => {
  const points = sizes.flatMap(n => [
    at('naive', n, n),
    at('threads', n, 50, 'cpu'),
    at('webgpu-tuned', n, 60, 'software-adapter'),
  ]);
  const found = crossovers(points, { baseline: 'naive' });
  expect(found.map(({ variant, software }) => [variant, software])).toEqual([
    ['threads', false],
    ['webgpu-tuned', true],
  ]);
});

test("a time below its device's bound is on neither side: no crossing is claimed from it, and none is hidden by it", () => {
  const impossible = (point: ReturnType<typeof at>) => ({ ...point, doubts: ['faster than bound' as const] });
  const naive = sizes.map(n => at('naive', n, n));
  const wrong = sizes.map(n => impossible(at('webgpu-tuned', n, n / 2, 'gpu')));
  for (const baseline of ['naive', 'best-cpu'] as const) {
    expect(crossovers([...naive, ...wrong], { baseline })).toEqual([]);
    const right = sizes.map(n => at('webgpu-naive', n, n / 2, 'gpu'));
    const cpu = sizes.map(n => impossible(at('simd', n, n / 100)));
    expect(crossovers([...naive, ...cpu, ...right], { baseline })).toMatchObject([
      { variant: 'webgpu-naive', sizeHigh: 10 },
    ]);
  }
});

test('a time from one process is no certainty: without intervals nothing is surely faster', () => {
  const points = sizes.flatMap(n => [at('naive', n, n), at('webgpu-tuned', n, n / 2, 'gpu')]);
  const once = readSummaryRow({
    ...{ workload: 'w', variant: 'webgpu-tuned', device: 'adapter', ran_on: 'gpu', size: 1000, processes: 1 },
    ...{ phase: 'end_to_end', regime: 'steady', status: 'ok', time_median_ns: 1 },
  });
  expect(once.time).toEqual({ low: 1, mid: 1, high: 1, spread: 'unknown' });
  const mixed = [...points.filter(({ variant, size }) => variant === 'naive' || size < 1000), once];
  expect(crossovers(mixed, { baseline: 'best-cpu' })).toEqual([]);
});
