import type { Sentence } from '../report/sentence.ts';
import type { Column, CsvRow } from '../results/schema.ts';
import { breakEvenSize } from './break-even.ts';

export const breakEvenColumns: readonly Column[] = [
  { name: 'workload', kind: 'text', meaning: 'what is computed' },
  { name: 'parameters', kind: 'text', meaning: 'other axes' },
  { name: 'forecast_device', kind: 'text', meaning: 'the device' },
  { name: 'variant', kind: 'text', meaning: 'the variant that stands for it' },
  { name: 'same_algorithm', kind: 'flag', meaning: 'whether it runs the algorithm of naive' },
  {
    name: 'forecast_low',
    kind: 'integer',
    meaning: 'pays from: by the upper ends of the forecasts; empty where never',
  },
  { name: 'forecast', kind: 'integer', meaning: 'pays from: by the forecasts; empty where it never does' },
  { name: 'forecast_high', kind: 'integer', meaning: 'pays from: by their lower ends; empty where never' },
  {
    name: 'measured_low',
    kind: 'integer',
    meaning: 'largest measured size from which on it had not paid yet; empty where it paid at the smallest',
  },
  {
    name: 'measured_estimate',
    kind: 'number',
    meaning: 'where the measured speed-ups cross 1, log–log between the two',
  },
  {
    name: 'measured_high',
    kind: 'integer',
    meaning: 'smallest measured size from which on it pays; empty where it did not at the largest',
  },
];

/** The programs whose crossings are told in sentences: a product, and a sort whose loops can be divided. */
const told = ['matmul', 'bitonic'];

/** From which size on each device pays for each program: forecast from the frozen rows alone, and measured. */
export function breakEvenRows(rows: readonly CsvRow[]): CsvRow[] {
  const series = Map.groupBy(rows, ({ workload, parameters, forecast_device }) =>
    [workload, parameters ?? '', forecast_device].join(' / '),
  );
  return [...series.values()].flatMap(those => {
    if (those.length < 2) return [];
    const { workload, parameters, forecast_device, variant, same_algorithm } = those[0]!;
    // What stays on the core has a forecast of 1 at every size: no device is ever reached.
    const isDivided = those.some(({ kernel_floor_ns }) => Number(kernel_floor_ns ?? 0) > 0);
    const pays = (column: string): number | null =>
      isDivided ? breakEvenSize(those.map(row => ({ size: Number(row.size), speedup: Number(row[column]) }))) : null;
    const found = {
      forecast_low: pays('speedup_high'),
      forecast: pays('speedup_forecast'),
      forecast_high: pays('speedup_low'),
    };
    const forecasts = Object.fromEntries(Object.entries(found).filter(([, size]) => size !== null));
    const points = those.flatMap(({ size, measured_speedup: speedup }) =>
      speedup === undefined ? [] : [{ size: Number(size), speedup: Number(speedup) }],
    );
    return [
      { workload, parameters, forecast_device, variant, same_algorithm, ...forecasts, ...crossingOf(points) } as CsvRow,
    ];
  });
}

/** Between which measured sizes a speed-up crosses 1 for good, and where in between on a straight line in log–log. */
export function crossingOf(points: readonly { readonly size: number; readonly speedup: number }[]): CsvRow {
  const sorted = [...points].sort((a, b) => a.size - b.size);
  const lastLoss = sorted.findLastIndex(({ speedup }) => speedup <= 1);
  const [loss, gain] = [sorted[lastLoss], sorted[lastLoss + 1]];
  if (!loss) return gain ? { measured_high: gain.size } : {};
  if (!gain) return { measured_low: loss.size };
  const along = Math.log(loss.speedup) / Math.log(loss.speedup / gain.speedup);
  return {
    measured_low: loss.size,
    measured_estimate: loss.size * (gain.size / loss.size) ** along,
    measured_high: gain.size,
  };
}

/** One sentence a device for the programs that are told. */
export function breakEvenSentences(rows: readonly CsvRow[]): Sentence[] {
  return rows
    .filter(({ workload }) => told.includes(String(workload)))
    .map(row => ({
      workload: '',
      parameters: '',
      text: `${row.workload} on ${row.forecast_device} (${row.variant}) pays ${forecastText(row)}, forecast; ${measuredText(row)}, measured.`,
    }));
}

function forecastText({ forecast_low, forecast, forecast_high }: CsvRow): string {
  if (forecast === undefined)
    return forecast_low === undefined ? 'at no size' : `at no size, at the earliest from ${forecast_low}`;
  return `from ${forecast} (${forecast_low} to ${forecast_high ?? 'never'})`;
}

function measuredText({ measured_low, measured_estimate, measured_high }: CsvRow): string {
  if (measured_estimate !== undefined)
    return `from about ${Math.round(Number(measured_estimate))} (between ${measured_low} and ${measured_high})`;
  if (measured_high !== undefined) return `at every size from ${measured_high}, the smallest`;
  return measured_low === undefined ? 'not known' : `at no size up to ${measured_low}, the largest`;
}
