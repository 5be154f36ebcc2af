import type { TopLevelSpec } from 'vega-lite';
import { widestText } from '../text.ts';
import { config, fontSizes, ink, padding } from '../theme.ts';
import { barColumns, barStep, nameAxis } from './bars.ts';
import { type ChartOptions, innerWidth, titled } from './parts.ts';

/** One bar made of parts. */
export interface StackRow {
  readonly label: string;
  /** What stands at the right of the bar. */
  readonly text: string;
  readonly parts: readonly { readonly part: string; readonly value: number }[];
  readonly software?: boolean;
}

export interface Stack {
  readonly title: string;
  readonly subtitle: string;
  readonly rows: readonly StackRow[];
  /** Parts from left to right, with colours; values of parts that are not listed are an error. */
  readonly parts: readonly { readonly part: string; readonly colour: string }[];
  /** Title of the axis, which shows shares of each bar's sum. */
  readonly axis: string;
}

/** Horizontal bars of parts as shares of each bar's sum: layers that instructions live on, time by tier, opcodes by category. */
export function stack({ title, subtitle, rows, parts, axis }: Stack, options: ChartOptions = {}): TopLevelSpec {
  const order = parts.map(({ part }) => part);
  const segments = rows.flatMap(({ label, parts: values, software = false }) => {
    const sum = values.reduce((total, { value }) => total + value, 0);
    let from = 0;
    const sorted = [...values].sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part));
    return sorted.map(({ part, value }) => {
      if (!order.includes(part)) throw new Error(`${title}: the bar ${label} has a part "${part}" without a colour`);
      const to = from + value / sum;
      const segment = {
        label,
        part,
        value,
        from,
        to,
        opacity: software ? 0.4 : 1,
        edge: software ? ink.text : '#ffffff',
        dash: software ? [2, 1.5] : [1, 0],
      };
      from = to;
      return segment;
    });
  });
  const columns = barColumns(
    rows.map(({ label }) => label),
    rows.map(({ text }) => text),
    innerWidth(options),
  );
  const entry = widestText(order, fontSizes.label) + 24;
  const y = nameAxis(rows);
  const height = rows.length * barStep;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    title: titled(title, subtitle, options),
    width: columns.bars,
    height,
    layer: [
      {
        data: { values: segments },
        mark: { type: 'bar', strokeWidth: 0.6 },
        encoding: {
          y,
          x: {
            field: 'from',
            type: 'quantitative',
            scale: { domain: [0, 1], nice: false },
            axis: {
              title: axis,
              values: [0, 0.5, 1],
              labelExpr: "datum.value === 0 ? '0' : datum.value * 100 + ' %'",
            },
          },
          x2: { field: 'to' },
          fillOpacity: { field: 'opacity', type: 'quantitative', scale: null, legend: null },
          strokeDash: { field: 'dash', type: 'nominal', scale: null, legend: null },
          stroke: { field: 'edge', type: 'nominal', scale: null, legend: null },
          fill: {
            field: 'part',
            type: 'nominal',
            scale: { domain: order, range: parts.map(({ colour }) => colour) },
            legend: {
              title: null,
              orient: 'none',
              direction: 'horizontal',
              columns: Math.max(1, Math.floor((innerWidth(options) - padding) / entry)),
              symbolType: 'square',
              legendX: -columns.names,
              legendY: height + 36,
            },
          },
        },
      },
      {
        data: { values: rows.map(({ label, text }) => ({ label, text })) },
        mark: { type: 'text', align: 'left', dx: 4, dy: 1, fontSize: fontSizes.note },
        encoding: { y, x: { value: columns.bars }, text: { field: 'text' } },
      },
    ],
  };
}
