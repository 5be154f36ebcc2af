import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { cellKey, cellRow } from '../experiment/rows.ts';
import { csvHeader, readCsv } from '../results/csv.ts';
import type { Manifest, MeasuringNode } from '../results/manifest.ts';
import { orOutputError } from '../results/run-folder.ts';
import { type Column, type CsvRow, processColumns, sampleColumns } from '../results/schema.ts';
import { shardFolder } from './layout.ts';
import type { Lot } from './lots.ts';
import { readMachine, readShardRecord } from './shard.ts';

/** A planned cell that was measured and is not right. */
export interface FailedCell {
  readonly cell: string;
  readonly status: string;
  readonly reason: string;
}

interface CheckedShard {
  /** Why the shard counts for nothing. */
  readonly broken?: string;
  readonly samples: number;
  readonly processes: number;
  readonly failed: readonly FailedCell[];
}

interface Expected {
  readonly manifest: Pick<Manifest, 'plan' | 'runId' | 'protocol'>;
  readonly groups: Lot;
}

/**
 * Reads one shard and holds it against the plan: every cell of the lot with its outcomes and no other, none twice; every
 * sample once.
 */
export function checkShard(run: string, lot: number, { manifest, groups }: Expected): CheckedShard {
  const none = { samples: 0, processes: 0, failed: [] };
  const folder = shardFolder(run, lot);
  let samples: CsvRow[];
  let processes: CsvRow[];
  try {
    const tables = [
      readCsv(join(folder, 'samples.csv'), sampleColumns),
      readCsv(join(folder, 'processes.csv'), processColumns),
    ] as const;
    if (tables.some(({ torn }) => torn)) return { ...none, broken: 'a table of the shard ends in the middle of a row' };
    if (tables.some(({ absent }) => absent.length > 0)) return { ...none, broken: 'its tables are of another version' };
    [samples, processes] = [tables[0].rows, tables[1].rows];
  } catch (error) {
    return { ...none, broken: (error as Error).message };
  }
  const outcomes = Map.groupBy(processes, cellKey);
  const planned = new Set<string>();
  const failed: FailedCell[] = [];
  for (const index of groups) {
    const group = manifest.plan[index];
    for (const variant of group?.variants ?? []) {
      const cell = cellKey(cellRow(manifest.runId, group as NonNullable<typeof group>, variant));
      planned.add(cell);
      const rows = outcomes.get(cell) ?? [];
      const wrong = lacking(rows, manifest.protocol.processes);
      if (wrong) return { ...none, broken: `${cell}: ${wrong}` };
      const bad = rows.find(({ status }) => status !== 'ok' && status !== 'skipped');
      if (bad) failed.push({ cell, status: String(bad.status), reason: String(bad.reason ?? '') });
    }
  }
  const broken = foreign([...samples, ...processes], { planned, runId: manifest.runId }) ?? repeated(samples);
  return broken ? { ...none, broken } : { samples: samples.length, processes: processes.length, failed };
}

/** A cell is whole when it has all its processes, or one that failed or was skipped, after which it is not tried again. */
function lacking(rows: readonly CsvRow[], processes: number): string | undefined {
  if (rows.length === 0) return 'no outcome';
  if (new Set(rows.map(({ process }) => process)).size < rows.length) return 'one process has two outcomes';
  const right = rows.filter(({ status }) => status === 'ok').length;
  return right === rows.length && right < processes ? `${right} of ${processes} processes` : undefined;
}

function foreign(
  rows: readonly CsvRow[],
  { planned, runId }: { planned: ReadonlySet<string>; runId: string },
): string | undefined {
  const found = rows.find(row => !planned.has(cellKey(row)) || row.run_id !== runId);
  return found && `${cellKey(found)} of run ${found.run_id} is not of this lot`;
}

