import type { CsvRow } from '../results/schema.ts';

/** The samples of one cell, phase and regime by process number; only processes whose checks all passed. */
export type ByProcess = ReadonlyMap<number, readonly number[]>;

export interface Cell {
  readonly variant: string;
  readonly status: string;
  readonly outcomes: readonly CsvRow[];
  readonly times: ReadonlyMap<string, ByProcess>;
  /** How many calls were timed together at most, by phase and regime. */
  readonly repetitions: ReadonlyMap<string, number>;
}

/** Key of `Cell.times`. */
export const timeKey = (phase: unknown, regime: unknown): string => `${phase}|${regime}`;
export const steadyEnd = timeKey('end_to_end', 'steady');

/**
 * The samples and outcomes of one cell put together. Samples of a process whose checks failed count for nothing; one wrong
 * process makes the whole cell wrong.
 */
export function makeCell(variant: string, outcomes: readonly CsvRow[], samples: readonly CsvRow[]): Cell {
  const right = new Set(outcomes.filter(({ status }) => status === 'ok').map(row => row.process));
  const times = new Map<string, Map<number, number[]>>();
  const repetitions = new Map<string, number>();
  for (const row of samples) {
    if (!right.has(row.process)) continue;
    const key = timeKey(row.phase, row.regime);
    const byProcess = times.get(key) ?? new Map<number, number[]>();
    times.set(key, byProcess);
    const process = row.process as number;
    const ofProcess = byProcess.get(process) ?? [];
    byProcess.set(process, ofProcess);
    ofProcess.push(row.time_ns as number);
    repetitions.set(key, Math.max(repetitions.get(key) ?? 1, Number(row.repetitions)));
  }
  // Wrong once is wrong: one failed process outweighs nine good ones. One that was skipped for being slow does not.
  const failed = outcomes.find(row => row.status !== 'ok' && row.status !== 'skipped');
  const status = failed ? String(failed.status) : right.size > 0 ? 'ok' : 'skipped';
  return { variant, status, outcomes, times, repetitions };
}
