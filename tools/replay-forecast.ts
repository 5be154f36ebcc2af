/**
 * Forecasts the cells of a stored run of forecast-vs-measured again with the model as it is now, without measuring: floors and
 * plain times as they were written down, each program learnt from the others of the run. For work on the model:
 * `node bin/pgram.mjs exec tools/replay-forecast.ts results/<run>`.
 */
import { join } from 'node:path';
import { forecastColumns } from '../src/forecast/columns.ts';
import { forecastFile } from '../src/forecast/freeze-plan.ts';
import { counting, relearnt, type Score, scoreOf } from '../src/forecast/score.ts';
import { readCsv } from '../src/results/csv.ts';
import type { CsvRow } from '../src/results/schema.ts';

const [folder, detail] = process.argv.slice(2);
if (folder === undefined)
  throw new Error('which run? node bin/pgram.mjs exec tools/replay-forecast.ts results/<run> [--cells]');
const rows = readCsv(join(folder, forecastFile), forecastColumns).rows;

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const line = (name: string, score: Score): string =>
  `${name.padEnd(18)} ${String(score.cells).padStart(4)} cells ${String(score.programs).padStart(3)} programs  median error ${(score.medianError * 100).toFixed(1)} %  geometric mean ${score.geometricMean.toFixed(2)}  inside ${percent(score.insideShare)}  high/low ${score.medianWidth.toFixed(2)}  right ${percent(score.rightShare)} (yes ${percent(score.alwaysYes)}, no ${percent(score.alwaysNo)})\n`;

const isCpu = ({ forecast_device }: CsvRow): boolean => String(forecast_device).startsWith('cpu');
for (const [title, those] of [
  ['as it was written', counting(rows)],
  ['replayed', relearnt(rows)],
] as const) {
  process.stdout.write(`${title}\n`);
  process.stdout.write(line('  local-cpu', scoreOf(those.filter(isCpu))));
  for (const [device, own] of Map.groupBy(those, row => String(row.forecast_device)))
    process.stdout.write(line(`  ${device}`, scoreOf(own)));
}
if (detail === '--cells')
  for (const row of relearnt(rows))
    process.stdout.write(
      `${[row.forecast_device, row.workload, row.size, ...['speedup_low', 'speedup_forecast', 'speedup_high', 'measured_speedup'].map(name => Number(row[name]).toPrecision(3)), row.inside].join('\t')}\n`,
    );
