import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ceilings } from '../hardware/ceilings.ts';
import { readCsv } from '../results/csv.ts';
import { readManifest } from '../results/manifest.ts';
import type { CsvRow } from '../results/schema.ts';
import { forecastColumns } from './columns.ts';
import { forecastFile, shapesFile } from './freeze-plan.ts';
import { refloored, type SeenShape } from './refloor.ts';

/** Forecasts and measurements of a run of forecast-vs-measured, as they were written. */
export const writtenRows = (run: string): CsvRow[] => readCsv(join(run, forecastFile), forecastColumns).rows;

/** What takes the place of what a run saw, where that is done otherwise now. */
interface Instead {
  /** Programs, counted and traced today. */
  readonly shapes?: readonly SeenShape[] | undefined;
  /** Copies between memories, from the probe of another run on the same machine. */
  readonly copiesOf?: string | undefined;
}

/** The same with the floors that the model has now. */
export function flooredRows(run: string, { shapes, copiesOf }: Instead = {}): CsvRow[] {
  const saw = shapes ?? (JSON.parse(readFileSync(join(run, shapesFile), 'utf8')) as SeenShape[]);
  const ceilings = ceilingsOf(run);
  if (copiesOf === undefined) return refloored(writtenRows(run), saw, ceilings);
  const { cpu } = ceilings;
  const { transfer } = ceilingsOf(copiesOf).cpu.handOver;
  const mended = { ...ceilings, cpu: { ...cpu, handOver: { ...cpu.handOver, transfer } } };
  return refloored(writtenRows(run), saw, mended);
}

function ceilingsOf(run: string): Ceilings {
  const { ceilings } = readManifest(run);
  if (!ceilings) throw new Error(`${run} was measured without a probe: its floors are not known`);
  return ceilings;
}

/**
 * Rows with the plain times of another run on the same machine, for runs that timed them by another protocol than is used
 * now. @throws Error where a program was not timed there
 */
export const withPlainOf = (rows: readonly CsvRow[], timed: readonly CsvRow[]): CsvRow[] =>
  rows.map(row => {
    const same = timed.find(
      other => other.workload === row.workload && other.size === row.size && other.parameters === row.parameters,
    );
    if (!same) throw new Error(`${row.workload} ${row.size} was not timed in the run whose plain times were asked for`);
    return { ...row, plain_ns: same.plain_ns };
  });
