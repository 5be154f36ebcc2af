import type { TopLevelSpec } from 'vega-lite';
import { count } from '../format.ts';
import { categoryBars } from './category-bars.ts';
import type { ChartOptions } from './parts.ts';
import { type StackRow, stack } from './stack.ts';

/**
 * Colours of instruction categories: what computes is saturated, what moves is pale, so that a bar shows at a glance how
 * much of a program is arithmetic.
 */
const categoryColours: Readonly<Record<string, string>> = {
  arithmetic: '#0a4fbb',
  bitwise: '#40905a',
  comparison: '#e37623',
  'register-move': '#c9cdd6',
  memory: '#9a4b8c',
  'control-flow': '#7d2817',
  call: '#442945',
  object: '#8a8a8a',
  other: '#e4e4e4',
};

const layerColours: Readonly<Record<string, string>> = {
  'executed-bytecode': '#000000',
  webassembly: '#40905a',
  'gpu-kernel': '#7d2817',
  native: '#e37623',
};

/** Instructions by category, of one layer or of one program on it. */
export interface CategorySums {
  readonly label: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** One layer of one program, a bar for each category. */
export const instructionBars = (
  { label, counts }: CategorySums,
  { subtitle, ...options }: ChartOptions & { readonly subtitle: string },
): TopLevelSpec =>
  categoryBars(
    {
      title: label,
      subtitle,
      axis: 'instructions',
      bars: Object.entries(counts).map(([category, value]) => ({
        category,
        value,
        colour: categoryColours[category] ?? '#000000',
      })),
    },
    options,
  );

/** Several programs, or layers, side by side: shares of categories. */
export const instructionMix = (
  { title, subtitle, rows }: { title: string; subtitle: string; rows: readonly CategorySums[] },
  options: ChartOptions = {},
): TopLevelSpec =>
  stack(
    {
      title,
      subtitle,
      axis: 'share of instructions',
      parts: Object.entries(categoryColours)
        .filter(([category]) => rows.some(({ counts }) => (counts[category] ?? 0) > 0))
        .map(([part, colour]) => ({ part, colour })),
      rows: rows.map(({ label, counts }): StackRow => {
        const sum = Object.values(counts).reduce((total, value) => total + value, 0);
        return {
          label,
          text: count(sum),
          parts: Object.entries(counts)
            .filter(([, value]) => value > 0)
            .map(([part, value]) => ({ part, value })),
        };
      }),
    },
    options,
  );

/** Where the arithmetic of one variant is executed. */
export interface ArithmeticByLayer {
  readonly label: string;
  /** Operations by layer; layers without any may be left out. */
  readonly layers: Readonly<Record<string, number>>;
  /** What stands at the right of the bar. */
  readonly text: string;
}

/** For each variant the stack of layers, as shares of its arithmetic. */
export const arithmeticStack = (
  {
    title,
    subtitle,
    rows,
    axis,
  }: { title: string; subtitle: string; rows: readonly ArithmeticByLayer[]; axis: string },
  options: ChartOptions = {},
): TopLevelSpec =>
  stack(
    {
      title,
      subtitle,
      axis,
      // A legend names what the bars show.
      parts: Object.entries(layerColours)
        .filter(([layer]) => rows.some(({ layers }) => (layers[layer] ?? 0) > 0))
        .map(([part, colour]) => ({ part, colour })),
      rows: rows.map(
        ({ label, layers, text }): StackRow => ({
          label,
          text,
          parts: Object.entries(layers)
            .filter(([, value]) => value > 0)
            .map(([part, value]) => ({ part, value })),
        }),
      ),
    },
    options,
  );
