import type { TopLevelSpec } from 'vega-lite';
import { percent, sizeLabel } from '../format.ts';
import type { Phase, Subject, SummaryPoint } from '../rows.ts';
import { measuredIn } from '../rows.ts';
import { seriesKey, seriesOf } from '../series.ts';
import { config, fontSizes, ink } from '../theme.ts';
import { barColumns, barLook, barStep, literalLook, nameAxis } from './bars.ts';
import { type ChartOptions, innerWidth, type Layer, titled } from './parts.ts';
import { labelExpression, logScale } from './scales.ts';

/** A variant's throughput under what its device allows it. */
export interface RoofedPoint extends SummaryPoint {
  /** Items a second. */
  readonly rate: number;
  /** Items a second at the bound of the variant's device. */
  readonly roof: number;
}

/** Of a variant, the phase that is nearest to its kernel. */
const phases: readonly Phase[] = ['kernel', 'dispatch', 'compute', 'end_to_end'];

/** Every variant of one size with a bound, at the phase nearest to its kernel, in the order of the workload's variants. */
export function roofedPoints({ points }: Pick<Subject, 'points'>, size: number): RoofedPoint[] {
  const found = new Map<string, RoofedPoint>();
  for (const phase of phases)
    for (const point of measuredIn(points, phase)) {
      const { itemsPerSecond: rate, boundShare } = point;
      if (point.size !== size || found.has(point.variant) || !rate || !boundShare) continue;
      found.set(point.variant, { ...point, rate, roof: rate / boundShare });
    }
  const order = points.map(({ variant }) => variant);
  return [...found.values()].sort((a, b) => order.indexOf(a.variant) - order.indexOf(b.variant));
}

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** 2·10⁷ → "20 M". */
function short(value: number): string {
  const step = Math.max(0, Math.min(prefixes.length - 1, Math.floor(Math.log10(value) / 3 + 1e-9)));
  return `${Number((value / 1000 ** step).toPrecision(3))} ${prefixes[step]}`.trim();
}

const plural = (unit: string): string => (unit.endsWith('s') ? unit : `${unit}s`);

/**
 * A bar a variant, on a log scale of items a second, and over each a mark where its device's roof lies: what the probe of
 * this run measured of that which binds the variant most. A bar that passes its mark is a wrong measurement.
 */
export function throughput(
  label: string,
  points: readonly RoofedPoint[],
  { size, ...options }: ChartOptions & { readonly size: number },
): TopLevelSpec {
  const series = seriesOf(points);
  const rows = points.map(point => {
    const own = series.get(seriesKey(point)) as NonNullable<ReturnType<typeof series.get>>;
    return { label: own.label, series: own, missing: undefined, point };
  });
  const texts = rows.map(({ point }) => `${percent(point.boundShare ?? 0)} of ${point.boundBy ?? 'its roof'}`);
  const columns = barColumns(
    rows.map(row => row.label),
    texts,
    innerWidth(options),
  );
  const scale = logScale(points.flatMap(({ rate, roof }) => [rate / 1.5, roof]));
  const x = {
    type: 'quantitative' as const,
    scale: { type: 'log' as const, domain: [...scale.domain], nice: false },
    axis: {
      title: `${plural(points[0]?.itemUnit ?? 'items')} a second (log scale)`,
      values: [...scale.ticks],
      labelExpr: labelExpression(scale.ticks, short),
    },
  };
  const y = nameAxis(rows);
  const values = rows.map((row, index) => ({
    label: row.label,
    ...barLook(row),
    ...{ origin: scale.domain[0], rate: row.point.rate, roof: row.point.roof, text: texts[index] },
  }));
  const layer: Layer[] = [
    {
      mark: { type: 'bar', strokeWidth: 1 },
      encoding: { y, x: { ...x, field: 'origin' }, x2: { field: 'rate' }, ...literalLook },
    },
    {
      mark: { type: 'tick', color: ink.text, thickness: 2, size: barStep - 2 },
      encoding: { y, x: { ...x, field: 'roof' } },
    },
    {
      mark: { type: 'text', align: 'left', dx: 4, dy: 1, fontSize: fontSizes.note },
      encoding: { y, x: { value: columns.bars }, text: { field: 'text' }, color: { value: ink.text } },
    },
  ];
  const software = rows.some(row => row.series.software);
  const subtitle = ['dark mark: the roof of the device', ...(software ? ['hollow: software adapter, not a GPU'] : [])];
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    title: titled(`${label} at size ${sizeLabel(size)}: throughput under its roofs`, subtitle.join('; '), options),
    data: { values },
    width: columns.bars,
    height: rows.length * barStep,
    layer,
  };
}
