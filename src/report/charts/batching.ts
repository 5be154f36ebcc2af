import type { TopLevelSpec } from 'vega-lite';
import { sizeLabel, tickDuration } from '../format.ts';
import type { Interval, RanOn } from '../rows.ts';
import { seriesKey, seriesOf } from '../series.ts';
import { lineChart } from './lines.ts';
import type { ChartOptions } from './parts.ts';

/** What one item costs when `batch` of them are handed over at once. */
export interface BatchPoint {
  readonly variant: string;
  readonly device: string;
  readonly ranOn: RanOn;
  readonly batch: number;
  /** Nanoseconds an item. */
  readonly perItem: Interval;
}

/** Time an item against the size of the batch, log–log: the cost of a launch shows as a slope of −1 that flattens out. */
export function batching(
  label: string,
  points: readonly BatchPoint[],
  { item = 'item', ...options }: ChartOptions & { readonly item?: string } = {},
): TopLevelSpec {
  const lines = [...seriesOf(points)].map(([key, series]) => ({
    series,
    points: points.filter(point => seriesKey(point) === key).map(({ batch, perItem }) => ({ x: batch, y: perItem })),
  }));
  return lineChart(
    {
      title: `${label}: time per ${item} against batch`,
      subtitle: 'bands: 95 % interval',
      lines,
      x: { title: `batch (${item.replace(/y$/, 'ie')}s handed over at once)`, label: sizeLabel },
      y: { title: `time per ${item}`, label: tickDuration },
    },
    options,
  );
}
