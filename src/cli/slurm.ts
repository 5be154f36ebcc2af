import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Experiment } from '../experiment/define.ts';
import { loadExperiment } from '../experiment/find.ts';
import { readManifest } from '../results/manifest.ts';
import { finishRun } from '../slurm/finish.ts';
import type { Merged } from '../slurm/merge.ts';
import type { Resources } from '../slurm/script.ts';
import { type LotStatus, latestLogs, statusOf } from '../slurm/status.ts';
import { resumeExperiment, type Submission, submitExperiment } from '../slurm/submit.ts';
import { runTask } from '../slurm/task.ts';
import { UsageError } from '../workload/load.ts';
import { exitCode } from './exit.ts';
import { interruptSignal } from './interrupt.ts';
import { answer, answerJson, remark } from './io.ts';
import { type CommonOptions, list, type MeasureOptions, oneOf, planned, wholeNumber, withCommon } from './options.ts';
import { progressLine } from './progress.ts';

/** Options of `experiment run` that only mean something with `--on slurm`. */
export interface SlurmOptions {
  readonly on?: 'slurm';
  readonly partition?: string;
  readonly gres?: string;
  readonly constraint?: string;
  readonly time?: string;
  readonly cpusPerTask?: number;
  readonly arrayLimit?: number;
  readonly retryFailed?: boolean;
}

export const withSlurm = (command: Command): Command =>
  command
    .option('--on <where>', "'slurm': submit to the cluster instead of measuring here", oneOf('--on', ['slurm']))
    .option('--partition <name>', 'with --on slurm: as sbatch takes it; so are the next four')
    .option('--gres <list>', 'for example gpu:1')
    .option('--constraint <features>', 'features of the nodes')
    .option('--time <limit>', 'time limit of a task, for example 30 or 2:00:00')
    .option('--cpus-per-task <n>', 'cores of a task', wholeNumber('--cpus-per-task', { min: 1, max: 4096 }))
    .option('--array-limit <n>', 'most tasks at a time', wholeNumber('--array-limit', { min: 1, max: 1_000_000 }))
    .option('--retry-failed', 'with --on slurm --resume: measure lots with failed cells again as well');

/** Options that would be ignored without a word. */
export function refuseSlurmOptions(options: SlurmOptions): void {
  const typed = Object.entries(options).find(
    ([name, value]) =>
      value !== undefined &&
      ['partition', 'gres', 'constraint', 'time', 'cpusPerTask', 'arrayLimit', 'retryFailed'].includes(name),
  );
  if (typed)
    throw new UsageError(`--${typed[0].replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)} needs --on slurm.`);
}

