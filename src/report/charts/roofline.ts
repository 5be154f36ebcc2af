import type { TopLevelSpec } from 'vega-lite';
import { significant } from '../format.ts';
import type { Roofline, Roofs } from '../roofline.ts';
import { seriesKey, seriesOf } from '../series.ts';
import { widestText } from '../text.ts';
import { fontSizes, ink } from '../theme.ts';
import { axes } from './lines.ts';
import { type ChartOptions, innerWidth, type Layer, layered, seriesEncodings, seriesFields, titled } from './parts.ts';
import { logScale } from './scales.ts';

const rate = (flops: number): string =>
  flops >= 1e12 ? `${significant(flops / 1e12)} TFLOP/s` : `${significant(flops / 1e9)} GFLOP/s`;
const bandwidth = (bytes: number): string => `${significant(bytes / 1e9, 2)} GB/s`;
const footprint = (bytes: number): string =>
  bytes >= 2 ** 20 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${Math.round(bytes / 2 ** 10)} KiB`;

/** Ceilings closer than this are one line: their labels would lie on each other. */
const distinct = 1.35;

const height = 220;
/** At most what the y axis takes of the figure’s width: labels such as "1000 G", ticks, title. */
const axisWidth = 58;

/** Pixels between a slope's name and its beginning. */
const nameGap = 3;
/** Pixels from name to name: a line of text. */
const nameHeight = fontSizes.note + 2;

/**
 * The ends of a logarithmic axis that has room for names: `before` is the share of it that lies left of `from`, `behind`
 * the least share right of `start`. It reaches to `far` at least.
 */
function withRoom(
  { from, start, far }: { from: number; start: number; far: number },
  { before, behind }: { before: number; behind: number },
): [number, number] {
  // (right / start) = (right / left)^behind with left as below, solved for right.
  const share = behind / (1 - before);
  const right = Math.max(far, from * (start / from) ** (1 / (1 - share)));
  return [from * (from / right) ** (before / (1 - before)), right];
}

/** Heights from the top down, moved no further than it takes to keep them a line of text apart and inside of the plot. */
function apart(heights: readonly number[]): number[] {
  const placed: number[] = [];
  for (const [index, own] of heights.entries()) {
    const last = height - (heights.length - 1 - index + 0.5) * nameHeight;
    placed.push(Math.min(last, Math.max(own, (placed.at(-1) ?? -nameHeight / 2) + nameHeight)));
  }
  return placed;
}

/** Slopes from the steepest down, without those that nearly coincide with the one before. */
function slopes({ memory }: Roofs) {
  const kept: Roofs['memory'][number][] = [];
  for (const point of [...memory].sort((a, b) => b.bytesPerSecond - a.bytesPerSecond)) {
    const last = kept.at(-1);
    if (!last || last.bytesPerSecond / point.bytesPerSecond > distinct) kept.push(point);
  }
  return kept;
}

/** "0.1 G", "10 G": without the zeros that a measured rate would have. */
const tickRate = (tick: number): string =>
  rate(tick)
    .replace('FLOP/s', '')
    .replace(/(\.\d*?)0+ /, '$1 ')
    .replace('. ', ' ');

/**
 * Operations a second against operations a byte, log–log, under what the device was measured to do at most. What lies on a
 * slope waits for memory of that footprint, what lies on the level for arithmetic; the gap to the roof is what is left.
 */
export function roofline(label: string, { roofs, points }: Roofline, options: ChartOptions = {}): TopLevelSpec {
  const peak = Math.max(...roofs.arithmetic.map(({ flops }) => flops));
  const lines = slopes(roofs);
  const ridges = lines.map(({ bytesPerSecond }) => peak / bytesPerSecond);
  const names = lines.map(
    ({ level, footprintBytes, bytesPerSecond }) =>
      `${level ?? footprint(footprintBytes)}: ${bandwidth(bytesPerSecond)}`,
  );
  const intensities = points.map(({ intensity }) => intensity);
  // Slopes begin here, and left of it stand their names: there no line can touch them, however close the slopes lie.
  const from = Math.min(...ridges.map(ridge => ridge / 4), ...intensities.map(intensity => intensity / 2));
  const far = Math.max(...ridges.map(ridge => ridge * 3), ...intensities.map(intensity => intensity * 2));
  const levels = roofs.arithmetic.map(({ name, flops }) => ({
    x: Math.max(from, flops / Math.max(...lines.map(({ bytesPerSecond }) => bytesPerSecond))),
    y: flops,
    // Below it and right of where the slowest slope meets it: nothing but marks lies there.
    label: Math.max(from, (1.15 * flops) / Math.min(...lines.map(({ bytesPerSecond }) => bytesPerSecond))),
    text: `${name}: ${rate(flops)}`,
  }));
  const lower = levels.filter(({ y: level }) => level < peak);
  const share = (texts: readonly string[]) =>
    (widestText(texts, fontSizes.note) + 2 * nameGap) / (innerWidth(options) - axisWidth);
  const x = logScale(
    withRoom(
      { from, start: Math.max(from, ...lower.map(({ label: start }) => start)), far },
      { before: share(names), behind: share(lower.map(({ text }) => text)) },
    ),
  );
  const [, right] = x.domain;
  const onRoof = lines.map(({ bytesPerSecond }) => bytesPerSecond * from);
  const y = logScale([...points.map(({ flops }) => flops / 1.5), ...onRoof, peak * 1.8]);
  const { onX, onY } = axes(
    { title: 'operations a byte of compulsory traffic', scale: x, label: tick => significant(tick, 1) },
    { title: 'flop/s', scale: y, label: tick => tickRate(tick) },
  );
  const series = seriesOf(points.map(point => ({ ...point, phase: undefined })) as never);
  const { stroke, fill, shape } = seriesEncodings([...series.values()], options);
  const shown = points.map(point => ({
    ...seriesFields(series.get(seriesKey(point)) as NonNullable<ReturnType<typeof series.get>>),
    x: point.intensity,
    y: point.flops,
  }));
  const pixelsOf = Math.log(y.domain[1] / y.domain[0]) / height;
  const beginnings = lines.map(({ bytesPerSecond }) => Math.log(y.domain[1] / (bytesPerSecond * from)) / pixelsOf);
  const nameHeights = apart(beginnings);
  const slopeRows = lines.map(({ bytesPerSecond }, index) => ({
    x: from,
    y: bytesPerSecond * from,
    x2: peak / bytesPerSecond,
    y2: peak,
    nameY: y.domain[1] * Math.exp(-(nameHeights[index] as number) * pixelsOf),
    text: names[index],
  }));
  const levelRows = levels.map(level => ({ ...level, x2: right }));
  const rule = { type: 'rule' as const, stroke: ink.rule, strokeWidth: 1 };
  const text = { type: 'text' as const, fontSize: fontSizes.note, color: ink.muted };
  const layer: Layer[] = [
    {
      data: { values: slopeRows },
      mark: rule,
      encoding: { x: onX('x'), y: onY('y'), x2: { field: 'x2' }, y2: { field: 'y2' } },
    },
    { data: { values: levelRows }, mark: rule, encoding: { x: onX('x'), y: onY('y'), x2: { field: 'x2' } } },
    {
      data: { values: slopeRows },
      mark: { ...text, align: 'right', baseline: 'middle', dx: -nameGap },
      encoding: { x: onX('x'), y: onY('nameY'), text: { field: 'text' } },
    },
    {
      data: { values: lower },
      mark: { ...text, align: 'left', baseline: 'top', dy: 3 },
      encoding: { x: onX('label'), y: onY('y'), text: { field: 'text' } },
    },
    {
      // Nothing lies above the roof.
      data: { values: levelRows.filter(({ y: level }) => level === peak) },
      mark: { ...text, align: 'right', baseline: 'bottom', dy: -2 },
      encoding: { x: onX('x2'), y: onY('y'), text: { field: 'text' } },
    },
    {
      data: { values: shown },
      mark: { type: 'point', size: 28, strokeWidth: 1, opacity: 1 },
      encoding: { x: onX('x'), y: onY('y'), stroke, fill, shape },
    },
  ];
  const where = `${roofs.place}${roofs.software ? ', a software adapter' : ''}; grey: measured ceilings`;
  return layered({ title: titled(`${label}: roofline`, where, options), layer, height }, options);
}
