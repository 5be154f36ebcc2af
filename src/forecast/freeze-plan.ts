import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Conduct } from '../experiment/define.ts';
import { csvText } from '../results/csv.ts';
import type { PlannedGroup } from '../results/manifest.ts';
import type { CsvRow } from '../results/schema.ts';
import { UsageError } from '../workload/load.ts';
import { type CalibrationCell, shippedCalibration } from './calibration.ts';
import { forecastColumns } from './columns.ts';
import { type Frozen, freezeGroup } from './freeze.ts';
import { timeInRounds } from './rounds.ts';

export const forecastFile = 'forecast.csv';
export const shapesFile = 'forecast-shapes.json';

/** Processes that time the plain code: as many as measure it afterwards. */
const rounds = 5;

/**
 * Writes the forecasts of a plan, with their time, before anything of it is measured; what the model saw of each program
 * goes beside them. A resumed run keeps the forecasts that it began with.
 *
 * @throws UsageError without ceilings: there is nothing to forecast from
 */
export async function freezePlan(
  work: Conduct,
  cells: readonly CalibrationCell[] = shippedCalibration().cells,
): Promise<void> {
  const { folder, plan, ceilings, seed, signal, onProgress, onRemark } = work;
  if (existsSync(join(folder, forecastFile))) return;
  if (!ceilings) throw new UsageError('a forecast needs the ceilings of this machine: leave --no-probe out');
  const onStep = (group: PlannedGroup, step: string): void =>
    onProgress({
      done: plan.indexOf(group),
      total: plan.length,
      label: `${group.workload} ${group.size}`,
      step,
      remainingMs: undefined,
    });
  const times = await timeInRounds(plan, {
    seed,
    rounds,
    signal,
    onStep: (group, round) => onStep(group, `forecast: plain code, round ${round} of ${rounds}`),
  });
  const rows: CsvRow[] = [];
  const seen: (Pick<Frozen, 'shape' | 'plain'> & { workload: string; size: number })[] = [];
  for (const group of plan) {
    if (signal.aborted) return;
    onStep(group, 'forecast');
    try {
      const plain = times.get(group);
      if (plain instanceof Error) throw plain;
      const frozen = await freezeGroup(group, { ceilings, cells, seed, ...(plain ? { plain } : {}) });
      rows.push(...frozen.rows);
      seen.push({ workload: group.workload, size: group.size, shape: frozen.shape, plain: frozen.plain });
    } catch (error) {
      // A program that cannot be traced has no forecast; the others have theirs, and it is said which is missing.
      if (error instanceof UsageError) throw error;
      onRemark(`no forecast for ${group.workload} ${group.size}: ${(error as Error).message}`);
    }
  }
  writeFileSync(join(folder, shapesFile), `${JSON.stringify(seen, null, 1)}\n`);
  writeFileSync(join(folder, forecastFile), csvText(forecastColumns, rows));
}
