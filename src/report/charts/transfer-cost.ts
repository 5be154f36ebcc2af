import type { TopLevelSpec } from 'vega-lite';
import { significant, sizeLabel, tickDuration } from '../format.ts';
import type { Interval } from '../rows.ts';
import type { Series } from '../series.ts';
import { categorySeries } from '../series.ts';
import { lineChart } from './lines.ts';
import type { ChartOptions } from './parts.ts';

/** The time of moving bytes to or from a device. */
export interface TransferPoint {
  /** What is compared: `upload`, `readback`, `8 rounds, y resident`. */
  readonly kind: string;
  readonly software: boolean;
  readonly bytes: number;
  /** Nanoseconds. */
  readonly time: Interval;
}

const linesOf = (points: readonly TransferPoint[], value: (point: TransferPoint) => Interval) => {
  const series: ReadonlyMap<string, Series> = categorySeries(
    points.map(({ kind, software }) => ({ name: kind, software })),
  );
  return [...series].map(([kind, look]) => ({
    series: look,
    points: points.filter(point => point.kind === kind).map(point => ({ x: point.bytes, y: value(point) })),
  }));
};

const bytesAxis = { title: 'bytes', label: sizeLabel };

/**
 * Time against bytes, log–log: flat while the latency rules, then straight at the rate of the bandwidth.
 *
 * @param options.what what takes the time; default `a transfer`
 */
export const transferTime = (
  label: string,
  points: readonly TransferPoint[],
  { what = 'a transfer', ...options }: ChartOptions & { readonly what?: string } = {},
): TopLevelSpec =>
  lineChart(
    {
      title: `${label}: time of ${what} against bytes`,
      subtitle: 'bands: 95 % interval of the median',
      lines: linesOf(points, ({ time }) => time),
      x: bytesAxis,
      y: { title: 'time', label: tickDuration },
    },
    options,
  );

/** Bandwidth against bytes; bytes over nanoseconds are GB/s. The interval's ends change places. */
export const transferBandwidth = (
  label: string,
  points: readonly TransferPoint[],
  options: ChartOptions = {},
): TopLevelSpec =>
  lineChart(
    {
      title: `${label}: bandwidth of a transfer against bytes`,
      subtitle: 'bands: 95 % interval of the median',
      lines: linesOf(points, ({ bytes, time }) => ({
        low: bytes / time.high,
        mid: bytes / time.mid,
        high: bytes / time.low,
      })),
      x: bytesAxis,
      y: { title: 'bandwidth in GB/s', label: tick => significant(tick, 1) },
    },
    options,
  );
