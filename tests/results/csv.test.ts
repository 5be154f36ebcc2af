import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvHeader, csvLine, csvText, readCsv } from '../../src/results/csv.ts';
import { type Column, type CsvRow, csvFiles } from '../../src/results/schema.ts';

const columns: readonly Column[] = [
  { name: 'name', kind: 'text', meaning: '' },
  { name: 'count', kind: 'integer', meaning: '' },
  { name: 'time_ns', kind: 'number', meaning: '' },
  { name: 'flagged', kind: 'flag', meaning: '' },
];

const folder = mkdtempSync(join(tmpdir(), 'pgram-csv-'));
const write = (text: string | Uint8Array): string => {
  const file = join(folder, `${Math.random()}.csv`);
  writeFileSync(file, text);
  return file;
};

const rows: fc.Arbitrary<CsvRow[]> = fc.array(
  fc.record({
    name: fc.string({ unit: 'grapheme', minLength: 1 }).filter(text => text.trim() !== '' && !text.includes('\r')),
    count: fc.option(fc.integer(), { nil: undefined }),
    time_ns: fc.option(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => Number(value.toPrecision(12))),
      { nil: undefined },
    ),
    flagged: fc.option(fc.boolean(), { nil: undefined }),
  }),
  { maxLength: 20 },
);

const plain = (row: CsvRow): CsvRow => ({
  ...row,
  time_ns: row.time_ns === undefined ? undefined : Number(row.time_ns) + 0,
});

test('what is written is read back: quotes, commas, line breaks, missing values', () => {
  fc.assert(
    fc.property(rows, written => {
      const { rows: read, torn } = readCsv(write(csvText(columns, written)), columns);
      expect(torn).toBe(false);
      expect(read.map(plain)).toEqual(written.map(plain));
    }),
  );
});

test('a file that was cut off anywhere gives exactly the rows that were whole', () => {
  fc.assert(
    fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true }), (written, share) => {
      const whole = Buffer.from(csvText(columns, written));
      const header = Buffer.from(csvHeader(columns)).length;
      const cut = header + Math.floor((whole.length - header) * share);
      const { rows: read, wholeBytes } = readCsv(write(whole.subarray(0, cut)), columns);
      let expected = 0;
      for (let end = header; expected < written.length; expected++) {
        end += Buffer.from(csvLine(columns, written[expected] as CsvRow)).length;
        if (end > cut) break;
      }
      expect(read).toHaveLength(expected);
      expect(wholeBytes).toBeLessThanOrEqual(cut);
    }),
  );
});

test('missing is empty and never 0; a fraction where integers belong is refused', () => {
  for (const time_ns of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(csvLine(columns, { name: 'a', time_ns })).toBe('a,,,\r\n');
  expect(() => csvLine(columns, { name: 'a', count: 1.5 })).toThrow('column count holds integers, not 1.5');
});

test('a table of another version is refused with the names of the missing columns', () => {
  expect(() => readCsv(write('name,count\r\na,1\r\n'), columns)).toThrow('lacks the columns time_ns, flagged');
});

test('column names are snake case, unique in their file, and each says what it means', () => {
  for (const list of Object.values(csvFiles)) {
    const names = list.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, meaning } of list) {
      expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      expect(meaning).not.toBe('');
    }
  }
});

test('what is no number, or no flag, is an error that names file and line; it never becomes NaN or 0', () => {
  const table = (value: string) => `name,count,time_ns,flagged\r\n"two\nlines",1,2,true\r\n${value}\r\n`;
  expect(readCsv(write(table('b,2,3.5,false')), columns).rows[1]).toEqual({
    name: 'b',
    count: 2,
    time_ns: 3.5,
    flagged: false,
  });
  for (const [value, said] of [
    ['b,2.5,3,true', /line 4: count holds "2\.5", which is no integer/],
    ['b,2,abc,true', /\.csv, line 4: time_ns holds "abc", which is no number/],
    ['b,2, ,true', /line 4: time_ns holds " "/],
    ['b,2,1e999,true', /line 4: time_ns holds "1e999"/],
    ['b,2,3,yes', /line 4: flagged holds "yes", which is no flag/],
  ] as const)
    expect(() => readCsv(write(table(value)), columns)).toThrow(said);
  expect(() => readCsv(write('name,count,time_ns,flagged,name\r\n'), columns)).toThrow(/column "name" twice/);
});
