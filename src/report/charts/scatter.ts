import type { TopLevelSpec } from 'vega-lite';
import type { Interval } from '../rows.ts';
import { categorySeries } from '../series.ts';
import { ink } from '../theme.ts';
import { axes } from './lines.ts';
import { type ChartOptions, type Layer, layered, seriesEncodings, seriesFields, titled } from './parts.ts';
import { logScale } from './scales.ts';

/** A forecast and what came of it, or any two ratios that should agree. */
export interface ScatterPoint {
  /** What the marks tell apart: a workload, a device. */
  readonly group: string;
  readonly software: boolean;
  readonly x: Interval;
  readonly y: Interval;
}

export interface Scatter {
  readonly title: string;
  readonly subtitle: string;
  readonly points: readonly ScatterPoint[];
  readonly x: string;
  readonly y: string;
}

/** Ratios against ratios, log–log on equal scales, with intervals both ways and the line on which they agree. */
export function scatter({ title, subtitle, points, x, y }: Scatter, options: ChartOptions = {}): TopLevelSpec {
  const scale = logScale(points.flatMap(point => [point.x, point.y].flatMap(({ low, high }) => [low, high])));
  const label = (tick: number) => `${tick}×`;
  const { onX, onY } = axes({ title: x, scale, label }, { title: y, scale, label });
  const series = categorySeries(points.map(({ group, software }) => ({ name: group, software })));
  const { stroke, fill, shape } = seriesEncodings([...series.values()], options);
  const values = points.map(point => ({
    ...seriesFields(series.get(point.group)!),
    x: point.x.mid,
    xLow: point.x.low,
    xHigh: point.x.high,
    y: point.y.mid,
    yLow: point.y.low,
    yHigh: point.y.high,
  }));
  const [low, high] = scale.domain;
  const whisker = { type: 'rule' as const, strokeWidth: 0.7 };
  const layer: Layer[] = [
    {
      data: {
        values: [
          { x: low, y: low },
          { x: high, y: high },
        ],
      },
      mark: { type: 'line', stroke: ink.rule, strokeWidth: 0.9 },
      encoding: { x: onX('x'), y: onY('y') },
    },
    { mark: whisker, encoding: { x: onX('xLow'), x2: { field: 'xHigh' }, y: onY('y'), stroke } },
    { mark: whisker, encoding: { x: onX('x'), y: onY('yLow'), y2: { field: 'yHigh' }, stroke } },
    {
      mark: { type: 'point', size: 26, strokeWidth: 1, opacity: 1 },
      encoding: { x: onX('x'), y: onY('y'), stroke, fill, shape },
    },
  ];
  return { ...layered({ title: titled(title, subtitle, options), layer, height: 240 }, options), data: { values } };
}
