import type { CsvRow } from '../../../results/schema.ts';
import { count, percent, plusMinus, significant } from '../../format.ts';
import { opportunityDevices } from '../../parts/forecasts.ts';
import { rowsAbout } from '../../parts/subject.ts';
import type { Part } from '../../parts/types.ts';
import { type DataColumn, dataTable, numberColumn, textColumn } from '../data-table.ts';
import { partHeading } from '../figure.ts';
import { type Html, html } from '../template.ts';
import { verdictMark } from './loops.ts';

const numberAt = (row: CsvRow, name: string): number | undefined => {
  const value = row[name];
  return typeof value === 'number' ? value : undefined;
};

/** "16 (8.9 to 27)×", with its value to sort by. */
const interval = (heading: string, [low, mid, high]: readonly [string, string, string]): DataColumn<CsvRow> =>
  numberColumn(
    heading,
    row => numberAt(row, mid),
    (value, row) => {
      const [from, to] = [numberAt(row, low), numberAt(row, high)];
      return from === undefined || to === undefined
        ? `${significant(value, 2)}× ?`
        : `${plusMinus({ low: from, mid: value, high: to })}×`;
    },
  );

const forecastColumns: readonly DataColumn<CsvRow>[] = [
  textColumn('device', row => String(row.forecast_device ?? '')),
  textColumn(
    'variant',
    row =>
      html`${row.variant ?? ''}${row.same_algorithm === false ? html` <small>another algorithm: not scored</small>` : html``}`,
  ),
  numberColumn('size', row => numberAt(row, 'size'), count),
  interval('forecast', ['speedup_low', 'speedup_forecast', 'speedup_high']),
  interval('measured', ['measured_speedup_low', 'measured_speedup', 'measured_speedup_high']),
  textColumn('in the interval', row => (row.inside === undefined ? '–' : row.inside === true ? 'yes' : 'no')),
  textColumn('bound', row => String(row.bound ?? '–')),
];

/** The device that is forecast to gain most from a loop. */
function bestOf(row: CsvRow): { device: string; column: string; speedup: number } | undefined {
  return opportunityDevices
    .flatMap(({ device, column }) => {
      const speedup = numberAt(row, `forecast_${column}`);
      return speedup === undefined ? [] : [{ device, column, speedup }];
    })
    .sort((a, b) => b.speedup - a.speedup)[0];
}

const loopColumns: readonly DataColumn<CsvRow>[] = [
  textColumn('loop', row => html`${row.function ?? ''}:${row.line ?? ''} <small>${row.file ?? ''}</small>`),
  numberColumn('size', row => numberAt(row, 'size'), count),
  numberColumn('of the time, sampled', row => numberAt(row, 'time_share'), percent),
  textColumn(
    'verdict',
    row => html`${verdictMark(String(row.verdict ?? 'unknown'))} <small>${row.reason ?? ''}</small>`,
  ),
  textColumn('given to a device', row => String(row.offloaded ?? '–')),
  textColumn('best forecast', row => {
    const best = bestOf(row);
    return best === undefined ? '–' : `${significant(best.speedup, 2)}× on ${best.device}`;
  }),
  textColumn('measured there', row => {
    const best = bestOf(row);
    const measured = best && numberAt(row, `measured_${best.column}`);
    return measured === undefined ? '–' : `${significant(measured, 2)}×`;
  }),
  textColumn('instruction that would save most', row =>
    row.pattern === undefined
      ? '–'
      : html`<code>${row.pattern}</code> <small>${percent(numberAt(row, 'pattern_share') ?? 0)} of all operations; ${row.pattern_covered_by === undefined ? 'none of the known ones does it' : `done by ${row.pattern_covered_by}`}</small>`,
  ),
];

/** What was forecast before anything was measured, beside what came of it; which loops stay, and why. */
export function forecastSection(workload: string, parts: readonly Part[], names: ReadonlySet<string>): Html {
  const forecasts = parts.flatMap(part => rowsAbout(part, 'forecast.csv', names));
  const opportunities = parts.flatMap(part => rowsAbout(part, 'opportunities.csv', names));
  if (forecasts.length + opportunities.length === 0) return html``;
  // A workload that could not be looked at has a row without a loop, which says why.
  const loops = opportunities.filter(row => row.function !== undefined);
  const reasons = opportunities.flatMap(row =>
    row.function === undefined && row.reason !== undefined ? [row.reason] : [],
  );
  return html`${partHeading(workload, 'forecast', 'Forecast beside measurement')}
<p>Speed-up of the whole program over naive, end to end. The forecasts were written down before anything was measured.</p>
${forecasts.length === 0 ? html`` : dataTable('Forecasts by device', forecastColumns, forecasts)}${loops.length === 0 ? html`` : dataTable('Hot loops: what each is, and whether it was given to a device', loopColumns, loops)}${reasons.map(reason => html`<p>No hot loops: ${reason}.</p>`)}
`;
}
