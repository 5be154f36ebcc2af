import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Ceilings } from '../hardware/ceilings.ts';
import { type Environment, sha256 } from '../results/provenance.ts';
import { openRunFolder, orOutputError, type RunFolder } from '../results/run-folder.ts';
import { shardFolder, writeJson } from './layout.ts';

/** What stands beside the rows of a shard. */
export interface ShardRecord {
  readonly schema: 1;
  readonly lot: number;
  readonly node: string;
  /** Hash of what nodes/ holds of that machine. */
  readonly machine: string;
  readonly slurmJobId: string;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** A machine that measured. */
export interface Machine {
  readonly node: string;
  readonly environment: Environment;
  readonly ceilings: Ceilings | null;
}

/** Where a task runs, as Slurm's environment says; by hand, without Slurm, only the host has a name. */
export function placeOf(
  env: NodeJS.ProcessEnv,
  adapter: { readonly device: string; readonly description: string } | null,
) {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task } = env;
  return {
    node: env.SLURMD_NODENAME || hostname(),
    gpu: adapter?.device || adapter?.description,
    driver: adapter?.description,
    slurm_job_id: env.SLURM_JOB_ID,
    slurm_array_task: array && task ? `${array}_${task}` : undefined,
  };
}
export type Place = ReturnType<typeof placeOf>;

/** Kept once a machine, under a name that tells equal ones. */
export function keepMachine(run: string, machine: Machine): string {
  const hash = sha256(JSON.stringify(machine)).slice(0, 16);
  const file = join(run, 'nodes', `${hash}.json`);
  if (!existsSync(file)) writeJson(file, machine);
  return hash;
}

export const readMachine = (run: string, hash: string): Machine =>
  JSON.parse(readFileSync(join(run, 'nodes', `${hash}.json`), 'utf8')) as Machine;

export const readShardRecord = (run: string, lot: number): ShardRecord =>
  JSON.parse(readFileSync(join(shardFolder(run, lot), 'shard.json'), 'utf8')) as ShardRecord;

/** A shard in the making: under a name that nobody reads until it is whole. */
export interface OpenShard {
  readonly folder: RunFolder;
  /** @returns false where another task was first: its shard stays, this one is thrown away */
  finish(record: ShardRecord): boolean;
  discard(): void;
}

/**
 * Begins the shard of a lot. Its rows carry the run's id and the place. What an earlier attempt of the same task left
 * half done is thrown away: ratios hold within one sitting on one node.
 */
export function openShard(run: string, lot: number, { runId, place }: { runId: string; place: Place }): OpenShard {
  const final = shardFolder(run, lot);
  const path = join(dirname(final), `.${lot}.${place.slurm_job_id ?? 'by-hand'}.${place.node}.part`);
  orOutputError(path, () => {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
  });
  const inner = openRunFolder(path);
  const discard = (): void => rmSync(path, { recursive: true, force: true });
  return {
    folder: {
      ...inner,
      runId,
      appendSample: row => inner.appendSample({ ...row, ...place }),
      appendProcess: row => inner.appendProcess({ ...row, ...place }),
    },
    finish(record) {
      inner.close();
      writeJson(join(path, 'shard.json'), record);
      try {
        // A folder that holds something is never replaced by a rename: of two, the first one counts.
        renameSync(path, final);
        return true;
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
        discard();
        return false;
      }
    },
    discard() {
      inner.close();
      discard();
    },
  };
}
