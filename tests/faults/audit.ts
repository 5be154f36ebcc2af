import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cellKey } from '../../src/experiment/rows.ts';
import { readCsv } from '../../src/results/csv.ts';
import { type CsvRow, processColumns, sampleColumns, summaryColumns } from '../../src/results/schema.ts';

/** What was whole on disk at one moment, byte for byte: the promise is that it is still there at the end. */
export interface Snapshot {
  readonly samples: Buffer;
  readonly processes: Buffer;
}

/** What a fault did to a run that was resumed to its end. All 0 is what is promised. */
export interface Damage {
  /** Rows of samples.csv and processes.csv that were whole before the fault and are not there afterwards. */
  readonly samplesLost: number;
  /** Rows of the same cell, phase, regime, process and iteration, beyond the first. */
  readonly samplesRepeated: number;
  /** Processes of a variant that were measured beyond what the protocol asks for; the baseline may ride along. */
  readonly processesRepeated: number;
  /** Cells (workload, size, parameters, variant, phase, regime, status) that only the undisturbed run has … */
  readonly cellsMissing: number;
  /** … and that only the disturbed one has. */
  readonly cellsExtra: number;
}

export const noDamage: Damage = {
  samplesLost: 0,
  samplesRepeated: 0,
  processesRepeated: 0,
  cellsMissing: 0,
  cellsExtra: 0,
};

const samples = (folder: string) => readCsv(join(folder, 'samples.csv'), sampleColumns);
const processes = (folder: string) => readCsv(join(folder, 'processes.csv'), processColumns);

/** The whole rows of both journals; a row whose end is missing was not finished. */
export function snapshot(folder: string): Snapshot {
  const whole = (name: string, wholeBytes: number): Buffer => readFileSync(join(folder, name)).subarray(0, wholeBytes);
  const there = (name: string): boolean => existsSync(join(folder, name));
  return {
    samples: there('samples.csv') ? whole('samples.csv', samples(folder).wholeBytes) : Buffer.alloc(0),
    processes: there('processes.csv') ? whole('processes.csv', processes(folder).wholeBytes) : Buffer.alloc(0),
  };
}

/** Rows of `before` that `after` does not begin with; journals are only ever appended to. */
export function rowsLost(before: Buffer, after: Buffer): number {
  if (after.subarray(0, before.length).equals(before)) return 0;
  const left = new Map<string, number>();
  for (const line of after.toString().split('\r\n')) left.set(line, (left.get(line) ?? 0) + 1);
  let lost = 0;
  for (const line of before.toString().split('\r\n')) {
    const count = left.get(line) ?? 0;
    if (count === 0) lost++;
    else left.set(line, count - 1);
  }
  // All rows are there, in another order or with others between: that, too, is no longer what was written.
  return Math.max(1, lost);
}

const beyondFirst = (keys: readonly string[]): number => keys.length - new Set(keys).size;

const sampleKey = (row: CsvRow): string => [cellKey(row), row.phase, row.regime, row.process, row.iteration].join('|');

/** Cells of a finished run, as text. */
export const cellsOf = (folder: string): Set<string> =>
  new Set(
    readCsv(join(folder, 'summary.csv'), summaryColumns).rows.map(row =>
      [cellKey(row), row.phase, row.regime, row.status].join('|'),
    ),
  );

/** Holds the end of a disturbed run against what lay on disk at each fault and against an undisturbed run. */
export function audit(
  folder: string,
  {
    snapshots,
    cells,
    processesWanted,
  }: { snapshots: readonly Snapshot[]; cells: Set<string>; processesWanted: number },
): Damage {
  const end = snapshot(folder);
  const outcomes = processes(folder).rows;
  const finished = Map.groupBy(
    outcomes.filter(({ status, variant }) => status === 'ok' && variant !== 'naive'),
    cellKey,
  );
  const found = cellsOf(folder);
  return {
    samplesLost: snapshots.reduce(
      (sum, before) => sum + rowsLost(before.samples, end.samples) + rowsLost(before.processes, end.processes),
      0,
    ),
    samplesRepeated:
      beyondFirst(samples(folder).rows.map(sampleKey)) +
      beyondFirst(outcomes.map(row => [cellKey(row), row.process].join('|'))),
    processesRepeated: [...finished.values()].reduce(
      (sum, rows) => sum + Math.max(0, rows.length - processesWanted),
      0,
    ),
    cellsMissing: [...cells].filter(cell => !found.has(cell)).length,
    cellsExtra: [...found].filter(cell => !cells.has(cell)).length,
  };
}

export const addDamage = (a: Damage, b: Damage): Damage => ({
  samplesLost: a.samplesLost + b.samplesLost,
  samplesRepeated: a.samplesRepeated + b.samplesRepeated,
  processesRepeated: a.processesRepeated + b.processesRepeated,
  cellsMissing: a.cellsMissing + b.cellsMissing,
  cellsExtra: a.cellsExtra + b.cellsExtra,
});
