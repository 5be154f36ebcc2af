import { relative } from 'node:path';
import type { Experiment } from '../experiment/define.ts';
import { type ExpectedGroup, expectPlan, mostOverBudgets } from '../experiment/expected.ts';
import { protocolOf } from '../experiment/run.ts';
import type { Protocol } from '../measure/protocol.ts';
import { alignColumns } from '../report/align.ts';
import { UsageError } from '../workload/load.ts';
import { formatParameters } from '../workload/parameters.ts';
import { remark } from './io.ts';
import { type MeasureOptions, planned } from './options.ts';
import { duration } from './progress.ts';

/** What an experiment would measure, and how long that is expected to take. */
export interface DryRun {
  readonly experiment: Experiment;
  readonly protocol: Protocol;
  readonly groups: readonly ExpectedGroup[];
}

/**
 * Plans as a run would, and measures and writes nothing.
 *
 * @throws UsageError as the run itself would, for what it cannot plan
 */
export async function dryRun(
  experiment: Experiment,
  options: MeasureOptions,
  workloads: readonly string[],
): Promise<DryRun> {
  if (options.resume !== undefined)
    throw new UsageError('--dry-run shows a plan from its beginning: leave out either --dry-run or --resume.');
  const asked = planned(options);
  const plan = await experiment.plan({ ...asked, workloads, remark: text => remark(text, options.quiet) });
  const protocol = protocolOf(experiment, asked);
  return { experiment, protocol, groups: expectPlan(plan, protocol, asked.out) };
}

/** The plan as a table, its expected time, and where that is from. */
export function dryRunScreen({ experiment, protocol, groups }: DryRun): string {
  const timed = experiment.conduct === undefined;
  const cells = groups.reduce((sum, { group }) => sum + group.variants.length, 0);
  const rows = groups.map(({ group, seconds, source }) => [
    { text: [group.workload, formatParameters(group.parameters)].filter(Boolean).join(' ') },
    { text: String(group.size) },
    { text: String(group.variants.length) },
    ...(timed ? [{ text: `${source.kind === 'run' ? '' : '≥ '}${duration(seconds * 1000)}` }] : []),
  ]);
  const head = ['workload', 'size', 'variants', ...(timed ? ['expected'] : [])].map(text => ({ text }));
  return [
    `${experiment.name}: ${experiment.question}`,
    '',
    ...alignColumns([head, ...rows], { right: new Set([1, 2, 3]), stream: process.stdout }),
    '',
    `${counted(groups.length, 'group')}, ${counted(cells, 'cell')}${timed ? `, ${counted(protocol.processes, 'process', 'es')} each (protocol: ${protocol.name})` : ''}`,
    timed ? expectedLine(groups, protocol) : 'Nothing is timed, so no budget says how long it takes.',
    ...(experiment.before ? ['What is written down before anything is measured comes on top.'] : []),
    'Nothing was measured or written; leave out --dry-run to do it.',
  ].join('\n');
}

/** The document of `--dry-run --json`, one for each experiment. */
export const dryRunDocument = ({ experiment, protocol, groups }: DryRun): object => ({
  experiment: experiment.name,
  protocol,
  expectedSeconds: experiment.conduct ? null : { least: totalSeconds(groups), most: mostSeconds(groups) },
  plan: groups.map(({ group, seconds, source }) => ({
    workload: group.workload,
    size: group.size,
    parameters: group.parameters,
    variants: group.variants,
    ...(experiment.conduct ? {} : { expectedSeconds: seconds, expectedFrom: source }),
  })),
});

const totalSeconds = (groups: readonly ExpectedGroup[]): number =>
  groups.reduce((sum, { seconds }) => sum + seconds, 0);

const mostSeconds = (groups: readonly ExpectedGroup[]): number =>
  groups.reduce((sum, { seconds, source }) => sum + (source.kind === 'run' ? 1 : mostOverBudgets) * seconds, 0);

const counted = (count: number, what: string, plural = 's'): string => `${count} ${what}${count === 1 ? '' : plural}`;

function expectedLine(groups: readonly ExpectedGroup[], { leastWarmupMs, sampleBudgetMs }: Protocol): string {
  const total = duration(totalSeconds(groups) * 1000);
  const runs = new Set(groups.flatMap(({ source }) => (source.kind === 'run' ? [source.folder] : [])));
  const budgeted = groups.some(({ source }) => source.kind === 'budgets');
  const budgets = `${leastWarmupMs} ms of warm-up and ${sampleBudgetMs} ms of samples for each variant in each process`;
  const from = [...runs].map(folder => relative('.', folder) || '.').join(', ');
  if (!budgeted) return `Expected time: ${total}, as in ${from}.`;
  const most = duration(mostSeconds(groups) * 1000);
  const slow = `with references and checks up to ${mostOverBudgets} times that at the sizes of npm start; a call that takes seconds is made about ten times in each process and adds that`;
  return `Expected time: ${total} to ${most}. ≥ counts ${budgets}, ${slow}.${from ? ` The rest is as in ${from}.` : ''}`;
}
