import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { csvText, readCsv } from '../../src/results/csv.ts';
import { compareColumns, summaryColumns } from '../../src/results/schema.ts';
import { pgram, projectRoot } from '../support/pgram.ts';

const cwd = mkdtempSync(join(tmpdir(), 'pgram-compare-'));
afterAll(() => rmSync(cwd, { recursive: true }));
for (const name of ['before', 'after'])
  cpSync(join(projectRoot, 'tests/fuzz/fixtures/run'), join(cwd, name), { recursive: true });

test('compare: one document whose rows have the columns of compare.csv, and a run beside its copy is no faster', async () => {
  const { code, stdout } = await pgram(['compare', 'before', 'after', '--json', '--out', 'out'], { cwd });
  expect(code).toBe(0);
  const { rows, differs, sentence } = JSON.parse(stdout) as {
    rows: Record<string, unknown>[];
    differs: string[];
    sentence: string;
  };
  const names = compareColumns.map(({ name }) => name);
  expect(readFileSync(join(cwd, 'out/compare.csv'), 'utf8')).toMatch(new RegExp(`^${names.join(',')}\r\n`));
  const table = readCsv(join(cwd, 'out/compare.csv'), compareColumns).rows;
  expect(rows.length).toBeGreaterThan(0);
  expect(rows).toHaveLength(table.length);
  for (const [index, row] of rows.entries()) {
    expect(Object.keys(row)).toEqual(names);
    expect([row.variant, row.phase, row.verdict]).toEqual(
      ['variant', 'phase', 'verdict'].map(name => table[index]![name] ?? null),
    );
    if (row.speedup_b_vs_a !== null) expect(row.speedup_b_vs_a).toBe(1);
  }
  expect(differs).toEqual([]);
  expect(sentence).toMatch(/B is faster in 0, slower in 0/);
});

test('compare: what the summary of a run calls faster than its bound is in its row and in the sentence', async () => {
  cpSync(join(cwd, 'after'), join(cwd, 'wrong'), { recursive: true });
  const file = join(cwd, 'wrong/summary.csv');
  const { rows } = readCsv(file, summaryColumns);
  const wrong = rows.map(row => ({ ...row, faster_than_bound: row.variant === 'tuned' && row.size === 64 }));
  writeFileSync(file, csvText(summaryColumns, wrong));
  const { code, stdout } = await pgram(['compare', 'before', 'wrong', '--json'], { cwd });
  const answer = JSON.parse(stdout) as { rows: Record<string, unknown>[]; sentence: string };
  const told = answer.rows.filter(row => row.faster_than_bound_b === true);
  expect([code, new Set(told.map(({ size, variant }) => `${size} ${variant}`))]).toEqual([0, new Set(['64 tuned'])]);
  for (const row of told) expect([row.verdict, row.speedup_b_vs_a]).toEqual([null, null]);
  expect(answer.sentence).toContain('not compared: tiny 64 / tuned in B.');
});

test('compare: a run with itself is a mistake', async () => {
  const { code, stderr, stdout } = await pgram(['compare', 'before', './before', '--json'], { cwd });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/compare takes two different run folders/);
});
