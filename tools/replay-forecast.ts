/**
 * Forecasts the cells of a stored run of forecast-vs-measured again with the model as it is now, without measuring: shapes and
 * plain times as they were written down, each program learnt from the others of the run, or of the runs behind `--learn`
 * (as a frozen forecast would have been). Runs that timed the plain code by an older protocol, all behind `--old`, take
 * their plain times from the run behind `--plain`; behind `--copies` is a run whose probe timed copies as is done now, for
 * all. For work on the model:
 * `node bin/pgram.mjs exec tools/replay-forecast.ts results/<run> [--learn results/<run> …] [--plain results/<run> --old results/<run> …] [--copies results/<run>] [--cells]`.
 */
import { parseArgs } from 'node:util';
import { calibrationCells, counting, relearnt, type Score, scoreOf } from '../src/forecast/score.ts';
import { flooredRows, withPlainOf, writtenRows } from '../src/forecast/stored-run.ts';
import type { CsvRow } from '../src/results/schema.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    learn: { type: 'string', multiple: true, default: [] },
    plain: { type: 'string' },
    copies: { type: 'string' },
    old: { type: 'string', multiple: true, default: [] },
    cells: { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
if (folder === undefined)
  throw new Error('which run? node bin/pgram.mjs exec tools/replay-forecast.ts results/<run> [--learn results/<run>]');

const timed = values.plain === undefined ? [] : writtenRows(values.plain);
function rowsOf(run: string): CsvRow[] {
  const rows = flooredRows(run, { copiesOf: values.copies });
  return values.old.includes(run) ? withPlainOf(rows, timed) : rows;
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const line = (name: string, score: Score): string =>
  `${name.padEnd(18)} ${String(score.cells).padStart(4)} cells ${String(score.programs).padStart(3)} programs  median error ${(score.medianError * 100).toFixed(1)} %  geometric mean ${score.geometricMean.toFixed(2)}  inside ${percent(score.insideShare)}  high/low ${score.medianWidth.toFixed(2)}  right ${percent(score.rightShare)} (yes ${percent(score.alwaysYes)}, no ${percent(score.alwaysNo)})\n`;

const isCpu = ({ forecast_device }: CsvRow): boolean => String(forecast_device).startsWith('cpu');
const taught = values.learn.length > 0 ? values.learn.flatMap(run => calibrationCells(rowsOf(run))) : undefined;
const replayed = relearnt(rowsOf(folder), taught);
for (const [title, those] of [
  ['as it was written', counting(writtenRows(folder))],
  ['replayed', replayed],
] as const) {
  process.stdout.write(`${title}\n`);
  process.stdout.write(line('  local-cpu', scoreOf(those.filter(isCpu))));
  for (const [device, own] of Map.groupBy(those, row => String(row.forecast_device)))
    process.stdout.write(line(`  ${device}`, scoreOf(own)));
}
if (values.cells)
  for (const row of replayed)
    process.stdout.write(
      `${[row.forecast_device, row.workload, row.size, ...['speedup_low', 'speedup_forecast', 'speedup_high', 'measured_speedup'].map(name => Number(row[name]).toPrecision(3)), row.inside].join('\t')}\n`,
    );
