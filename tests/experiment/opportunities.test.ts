import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { operationMix } from '../../src/census/operations/count.ts';
import { runCounted } from '../../src/census/operations/index.ts';
import { analyseOpportunities } from '../../src/experiment/opportunities/analyse.ts';
import { opportunityColumns } from '../../src/experiment/opportunities/columns.ts';
import { oneOfEach, writeOpportunities } from '../../src/experiment/opportunities/conduct.ts';
import { gather, operationCells } from '../../src/experiment/opportunities/gather.ts';
import { timeShare } from '../../src/experiment/opportunities/time-shares.ts';
import { planGroups } from '../../src/experiment/plan.ts';
import { tooSlowFor } from '../../src/experiment/too-slow.ts';
import { opportunitiesChart } from '../../src/report/charts/opportunities.ts';
import { renderSvg } from '../../src/report/render.ts';
import { resolveTarget } from '../../src/target/resolve.ts';

const options = { workloads: [], sizes: [], variants: [], parameters: [], quick: true };

describe('the rows of a workload', () => {
  test('matmul: counted and traced numbers are the closed forms; without ceilings nothing is forecast', async () => {
    const [group] = await planGroups(options, { workloads: ['matmul'], sizes: ['24'] });
    const rows = await gather(group!, { ceilings: null, cells: [], seed: 1, quick: true });
    expect(rows.map(({ line, depth }) => [line, depth]).sort()).toEqual([
      [10, 0],
      [11, 1],
      [13, 2],
    ]);
    const names = new Set(opportunityColumns.map(({ name }) => name));
    for (const row of rows) {
      expect(Object.keys(row).filter(name => !names.has(name))).toEqual([]);
      expect(row).toMatchObject({ flops_javascript: 2 * 24 ** 3, work_share: 1, traced_size: 8 });
      expect(row).not.toHaveProperty('forecast_cpu');
      expect(row).not.toHaveProperty('flops_webassembly');
      expect(row).toMatchObject({ pattern: '(a * b) + c' });
      expect(Number(row.time_share)).toBeGreaterThan(0);
      expect(Number(row.time_share)).toBeLessThanOrEqual(1 + 1e-9);
    }
    expect(rows.find(({ depth }) => depth === 0)).toMatchObject({ work: 2 * 8 ** 3, span: 9, verdict: 'parallel' });
    // Two elements of f32 for each product, one for each element of the result.
    expect(rows.find(({ depth }) => depth === 0)).toMatchObject({
      ...{ load_bytes: 2 * 4 * 24 ** 3, store_bytes: 4 * 24 ** 2, integer_operations: 0, comparisons: 0 },
    });
    expect(rows.find(({ depth }) => depth === 2)).toMatchObject({ verdict: 'reduction' });
    expect(await renderSvg(opportunitiesChart(rows))).toContain('multiplyNaive:10');
  });
});

test('flops of JavaScript: those in f32, in f64 and the special ones, by a program whose counts are known', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'pgram-flops-')), 'both.ts');
  // For each of n: two in f64, one in f32 (its result is rounded), a square root and a division; and n comparisons of data.
  writeFileSync(
    file,
    `export function both(n: number): number {
  const single = new Float32Array(n).fill(3);
  const double = new Float64Array(n).fill(5);
  let above = 0;
  for (let i = 0; i < n; i++) {
    double[i] = double[i]! * double[i]! + 0.5;
    single[i] = single[i]! * single[i]!;
    if (Math.sqrt(double[i]!) / 7 > 0.7) above = i;
  }
  return above;
}
`,
  );
  const mix = operationMix(await runCounted({ target: resolveTarget(`${file}#both`), size: 20 }));
  const { fp32, fp64 } = mix.total.classes;
  expect([fp32, fp64].every(count => count > 0)).toBe(true);
  expect(operationCells(mix.total)).toMatchObject({ flops_javascript: 20 * 5, comparisons: 20 });
});

test('time in a called function is shared out by where it is called from', async () => {
  // encryptBlock is called from the loop over blocks alone; expandKey from outside of it.
  const program = await runCounted({ target: resolveTarget('crypto'), size: 64 });
  const { regions } = operationMix(program);
  const blocks = regions.find(({ kind, function: name }) => kind === 'loop' && name === 'encryptCtr')!;
  const inside = regions.find(({ function: name }) => name === 'mixColumns')!;
  const outside = regions.find(({ function: name }) => name === 'expandKey')!;
  const self = (milliseconds: number) => ({ milliseconds, standardError: 0 });
  const lines = [
    { file: inside.file, line: inside.line + 1, self: self(30) },
    { file: outside.file, line: outside.line + 3, self: self(10) },
  ];
  expect(timeShare(blocks, { lines, program, regions })).toBeCloseTo(0.75, 12);
  expect(timeShare(blocks, { lines: [], program, regions })).toBeNull();
});

test('of each workload the smallest group', async () => {
  const plan = await planGroups(options, { workloads: ['matmul', 'ode'], sizes: ['medium', 'small'] });
  expect(oneOfEach(plan).map(({ workload, size }) => [workload, size])).toEqual([
    ['matmul', 128],
    ['ode', 512],
  ]);
});

describe('a variant is only left out where a smaller size has shown that it is hopeless', async () => {
  const plan = await planGroups(options, { workloads: ['matmul'], sizes: ['128', '512'] });
  const [, large] = plan;
  const cell = { workload: 'matmul', size: 128, parameters: '', variant: 'gpujs' };
  const ask = (ms: number) =>
    tooSlowFor(large!, 'gpujs', {
      plan,
      processes: [],
      samples: [{ ...cell, phase: 'end_to_end', time_ns: ms * 1e6 }],
      limitMs: 600,
      protocol: 'quick',
    });

  test('64 times the work of 100 ms is 6.4 s, of 10 ms is worth a try', () => {
    expect(ask(100)).toMatch(/takes 0\.10 s at size 128, and this is 64 times the work: about 6\.4 s/);
    expect(ask(10)).toBeUndefined();
  });

  test('one that was too slow at the smaller size is', () => {
    const processes = [
      {
        ...cell,
        status: 'skipped',
        reason: 'right, but one call takes 1.3 s; the quick protocol measures up to 0.6 s',
      },
    ];
    const known = { plan, processes, samples: [], limitMs: 600, protocol: 'quick' };
    expect(tooSlowFor(large!, 'gpujs', known)).toMatch(/about 83 s/);
    expect(tooSlowFor(large!, 'simd', known)).toBeUndefined();
    expect(tooSlowFor(plan[0]!, 'gpujs', known)).toBeUndefined();
  });
});

test('a workload that there was no time for is named, with the command that looks at it', async () => {
  const plan = await planGroups(options, { workloads: ['matmul', 'ode'], sizes: ['small'] });
  const folder = mkdtempSync(join(tmpdir(), 'opportunities-'));
  const work = {
    folder,
    plan,
    seed: 1,
    quick: true,
    ceilings: null,
    onProgress: () => undefined,
    onRemark: () => undefined,
  };
  await writeOpportunities({ ...work, signal: new AbortController().signal }, -1);
  const { tables, charts, sentences } = await analyseOpportunities({
    summary: [],
    samples: [],
    plan,
    machine: '',
    folder,
  });
  expect(tables[0]!.rows.map(({ workload }) => workload)).toEqual(['matmul', 'ode']);
  expect(charts).toEqual([]);
  for (const { text } of sentences) expect(text).toMatch(/not looked at: .*experiment run opportunities/);
  expect(sentences).toHaveLength(2);
});
