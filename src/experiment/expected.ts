import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Protocol } from '../measure/protocol.ts';
import { median } from '../measure/statistics.ts';
import { readCsv } from '../results/csv.ts';
import { holdsMeasurements, type Manifest, type PlannedGroup, readManifest } from '../results/manifest.ts';
import { sampleColumns } from '../results/schema.ts';
import { formatParameters } from '../workload/parameters.ts';

/** How long one group of a plan will take, over all of its processes. */
export interface ExpectedGroup {
  readonly group: PlannedGroup;
  readonly seconds: number;
  /** A run that measured the same variants by the same budgets; or the budgets alone, which slow calls exceed. */
  readonly source:
    | { readonly kind: 'run'; readonly folder: string; readonly cpu: string }
    | { readonly kind: 'budgets' };
}

/**
 * The budgets know nothing of slow calls, references and checks. One round of `npm start`'s plan took 99 s of processor
 * time where they say 25 s (docs/notebook.md), so a plan by budgets takes up to so many times what they say.
 */
export const mostOverBudgets = 4;

/** Runs that are looked through for the same groups. */
const mostRuns = 20;
/** Seconds to start a process, load a workload and end; measured with an empty group on the machine of the README. */
const processSeconds = 0.5;

/**
 * How long a plan will take here, group by group: as long as it took in the newest run of `folder` that measured it, or
 * what the protocol allows each variant for warm-up and samples. The latter knows nothing of calls, checks and
 * references that are slow by themselves.
 */
export function expectPlan(plan: readonly PlannedGroup[], protocol: Protocol, folder: string): ExpectedGroup[] {
  const known = plan.map((): ExpectedGroup | undefined => undefined);
  for (const run of runsIn(folder)) {
    if (known.every(found => found !== undefined)) break;
    const earlier = timesOf(run, protocol);
    for (const [at, group] of plan.entries()) {
      const perVariant = earlier?.(group);
      if (known[at] !== undefined || perVariant === undefined) continue;
      const seconds = perVariant * group.variants.length * protocol.processes;
      const { environment } = readManifest(run);
      known[at] = { group, seconds, source: { kind: 'run', folder: run, cpu: environment.machine.cpu } };
    }
  }
  return plan.map(
    (group, at) => known[at] ?? { group, seconds: budgetSeconds(group, protocol), source: { kind: 'budgets' } },
  );
}

const budgetSeconds = ({ variants }: PlannedGroup, protocol: Protocol): number =>
  protocol.processes * (processSeconds + (variants.length * (protocol.leastWarmupMs + protocol.sampleBudgetMs)) / 1000);

/** The newest first: a run's name begins with its time. */
function runsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .toSorted()
      .toReversed()
      .map(name => join(folder, name))
      .filter(holdsMeasurements)
      .slice(0, mostRuns);
  } catch {
    return [];
  }
}

/** All but the number of processes, which only multiplies. */
const budgetsOf = ({ name: _, processes: __, ...budgets }: Protocol): string => JSON.stringify(budgets);

/**
 * Seconds that a run spent on a group for each process and variant. What a run took as a whole is shared out by the time
 * between the first and the last sample of each process, so that starting, checking and writing are in it.
 */
function timesOf(folder: string, protocol: Protocol): ((group: PlannedGroup) => number | undefined) | undefined {
  const manifest = readManifest(folder);
  if (manifest.state !== 'complete' || manifest.sittings.length !== 1 || manifest.slurm) return undefined;
  if (budgetsOf(manifest.protocol) !== budgetsOf(protocol)) return undefined;
  const spans = spansOf(folder);
  const total = [...spans.values()].reduce((sum, { seconds }) => sum + seconds, 0);
  if (total === 0) return undefined;
  const factor = Math.max(1, wallSeconds(manifest) / total);
  return group => {
    const same = manifest.plan.find(each => keyOf(each) === keyOf(group));
    const span = spans.get(keyOf(group));
    if (!same || !span || group.variants.some(name => !same.variants.includes(name))) return undefined;
    return (factor * span.perProcess) / same.variants.length;
  };
}

const keyOf = ({ workload, size, parameters }: Pick<PlannedGroup, 'workload' | 'size' | 'parameters'>): string =>
  [workload, size, formatParameters(parameters)].join(' ');

const wallSeconds = ({ startedAt, finishedAt }: Manifest): number =>
  finishedAt === undefined ? 0 : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;

function spansOf(folder: string): Map<string, { seconds: number; perProcess: number }> {
  let rows: readonly { readonly [column: string]: unknown }[];
  try {
    rows = readCsv(join(folder, 'samples.csv'), sampleColumns).rows;
  } catch {
    return new Map();
  }
  const groups = Map.groupBy(rows, ({ workload, size, parameters }) => [workload, size, parameters ?? ''].join(' '));
  return new Map(
    [...groups].map(([key, own]) => {
      const processes = Map.groupBy(own, ({ process }) => process);
      const spans = [...processes.values()].map(samples => {
        const times = samples.map(({ measured_at }) => Date.parse(String(measured_at)));
        return (times.at(-1)! - times[0]!) / 1000;
      });
      return [key, { seconds: spans.reduce((sum, span) => sum + span, 0), perProcess: median(spans) }];
    }),
  );
}
