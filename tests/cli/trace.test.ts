import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { screen } from '../../src/cli/trace-screen.ts';
import { readCsv } from '../../src/results/csv.ts';
import { traceFiles } from '../../src/results/trace-tables.ts';
import { bound, loopsThatMatter } from '../../src/trace/ranking.ts';
import { traceTarget } from '../../src/trace/run.ts';
import type { LoopResult, TraceResult } from '../../src/trace/types.ts';
import { pgram, projectRoot } from '../support/pgram.ts';

const out = mkdtempSync(join(tmpdir(), 'pgram-trace-out-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));
const published = join(projectRoot, 'tests/fixtures/trace/published.ts');
const patience = 120_000;

/** A terminal of so many columns that can show colours. */
const terminal = (columns: number) =>
  Object.assign(Object.create(process.stdout) as NodeJS.WriteStream, {
    columns,
    isTTY: true,
    hasColors: () => true,
    getColorDepth: () => 8,
  });

const loop = (change: Partial<LoopResult>): LoopResult => ({
  function: 'anUnusuallyLongFunctionNameThatSomebodyWrote',
  file: published,
  line: 12,
  column: 3,
  depth: 0,
  entries: 1,
  iterations: 1_000_000,
  work: 1_000_000,
  span: 1000,
  spanReassociated: 1000,
  selfParallelism: 1000,
  selfParallelismReassociated: 1000,
  verdict: 'parallel-after-renaming',
  evidence: 'observed',
  reason:
    'iterations share something with a rather long description that no terminal of eighty columns holds in a line',
  divergence: 0.25,
  carried: [
    {
      kind: 'WAW',
      variable: 'x',
      cell: 'x[123456]',
      distance: 1,
      from: { line: 13, iteration: 0 },
      to: { line: 13, iteration: 1 },
      count: 5,
      silent: false,
    },
  ],
  memory: [],
  ...change,
});

const result = (change: Partial<Pick<TraceResult, 'loops' | 'unknown'>>): TraceResult => ({
  schema: 1,
  target: `${published}#matmul`,
  size: 8,
  cost: 'unit',
  complete: true,
  inputs: 1,
  work: 1_000_000,
  span: 1000,
  spanReassociated: 1000,
  parallelism: 1000,
  slowdown: 12,
  sameOutput: true,
  loops: [loop({})],
  functions: [],
  unknown: [],
  ...change,
});

describe('the screen of a trace', () => {
  test('no line is wider than the terminal, explained or not', () => {
    const dark = result({
      loops: Array.from({ length: 30 }, (_, k) =>
        loop({ line: k + 1, depth: k % 9, verdict: k % 2 ? 'doacross' : 'scan' }),
      ),
      unknown: [{ file: published, line: 9, reason: 'calls something native '.repeat(8), timeShare: 0.3 }],
    });
    for (const columns of [80, 100])
      for (const explain of [false, true])
        for (const line of stripVTControlCharacters(screen(dark, { explain, stream: terminal(columns) })).split('\n'))
          expect(line.length, line).toBeLessThanOrEqual(columns);
  });

  test('it stays one screen, however many loops there are', () => {
    const many = result({ loops: Array.from({ length: 200 }, (_, k) => loop({ line: k + 1 })) });
    expect(screen(many, { explain: false, stream: terminal(80) }).split('\n').length).toBeLessThanOrEqual(40);
  });

  test('more than 5 % of the time in the dark is said at the top, with the bound if that part stays', () => {
    const [, said = ''] = [0.04, 0.2].map(timeShare =>
      screen(result({ unknown: [{ file: published, line: 9, reason: 'native', timeShare }] }), {
        explain: false,
        stream: terminal(80),
      }),
    );
    expect(stripVTControlCharacters(said).split('\n').slice(0, 4).join(' ')).toMatch(/20 % of the time/);
    // Amdahl: 1 / (0.2 + 0.8 / 8) = 3.33.
    expect(said.replaceAll(/\s+/g, ' ')).toMatch(/stays as it is: 3\.33× on 8/);
  });

  test('what the program calls its things cannot steer the terminal', () => {
    const evil = result({ loops: [loop({ reason: 'a\u001b[2Jb', function: 'f\u001b[31m' })] });
    const said = screen(evil, { explain: false, stream: terminal(80) });
    expect(said).not.toContain('\u001b[2J');
    expect(said).toContain('a\ufffd[2Jb');
  });
});

test("the bounds are Brent's and Amdahl's", () => {
  const run = { work: 1000, span: 10 };
  expect([8, 64, 1000, Number.POSITIVE_INFINITY].map(p => bound(run, p))).toEqual([8, 64, 100, 100]);
  expect(bound(run, Number.POSITIVE_INFINITY, 0.5)).toBeCloseTo(1 / (0.5 + 0.5 / 100), 12);
});

test('of many loops those with the most to gain are shown, and the two largest that stand in the way', () => {
  const gains = Array.from({ length: 10 }, (_, k) => loop({ line: k, verdict: 'parallel', selfParallelism: 10 + k }));
  const stubborn = [80, 81, 82].map((line, k) =>
    loop({ line, verdict: 'sequential', selfParallelism: 1, work: 900_000 - k }),
  );
  const shown = loopsThatMatter({ work: 1_000_000, loops: [...gains, ...stubborn] }, 5).map(({ line }) => line);
  expect(shown).toEqual([7, 8, 9, 80, 81]);
});

test(
  'a sweep: laws in the document, and a folder with tables and pictures that agree with it',
  async () => {
    const { code, stdout, stderr } = await pgram([
      ...['trace', `${published}#multiplyFlat`, '--sizes', '2,4,6,8', '--extrapolate', '1024', '--json', '--quiet'],
      ...['--out', out],
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document = JSON.parse(stdout) as TraceResult;
    expect(Object.keys(document)[0]).toBe('schema');
    expect(document.growth).toEqual({ work: '2·n^3', span: 'n + 1', error: 0 });
    expect(document).toMatchObject({ size: 8, work: 1024, span: 9, spanReassociated: 5 });
    const [run = ''] = readdirSync(out);
    const folder = join(out, run);
    expect(readdirSync(folder).sort()).toEqual([
      ...['charts', 'growth.csv', 'levels.csv', 'loops.csv', 'manifest.json', 'trace.json'],
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'trace.json'), 'utf8'))).toEqual(document);
    const rows = (name: keyof typeof traceFiles) => readCsv(join(folder, name), traceFiles[name]).rows;
    const levels = rows('levels.csv').map(({ operations }) => Number(operations));
    expect(levels).toEqual([512, 64, 64, 64, 64, 64, 64, 64, 64]);
    expect(rows('growth.csv').find(({ size }) => size === 1024)).toMatchObject({
      traced: false,
      work: 2 * 1024 ** 3,
      span: 1025,
    });
    expect(Number(rows('growth.csv').at(-1)!.parallelism)).toBeCloseTo((2 * 1024 ** 3) / 1025, 4);
    expect(
      rows('loops.csv')
        .filter(({ kind, size }) => kind === 'loop' && size === 8)
        .map(({ verdict }) => verdict),
    ).toEqual(document.loops.map(({ verdict }) => verdict));
    const charts = readdirSync(join(folder, 'charts')).map(name => name.replace(/\.(svg|png|vl\.json)$/, ''));
    expect([...new Set(charts)].sort()).toEqual(['loops-1-published.ts', 'parallelism-over-size', 'parallelogram']);
    expect(charts.length).toBe(9);
  },
  patience,
);

test(
  'a program that never ends: exit 1, one document, the numbers of what ran; no colours in a pipe',
  async () => {
    const endless = `${join(projectRoot, 'tests/fixtures/trace/limits.ts')}#endless`;
    const [json, text] = await Promise.all([
      pgram(['trace', endless, '--max-operations', '50000', '--json']),
      pgram(['trace', endless, '--max-operations', '50000', '--explain']),
    ]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      complete: false,
      stopped: expect.stringMatching(/--max-operations/),
    });
    expect(text.code).toBe(1);
    expect(text.stdout).toMatch(/Stopped: it reached 50000 operations/);
    expect(text.stdout).toMatch(/Each iteration needs the one before it/);
    expect(text.stdout).toMatch(/Line 7, `while \(x > 0\)/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with it
    expect(text.stdout).not.toMatch(/\u001b/);
    for (const line of text.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  },
  patience,
);

describe('the five workloads: work, span and a verdict for each loop, and what they mean', () => {
  test.each([
    ['matmul', 5],
    ['quicksort', 64],
    ['crypto', 64],
  ])(
    '%s',
    async (name, size) => {
      const traced = await traceTarget(
        { kind: 'workload', name, file: join(projectRoot, `kernels/${name}/workload.ts`) },
        { size },
      );
      expect(traced).toMatchObject({ complete: true, sameOutput: true });
      expect(traced.span).toBeLessThanOrEqual(traced.work);
      for (const each of traced.loops) expect(each.verdict).not.toBeNull();
      const said = stripVTControlCharacters(screen(traced, { explain: false, stream: terminal(80) }));
      for (const what of ['Cores: ', 'SIMD: ', 'GPU: ']) expect(said).toContain(what);
    },
    patience,
  );
});
