import { existsSync } from 'node:fs';
import { ceilingsOf, changedTarget, tunedFor } from '../experiment/run.ts';
import { measurePlan, type Progress } from '../experiment/session.ts';
import { adapterHere } from '../hardware/adapter.ts';
import { describeEnvironment, type Environment } from '../results/provenance.ts';
import { UsageError } from '../workload/load.ts';
import { readTask, shardFolder } from './layout.ts';
import { keepMachine, openShard, placeOf } from './shard.ts';

export interface TaskOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onRemark: (text: string) => void;
}

/**
 * Measures the lots of one array task, one shard after the other; those that are there already are left alone, so that
 * a task which is started again goes on.
 *
 * @returns whether all of it was done
 * @throws UsageError where the sources or a measured file are not what the run was planned with
 */
export async function runTask(
  run: string,
  [sitting, task]: readonly [number, number],
  { signal, onProgress, onRemark }: TaskOptions,
): Promise<boolean> {
  const order = readTask(run, sitting, task);
  const adapter = await adapterHere(order.gpuProfile);
  const environment = describeEnvironment(adapter, tunedFor(adapter));
  const difference =
    otherTool(order.tool, environment.tool) ?? changedTarget({ plan: order.lots.flatMap(({ groups }) => groups) });
  if (difference)
    throw new UsageError(
      `nothing is measured: the run was planned with ${difference}. Submit a new run with what is here.`,
    );
  const { probe, gpuProfile, protocol, seed, runId } = order;
  const ceilings = await ceilingsOf(adapter, { probe, gpuProfile, signal, onRemark });
  const place = placeOf(process.env, adapter);
  const machine = keepMachine(run, { node: place.node, environment, ceilings });
  for (const { lot, groups } of order.lots) {
    if (existsSync(shardFolder(run, lot))) continue;
    const startedAt = new Date().toISOString();
    const shard = openShard(run, lot, { runId, place });
    let whole = false;
    try {
      whole = await measurePlan(shard.folder, { plan: groups, protocol, seed, gpuProfile, signal, onProgress });
    } finally {
      if (!whole) shard.discard();
    }
    if (!whole) return false;
    const endedAt = new Date().toISOString();
    const slurmJobId = place.slurm_job_id ?? '';
    if (!shard.finish({ schema: 1, lot, node: place.node, machine, slurmJobId, startedAt, endedAt }))
      onRemark(`lot ${lot} was there already: another task was faster`);
  }
  return true;
}

/** In words, where the sources here are not those of the plan. */
export function otherTool(planned: Environment['tool'], here: Environment['tool']): string | undefined {
  if (planned.version !== here.version) return `another version of the tool (${planned.version}, here ${here.version})`;
  if (planned.gitCommit !== here.gitCommit)
    return `another version of the tool (${planned.gitCommit ?? 'unknown'}, here ${here.gitCommit ?? 'unknown'})`;
  if (planned.gitDiffSha256 !== here.gitDiffSha256) return 'another state of the sources (uncommitted changes differ)';
  return undefined;
}
