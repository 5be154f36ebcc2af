import { join } from 'node:path';
import type { Experiment } from '../experiment/define.ts';
import { conclude, type FinishedRun, writeManifest } from '../experiment/run.ts';
import { type Manifest, readManifest } from '../results/manifest.ts';
import { openRunFolder } from '../results/run-folder.ts';
import { readLots, readSittings, shardsOf, slurmFolder, writeEnded, writeJson } from './layout.ts';
import { type Merged, mergeShards } from './merge.ts';
import { remembering, statusOf } from './status.ts';

export interface FinishedMerge extends FinishedRun {
  readonly merged: Merged;
}

/**
 * Puts together what is there, checks it against the plan, writes down what is missing and why, and then all that any run
 * has: summary, tables, charts, page. May be called again at any time.
 */
export async function finishRun(experiment: Experiment, run: string): Promise<FinishedMerge> {
  const manifest = readManifest(run);
  const lots = readLots(run);
  keepStates(run);
  const found = mergeShards(run, { manifest, lots });
  const { lots: states } = statusOf(run);
  const missing = found.missing.map(each => ({ ...each, reason: each.reason || (states[each.lot]?.reason ?? '') }));
  const merged: Merged = { ...found, missing };
  const { nodes, ...counted } = merged;
  writeJson(join(slurmFolder(run), 'merge.json'), { schema: 1, ...counted, nodes: nodes.map(({ node }) => node) });
  const endedAt = new Date().toISOString();
  const complete = missing.length === 0;
  const [first] = nodes;
  const finished: Manifest = {
    ...manifest,
    // The page describes the machine that measured; the others stand under `slurm`.
    ...(first ? { environment: first.environment, ceilings: first.ceilings } : {}),
    slurm: { nodes },
    state: complete ? 'complete' : 'interrupted',
    sittings: [
      ...manifest.sittings.slice(0, -1),
      { startedAt: manifest.sittings.at(-1)?.startedAt ?? endedAt, endedAt },
    ],
    ...(complete ? { finishedAt: endedAt } : {}),
  };
  const folder = openRunFolder(run, 'read');
  writeManifest(folder, finished);
  try {
    return { ...(await conclude(experiment, folder, finished)), merged };
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      `samples.csv and processes.csv in ${run} are merged and whole, but no summary or page could be made of them: ${message}`,
      { cause: error },
    );
  }
}

/** What Slurm says of tasks that gave less than they should; minutes later it may have forgotten. */
function keepStates(run: string): void {
  const shards = shardsOf(run);
  for (const [index, sitting] of readSittings(run).entries())
    if (sitting.tasks.some(lots => lots.some(lot => !shards.has(lot))))
      writeEnded(run, index + 1, remembering(run)(sitting, index + 1));
}
