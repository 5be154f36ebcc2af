import { appendFileSync, copyFileSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readCsv } from '../../src/results/csv.ts';
import { type CsvRow, sampleColumns, summaryColumns } from '../../src/results/schema.ts';
import { pgram, projectRoot, startPgram } from '../support/pgram.ts';

const scale = join(projectRoot, 'tests/fixtures/workloads/scale.ts');
const args = ['bench', scale, '--size', 'small,large', '--quick', '--processes', '2', '--no-probe'];

const samplesOf = (folder: string): CsvRow[] => readCsv(join(folder, 'samples.csv'), sampleColumns).rows;
const keyOf = (row: CsvRow): string =>
  [row.size, row.variant, row.phase, row.regime, row.process, row.iteration].join('|');

async function interruptAfter(rows: number) {
  const out = mkdtempSync(join(tmpdir(), 'pgram-resume-'));
  const { child, finished } = startPgram([...args, '--out', out], { detached: true });
  let folder = '';
  for (let waited = 0; waited < 10_000; waited++) {
    await sleep(20);
    const [run] = readdirSync(out);
    if (!run) continue;
    folder = join(out, run);
    const lines = (() => {
      try {
        return readFileSync(join(folder, 'samples.csv'), 'utf8').split('\n').length;
      } catch {
        return 0;
      }
    })();
    if (lines > rows) break;
  }
  process.kill(-(child.pid as number), 'SIGINT');
  return { folder, ended: await finished };
}

test('after Ctrl-C a run says how to go on, and then loses and repeats no sample (kills: tests/faults)', async () => {
  const { folder, ended } = await interruptAfter(60);
  expect(ended.code).toBe(130);
  expect(ended.stderr).toMatch(/go on with: {2}npx pgram bench .* --resume /);
  const before = samplesOf(folder);
  const { code, stderr } = await pgram(['bench', scale, '--resume', folder]);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const after = samplesOf(folder);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(new Set(after.map(keyOf)).size).toBe(after.length);
  const summary = readCsv(join(folder, 'summary.csv'), summaryColumns).rows;
  const steady = summary.filter(({ phase, regime }) => phase === 'end_to_end' && regime === 'steady');
  expect(steady.map(({ size, variant, status }) => [size, variant, status])).toEqual([
    [1000, 'naive', 'ok'],
    [1000, 'tuned', 'ok'],
    [100_000, 'naive', 'ok'],
    [100_000, 'tuned', 'ok'],
  ]);
  for (const { processes } of steady) expect(processes).toBeGreaterThanOrEqual(2);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    state: string;
    sittings: unknown[];
  };
  expect(manifest.state).toBe('complete');
  expect(manifest.sittings).toHaveLength(2);
});

test('what was typed beside --resume is not ignored, and a changed program is not mixed with what was measured', async () => {
  const out = mkdtempSync(join(tmpdir(), 'pgram-changed-'));
  const mine = join(out, 'mine.ts');
  copyFileSync(join(projectRoot, 'examples/dot-product.ts'), mine);
  await pgram(['bench', mine, '--size', '64', '--processes', '2', '--no-probe', '--out', join(out, 'results')]);
  const folder = join(out, 'results', readdirSync(join(out, 'results'))[0] as string);
  const narrowed = await pgram(['bench', mine, '--resume', folder, '--size', '128', '--processes', '5']);
  expect([narrowed.code, narrowed.stderr]).toEqual([2, expect.stringMatching(/leave --size, --processes out/)]);
  const other = await pgram(['bench', 'matmul', '--resume', folder]);
  expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/is a run of .*mine\.ts, not of matmul/)]);
  appendFileSync(mine, '// changed\n');
  const changed = await pgram(['bench', mine, '--resume', folder]);
  expect([changed.code, changed.stderr]).toEqual([2, expect.stringMatching(/mine\.ts \(its contents have changed\)/)]);
});
