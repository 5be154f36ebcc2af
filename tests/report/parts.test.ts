import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captionsText } from '../../src/report/captions.ts';
import { wideFigures } from '../../src/report/figures.ts';
import { writeReport } from '../../src/report/html.ts';
import { forecastBeside, type SaidBefore } from '../../src/report/parts/forecasts.ts';
import { layerSums } from '../../src/report/parts/layers.ts';
import { checkedSvg, readParts } from '../../src/report/parts/read.ts';
import { sentences } from '../../src/report/sentence.ts';
import { pgram } from '../support/pgram.ts';
import { writeParts } from './sample-parts.ts';
import { sampleRows } from './sample-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-parts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const texts = { function: 'multiplyNaive', file: 'kernels/matmul/naive.ts', said: 'sum only gathers' };
const rows = sampleRows.filter(({ size }) => size === 128 || size === 16_384);
const input = { summary: rows, samples: [], sentences: sentences(rows), charts: [] };

/** The page of a workload: from its heading to the next page. */
const pageOf = (page: string, id: string): string =>
  new RegExp(`<section class="page"[^>]*aria-labelledby="${id}">(.*?)</section>`, 's').exec(page)![1]!;

describe('a run with what other verbs found', () => {
  let page: string;
  beforeAll(async () => {
    await writeParts(join(folder, 'run', 'parts'), texts);
    const path = await writeReport(join(folder, 'run'), {
      ...input,
      manifest: { runId: 'a-run' },
      machine: 'a machine',
    });
    page = readFileSync(path, 'utf8');
  });

  test('shows loops with verdicts and reasons, layers, profile and forecast on the page of the workload', () => {
    const matmul = pageOf(page, 'matmul');
    for (const part of ['times', 'forecast', 'loops', 'layers', 'profile'])
      expect(matmul).toContain(`<h3 id="matmul-${part}">`);
    expect(matmul).toContain('multiplyNaive:10');
    expect(matmul).toContain('sum only gathers');
    expect(matmul).toMatch(/Work 9826, span 18, parallelism 546; with sums as trees span 6, parallelism 1640/);
    // 290 of 1000 instructions.
    expect(matmul).toMatch(/bytecode, as executed.*?29 %/s);
    expect(matmul).toContain('Time in code without a name: naive: 3.1 %.');
    expect(matmul).toMatch(/<a href="parts\/2026-trace\/charts\/parallelogram\.svg">/);
  });

  test('puts the forecast beside the measurement on the first screen', () => {
    const first = page.slice(page.indexOf('id="answers"'), page.indexOf('</table>'));
    expect(first).toMatch(/16 \(8\.9 to 27\)× <small>cpu-simd at 128; measured 27×/);
    expect(first).toContain('multiplyNaive:10: parallel');
  });

  test('says of a workload that nobody looked at which commands would, and leaves its sections out', () => {
    const crypto = pageOf(page, 'crypto');
    expect(crypto).not.toContain('id="crypto-loops"');
    const commands = [...crypto.matchAll(/<dd><code>([^<]*)<\/code>/g)].map(([, text]) => text!);
    expect(commands.map(text => text.split(' ').slice(0, 4).join(' '))).toEqual([
      'npx pgram trace crypto',
      'npx pgram analyze-bytecode crypto',
      'npx pgram analyze crypto',
      'npx pgram forecast crypto',
      expect.stringMatching(/^npx pgram report /),
    ]);
    for (const text of commands.slice(0, 4)) expect(text).toMatch(/--out \S*run\/parts$/);
    expect(pageOf(page, 'matmul')).not.toContain('Not in this run');
  });

  test('captions of all its charts lie in one file beside them', () => {
    const captions = readFileSync(join(folder, 'run', 'charts', 'captions.md'), 'utf8');
    expect(captions).toContain('## matmul-layers');
    expect(captions).toContain('Machine: a machine.');
    expect(captionsText([{ name: 'a', title: 'b', caption: 'c' }])).toMatch(/## a\n\nb\n\nc\n$/);
  });
});

test('a folder of another verb alone gets a page of its own', async () => {
  const path = await writeReport(join(folder, 'run', 'parts', '2026-trace'), {
    ...{ summary: [], samples: [], sentences: [], charts: [] },
    manifest: { runId: '2026-trace' },
  });
  const page = readFileSync(path, 'utf8');
  expect(page).toContain('Nothing was measured in this folder');
  expect(pageOf(page, 'matmul')).toContain('multiplyNaive:10');
  expect(page).toContain('href="charts/parallelogram.svg"');
});

test('report makes the page of a folder of another verb, and adds none to it', async () => {
  const trace = join(folder, 'run', 'parts', '2026-trace');
  const { code, stdout } = await pgram(['report', trace, '--no-png']);
  expect([code, stdout.trim()]).toEqual([0, join(trace, 'report.html')]);
  const refused = await pgram(['report', trace, '--with', trace]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/--with adds to a run of bench, start or an experiment/);
});

test('figures in the width of two columns are that wide, and have captions with n, interval and machine', async () => {
  const written: string[] = [];
  const small = rows.filter(row => row.workload === 'crypto');
  await wideFigures(join(folder, 'wide'), {
    ...{ manifest: { plan: [], ceilings: null }, summary: small, samples: [], machine: 'a machine of two cores' },
    written: file => written.push(file),
  });
  expect(written.length).toBeGreaterThan(1);
  for (const file of written) {
    // Seven inches at 96 pixels each, and never more.
    const width = Number(/^<svg [^>]*?\swidth="([\d.]+)"/.exec(readFileSync(file, 'utf8'))![1]);
    expect(width).toBeGreaterThan(600);
    expect(width).toBeLessThanOrEqual(672);
  }
  const captions = readFileSync(join(folder, 'wide', 'charts', 'two-columns', 'captions.md'), 'utf8');
  const entries = captions.split(/^## /m).slice(1);
  expect(entries).toHaveLength(written.length);
  for (const entry of entries) {
    expect(entry).toContain('n = 10 processes a cell');
    expect(entry).toContain('Machine: a machine of two cores.');
  }
  expect(captions).toMatch(/95 % interval/);
});

test('a part that cannot be read is said on the page, and the rest is there', async () => {
  const run = join(folder, 'torn');
  await writeParts(join(run, 'parts'), texts);
  writeFileSync(join(run, 'parts', '2026-census', 'census.csv'), 'schema_version,target\r\n1,matmul\r\n');
  writeFileSync(join(run, 'parts', '2026-analyze', 'manifest.json'), '{');
  mkdirSync(join(run, 'parts', 'empty'));
  const page = readFileSync(await writeReport(run, { ...input, manifest: { runId: 'torn' } }), 'utf8');
  expect(page).toContain('Not everything in this folder could be read');
  expect(page).toMatch(/census\.csv lacks the columns/);
  expect(page).toMatch(/2026-analyze.*not readable/);
  expect(pageOf(page, 'matmul')).toContain('multiplyNaive:10');
  expect(readParts(run).problems).toHaveLength(2);
});

test('sums of layers are those of their rows, and an unknown count is no zero', () => {
  const row = { target: 'm', size: 3, variant: 'naive', layer: 'executed-bytecode', kind: 'executed' };
  const [sum] = layerSums([
    { ...row, instructions: 10, arithmetic: 4, memory: 6, flops: 4 },
    { ...row, instructions: 5, call: 5 },
    { ...row, unsolved: 'no counter', instructions: undefined },
  ]);
  expect(sum).toMatchObject({ instructions: 15, flops: 4, functions: 3, unsolved: 1 });
  expect(sum!.counts).toMatchObject({ arithmetic: 4, memory: 6, call: 5, object: 0 });
  expect(layerSums([{ ...row, instructions: 5 }])[0]!.flops).toBeUndefined();
});

test('the forecast beside a measurement is of its variant, and of the nearest size', () => {
  const said = (device: string, variants: string[], size: number, mid: number): SaidBefore => ({
    ...{ device, variants, size, measured: undefined },
    forecast: { low: mid / 2, mid, high: mid * 2 },
  });
  const all = [said('cpu-simd', ['simd'], 128, 9), said('cpu-simd', ['simd'], 512, 12), said('cpu', ['tuned'], 512, 3)];
  expect(forecastBeside(all, { variant: 'simd', size: 400 })?.forecast.mid).toBe(12);
  expect(forecastBeside(all, { variant: 'tuned', size: 128 })?.device).toBe('cpu');
  expect(forecastBeside(all, { variant: 'native', size: 512 })?.forecast.mid).toBe(12);
  expect(forecastBeside([], { variant: 'native', size: 512 })).toBeUndefined();
});

test.each([
  ['a script', '<svg viewBox="0 0 1 1"><script>alert(1)</script></svg>'],
  ['a handler', '<svg viewBox="0 0 1 1"><g aria-label="a>b" onload="alert(1)"></g></svg>'],
  ['a link', '<svg viewBox="0 0 1 1"><g xlink:href="javascript:alert(1)"></g></svg>'],
  ['a foreign object', '<svg><foreignObject></foreignObject></svg>'],
  ['what is not well-formed', '<svg><g aria-label="a" <b></g></svg>'],
])('a drawing with %s is not taken into the page', (_, svg) => {
  expect(() => checkedSvg(svg, 'x.svg')).toThrow(/x\.svg: its drawing holds/);
});
