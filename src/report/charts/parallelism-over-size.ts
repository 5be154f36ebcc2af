import type { TopLevelSpec } from 'vega-lite';
import { significant, sizeLabel } from '../format.ts';
import type { Interval } from '../rows.ts';
import type { Series } from '../series.ts';
import { type Line, lineChart } from './lines.ts';
import type { ChartOptions } from './parts.ts';
import { sizeTicks } from './scales.ts';

/** What a sweep over sizes says of the parallelism W/S. */
export interface ParallelismOverSize {
  readonly target: string;
  /** The fitted laws, as text. */
  readonly laws: { readonly work: string; readonly span: string };
  readonly traced: readonly { readonly size: number; readonly inOrder: number; readonly reassociated: number | null }[];
  readonly extrapolated: readonly { readonly size: number; readonly parallelism: Interval }[];
  /** W(n)/S(n) of the laws, drawn through the points. */
  readonly curve: readonly { readonly size: number; readonly parallelism: number }[];
}

const series = (label: string, colour: string, look: Partial<Series>): Series => ({
  label,
  variant: label,
  device: '',
  software: false,
  colour,
  fill: colour,
  shape: 'circle',
  dash: [1, 0],
  ...look,
});

const looks = {
  inOrder: series('traced', '#000000', {}),
  reassociated: series('traced, sums reassociated', '#0a4fbb', { shape: 'square', dash: [4, 2] }),
  extrapolated: series('from the laws', '#7d2817', { shape: 'diamond', fill: '#ffffff', dash: [2, 2] }),
};

/** Work over span against size, log–log: counted where it could be traced, from the fitted laws beyond. */
export function parallelismOverSize(sweep: ParallelismOverSize, options: ChartOptions = {}): TopLevelSpec {
  const exactly = (y: number): Interval => ({ low: y, mid: y, high: y });
  const reassociated = sweep.traced.flatMap(({ size, inOrder, reassociated: y }) =>
    y === null || y === inOrder ? [] : [{ x: size, y: exactly(y) }],
  );
  const lines: Line[] = [
    {
      series: looks.inOrder,
      points: sweep.traced.map(({ size, inOrder }) => ({ x: size, y: exactly(inOrder) })),
      curve: sweep.curve.map(({ size, parallelism }) => ({ x: size, y: parallelism })),
    },
    ...(reassociated.length > 0 ? [{ series: looks.reassociated, points: reassociated }] : []),
    ...(sweep.extrapolated.length > 0
      ? [
          {
            series: looks.extrapolated,
            points: sweep.extrapolated.map(({ size, parallelism }) => ({ x: size, y: parallelism })),
          },
        ]
      : []),
  ];
  const sizes = [...sweep.traced, ...sweep.extrapolated].map(({ size }) => size);
  return lineChart(
    {
      title: `${sweep.target}: parallelism against size`,
      subtitle: `work over span; W(n) = ${sweep.laws.work}, S(n) = ${sweep.laws.span} (dotted)`,
      lines,
      x: { title: 'size n', label: sizeLabel, ticks: sizeTicks(sizes, options.width === 'two-columns' ? 14 : 9) },
      y: { title: 'operations ready at once, on average', label: tick => significant(tick, 1) },
    },
    options,
  );
}
