import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clearProgress, progressLine } from '../../src/cli/progress.ts';
import { pgram, projectRoot } from '../support/pgram.ts';

const scale = join(projectRoot, 'tests/fixtures/workloads/scale.ts');

beforeEach(() => void vi.stubEnv('TERM', 'xterm'));
afterEach(() => void vi.unstubAllEnvs());

/** What a stream was given, and the line that a terminal would show in the end. */
function stream(isTTY: boolean, columns = 60) {
  const written: string[] = [];
  const target = { isTTY, columns, write: (text: string) => written.push(text) };
  const shown = () => written.join('').split('\r\x1b[K').at(-1);
  return { target, written, shown };
}
const at = { done: 1, total: 6, label: 'matmul 512', remainingMs: 125_000 };

test('off a terminal a group is a plain line, whatever happens in it', () => {
  const { target, written } = stream(false);
  const { show } = progressLine(false, target);
  show({ ...at, step: 'start' });
  show({ ...at, step: 'simd: prepare' });
  show({ ...at, step: 'sampled', estimate: { variant: 'simd', ns: 1.5e6 } });
  show({ ...at, done: 2, step: 'start', remainingMs: 100_000 });
  expect(written).toEqual(['[1/6, about 2 min left] matmul 512\n', '[2/6, about 2 min left] matmul 512\n']);
});

test('on a terminal one line shows cell, time left and current estimate, no wider than the terminal', () => {
  const { target, shown } = stream(true);
  const { show } = progressLine(false, target);
  show({ ...at, step: 'sampled', estimate: { variant: 'simd', ns: 1.5e6 } });
  expect(shown()).toBe('[1/6, about 2 min left] matmul 512: simd 1.50 ms so far');
  show({ ...at, label: 'x'.repeat(200), step: 'start' });
  expect(shown()).toHaveLength(59);
  clearProgress();
  expect(shown()).toBe('');
});

test('work without samples: its steps rewrite the line, off a terminal and on a dumb one each has a line', () => {
  const steps = (say: (step: string, detail?: string) => void) => {
    say('counting');
    say('drawing 2 charts', 'a');
    say('drawing 2 charts', 'b');
  };
  const { target, written, shown } = stream(true);
  steps(progressLine(false, target).say);
  expect(written.join('')).not.toContain('\n');
  expect(shown()).toBe('drawing 2 charts: b');
  const lines = ['counting\n', 'drawing 2 charts\n'];
  const piped = stream(false);
  steps(progressLine(false, piped.target).say);
  expect(piped.written).toEqual(lines);
  vi.stubEnv('TERM', 'dumb');
  const dumb = stream(true);
  steps(progressLine(false, dumb.target).say);
  expect(dumb.written).toEqual(lines);
});

test('samples redraw the line at most four times a second, and --quiet writes nothing', () => {
  const { target, written } = stream(true);
  const { show } = progressLine(false, target);
  const clock = vi.spyOn(performance, 'now');
  for (let ms = 1; ms <= 1000; ms++) {
    clock.mockReturnValue(ms);
    show({ ...at, step: 'sampled', estimate: { variant: 'simd', ns: ms } });
  }
  clock.mockRestore();
  expect(written.map(line => /simd (\d+)/.exec(line)?.[1])).toEqual(['1', '251', '501', '751']);
  const silent = stream(true);
  progressLine(true, silent.target).show({ ...at, step: 'start' });
  expect(silent.written).toEqual([]);
});

test('--dry-run prints the plan and its expected time and writes nothing; after a run it knows how long that took', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'pgram-dry-'));
  const words = ['bench', scale, '--size', '1000,100000', '--quick', '--processes', '1', '--no-probe'];
  const before = await pgram([...words, '--dry-run', '--json'], { cwd });
  expect([before.code, existsSync(join(cwd, 'results'))]).toEqual([0, false]);
  const planned = JSON.parse(before.stdout) as {
    schema: number;
    plan: { workload: string; size: number; expectedFrom: { kind: string } }[];
    expectedSeconds: { least: number; most: number };
  };
  expect(Object.keys(planned)[0]).toBe('schema');
  expect(planned.plan.map(({ workload, size, expectedFrom }) => [workload, size, expectedFrom.kind])).toEqual([
    ['scale', 1000, 'budgets'],
    ['scale', 100000, 'budgets'],
  ]);
  expect(planned.expectedSeconds.most).toBe(4 * planned.expectedSeconds.least);

  const run = await pgram(words, { cwd });
  expect(run.code).toBe(0);
  const folder = /(\S*-bench)\/report\.html/.exec(run.stdout)![1]!;
  const { startedAt, finishedAt } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<
    string,
    string
  >;
  const took = (Date.parse(finishedAt!) - Date.parse(startedAt!)) / 1000;
  const after = JSON.parse((await pgram([...words, '--dry-run', '--json'], { cwd })).stdout) as typeof planned;
  expect(after.plan.map(({ expectedFrom }) => expectedFrom.kind)).toEqual(['run', 'run']);
  // The shares of the two groups add up to the whole run, unless it is so short that its sums of spans are longer.
  expect(after.expectedSeconds.least).toBeCloseTo(took, 2);
  const { stdout } = await pgram([...words, '--dry-run'], { cwd });
  expect(stdout).toMatch(/Expected time: \d+ s, as in results\/\S+-bench\.\nNothing was measured or written/);
});

test('--dry-run does not go with --resume, and plans as the run would', async () => {
  const { code, stderr } = await pgram(['bench', scale, '--dry-run', '--resume', 'x']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/leave out either --dry-run or --resume/)]);
  const typo = await pgram(['bench', scale, '--dry-run', '--variant', 'tunde']);
  expect([typo.code, typo.stderr]).toEqual([2, expect.stringMatching(/Did you mean `tuned`\?/)]);
});
