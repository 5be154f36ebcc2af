import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { UsageError } from '../workload/load.ts';
import type { Column, CsvRow, CsvValue } from './schema.ts';

/** One line of RFC 4180 without its header; missing values and numbers that are not finite are empty, never 0. */
export function csvLine(columns: readonly Column[], row: CsvRow): string {
  return stringify([columns.map(column => formatValue(column, row[column.name]))], { record_delimiter: '\r\n' });
}

export const csvHeader = (columns: readonly Column[]): string =>
  stringify([columns.map(({ name }) => name)], { record_delimiter: '\r\n' });

export const csvText = (columns: readonly Column[], rows: Iterable<CsvRow>): string =>
  csvHeader(columns) + [...rows].map(row => csvLine(columns, row)).join('');

function formatValue({ kind, name }: Column, value: CsvValue): string {
  if (value === undefined || value === '') return '';
  if (kind === 'flag') return value === true || value === 'true' ? 'true' : 'false';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return '';
    if (kind === 'integer' && !Number.isInteger(value))
      throw new TypeError(`column ${name} holds integers, not ${value}`);
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(12)));
  }
  return String(value);
}

/** What a table held, and whether its end was torn (a writer died in the middle of a row). */
export interface CsvTable {
  readonly rows: CsvRow[];
  /** Bytes up to the end of the last whole row. */
  readonly wholeBytes: number;
  readonly torn: boolean;
  /** Columns that it lacks because it was written before they were thought of. */
  readonly absent: readonly string[];
}

/**
 * Reads a table by its header. A last line without its end is left out and reported; anything else that does not fit
 * the columns is an error that names the file and the line.
 */
export function readCsv(path: string, columns: readonly Column[]): CsvTable {
  const bytes = readFileSync(path);
  const wholeBytes = endOfLastRow(bytes);
  const text = bytes.toString('utf8', 0, wholeBytes);
  let records: string[][];
  try {
    records = parse(text, { relax_column_count: false, skip_empty_lines: true }) as string[][];
  } catch (error) {
    throw new UsageError(`${path} is not a readable CSV: ${(error as Error).message}`);
  }
  const [header, ...body] = records;
  const twice = header?.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`${path} has the column ${JSON.stringify(twice)} twice (line 1)`);
  const known = new Map(columns.map(column => [column.name, column]));
  const lacking = columns.filter(({ name }) => !header?.includes(name));
  const missing = lacking.filter(({ optional }) => !optional).map(({ name }) => name);
  if (missing.length > 0 && records.length > 0)
    throw new UsageError(
      `${path} lacks the columns ${missing.join(', ')}; it was written by another version of this tool`,
    );
  const rows = body.map((record, number) => {
    const row: Record<string, CsvValue> = {};
    for (const [index, name] of (header ?? []).entries()) {
      const value = parseValue(known.get(name), record[index] ?? '');
      if (value === unreadable)
        throw new UsageError(
          `${path}, line ${lineOf(text, number + 1)}: ${name} holds ${JSON.stringify(record[index])?.slice(0, 60)}, which is no ${known.get(name)?.kind}`,
        );
      row[name] = value;
    }
    return row;
  });
  return { rows, wholeBytes, torn: wholeBytes < bytes.length, absent: header ? lacking.map(({ name }) => name) : [] };
}

const unreadable = Symbol('unreadable');

/** A missing value is undefined; what is there and is none of its kind must not become NaN, or 0, on its way. */
function parseValue(column: Column | undefined, text: string): CsvValue | typeof unreadable {
  if (text === '') return undefined;
  switch (column?.kind) {
    case 'flag':
      return text === 'true' || (text === 'false' ? false : unreadable);
    case 'integer':
    case 'number': {
      const value = Number(text);
      const isOne = column.kind === 'integer' ? Number.isInteger(value) : Number.isFinite(value);
      return isOne && text.trim() !== '' ? value : unreadable;
    }
    default:
      return text;
  }
}

/** The line on which a record (0 is the header) begins: quoted fields may hold line ends, so it is counted again. */
function lineOf(text: string, record: number): number {
  const found = parse(text, { info: true, skip_empty_lines: true, to: record }) as unknown as {
    info: { lines: number };
  }[];
  return (found.at(-1)?.info.lines ?? 0) + 1;
}

/** Offset behind the last line end that lies outside quotes. */
function endOfLastRow(bytes: Uint8Array): number {
  const quote = 0x22;
  const newline = 0x0a;
  let quoted = false;
  let end = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === quote) quoted = !quoted;
    else if (bytes[at] === newline && !quoted) end = at + 1;
  }
  return end;
}
