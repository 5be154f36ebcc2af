import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { csvText, readCsv } from '../../src/results/csv.ts';
import type { Column, CsvRow } from '../../src/results/schema.ts';
import { summaryOf } from './summary.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const page = join(docs, 'reliability.md');

const text = (name: string, meaning: string): Column => ({ name, kind: 'text', meaning });
const integer = (name: string, meaning: string): Column => ({ name, kind: 'integer', meaning });
const number = (name: string, meaning: string): Column => ({ name, kind: 'number', meaning });

const origin = [
  integer('seed', 'of the first case; of the inputs of a kernel'),
  text('commit', 'the sources that were tried'),
  text('tried_at', 'when, ISO 8601 in UTC'),
];

/** The tables of a soak and of `npm run coverage`: `docs/reliability/<name>.csv`, and a table of the page. The first column tells rows apart. */
export const tables = {
  faults: [
    text('fault', 'what happened to a run'),
    integer('tries', 'how often it happened'),
    integer('samples_lost', 'rows that were whole before it and gone afterwards'),
    integer('samples_repeated', 'rows of one measurement beyond the first'),
    integer('processes_repeated', 'processes of a variant beyond those of the protocol'),
    integer('cells_missing', 'cells that only the undisturbed run has'),
    integer('cells_extra', 'cells that only the disturbed run has'),
    integer('complaints', 'ends without a sentence, wrong exit codes, files left behind'),
    ...origin,
  ],
  fuzz: [
    text('reader', 'what read the cases'),
    integer('cases', 'damaged files, or generated programs'),
    integer('accepted', 'read, or ran to its end with the same output'),
    integer('refused', 'refused in a sentence that names the file'),
    integer('failures', 'crashes, changed outputs, refusals without a place, more than 2 s of the processor’s time'),
    number('slowest_ms', 'slowest case; empty for programs, which run in batches'),
    ...origin,
  ],
  adversarial: [
    text('kernel', 'what it does'),
    text('expected', 'the status that it must end with'),
    text('found', 'the status that it ended with'),
    text('baseline', 'how the honest kernel beside it ended'),
    text('reason', 'what its row says'),
    ...origin,
  ],
  coverage: [
    text('room', 'a folder of src/, or all of it'),
    integer('files', 'that hold something to execute'),
    integer('lines_covered', 'on which a statement, or a function that is an expression, ran'),
    integer('lines_total', 'on which one begins'),
    number('percent', 'covered of all, rounded down'),
    ...origin.filter(({ name }) => name !== 'seed'),
  ],
} as const satisfies Record<string, readonly Column[]>;

export type TableName = keyof typeof tables;

const fileOf = (name: TableName): string => join(docs, 'reliability', `${name}.csv`);

/** What a soak itself writes: it does not make the sources others than those of the commit. */
const written = [':(exclude,top)docs/reliability', ':(exclude,top)docs/reliability.md'];

/** Where a row comes from. */
export function originHere(): { commit: string; tried_at: string } {
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', docs, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const tried_at = new Date().toISOString();
  try {
    const changes = git('status', '--porcelain', '--', ':/', ...written);
    return { commit: `${git('rev-parse', 'HEAD').slice(0, 10)}${changes === '' ? '' : ' with changes'}`, tried_at };
  } catch {
    return { commit: 'unknown', tried_at };
  }
}

/** The rows of a table as they are on disk. */
export const rowsOf = (name: TableName): CsvRow[] =>
  existsSync(fileOf(name)) ? readCsv(fileOf(name), tables[name]).rows : [];

/** The page with its tables, and what it says about them, drawn from the rows. */
export function drawn(text: string): string {
  const shownHere = (Object.keys(tables) as TableName[]).filter(name => text.includes(marker(name, 'begin')));
  const [faults, fuzz, adversarial] = [rowsOf('faults'), rowsOf('fuzz'), rowsOf('adversarial')];
  return shownHere.reduce(
    (page, name) => withPart(page, name, markdown(tables[name], rowsOf(name))),
    withPart(text, 'summary', summaryOf({ faults, fuzz, adversarial })),
  );
}

/** Draws the page anew. */
export const drawPage = (): void => writeFileSync(page, drawn(readFileSync(page, 'utf8')));

/** Puts a row in the place of an older one of the same name, and draws the page anew. */
export function keepRow(name: TableName, row: CsvRow): void {
  const columns: readonly Column[] = tables[name];
  const key = (columns[0] as Column).name;
  const file = fileOf(name);
  const before = rowsOf(name);
  const at = before.findIndex(each => each[key] === row[key]);
  mkdirSync(dirname(file), { recursive: true });
  const rows = at < 0 ? [...before, row] : before.with(at, row);
  writeFileSync(file, csvText(columns, rows));
  drawPage();
}

const shown = (value: unknown): string =>
  value === undefined
    ? ''
    : typeof value === 'number'
      ? Number.isInteger(value)
        ? value.toLocaleString('en')
        : value.toFixed(value < 100 ? 1 : 0)
      : String(value).replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, 120);

function markdown(columns: readonly Column[], rows: readonly CsvRow[]): string {
  const seen = columns.filter(({ name }) => !['seed', 'commit', 'tried_at'].includes(name));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(seen.map(({ name }) => name.replaceAll('_', ' '))),
    line(seen.map(({ kind }) => (kind === 'text' ? '---' : '---:'))),
    ...rows.map(row => line(seen.map(({ name }) => shown(row[name])))),
  ].join('\n');
}

const marker = (part: string, end: 'begin' | 'end'): string => `<!-- ${part}: ${end} -->`;

/** The page with what stands between the markers of a part replaced. @throws Error where it has no such markers */
export function withPart(text: string, part: string, content: string): string {
  const [begin, end] = [marker(part, 'begin'), marker(part, 'end')];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no markers for ${part}`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}
