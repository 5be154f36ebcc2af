import type { TopLevelSpec } from 'vega-lite';
import type { Series } from '../series.ts';
import { textWidth, widestText, wrapText } from '../text.ts';
import { config, type FigureWidth, figureWidths, fontSizes, padding } from '../theme.ts';

/** One layer of a layered Vega-Lite spec. */
export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/** What every chart may be told. */
export interface ChartOptions {
  /** Default `one-column`. */
  readonly width?: FigureWidth;
  /** What the size of this workload means, for the axis: `n: A and B are n×n`. */
  readonly sizeMeaning?: string;
}

/** Pixels between the paddings of a figure. */
export const innerWidth = ({ width = 'one-column' }: ChartOptions): number => figureWidths[width] - 2 * padding;

/** A title and a muted line below it, both broken so that the figure keeps its width. */
export const titled = (title: string, subtitle: string, options: ChartOptions) => ({
  text: wrapText(title, innerWidth(options), fontSizes.title, 'bold'),
  ...(subtitle === '' ? {} : { subtitle: wrapText(subtitle, innerWidth(options), fontSizes.subtitle) }),
});

/** As much of what the size means as fits below the plot: all of it, or its first phrase, or nothing. */
export function sizeTitle(options: ChartOptions): string {
  const { sizeMeaning } = options;
  const room = innerWidth(options) - axisSpace;
  const candidates = sizeMeaning === undefined ? [] : [sizeMeaning, ...sizeMeaning.split(/[;:(,]/, 1)];
  const titles = candidates.map(meaning => `size (${meaning.trim()})`);
  return titles.find(title => textWidth(title, fontSizes.axisTitle) <= room) ?? 'size';
}

/** Space that a legend entry takes beside its text: symbol, offset, and the gap to the next column. */
const legendEntryExtra = 24;

/** Space left of the plot, under which no legend goes: the widest usual tick label, its tick, and the axis title. */
const axisSpace = 58;

/** As many legend columns below the plot as the longest label leaves room for. */
export function legendColumns(labels: readonly string[], options: ChartOptions): number {
  const entry = widestText(labels, fontSizes.label) + legendEntryExtra;
  return Math.max(1, Math.min(labels.length, Math.floor((innerWidth(options) - axisSpace + 10) / entry)));
}

/** Encodings of lines and marks by series; one legend below the plot, merged from all of them. */
export function seriesEncodings(series: readonly Series[], options: ChartOptions) {
  const domain = series.map(({ label }) => label);
  const legend = { title: null, orient: 'bottom' as const, columns: legendColumns(domain, options) };
  const channel = <T>(range: readonly T[]) => ({
    type: 'nominal' as const,
    scale: { domain, range: [...range] },
  });
  const shown = { field: 'series', legend };
  // A field of its own: Vega-Lite merges the legends of one field, and then `legend: null` would hide them all.
  const hidden = { field: 'unlisted', legend: null };
  return {
    stroke: { ...channel(series.map(({ colour }) => colour)), ...shown },
    fill: { ...channel(series.map(({ fill }) => fill)), ...shown },
    shape: { ...channel(series.map(({ shape }) => shape)), ...shown },
    strokeDash: { ...channel(series.map(({ dash }) => [...dash])), ...hidden },
    /** For areas: the family's colour even where marks are hollow. */
    color: { ...channel(series.map(({ colour }) => colour)), ...hidden },
  };
}

/** The fields that `seriesEncodings` reads. */
export const seriesFields = ({ label }: Series) => ({ series: label, unlisted: label });

/** A layered figure of a fixed total width; its height is that of the plot plus what axes, title and legend need. */
export function layered(
  { title, layer, height }: { title: ReturnType<typeof titled>; layer: Layer[]; height: number },
  options: ChartOptions,
): TopLevelSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    width: innerWidth(options),
    height,
    autosize: { type: 'fit-x', contains: 'content' },
    title,
    layer,
  };
}
