import type { TopLevelSpec } from 'vega-lite';
import type { CsvRow } from '../../results/schema.ts';
import type { Interval } from '../rows.ts';
import type { ChartOptions } from './parts.ts';
import { scatter } from './scatter.ts';

const deviceLabels: Readonly<Record<string, string>> = {
  cpu: 'one core, scalar',
  'cpu-simd': 'one core, SIMD',
  'cpu-threads': 'threads',
  'cpu-simd-threads': 'SIMD + threads',
  webgpu: 'WebGPU adapter',
};

/** Forecast speed-ups against measured ones, by device; rows of `forecast.csv` that were measured. */
export function forecastAccuracy(rows: readonly CsvRow[], options: ChartOptions = {}): TopLevelSpec {
  const interval = (low: unknown, mid: unknown, high: unknown): Interval => {
    const value = Number(mid);
    return { low: Number(low ?? value) || value, mid: value, high: Number(high ?? value) || value };
  };
  return scatter(
    {
      title: 'Forecast against measured speed-up',
      subtitle: 'over naive, end to end; line: both agree',
      points: rows.map(row => ({
        group: deviceLabels[String(row.forecast_device)] ?? String(row.forecast_device),
        software: row.ran_on === 'software-adapter',
        x: interval(row.measured_speedup_low, row.measured_speedup, row.measured_speedup_high),
        y: interval(row.speedup_low, row.speedup_forecast, row.speedup_high),
      })),
      x: 'measured',
      y: 'forecast',
    },
    options,
  );
}
