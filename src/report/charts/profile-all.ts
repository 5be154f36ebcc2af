import type { TopLevelSpec } from 'vega-lite';
import { widestText } from '../text.ts';
import { config, fontSizes, ink, padding } from '../theme.ts';
import { barStep, nameAxis } from './bars.ts';
import { innerWidth, titled } from './parts.ts';

/** A part of a bar, and what stands for it in the legend. */
export interface PartColour {
  readonly part: string;
  readonly colour: string;
}

/** What one panel shows of one row: shares that add up to 1, or why there are none. */
export type PanelBar = { readonly parts: Readonly<Record<string, number>> } | { readonly missing: string };

export interface SideBySideRow {
  readonly label: string;
  /** One for each panel. */
  readonly bars: readonly PanelBar[];
}

export interface SideBySide {
  readonly title: string;
  readonly subtitle: string;
  readonly panels: readonly { readonly axis: string; readonly parts: readonly PartColour[] }[];
  readonly rows: readonly SideBySideRow[];
}

const gap = 14;
const legendEntryExtra = 22;
const options = { width: 'two-columns' as const };

/**
 * Stacked shares of the same rows in panels side by side: what each program executes beside where it spends its time.
 * A row without shares says why in its place.
 */
export function sideBySide({ title, subtitle, panels, rows }: SideBySide): TopLevelSpec {
  const names =
    Math.ceil(
      widestText(
        rows.map(({ label }) => label),
        fontSizes.label,
      ),
    ) + 7;
  const width = Math.floor((innerWidth(options) - names - gap * (panels.length - 1)) / panels.length);
  const height = rows.length * barStep;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    title: titled(title, subtitle, options),
    spacing: gap,
    hconcat: panels.map(({ axis, parts }, index) => {
      const y = nameAxis(rows, index === 0);
      const order = parts.map(({ part }) => part);
      const entry = widestText(order, fontSizes.label) + legendEntryExtra;
      return {
        width,
        height,
        layer: [
          {
            data: { values: rows.flatMap(({ label, bars }) => segments(label, bars[index], { order, title })) },
            mark: { type: 'bar' as const, strokeWidth: 0.4, stroke: '#ffffff' },
            encoding: {
              y,
              x: {
                field: 'from',
                type: 'quantitative' as const,
                scale: { domain: [0, 1], nice: false },
                axis: {
                  title: axis,
                  values: [0, 0.5, 1],
                  labelExpr: "datum.value === 0 ? '0' : datum.value * 100 + ' %'",
                  labelFlush: true,
                },
              },
              x2: { field: 'to' },
              fill: {
                field: 'part',
                type: 'nominal' as const,
                scale: { domain: order, range: parts.map(({ colour }) => colour) },
                legend: {
                  title: null,
                  orient: 'none' as const,
                  direction: 'horizontal' as const,
                  columns: Math.max(1, Math.floor((width - padding) / entry)),
                  symbolType: 'square',
                  legendX: 0,
                  legendY: height + 38,
                },
              },
            },
          },
          {
            data: { values: rows.flatMap(({ label, bars }) => missingText(label, bars[index])) },
            mark: {
              type: 'text' as const,
              align: 'left' as const,
              dx: 3,
              dy: 1,
              fontSize: fontSizes.note,
              color: ink.muted,
            },
            encoding: { y, x: { value: 0 }, text: { field: 'missing' } },
          },
        ],
      };
    }),
    resolve: { scale: { fill: 'independent', y: 'independent', x: 'independent' } },
  };
}

function segments(
  label: string,
  bar: PanelBar | undefined,
  { order, title }: { order: readonly string[]; title: string },
) {
  if (!bar || 'missing' in bar) return [];
  const stray = Object.keys(bar.parts).find(part => !order.includes(part));
  if (stray !== undefined) throw new Error(`${title}: the bar ${label} has a part "${stray}" without a colour`);
  let from = 0;
  return order.flatMap(part => {
    const share = bar.parts[part] ?? 0;
    if (share === 0) return [];
    const to = from + share;
    const segment = { label, part, share, from, to };
    from = to;
    return segment;
  });
}

const missingText = (label: string, bar: PanelBar | undefined) =>
  bar && 'missing' in bar ? [{ label, missing: bar.missing }] : [];
