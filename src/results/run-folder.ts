import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../workload/load.ts';
import { csvHeader, csvLine, csvText, readCsv } from './csv.ts';
import { takeLock } from './lock.ts';
import { type Column, type CsvRow, processColumns, sampleColumns, schemaVersion, tableColumns } from './schema.ts';

/** Output cannot be written: a read-only folder, a full disk. What was written before is still there. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** A run on disk. Samples and outcomes are appended the moment they are known; all else is written whole. */
export interface RunFolder {
  readonly path: string;
  readonly runId: string;
  appendSample(row: CsvRow): void;
  appendProcess(row: CsvRow): void;
  readSamples(): CsvRow[];
  readProcesses(): CsvRow[];
  /** A table whose columns do not state them begins with the version of the schema and the run. */
  writeTable(name: string, columns: readonly Column[], rows: Iterable<CsvRow>): void;
  writeText(name: string, text: string): void;
  close(): void;
}

const tables = { 'samples.csv': sampleColumns, 'processes.csv': processColumns } as const;

/** `2026-11-23T02-40-11Z-cpu-vs-gpu`: sorts by time, and is a file name everywhere. */
export const newRunId = (name: string, at = new Date()): string =>
  `${at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-')}-${name}`;

/**
 * Makes `<parent>/<runId>` and opens it: to `measure`, or to `read` where nothing will be appended sample by sample.
 *
 * @throws OutputError that names the folder and the cure
 */
export function createRunFolder(parent: string, runId: string, purpose: 'measure' | 'read' = 'measure'): RunFolder {
  orOutputError(parent, () => makeFolder(parent));
  for (let copy = 1; ; copy++) {
    const path = join(parent, copy === 1 ? runId : `${runId}-${copy}`);
    // Without `recursive` mkdir fails where the folder is there: two runs of one second cannot share it.
    if (orOutputError(path, () => madeAnew(path))) return openRunFolder(path, purpose);
  }
}

function madeAnew(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Opens a run: to `measure` (go on with it), or only to `read` what it holds and write its summary anew. Who measures
 * holds a lock, and cuts off a row that an earlier writer did not finish.
 *
 * @throws UsageError where another process is measuring into it
 */
export function openRunFolder(path: string, purpose: 'measure' | 'read' = 'measure'): RunFolder {
  const handles: Record<string, number> = {};
  const lock = join(path, 'measuring.lock');
  if (purpose === 'measure') {
    orOutputError(lock, () => {
      takeLock(path, lock);
      // Whoever held the lock before may have been killed between writing a file and giving it its name.
      for (const name of readdirSync(path)) if (name.endsWith('.part')) rmSync(join(path, name), { recursive: true });
    });
    for (const [name, columns] of Object.entries(tables)) {
      const file = join(path, name);
      orOutputError(file, () => {
        if (existsSync(file)) {
          const { wholeBytes, torn, absent } = readCsv(file, columns);
          if (absent.length > 0)
            throw new UsageError(
              `${file} lacks the columns ${absent.join(', ')}: it was begun by an earlier version. Start a new run.`,
            );
          if (torn) truncateSync(file, wholeBytes);
        }
        handles[name] = openSync(file, 'a');
        if (readFileSync(file).length === 0) writeAll(handles[name] as number, csvHeader(columns));
      });
    }
  }
  const append = (name: keyof typeof tables, row: CsvRow): void =>
    orOutputError(join(path, name), () => writeAll(handles[name] as number, csvLine(tables[name], row)));
  const writeText = (name: string, text: string): void =>
    orOutputError(join(path, name), () => writeAtomically(join(path, name), text));
  return {
    path,
    runId: basename(path),
    appendSample: row => append('samples.csv', row),
    appendProcess: row => append('processes.csv', row),
    readSamples: () => readCsv(join(path, 'samples.csv'), sampleColumns).rows,
    readProcesses: () => readCsv(join(path, 'processes.csv'), processColumns).rows,
    writeTable: (name, columns, rows) => writeText(name, tableText(runIdOf(path), columns, rows)),
    writeText,
    close() {
      for (const handle of Object.values(handles)) closeSync(handle);
      if (purpose === 'measure') rmSync(lock, { force: true });
    },
  };
}

/** As its manifest has it, where there is one: a run that is published lies in a folder of another name. */
function runIdOf(path: string): string {
  try {
    const { runId } = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
    return typeof runId === 'string' ? runId : basename(path);
  } catch {
    return basename(path);
  }
}

function tableText(runId: string, columns: readonly Column[], rows: Iterable<CsvRow>): string {
  if (columns.some(({ name }) => name === 'schema_version')) return csvText(columns, rows);
  const own = { schema_version: schemaVersion, run_id: runId };
  return csvText(
    [...tableColumns, ...columns],
    [...rows].map(row => ({ ...own, ...row })),
  );
}

/**
 * Folder by folder: a recursive mkdir says ENOENT on a read-only file system, and tries without end where none can be
 * made (`/proc`).
 */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) return;
    throw Object.assign(new Error(`${path} is a file`), { code: 'ENOTDIR' });
  }
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another process was faster.
    if (code === 'EEXIST' && existsSync(path)) return;
    throw code === 'ENOENT' || code === 'EEXIST' ? Object.assign(new Error(String(error)), { code: 'EPERM' }) : error;
  }
}

function writeAll(handle: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
}

/** Never leaves half a file under the final name. */
function writeAtomically(file: string, text: string): void {
  const scratch = `${file}.${process.pid}.part`;
  try {
    writeFileSync(scratch, text, { flush: true });
    renameSync(scratch, file);
  } catch (error) {
    rmSync(scratch, { force: true });
    throw error;
  }
}

const cures: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space, or name another folder with --out',
  EROFS: 'the file system is read-only. Name another folder with --out',
  EACCES: 'the folder may not be written. Name another one with --out, or change its permissions',
  EPERM: 'the folder may not be written. Name another one with --out, or change its permissions',
  ENOTDIR: 'a part of the path is a file. Name another folder with --out',
  EDQUOT: 'the disk quota is used up. Free some space, or name another folder with --out',
};

export function orOutputError<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw asOutputError(path, error);
  }
}

/** What was thrown while something at `path` was written: an OutputError where the disk is to blame, else itself. */
export function asOutputError(path: string, error: unknown): unknown {
  const cure = cures[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
  if (!cure || error instanceof OutputError) return error;
  return new OutputError(`cannot write ${path}: ${cure}. What was measured so far is kept.`, { cause: error });
}
