import { chmodSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Experiment, PlanOptions } from '../experiment/define.ts';
import { changedTarget, firstManifest, refuseOtherPlan, writeManifest } from '../experiment/run.ts';
import { type Manifest, readManifest } from '../results/manifest.ts';
import { describeEnvironment } from '../results/provenance.ts';
import { createRunFolder, newRunId, openRunFolder } from '../results/run-folder.ts';
import { UsageError } from '../workload/load.ts';
import { mostTasks, requireSlurm, submit } from './commands.ts';
import {
  readLots,
  readSittings,
  shardFolder,
  shardsOf,
  sittingFolder,
  writeLots,
  writeSitting,
  writeTask,
  writeWhole,
} from './layout.ts';
import { dealOut, lotsOf } from './lots.ts';
import { checkShard } from './merge.ts';
import { arrayScript, mergeScript, type Resources } from './script.ts';
import { statusOf } from './status.ts';
import { otherTool } from './task.ts';

export interface SubmitOptions extends PlanOptions {
  readonly out: string;
  readonly seed: number;
  readonly processes?: number;
  readonly gpuProfile: 'safe' | 'record';
  readonly probe: 'none' | 'cached';
  readonly arguments: readonly string[];
  readonly resources: Resources;
  readonly dryRun: boolean;
}

export interface ResumeOptions extends SubmitOptions {
  readonly resume: string;
  /** Whether lots with failed cells are measured again as well. */
  readonly retryFailed: boolean;
}

/** What was handed to Slurm, or would be. */
export interface Submission {
  readonly run: string;
  readonly lots: number;
  readonly cells: number;
  readonly tasks: number;
  /** Null for a dry run, and where there was nothing to submit. */
  readonly arrayJob: string | null;
  readonly mergeJob: string | null;
  readonly scripts: { readonly array: string; readonly merge: string };
}

/** Plans an experiment, writes its run folder and hands it to Slurm as one job array and a merge. */
export async function submitExperiment(experiment: Experiment, options: SubmitOptions): Promise<Submission> {
  if (!options.dryRun) requireSlurm();
  if (experiment.conduct || experiment.before)
    throw new UsageError(
      `\`${experiment.name}\` does more than time cells, all of it on one machine: run it without --on slurm, inside a job of your own.`,
    );
  const plan = await experiment.plan(options);
  if (plan.length === 0) throw new UsageError('the plan is empty: nothing to submit.');
  const lots = lotsOf(plan, experiment.comparesSizes === true);
  const cells = plan.reduce((sum, { variants }) => sum + variants.length, 0);
  const numbers = [...lots.keys()];
  const tasks = dealOut(numbers, mostTasks());
  if (options.dryRun) {
    const run = join(options.out, newRunId(experiment.name));
    return {
      run,
      lots: lots.length,
      cells,
      tasks: tasks.length,
      ...nothing,
      scripts: scriptsOf(run, 1, tasks, options),
    };
  }
  const folder = createRunFolder(options.out, newRunId(experiment.name));
  try {
    const known = { runId: folder.runId, plan, environment: describeEnvironment(null), ceilings: null };
    const manifest: Manifest = { ...firstManifest(experiment, options, known), slurm: { nodes: [] } };
    writeManifest(folder, manifest);
    writeLots(folder.path, lots);
    const handed = hand(manifest, { run: folder.path, sitting: 1, lots, tasks, options });
    return { run: folder.path, lots: lots.length, cells, tasks: tasks.length, ...handed };
  } finally {
    folder.close();
  }
}

const nothing = { arrayJob: null, mergeJob: null } as const;

/**
 * Submits again what a run lacks: lots without a shard that no job is going to give, lots whose shard is broken, and with
 * `retryFailed` those with failed cells. Shards that are thrown out are kept under discarded/.
 */
