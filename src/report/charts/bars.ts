import type { SummaryPoint } from '../rows.ts';
import { type Series, seriesKey, seriesOf } from '../series.ts';
import { widestText } from '../text.ts';
import { fontSizes } from '../theme.ts';

/** Height of one bar with its gap. */
export const barStep = 13;

/** The rows of a bar chart: a series each, named at the left, with a value as text at the right. */
export interface BarRow {
  readonly label: string;
  readonly series: Series;
  /** Why there is no bar. */
  readonly missing: string | undefined;
}

/** Every variant of a workload at one size, in the order of the vocabulary, those without a time included. */
export function barRows(points: readonly SummaryPoint[], size: number): BarRow[] {
  const atSize = points.filter(point => point.size === size);
  return [...seriesOf(atSize)].map(([key, series]) => {
    const own = atSize.filter(point => seriesKey(point) === key);
    const bad = own.find(({ status }) => status !== 'ok');
    return { label: series.label, series, missing: bad?.status };
  });
}

/** Pixels for the names at the left, the bars, and the texts at the right, which together fill `width`. */
export function barColumns(labels: readonly string[], texts: readonly string[], width: number) {
  const names = Math.ceil(widestText(labels, fontSizes.label)) + 7;
  const values = Math.ceil(widestText(texts, fontSizes.note)) + 5;
  return { names, values, bars: Math.max(60, width - names - values) };
}

/** The y axis of a bar chart. */
export const nameAxis = (rows: readonly { readonly label: string }[], shown = true) => ({
  field: 'label',
  type: 'nominal' as const,
  sort: null,
  scale: { domain: rows.map(({ label }) => label), paddingInner: 0.25, paddingOuter: 0.15 },
  axis: shown ? { title: null, domain: false, ticks: false, labelPadding: 5 } : null,
});

/** How a bar of a series is filled: hollow, with a dashed outline, where it ran on a software adapter. */
export const barLook = ({ series }: BarRow) => ({
  colour: series.colour,
  fill: series.fill,
  dash: series.software ? [3, 2] : [1, 0],
});

/** Encodings that take colours and dashes as they stand in the row. */
export const literalLook = {
  fill: { field: 'fill', type: 'nominal' as const, scale: null, legend: null },
  stroke: { field: 'colour', type: 'nominal' as const, scale: null, legend: null },
  strokeDash: { field: 'dash', type: 'nominal' as const, scale: null, legend: null },
};
