import { join } from 'node:path';
import type { Analysis, Results, Table } from '../experiment/define.ts';
import { forecastAccuracy } from '../report/charts/forecast-accuracy.ts';
import type { Sentence } from '../report/sentence.ts';
import type { Chart } from '../report/standard.ts';
import { readCsv } from '../results/csv.ts';
import type { Column, CsvRow } from '../results/schema.ts';
import { breakEvenColumns, breakEvenRows, breakEvenSentences } from './break-even-table.ts';
import { forecastColumns } from './columns.ts';
import { forecastFile } from './freeze-plan.ts';
import { published } from './published.ts';
import { counting, relearnt, type Score, scoreOf, withMeasured } from './score.ts';

const scoreColumns: readonly Column[] = [
  { name: 'set', kind: 'text', meaning: 'a device, local-cpu (all CPU devices), or an ablation of local-cpu' },
  { name: 'cells', kind: 'integer', meaning: 'forecasts that were measured' },
  { name: 'programs', kind: 'integer', meaning: 'of so many programs' },
  { name: 'median_abs_error', kind: 'number', meaning: 'median of |forecast / measured − 1|' },
  { name: 'geometric_mean', kind: 'number', meaning: 'of forecast over measured' },
  {
    name: 'typical_factor',
    kind: 'number',
    meaning: 'geometric mean of the larger of forecast / measured and its inverse',
  },
  { name: 'inside_share', kind: 'number', meaning: 'measurements inside their forecast’s interval' },
  { name: 'median_width', kind: 'number', meaning: 'median of the interval’s high over low' },
  { name: 'right_share', kind: 'number', meaning: 'right decisions' },
  { name: 'always_yes', kind: 'number', meaning: 'right decisions of always offloading' },
  { name: 'always_no', kind: 'number', meaning: 'right decisions of never offloading' },
];

const scoreRow = (set: string, score: Score): CsvRow => ({
  set,
  cells: score.cells,
  programs: score.programs,
  median_abs_error: score.medianError,
  geometric_mean: score.geometricMean,
  typical_factor: score.typicalFactor,
  inside_share: score.insideShare,
  median_width: score.medianWidth,
  right_share: score.rightShare,
  always_yes: score.alwaysYes,
  always_no: score.alwaysNo,
});

/** What is left out, and the column that holds the forecasts without it. */
const ablations = {
  'without transfers': 'speedup_without_transfers',
  'without memory behaviour': 'speedup_without_memory',
  'without launch cost': 'speedup_without_launches',
} as const;

const ablated = (set: string, rows: readonly CsvRow[]): (readonly [string, Score])[] =>
  rows.length === 0
    ? []
    : Object.entries(ablations).map(([what, column]) => [`${set} ${what}`, scoreOf(rows, column)] as const);

const isCpu = ({ forecast_device }: CsvRow): boolean => String(forecast_device).startsWith('cpu');

/** Scores the forecasts of a run against its measurements. */
export function analyseForecasts({ summary, samples, machine, folder }: Results): Analysis {
  if (folder === undefined) throw new Error('forecasts are read from the run folder, and there is none');
  const frozen = readCsv(join(folder, forecastFile), forecastColumns).rows;
  const rows = withMeasured(frozen, summary, samples);
  const scored = counting(rows);
  const crossings = breakEvenRows(rows);
  const tables: Table[] = [
    { name: 'forecast.csv', columns: forecastColumns, rows },
    { name: 'breakeven.csv', columns: breakEvenColumns, rows: crossings },
  ];
  if (scored.length === 0) return { tables, charts: [], sentences: [] };
  const cpu = scored.filter(isCpu);
  const sets: (readonly [string, Score])[] = [
    ...(cpu.length > 0 ? [['local-cpu', scoreOf(cpu)] as const] : []),
    ...[...Map.groupBy(scored, ({ forecast_device }) => String(forecast_device))].map(
      ([device, those]) => [device, scoreOf(those)] as const,
    ),
    ...ablated('local-cpu', cpu),
    ...ablated(
      'webgpu',
      scored.filter(row => !isCpu(row)),
    ),
  ];
  const again = relearnt(rows);
  tables.push({ name: 'relearnt.csv', columns: forecastColumns, rows: again });
  const afterwards = [...Map.groupBy(again, row => (isCpu(row) ? 'local-cpu' : String(row.forecast_device)))].map(
    ([device, those]) => [`${device}, learnt in this run from the other programs`, scoreOf(those)] as const,
  );
  sets.push(...afterwards);
  tables.push({ name: 'score.csv', columns: scoreColumns, rows: sets.map(([name, score]) => scoreRow(name, score)) });
  return {
    tables,
    charts: chartsOf(scored, machine),
    sentences: [...sentencesOf(sets, rows), ...breakEvenSentences(crossings)],
  };
}

function chartsOf(scored: readonly CsvRow[], machine: string): Chart[] {
  return [
    {
      name: 'forecast-vs-measured',
      workload: '',
      title: 'Forecast against measurement',
      caption: `${scored.length} forecasts, each written before its measurement and learnt from other programs only; whiskers: the forecast’s interval and the 95 % interval of the measurement; line: both agree. ${machine}.`,
      spec: forecastAccuracy(scored),
    },
  ];
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function sentencesOf(sets: readonly (readonly [string, Score])[], rows: readonly CsvRow[]): Sentence[] {
  const say = (text: string): Sentence => ({ workload: '', parameters: '', text });
  const sentence = ([name, score]: readonly [string, Score]): Sentence =>
    say(
      `${name}: ${score.cells} forecasts of ${score.programs} programs, median error ${percent(score.medianError)}, geometric mean ${score.geometricMean.toFixed(2)}, ${percent(score.insideShare)} inside the interval (median high/low ${score.medianWidth.toFixed(1)}), ${percent(score.rightShare)} right decisions (always yes ${percent(score.alwaysYes)}, always no ${percent(score.alwaysNo)}).`,
    );
  const apart = rows.filter(row => row.measured_speedup !== undefined).length - counting(rows).length;
  return [
    ...sets.map(sentence),
    say(
      `${apart} forecasts of variants that run another algorithm than naive stand apart in forecast.csv and are not scored.`,
    ),
    say(`Published beside it: ${published.join('; ')}.`),
  ];
}
