import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedCalibration } from '../../forecast/calibration.ts';
import { csvText } from '../../results/csv.ts';
import type { PlannedGroup } from '../../results/manifest.ts';
import { type CsvRow, schemaVersion } from '../../results/schema.ts';
import { TargetError } from '../../workload/load.ts';
import { formatParameters } from '../../workload/parameters.ts';
import type { Conduct } from '../define.ts';
import { opportunityColumns } from './columns.ts';
import { gather } from './gather.ts';

export const opportunitiesFile = 'opportunities.csv';

/**
 * Writes down every hot loop of the plan's workloads with its forecasts, before anything is measured. A resumed run
 * keeps what it began with. No workload is begun once the budget is spent; the table says so.
 */
export async function writeOpportunities(work: Conduct, budgetMs = Number.POSITIVE_INFINITY): Promise<void> {
  const { folder, plan, ceilings, seed, quick, signal, onProgress, onRemark } = work;
  const file = join(folder, opportunitiesFile);
  if (existsSync(file)) return;
  const { cells } = shippedCalibration();
  const rows: CsvRow[] = [];
  const end = performance.now() + budgetMs;
  for (const [index, group] of plan.entries()) {
    if (signal.aborted) return;
    const label = `${group.workload} ${group.size}`;
    if (performance.now() > end) {
      rows.push(notLookedAt(group));
      continue;
    }
    onProgress({ done: index, total: plan.length, label, step: 'loops and forecasts', remainingMs: undefined });
    try {
      rows.push(...(await gather(group, { ceilings, cells, seed, quick })));
    } catch (error) {
      // A program that cannot be traced has no row; the others have theirs.
      if (!(error instanceof TargetError)) throw error;
      onRemark(`no opportunities of ${label}: ${error.message}`);
    }
  }
  writeFileSync(file, csvText(opportunityColumns, rows));
}

/** A workload that there was no time for: a row without a loop. */
const notLookedAt = ({ workload, size, parameters }: PlannedGroup): CsvRow => ({
  schema_version: schemaVersion,
  workload,
  size,
  parameters: formatParameters(parameters),
  reason: 'not looked at: the time for it was spent; npx pgram experiment run opportunities takes what it needs',
});

/** Of the groups of each workload the smallest: its loops are the same at every size. */
export function oneOfEach(plan: readonly PlannedGroup[]): PlannedGroup[] {
  return [...Map.groupBy(plan, ({ workload }) => workload).values()].map(groups =>
    groups.reduce((least, group) => (group.size < least.size ? group : least)),
  );
}