export function resumeExperiment(options: ResumeOptions): Submission {
  if (!options.dryRun) requireSlurm();
  const run = options.resume;
  const manifest = readManifest(run);
  const lots = readLots(run);
  refuseOtherPlan(run, manifest, options);
  const difference = otherTool(manifest.environment.tool, describeEnvironment(null).tool) ?? changedTarget(manifest);
  if (difference)
    throw new UsageError(`${run} cannot be resumed here: it was planned with ${difference}. Start a new run.`);
  const sitting = readSittings(run).length + 1;
  const { lots: states } = statusOf(run);
  const wanted: number[] = [];
  for (const [lot, { state }] of states.entries()) {
    if (state === 'pending' || state === 'running') continue;
    if (state === 'done' && !isBad(run, lot, { manifest, groups: lots[lot] ?? [], retryFailed: options.retryFailed }))
      continue;
    wanted.push(lot);
  }
  const tasks = dealOut(wanted, mostTasks());
  const cells = wanted.reduce(
    (sum, lot) => sum + (lots[lot] ?? []).reduce((of, group) => of + (manifest.plan[group]?.variants.length ?? 0), 0),
    0,
  );
  const counted = { run, lots: wanted.length, cells, tasks: tasks.length };
  const scripts = scriptsOf(run, sitting, tasks, options);
  if (options.dryRun || wanted.length === 0) return { ...counted, ...nothing, scripts };
  for (const lot of wanted) if (shardsOf(run).has(lot)) discard(run, lot, sitting);
  const resumed: Manifest = {
    ...manifest,
    state: 'running',
    sittings: [...manifest.sittings, { startedAt: new Date().toISOString() }],
  };
  const folder = openRunFolder(run, 'read');
  writeManifest(folder, resumed);
  folder.close();
  return { ...counted, ...hand(resumed, { run, sitting, lots, tasks, options }) };
}

function isBad(
  run: string,
  lot: number,
  { manifest, groups, retryFailed }: { manifest: Manifest; groups: readonly number[]; retryFailed: boolean },
): boolean {
  const checked = checkShard(run, lot, { manifest, groups });
  return checked.broken !== undefined || (retryFailed && checked.failed.length > 0);
}

function discard(run: string, lot: number, sitting: number): void {
  mkdirSync(join(run, 'discarded'), { recursive: true });
  renameSync(shardFolder(run, lot), join(run, 'discarded', `${lot}-before-${sitting}`));
}

function scriptsOf(run: string, sitting: number, tasks: readonly unknown[], { resources }: SubmitOptions) {
  const input = { run, sitting, tasks: tasks.length, resources };
  return { array: arrayScript(input), merge: mergeScript(input) };
}

interface Handing {
  readonly run: string;
  readonly sitting: number;
  readonly lots: readonly (readonly number[])[];
  readonly tasks: readonly (readonly number[])[];
  readonly options: SubmitOptions;
}

/** Writes what tasks have to know. Exported for the measurement of how planning grows. */
export function writeOrders(manifest: Manifest, { run, sitting, lots, tasks, options }: Handing): void {
  const { runId, protocol, seed, gpuProfile, plan, environment } = manifest;
  for (const [task, numbers] of tasks.entries())
    writeTask(run, [sitting, task], {
      schema: 1,
      ...{ runId, protocol, seed, gpuProfile, probe: options.probe, tool: environment.tool },
      lots: numbers.map(lot => ({
        lot,
        groups: (lots[lot] ?? []).flatMap(group => plan[group] ?? []),
      })),
    });
}

function hand(manifest: Manifest, handing: Handing): Pick<Submission, 'arrayJob' | 'mergeJob' | 'scripts'> {
  const { run, sitting, tasks, options } = handing;
  const scripts = scriptsOf(run, sitting, tasks, options);
  const folder = sittingFolder(run, sitting);
  mkdirSync(join(folder, 'log'), { recursive: true });
  mkdirSync(join(run, 'shards'), { recursive: true });
  writeOrders(manifest, handing);
  for (const [name, text] of Object.entries(scripts)) {
    writeWhole(join(folder, `${name}.sh`), text);
    chmodSync(join(folder, `${name}.sh`), 0o755);
  }
  const arrayJob = submit(join(folder, 'array.sh'));
  const submittedAt = new Date().toISOString();
  const sat = { schema: 1, submittedAt, options: options.arguments, tasks, arrayJob } as const;
  // Written before the merge is handed over: should Slurm refuse that one, the array is still known.
  writeSitting(run, sitting, { ...sat, mergeJob: null });
  const mergeJob = submit(join(folder, 'merge.sh'), [`--dependency=afterany:${arrayJob}`]);
  writeSitting(run, sitting, { ...sat, mergeJob });
  return { arrayJob, mergeJob, scripts };
}
