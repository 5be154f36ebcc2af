import { expect, test } from 'vitest';
import { analyseGrowth } from '../../src/experiment/growth.ts';
import { profileCsvFiles } from '../../src/profile/columns.ts';
import { csvFiles } from '../../src/results/schema.ts';
import { oneProcess, summaryRow } from './summary-rows.ts';

const rows = [16, 32, 64, 128].map(size => summaryRow({ size, ns: 7 * size ** 2 }));
const analyse = (summary: typeof rows) => analyseGrowth({ summary, samples: [], plan: [], machine: 'a machine' });

test('a quadratic law is tabulated with its interval, and said', () => {
  const { tables, sentences } = analyse(rows);
  const [row] = tables[0]!.rows;
  expect(row?.exponent).toBeCloseTo(2, 2);
  expect(Number(row?.exponent_low)).toBeLessThanOrEqual(2);
  expect(Number(row?.exponent_high)).toBeGreaterThanOrEqual(2);
  expect(sentences[0]?.text).toMatch(/naive grows as n\^2\.00 \(95 % interval 1\.9\d to 2\.\d\d, /);
});

test('the table has a name of its own: no other table of a run folder is called so', () => {
  const [table] = analyse(rows).tables;
  expect(table!.name).toBe('time-growth.csv');
  expect(Object.keys({ ...csvFiles, ...profileCsvFiles })).not.toContain(table!.name);
});

test('from one process there is an exponent, and no interval in the table or the sentence', () => {
  const { tables, sentences } = analyse(rows.map(oneProcess));
  const [row] = tables[0]!.rows;
  expect(row?.exponent).toBeCloseTo(2, 2);
  expect([row?.exponent_low, row?.exponent_high]).toEqual([undefined, undefined]);
  expect(sentences[0]?.text).toContain('(no interval: it takes three processes, ');
});