/** `pgram experiment run … --on slurm`. */
export async function submitTo(
  experiment: Experiment,
  options: MeasureOptions & SlurmOptions & { workload?: string },
): Promise<Submission> {
  if (options.reprobe) throw new UsageError('--reprobe is not for --on slurm: each node probes what it does not know.');
  if (options.requireGpu)
    throw new UsageError('--require-gpu looks at this machine; with --on slurm ask for one with --gres gpu:1.');
  const { partition, gres, constraint, time, cpusPerTask, arrayLimit } = options;
  const resources: Resources = Object.fromEntries(
    Object.entries({ partition, gres, constraint, time, cpusPerTask, arrayLimit }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const common = {
    workloads: list(options.workload),
    ...planned(options),
    probe: options.probe ? ('cached' as const) : ('none' as const),
    resources,
    dryRun: options.dryRun === true,
    remark: (text: string) => remark(text, options.quiet),
  };
  if (options.resume === undefined) {
    if (options.retryFailed) throw new UsageError('--retry-failed goes with --resume.');
    return submitExperiment(experiment, common);
  }
  const retryFailed = options.retryFailed === true;
  return resumeExperiment({ ...common, resume: resolve(options.resume), retryFailed });
}

/** What a person is told after a submission. */
export function submissionScreen({ run, lots, cells, tasks, arrayJob, mergeJob, scripts }: Submission): string {
  const counted = `${count(cells, 'cell')} in ${count(lots, 'lot')}, ${count(tasks, 'task')}`;
  const here = relative('.', run);
  if (lots === 0)
    return `nothing to submit: every lot of ${here} is there or under way. pgram experiment status ${here}`;
  if (arrayJob === null) return `# ${counted}\n\n# array.sh\n${scripts.array}\n# merge.sh\n${scripts.merge}`;
  return [
    `${counted}: array job ${arrayJob}, merge job ${mergeJob}`,
    here,
    `follow it:  npx pgram experiment status ${here}`,
    `stop it:    scancel ${arrayJob}${mergeJob ? ` ${mergeJob}` : ''}`,
  ].join('\n');
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** `experiment status`, and what the scripts call: `experiment task` and `experiment merge`. */
export function addSlurm(experiment: Command): void {
  withCommon(
    experiment.command('status <run>').description('how far a run on Slurm has come, what failed and why'),
  ).action(async (run: string, options: CommonOptions) => showStatus(resolve(run), options));
  withCommon(
    experiment
      .command('merge <run>')
      .description('put together what a run on Slurm has given so far; its last job does'),
  ).action(async (run: string, options: CommonOptions) => {
    const path = resolve(run);
    const { experiment: name } = readManifest(path);
    const { merged, sentences, report } = await finishRun(await loadExperiment(name), path);
    if (merged.missing.length > 0 || merged.failed.length > 0) process.exitCode = exitCode.wrong;
    const { nodes, ...counted } = merged;
    if (options.json) return answerJson({ run: path, ...counted, nodes: nodes.map(({ node }) => node) });
    await answer([mergeScreen(merged), ...sentences, report ?? path].join('\n'));
  });
  withCommon(experiment.command('task <run> <sitting> <index>', { hidden: true })).action(
    async (run: string, sitting: string, index: string, options: CommonOptions) => {
      const numbers = [number('<sitting>', sitting), number('<index>', index)] as const;
      const whole = await runTask(resolve(run), numbers, {
        signal: interruptSignal(),
        onProgress: progressLine(options.quiet === true).show,
        onRemark: text => remark(`pgram: ${text}`, options.quiet),
      });
      if (!whole) process.exitCode = exitCode.interrupted;
    },
  );
}

const number = (name: string, text: string): number => wholeNumber(name, { min: 0, max: 1e9 })(text);

function mergeScreen({ cells, samples, processes, failed, missing, nodes }: Merged): string {
  return [
    `${cells.merged} of ${count(cells.planned, 'planned cell')} merged, each once: ${count(samples, 'sample')}, ${processes} outcomes, from ${nodes.map(({ node }) => node).join(', ') || 'no node'}`,
    ...several(missing.map(({ cells: names, reason }) => `missing: ${names.join(', ')}: ${reason}`)),
    ...several(failed.map(({ cell, status, reason }) => `failed: ${cell}: ${status}: ${reason}`)),
    ...(nodes.length > 1
      ? ['Speed-ups are within one node; times of different cells may be of different nodes: see the column node.']
      : []),
  ].join('\n');
}

const most = 20;
const several = (lines: readonly string[]): string[] =>
  lines.length <= most ? [...lines] : [...lines.slice(0, most), `… and ${lines.length - most} more: slurm/merge.json`];

async function showStatus(run: string, { json }: CommonOptions): Promise<void> {
  const { experiment, state, plan } = readManifest(run);
  const { lots, remainingMs } = statusOf(run);
  const states = ['done', 'running', 'pending', 'failed', 'missing'] as const;
  const counts = Object.fromEntries(
    states.map(name => [name, lots.filter(lot => lot.state === name).length]),
  ) as Record<LotStatus['state'], number>;
  const lost = counts.failed + counts.missing;
  if (json) return answerJson({ run, experiment, state, groups: plan.length, counts, remainingMs, lots });
  const here = relative('.', run);
  const reasons = Map.groupBy(
    lots.filter(lot => lot.state === 'failed' || lot.state === 'missing'),
    ({ reason }) => reason,
  );
  await answer(
    [
      `${experiment}: ${states.map(name => `${counts[name]} ${name}`).join(', ')} of ${count(lots.length, 'lot')}`,
      ...[...reasons].map(
        ([reason, of]) =>
          `  ${of.length} × ${reason} (${of
            .slice(0, 8)
            .map(({ task, node }) => [task, node].filter(Boolean).join(' on '))
            .join(', ')}${of.length > 8 ? ', …' : ''})`,
      ),
      ...waiting(lots),
      counts.running + counts.pending > 0
        ? `about ${remainingMs === null ? 'an unknown time' : duration(remainingMs)} to go; logs: ${relative('.', latestLogs(run))}`
        : lost > 0
          ? `measure only what is missing:  npx pgram experiment run ${experiment} --on slurm --resume ${here}`
          : state === 'complete'
            ? `merged: ${relative('.', `${run}/report.html`)}`
            : `all shards are there; the merge job puts them together, or:  npx pgram experiment merge ${here}`,
    ].join('\n'),
  );
}

/** What tasks wait for, in Slurm's words. */
function waiting(lots: readonly LotStatus[]): string[] {
  const reasons = Map.groupBy(
    lots.filter(({ state }) => state === 'pending'),
    ({ reason }) => reason,
  );
  return [...reasons].map(([reason, of]) => `  ${of.length} waiting: ${reason}`);
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
