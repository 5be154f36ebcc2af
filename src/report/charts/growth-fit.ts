import type { TopLevelSpec } from 'vega-lite';
import { sizeLabel, tickDuration } from '../format.ts';
import { distinctSizes, measuredIn, type Subject } from '../rows.ts';
import { seriesKey, seriesOf } from '../series.ts';
import { type LineChart, lineChart } from './lines.ts';
import { type ChartOptions, sizeTitle } from './parts.ts';
import { sizeTicks } from './scales.ts';

/** A law fitted to the times of one variant. */
export interface GrowthFit {
  readonly variant: string;
  readonly device: string;
  /** As it is to be read: `12 ns · n^2.98`. */
  readonly formula: string;
  /** The law at some sizes, in nanoseconds. */
  readonly curve: readonly { readonly size: number; readonly ns: number }[];
}

/** End-to-end time against size, log–log, with the fitted law of each variant as a dotted line, its formula in the legend. */
export function growthFit(subject: Subject, fits: readonly GrowthFit[], options: ChartOptions = {}): TopLevelSpec {
  const points = measuredIn(subject.points, 'end_to_end');
  const lines = [...seriesOf(points)].map(([key, series]): LineChart['lines'][number] => {
    const fit = fits.find(candidate => seriesKey(candidate) === key);
    return {
      series: { ...series, label: fit ? `${series.label}: ${fit.formula}` : series.label },
      points: points.filter(point => seriesKey(point) === key).map(({ size, time }) => ({ x: size, y: time })),
      curve: (fit?.curve ?? []).map(({ size, ns }) => ({ x: size, y: ns })),
    };
  });
  return lineChart(
    {
      title: `${subject.label}: growth of the end-to-end time`,
      subtitle: 'dotted: fitted law',
      lines,
      x: { title: sizeTitle(options), label: sizeLabel, ticks: sizeTicks(distinctSizes(points)) },
      y: { title: 'time, end to end', label: tickDuration },
    },
    options,
  );
}