function repeated(samples: readonly CsvRow[]): string | undefined {
  const seen = new Set<string>();
  for (const row of samples) {
    const key = [cellKey(row), row.process, row.phase, row.regime, row.iteration].join('|');
    if (seen.has(key)) return `${key} is there twice`;
    seen.add(key);
  }
  return undefined;
}

/** What a merge found. */
export interface Merged {
  readonly cells: { readonly planned: number; readonly merged: number };
  readonly samples: number;
  readonly processes: number;
  readonly failed: readonly FailedCell[];
  /** Lots without a shard that counts; the reason is empty where there is no shard at all. */
  readonly missing: readonly { readonly lot: number; readonly cells: readonly string[]; readonly reason: string }[];
  readonly nodes: readonly MeasuringNode[];
}

/**
 * Puts the shards that are there together, one after the other and none in memory longer than needed: time and memory
 * grow with the plan, not with the samples. The tables appear whole or not at all.
 */
export function mergeShards(run: string, { manifest, lots }: { manifest: Manifest; lots: readonly Lot[] }): Merged {
  const samples = openTable(join(run, 'samples.csv'), sampleColumns);
  const processes = openTable(join(run, 'processes.csv'), processColumns);
  const failed: FailedCell[] = [];
  const missing: Merged['missing'][number][] = [];
  const nodes = new Map<string, MeasuringNode>();
  const cells = { planned: 0, merged: 0 };
  const count = { samples: 0, processes: 0 };
  try {
    for (const [lot, groups] of lots.entries()) {
      const names = cellsOf(manifest, groups);
      cells.planned += names.length;
      const there = existsSync(shardFolder(run, lot));
      const shard = there ? checkShard(run, lot, { manifest, groups }) : undefined;
      if (!shard || shard.broken !== undefined) {
        missing.push({ lot, cells: names, reason: shard?.broken ?? '' });
        continue;
      }
      samples.append(join(shardFolder(run, lot), 'samples.csv'));
      processes.append(join(shardFolder(run, lot), 'processes.csv'));
      count.samples += shard.samples;
      count.processes += shard.processes;
      failed.push(...shard.failed);
      cells.merged += names.length;
      const { node, machine } = readShardRecord(run, lot);
      if (!nodes.has(node)) nodes.set(node, readMachine(run, machine));
    }
    samples.finish();
    processes.finish();
    return { cells, ...count, failed, missing, nodes: [...nodes.values()] };
  } catch (error) {
    samples.discard();
    processes.discard();
    throw error;
  }
}

const cellsOf = ({ plan, runId }: Manifest, groups: Lot): string[] =>
  groups.flatMap(index => {
    const group = plan[index];
    return group ? group.variants.map(variant => cellKey(cellRow(runId, group, variant))) : [];
  });

/** A table that is put together under another name until it is whole. */
function openTable(file: string, columns: readonly Column[]) {
  const scratch = `${file}.${process.pid}.part`;
  const handle = orOutputError(file, () => openSync(scratch, 'w'));
  const header = Buffer.from(csvHeader(columns));
  const write = (bytes: Uint8Array): void => {
    for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
  };
  orOutputError(file, () => write(header));
  return {
    /** The rows of a table with the same columns, byte for byte. */
    append(other: string): void {
      const bytes = readFileSync(other);
      if (!bytes.subarray(0, header.length).equals(header))
        throw new Error(`${other} has other columns than ${file}; it was written by another version of this tool`);
      orOutputError(file, () => write(bytes.subarray(header.length)));
    },
    finish(): void {
      orOutputError(file, () => {
        closeSync(handle);
        renameSync(scratch, file);
      });
    },
    discard(): void {
      closeSync(handle);
      rmSync(scratch, { force: true });
    },
  };
}

/** The last line that a task wrote: what went wrong, where Slurm only knows an exit code. */
export function lastLine(file: string): string {
  if (!existsSync(file)) return '';
  return readFileSync(file, 'utf8').trim().split('\n').at(-1)?.trim().slice(0, 300) ?? '';
}
