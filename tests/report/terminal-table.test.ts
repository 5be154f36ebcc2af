import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { alignColumns } from '../../src/report/align.ts';
import { terminalTable } from '../../src/report/terminal-table.ts';
import { sampleRows } from './sample-rows.ts';

/** A stream that takes itself for a terminal and asks Node, which knows NO_COLOR, how many colours it has. */
const terminal = Object.assign(new PassThrough(), {
  isTTY: true,
  // Not the whole environment: where CI is set Node sees no colours, whatever the terminal.
  getColorDepth: () =>
    WriteStream.prototype.getColorDepth({ TERM: 'xterm-256color', ...(process.env.NO_COLOR ? { NO_COLOR: '1' } : {}) }),
});
const file = new PassThrough();

const before = { NO_COLOR: process.env.NO_COLOR, FORCE_COLOR: process.env.FORCE_COLOR };
afterEach(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const esc = '\u001b';

test('colours go to a terminal only, and nowhere under NO_COLOR', () => {
  delete process.env.NO_COLOR;
  delete process.env.FORCE_COLOR;
  expect(terminalTable(sampleRows, { stream: terminal })).toContain(esc);
  expect(terminalTable(sampleRows, { stream: file })).not.toContain(esc);
  process.env.NO_COLOR = '1';
  expect(terminalTable(sampleRows, { stream: terminal })).not.toContain(esc);
});

test('columns stand under their headings, with and without colour', () => {
  delete process.env.NO_COLOR;
  const coloured = terminalTable(sampleRows, { stream: terminal, sizes: [512] });
  const plain = terminalTable(sampleRows, { stream: file, sizes: [512] });
  expect(stripVTControlCharacters(coloured)).toBe(plain);
  const [title, heading, ...lines] = plain.split('\n');
  expect(title).toBe('matmul at size 512, end to end, steady state');
  const column = heading!.indexOf('ran on');
  const rows = lines.slice(0, 13);
  expect(rows.map(line => line.slice(column).split('  ')[0])).toEqual([
    'cpu-1',
    'cpu-1',
    'cpu-all',
    'cpu-1',
    'cpu-all',
    ...Array(3).fill('software adapter'),
    'cpu-all',
    'cpu-all',
    'software adapter',
    '–',
    '–',
  ]);
});

test('a failed cell keeps its reason, a software adapter its name, and sizes can be chosen', () => {
  const table = terminalTable(sampleRows, { stream: file, sizes: [512] });
  expect(table).toContain('webgpu-subgroup: timeout: no answer after 30 s: the kernel was stopped');
  expect(table).not.toContain('size 256');
  expect(table).toMatch(/webgpu-tuned +ok .* software adapter/);
});

test('a program cannot steer the terminal through its name or its message', () => {
  const poisoned = sampleRows.map(row => ({
    ...row,
    variant: `${row.variant}${esc}[2J`,
    reason: `a\rb${esc}]0;x\u0007`,
  }));
  const table = terminalTable(poisoned, { stream: file });
  expect(table).not.toContain(esc);
  expect(table).not.toContain('\r');
  expect(table).not.toContain('\u0007');
});

describe('a table that is wider than its terminal', () => {
  const rows = [
    ['variant', 'median', 'of bound'],
    ['naive', '202 ms', '2.3 %'],
    ['simd', '–', '–'],
  ].map(row => row.map(text => ({ text })));
  const on = (columns: number) => Object.assign(new PassThrough(), { columns });

  test('becomes a card a row, with nothing lost; one that fits stays a table', () => {
    const right = new Set([1, 2]);
    expect(alignColumns(rows, { right, stream: on(25) })).toEqual([
      'variant  median  of bound',
      'naive    202 ms     2.3 %',
      'simd          –         –',
    ]);
    expect(alignColumns(rows, { right, stream: on(24) })).toEqual([
      '',
      'naive\n  median    202 ms\n  of bound  2.3 %',
      'simd',
    ]);
  });
});
