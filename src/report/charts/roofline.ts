import type { TopLevelSpec } from 'vega-lite';
import { significant } from '../format.ts';
import type { Roofline, Roofs } from '../roofline.ts';
import { seriesKey, seriesOf } from '../series.ts';
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
/** What the y axis takes of the figure's width: labels such as "100 G", ticks, title. */
const axisWidth = 48;

/** Degrees, clockwise, of a line on which both coordinates grow by the same factor. */
function slopeAngle(x: readonly [number, number], y: readonly [number, number], options: ChartOptions): number {
  const across = (innerWidth(options) - axisWidth) / Math.log(x[1] / x[0]);
  return (-Math.atan2(height / Math.log(y[1] / y[0]), across) * 180) / Math.PI;
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
  const x = logScale([
    ...points.flatMap(({ intensity }) => [intensity / 2, intensity * 2]),
    ...ridges.map(ridge => ridge / 6),
    ...ridges.map(ridge => ridge * 3),
  ]);
  const [left, right] = x.domain;
  const onRoof = lines.map(({ bytesPerSecond }) => bytesPerSecond * left);
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
  // Two slopes that lie closer than a line of text: the lower one's name goes below it.
  const [slowest = 0, next = Number.POSITIVE_INFINITY] = lines
    .map(({ bytesPerSecond }) => bytesPerSecond)
    .sort((a, b) => a - b);
  const isTight = (height * Math.log(next / slowest)) / Math.log(y.domain[1] / y.domain[0]) < 2 * fontSizes.note;
  const angle = slopeAngle(x.domain, y.domain, options);
  const slopeRows = lines.map(({ bytesPerSecond, footprintBytes, level }) => ({
    x: left,
    y: bytesPerSecond * left,
    x2: peak / bytesPerSecond,
    y2: peak,
    label: left * 1.5,
    labelY: bytesPerSecond * left * 1.5,
    text: `${level ?? footprint(footprintBytes)}: ${bandwidth(bytesPerSecond)}`,
    isBelow: bytesPerSecond === slowest && isTight,
  }));
  const levels = roofs.arithmetic.map(({ name, flops }) => ({
    x: flops / Math.max(...lines.map(({ bytesPerSecond }) => bytesPerSecond)),
    y: flops,
    x2: right,
    // Right of where the slowest slope meets it: nothing but marks lies there.
    label: (1.15 * flops) / Math.min(...lines.map(({ bytesPerSecond }) => bytesPerSecond)),
    text: `${name}: ${rate(flops)}`,
  }));
  const rule = { type: 'rule' as const, stroke: ink.rule, strokeWidth: 1 };
  const text = { type: 'text' as const, fontSize: fontSizes.note, color: ink.muted };
  const layer: Layer[] = [
    {
      data: { values: slopeRows },
      mark: rule,
      encoding: { x: onX('x'), y: onY('y'), x2: { field: 'x2' }, y2: { field: 'y2' } },
    },
    { data: { values: levels }, mark: rule, encoding: { x: onX('x'), y: onY('y'), x2: { field: 'x2' } } },
    {
      data: { values: slopeRows.filter(({ isBelow }) => !isBelow) },
      mark: { ...text, align: 'left', baseline: 'bottom', dy: -2, angle },
      encoding: { x: onX('label'), y: onY('labelY'), text: { field: 'text' } },
    },
    {
      data: { values: slopeRows.filter(({ isBelow }) => isBelow) },
      mark: { ...text, align: 'left', baseline: 'top', dy: 3, angle },
      encoding: { x: onX('label'), y: onY('labelY'), text: { field: 'text' } },
    },
    {
      data: { values: levels.filter(({ y: level }) => level < peak) },
      mark: { ...text, align: 'left', baseline: 'bottom', dy: -2 },
      encoding: { x: onX('label'), y: onY('y'), text: { field: 'text' } },
    },
    {
      // Nothing lies above the roof.
      data: { values: levels.filter(({ y: level }) => level === peak) },
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
