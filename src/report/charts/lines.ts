import type { TopLevelSpec } from 'vega-lite';
import type { Interval } from '../rows.ts';
import type { Series } from '../series.ts';
import { type ChartOptions, type Layer, layered, seriesEncodings, seriesFields, titled } from './parts.ts';
import { type LogScale, labelExpression, logScale } from './scales.ts';

/** One axis of a log–log chart. */
export interface LogAxis {
  readonly title: string;
  readonly scale: LogScale;
  readonly label: (tick: number) => string;
}

/** One line of a chart: measured points with intervals, and perhaps a curve through them. */
export interface Line {
  readonly series: Series;
  readonly points: readonly { readonly x: number; readonly y: Interval }[];
  /** A fitted or expected course, drawn thin, without marks. */
  readonly curve?: readonly { readonly x: number; readonly y: number }[];
}

/** The encoding of a field on an axis. */
export const onAxis = ({ title, scale, label }: LogAxis, field: string, grid: boolean) => ({
  field,
  type: 'quantitative' as const,
  scale: { type: 'log' as const, domain: [...scale.domain], nice: false },
  axis: {
    title,
    values: [...scale.ticks],
    labelExpr: labelExpression(scale.ticks, label),
    labelOverlap: true,
    grid,
  },
});

/** The encodings of an axis pair: x without, y with grid lines. */
export const axes = (x: LogAxis, y: LogAxis) => ({
  onX: (field: string) => onAxis(x, field, false),
  onY: (field: string) => onAxis(y, field, true),
});

export type Axes = ReturnType<typeof axes>;

/** Bands, lines and marks for the rows `x`, `low`, `mid`, `high`, `joined` and the fields of their series, to be drawn in that order. */
export function lineLayers(
  series: readonly Series[],
  { onX, onY }: Axes,
  options: ChartOptions,
): [Layer, Layer, Layer] {
  const { color, stroke, strokeDash, fill, shape } = seriesEncodings(series, options);
  const xy = { x: onX('x'), y: onY('mid') };
  return [
    {
      mark: { type: 'area', opacity: 0.2 },
      encoding: { x: onX('x'), y: onY('low'), y2: { field: 'high' }, color },
    },
    {
      transform: [{ filter: 'datum.joined' }],
      mark: { type: 'line', strokeWidth: 1.1 },
      encoding: { ...xy, stroke, strokeDash },
    },
    { mark: { type: 'point', size: 26, strokeWidth: 1, opacity: 1 }, encoding: { ...xy, stroke, fill, shape } },
  ];
}

/** "1.2 ms (1.1 ms to 1.4 ms)", in the words of the axis. */
const said = ({ low, mid, high, spread }: Interval, label: (value: number) => string): string =>
  spread === 'unknown' || low === high ? label(mid) : `${label(mid)} (${label(low)} to ${label(high)})`;

/** The rows that `lineLayers` draws; `said` is what a tooltip says of y. */
export const lineRows = (lines: readonly Line[], label: (value: number) => string) =>
  lines.flatMap(({ series, points, curve = [] }) =>
    points.map(({ x, y }) => ({
      ...seriesFields(series),
      x,
      low: y.low,
      mid: y.mid,
      high: y.high,
      said: said(y, label),
      // Where a curve goes through the points, a line from point to point would hide it.
      joined: curve.length === 0,
    })),
  );

/** A log–log chart of lines, their intervals and curves: what most experiments need. */
export interface LineChart {
  readonly title: string;
  readonly subtitle: string;
  readonly lines: readonly Line[];
  /** Without `ticks`, powers of ten. */
  readonly x: { readonly title: string; readonly label: (tick: number) => string; readonly ticks?: readonly number[] };
  readonly y: { readonly title: string; readonly label: (tick: number) => string };
  readonly height?: number;
}

export function lineChart(
  { title, subtitle, lines, x, y, height = 170 }: LineChart,
  options: ChartOptions,
): TopLevelSpec {
  const curves = lines.flatMap(({ series, curve = [] }) => curve.map(point => ({ ...seriesFields(series), ...point })));
  const rows = lineRows(lines, y.label);
  const xs = logScale([...rows.map(row => row.x), ...curves.map(point => point.x)]);
  const ys = logScale([...rows.flatMap(({ low, mid, high }) => [low, mid, high]), ...curves.map(point => point.y)]);
  const pair = axes({ ...x, scale: { ...xs, ticks: x.ticks ?? xs.ticks } }, { ...y, scale: ys });
  const series = lines.map(line => line.series);
  const { color } = seriesEncodings(series, options);
  const [bands, joined, marks] = lineLayers(series, pair, options);
  const fitted: Layer = {
    data: { values: curves },
    // Vega's colour channel strokes a line; it is the one without a legend of its own.
    mark: { type: 'line', strokeWidth: 0.8, strokeDash: [1, 1.5] },
    encoding: { x: pair.onX('x'), y: pair.onY('y'), color },
  };
  const layer = curves.length === 0 ? [bands, joined, marks] : [bands, fitted, joined, marks];
  return { ...layered({ title: titled(title, subtitle, options), layer, height }, options), data: { values: rows } };
}
