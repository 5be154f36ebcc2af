import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Protocol } from '../measure/protocol.ts';
import type { PlannedGroup } from '../results/manifest.ts';
import type { Environment } from '../results/provenance.ts';
import { orOutputError } from '../results/run-folder.ts';
import { UsageError } from '../workload/load.ts';
import type { Lot } from './lots.ts';
import type { TaskState } from './states.ts';

// What a run on Slurm holds besides the files of any run:
//   slurm/lots.json                 which groups of the plan belong together
//   slurm/<sitting>/sitting.json    one submission: its jobs, and the lots of each task
//   slurm/<sitting>/tasks/<n>.json  all that task n has to know, so that it need not read the whole plan
//   slurm/<sitting>/array.sh, merge.sh, log/, ended.json
//   shards/<lot>/                   what one lot gave, whole
//   nodes/<hash>.json               a machine that measured, as the manifest of a local run has it

/** One submission of a run: what was asked, and the jobs that Slurm made of it. */
export interface Sitting {
  readonly schema: 1;
  readonly submittedAt: string;
  readonly options: readonly string[];
  /** Numbers of lots, by index in the job array. */
  readonly tasks: readonly (readonly number[])[];
  readonly arrayJob: string;
  /** Null where Slurm took the array, but not the merge. */
  readonly mergeJob: string | null;
}

/** What one task of the array is to do. */
export interface TaskOrder {
  readonly schema: 1;
  readonly runId: string;
  readonly protocol: Protocol;
  readonly seed: number;
  readonly gpuProfile: 'safe' | 'record';
  readonly probe: 'none' | 'cached';
  /** The sources that the run was planned with; with others nothing is measured. */
  readonly tool: Environment['tool'];
  readonly lots: readonly { readonly lot: number; readonly groups: readonly PlannedGroup[] }[];
}

export const slurmFolder = (run: string): string => join(run, 'slurm');
export const sittingFolder = (run: string, sitting: number): string => join(slurmFolder(run), String(sitting));
export const shardFolder = (run: string, lot: number): string => join(run, 'shards', String(lot));
export const logFile = (run: string, sitting: number, task: number): string =>
  join(sittingFolder(run, sitting), 'log', `${task}.txt`);

/** Never leaves half a file under the final name, on a file system that many nodes write to. */
export function writeJson(file: string, value: unknown): void {
  writeWhole(file, `${JSON.stringify(value)}\n`);
}

export function writeWhole(file: string, text: string): void {
  orOutputError(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    const scratch = `${file}.${process.pid}.part`;
    writeFileSync(scratch, text, { flush: true });
    renameSync(scratch, file);
  });
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new UsageError(`${file} is not readable: ${(error as Error).message}`);
  }
}

/** A file that holds a list, of what this tool wrote. */
function listIn<T extends object>(file: string): T[] {
  const value = readJson<unknown>(file);
  if (Array.isArray(value) && value.every(each => typeof each === 'object' && each !== null)) return value as T[];
  throw new UsageError(`${file} is not what this tool wrote: it holds no list of objects`);
}

/** @throws UsageError where the run was not submitted to Slurm */
export function readLots(run: string): Lot[] {
  const file = join(slurmFolder(run), 'lots.json');
  if (!existsSync(file)) throw new UsageError(`${run} was not submitted to Slurm: there is no ${file}`);
  return listIn<Lot>(file);
}

export const writeLots = (run: string, lots: readonly Lot[]): void =>
  writeJson(join(slurmFolder(run), 'lots.json'), lots);

/** Submissions of a run, from the first on. */
export function readSittings(run: string): Sitting[] {
  const sittings: Sitting[] = [];
  for (let number = 1; existsSync(join(sittingFolder(run, number), 'sitting.json')); number++)
    sittings.push(readJson<Sitting>(join(sittingFolder(run, number), 'sitting.json')));
  return sittings;
}

export const writeSitting = (run: string, number: number, sitting: Sitting): void =>
  writeJson(join(sittingFolder(run, number), 'sitting.json'), sitting);

const taskFile = (run: string, sitting: number, task: number): string =>
  join(sittingFolder(run, sitting), 'tasks', `${task}.json`);
export const writeTask = (run: string, [sitting, task]: readonly [number, number], order: TaskOrder): void =>
  writeJson(taskFile(run, sitting, task), order);
export const readTask = (run: string, sitting: number, task: number): TaskOrder =>
  readJson<TaskOrder>(taskFile(run, sitting, task));

/** How tasks ended, kept for the day when Slurm has forgotten it. */
export const writeEnded = (run: string, sitting: number, states: ReadonlyMap<number, TaskState>): void =>
  writeJson(join(sittingFolder(run, sitting), 'ended.json'), [...states]);
export function readEnded(run: string, sitting: number): Map<number, TaskState> {
  const file = join(sittingFolder(run, sitting), 'ended.json');
  return new Map(existsSync(file) ? listIn<[number, TaskState]>(file) : []);
}

/** Numbers of the lots whose shard is there. */
export function shardsOf(run: string): Set<number> {
  const folder = join(run, 'shards');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return new Set(names.filter(name => /^\d+$/.test(name)).map(Number));
}
