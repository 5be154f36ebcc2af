import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
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
    throw new Error(`${path} is not a readable CSV: ${(error as Error).message}`);
  }
  const [header, ...body] = records;
  const known = new Map(columns.map(column => [column.name, column]));
  const lacking = columns.filter(({ name }) => !header?.includes(name));
  const missing = lacking.filter(({ optional }) => !optional).map(({ name }) => name);
  if (missing.length > 0 && records.length > 0)
    throw new Error(`${path} lacks the columns ${missing.join(', ')}; it was written by another version of this tool`);
  const rows = body.map(record => {
    const row: Record<string, CsvValue> = {};
    for (const [index, name] of (header ?? []).entries()) row[name] = parseValue(known.get(name), record[index] ?? '');
    return row;
  });
  return { rows, wholeBytes, torn: wholeBytes < bytes.length, absent: header ? lacking.map(({ name }) => name) : [] };
}

function parseValue(column: Column | undefined, text: string): CsvValue {
  if (text === '') return undefined;
  if (column?.kind === 'flag') return text === 'true';
  if (column?.kind === 'integer' || column?.kind === 'number') return Number(text);
  return text;
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
