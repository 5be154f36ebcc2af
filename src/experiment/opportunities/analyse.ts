import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { variantFor } from '../../forecast/freeze.ts';
import { localDeviceNames } from '../../hardware/local-devices.ts';
import { opportunitiesChart } from '../../report/charts/opportunities.ts';
import { significant } from '../../report/format.ts';
import type { Sentence } from '../../report/sentence.ts';
import { readCsv } from '../../results/csv.ts';
import type { CsvRow } from '../../results/schema.ts';
import { loadWorkload } from '../../workload/load.ts';
import type { Analysis, Results } from '../define.ts';
import { columnOf, opportunityColumns } from './columns.ts';
import { opportunitiesFile } from './conduct.ts';

/** The loops of a run with what was measured of their forecasts. */
export async function analyseOpportunities({ summary, plan, folder, machine }: Results): Promise<Analysis> {
  const file = join(folder ?? '', opportunitiesFile);
  if (folder === undefined || !existsSync(file)) return { tables: [], charts: [], sentences: [] };
  const written = readCsv(file, opportunityColumns).rows;
  const rows: CsvRow[] = [];
  for (const row of written) {
    const group = plan.find(({ workload, size }) => workload === row.workload && size === row.size);
    rows.push(row.offloaded === 'yes' && group ? { ...row, ...(await measured(row, group.target, summary)) } : row);
  }
  const loops = rows.filter(row => row.function !== undefined);
  if (loops.length === 0)
    return {
      tables: [{ name: opportunitiesFile, columns: opportunityColumns, rows }],
      charts: [],
      sentences: sentences(rows),
    };
  const count = new Set(loops.map(({ workload }) => workload)).size;
  return {
    tables: [{ name: opportunitiesFile, columns: opportunityColumns, rows }],
    charts: [
      {
        name: 'opportunities',
        workload: '',
        title: 'Opportunities',
        caption: `Hot loops of ${count} workloads in plain TypeScript: share of the sampled time, verdict of the trace, and for the loops that a device would be given the speed-up of the whole program over naive, end to end: forecast (bar: its interval) and measured (dot). WebGPU on a software adapter is a CPU pretending to be a GPU. ${machine}`,
        spec: opportunitiesChart(loops),
      },
    ],
    sentences: sentences(rows),
  };
}

/** The median speed-up, end to end, of the variant that stands for each device. */
async function measured(row: CsvRow, target: string, summary: readonly CsvRow[]): Promise<CsvRow> {
  const workload = await loadWorkload(target);
  const cells: Record<string, number> = {};
  for (const device of localDeviceNames) {
    const variant = variantFor(workload, device);
    const found = summary.find(
      cell =>
        cell.workload === row.workload &&
        cell.size === row.size &&
        (cell.parameters ?? '') === (row.parameters ?? '') &&
        cell.variant === variant?.name &&
        cell.phase === 'end_to_end' &&
        cell.regime === 'steady',
    );
    if (typeof found?.speedup_vs_naive === 'number') cells[`measured_${columnOf(device)}`] = found.speedup_vs_naive;
  }
  return cells;
}

/** For each workload its hottest loop, what it is, and the best that was forecast for it. */
function sentences(rows: readonly CsvRow[]): Sentence[] {
  return [...Map.groupBy(rows, ({ workload }) => String(workload))].map(([workload, loops]) => {
    const hottest = loops[0]!;
    if (hottest.function === undefined)
      return {
        workload,
        parameters: String(hottest.parameters ?? ''),
        text: `${workload} ${hottest.size}: ${hottest.reason}.`,
      };
    const offloaded = loops.find(({ offloaded }) => offloaded === 'yes');
    const best =
      offloaded &&
      localDeviceNames
        .map(device => ({ device, speedup: Number(offloaded[`forecast_${columnOf(device)}`] ?? 0) }))
        .sort((a, b) => b.speedup - a.speedup)[0];
    const share =
      hottest.time_share === undefined ? '' : `, ${Math.round(100 * Number(hottest.time_share))} % of its time`;
    const verdict = hottest.verdict ? ` is ${hottest.verdict}` : ' was not reached by the trace';
    const forecast =
      best && best.speedup > 0
        ? `; forecast on ${best.device}: ${significant(best.speedup, 2)}×`
        : '; no loop of it is worth a device of this machine';
    return {
      workload,
      parameters: String(hottest.parameters ?? ''),
      text: `${workload} ${hottest.size}: the hottest loop, ${hottest.function} at ${hottest.file}:${hottest.line}${share},${verdict}${forecast}.`,
    };
  });
}
