import { localDeviceNames, variantsOfDevice } from '../../hardware/local-devices.ts';
import type { CsvRow } from '../../results/schema.ts';
import type { Interval } from '../rows.ts';
import type { Part } from './types.ts';

/** The devices of `opportunities.csv`, and what their columns end with. */
export const opportunityDevices = localDeviceNames.map(device => ({ device, column: device.replaceAll('-', '_') }));

/** What was said of one device before it was measured, and what came of it. */
export interface SaidBefore {
  readonly device: string;
  readonly variants: readonly string[];
  readonly size: number;
  readonly forecast: Interval;
  readonly measured: number | undefined;
}

/** All forecasts of a workload and set of parameters, from `forecast.csv` and from the offloaded loops of `opportunities.csv`. */
export function forecastsOf(parts: readonly Part[], workload: string, parameters: string): SaidBefore[] {
  const own = (rows: readonly CsvRow[] = []) =>
    rows.filter(row => row.workload === workload && String(row.parameters ?? '') === parameters);
  return parts.flatMap(({ tables }) => [
    ...own(tables['forecast.csv']).flatMap(ofForecast),
    ...own(tables['opportunities.csv'])
      .filter(({ offloaded }) => offloaded === 'yes')
      .flatMap(ofLoop),
  ]);
}

const numberAt = (row: CsvRow, name: string): number | undefined => {
  const value = row[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

function intervalAt(row: CsvRow, low: string, mid: string, high: string): Interval | undefined {
  const [from, middle, to] = [numberAt(row, low), numberAt(row, mid), numberAt(row, high)];
  return from === undefined || middle === undefined || to === undefined
    ? undefined
    : { low: from, mid: middle, high: to };
}

function ofForecast(row: CsvRow): SaidBefore[] {
  const forecast = intervalAt(row, 'speedup_low', 'speedup_forecast', 'speedup_high');
  if (!forecast) return [];
  const measured = numberAt(row, 'measured_speedup');
  return [
    {
      device: String(row.forecast_device),
      variants: [String(row.variant)],
      size: Number(row.size),
      forecast,
      measured,
    },
  ];
}

const ofLoop = (row: CsvRow): SaidBefore[] =>
  opportunityDevices.flatMap(({ device, column }) => {
    const variants = variantsOfDevice[device];
    const forecast = intervalAt(row, `forecast_${column}_low`, `forecast_${column}`, `forecast_${column}_high`);
    return forecast
      ? [{ device, variants, size: Number(row.size), forecast, measured: numberAt(row, `measured_${column}`) }]
      : [];
  });

/**
 * The forecast to put beside a measurement: of the variant that was measured as the best, else of the device that was
 * forecast to gain most; at the size nearest to the measurement's.
 */
export function forecastBeside(
  said: readonly SaidBefore[],
  { variant, size }: { readonly variant: string; readonly size: number },
): SaidBefore | undefined {
  const same = said.filter(({ variants }) => variants.includes(variant));
  const distance = (each: SaidBefore): number => Math.abs(Math.log(each.size / size));
  return [...(same.length > 0 ? same : said)].sort(
    (a, b) => distance(a) - distance(b) || b.forecast.mid - a.forecast.mid,
  )[0];
}
