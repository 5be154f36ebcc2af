import type { Config } from 'vega-lite';
import { fontFamily } from './text.ts';

/** Widths of a figure in a two-column paper: 3.4 in and 7 in, in CSS pixels (96 an inch). */
export const figureWidths = { 'one-column': 326, 'two-columns': 672 } as const;
export type FigureWidth = keyof typeof figureWidths;

/** CSS pixels; 8 px are 6 pt, the smallest size that journals accept at final width. */
export const fontSizes = { title: 10, subtitle: 8.5, axisTitle: 8.5, label: 8.5, note: 8 } as const;

export const ink = { text: '#1a1a1a', muted: '#5c5c5c', grid: '#e4e4e4', rule: '#8a8a8a', alarm: '#b00020' } as const;

/** Space around a figure; small, since the page supplies margins of its own. */
export const padding = 4;

/** What all charts share. */
export const config: Config = {
  aria: false,
  background: '#ffffff',
  padding,
  font: fontFamily,
  title: {
    anchor: 'start',
    frame: 'bounds',
    fontSize: fontSizes.title,
    fontWeight: 'bold',
    color: ink.text,
    subtitleFontSize: fontSizes.subtitle,
    subtitleColor: ink.muted,
    subtitleLineHeight: 11,
    lineHeight: 13,
    subtitlePadding: 2,
    offset: 8,
    limit: 0,
  },
  axis: {
    labelFontSize: fontSizes.label,
    titleFontSize: fontSizes.axisTitle,
    titleFontWeight: 'normal',
    labelColor: ink.text,
    titleColor: ink.text,
    gridColor: ink.grid,
    gridWidth: 0.5,
    domainColor: ink.rule,
    tickColor: ink.rule,
    tickSize: 3,
    labelLimit: 0,
    titleLimit: 0,
    labelPadding: 3,
    // Numbers that stand closer are read as one.
    labelSeparation: 5,
    titlePadding: 5,
  },
  legend: {
    labelFontSize: fontSizes.label,
    titleFontSize: fontSizes.label,
    labelColor: ink.text,
    labelLimit: 0,
    symbolSize: 45,
    symbolStrokeWidth: 1.3,
    rowPadding: 2,
    columnPadding: 10,
    labelOffset: 3,
    padding: 0,
    offset: 6,
  },
  view: { stroke: null },
  text: { fontSize: fontSizes.note, color: ink.text },
};
