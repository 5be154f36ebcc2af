import type { TopLevelSpec } from 'vega-lite';
import { count, percent } from '../format.ts';
import { widestText } from '../text.ts';
import { config, fontSizes } from '../theme.ts';
import { barColumns, barStep, nameAxis } from './bars.ts';
import { type ChartOptions, innerWidth, titled } from './parts.ts';

/** How many of something there are, by category. */
export interface CategoryBars {
  readonly title: string;
  readonly subtitle: string;
  readonly bars: readonly { readonly category: string; readonly value: number; readonly colour: string }[];
  readonly axis: string;
}

/** A bar for each category with its count and its share: how the original study drew what a program's opcodes do. */
export function categoryBars({ title, subtitle, bars, axis }: CategoryBars, options: ChartOptions = {}): TopLevelSpec {
  const sum = bars.reduce((total, { value }) => total + value, 0);
  const rows = bars.map(({ category, value, colour }) => ({
    label: category,
    value,
    colour,
    text: value === 0 ? '0' : `${count(value)} (${percent(value / sum)})`,
  }));
  const columns = barColumns(
    rows.map(({ label }) => label),
    rows.map(({ text }) => text),
    innerWidth(options),
  );
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const y = nameAxis(rows);
  // Whole numbers of many digits: as many ticks as fit without touching.
  const ticks = Math.max(2, Math.floor(columns.bars / (widestText([count(most)], fontSizes.label) + 14)));
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    title: titled(title, subtitle, options),
    width: columns.bars,
    height: rows.length * (barStep + 3),
    layer: [
      {
        data: { values: rows },
        mark: { type: 'bar' },
        encoding: {
          y,
          x: {
            field: 'value',
            type: 'quantitative',
            scale: { domain: [0, most], nice: false },
            axis: { title: axis, tickCount: ticks, format: '~s', labelExpr: "datum.value === 0 ? '0' : datum.label" },
          },
          fill: { field: 'colour', type: 'nominal', scale: null, legend: null },
        },
      },
      {
        data: { values: rows },
        mark: { type: 'text', align: 'left', dx: 4, dy: 1, fontSize: fontSizes.note },
        encoding: { y, x: { value: columns.bars }, text: { field: 'text' } },
      },
    ],
  };
}
