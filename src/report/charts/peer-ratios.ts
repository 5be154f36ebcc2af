import type { TopLevelSpec } from 'vega-lite';
import { sizeLabel, times } from '../format.ts';
import type { Interval, MeasuredPoint } from '../rows.ts';
import { seriesKey, seriesOf } from '../series.ts';
import { config, fontSizes, ink } from '../theme.ts';
import { barColumns, barLook, barStep, literalLook, nameAxis } from './bars.ts';
import { type ChartOptions, innerWidth, type Layer, titled } from './parts.ts';
import { labelExpression, logScale, thinTicks } from './scales.ts';

/** A peer with how many times faster than it our fastest variant on the same device is. */
export interface PeerRatio extends MeasuredPoint {
  readonly ours: string;
  readonly ratio: Interval;
}

/**
 * One bar a peer on a log scale from 1×: to the right our variant is faster, to the left the peer. The text says which of
 * ours it was compared with.
 */
export function peerRatios(
  label: string,
  peers: readonly PeerRatio[],
  { size, ...options }: ChartOptions & { readonly size: number },
): TopLevelSpec {
  const ordered = [...peers].sort((a, b) => b.ratio.mid - a.ratio.mid);
  const series = seriesOf(ordered);
  const rows = ordered.map(peer => {
    const own = series.get(seriesKey(peer)) as NonNullable<ReturnType<typeof series.get>>;
    return { label: own.label, series: own, missing: undefined, peer };
  });
  const texts = rows.map(({ peer }) => `${times(peer.ratio.mid)} (${peer.ours})`);
  const columns = barColumns(
    rows.map(row => row.label),
    texts,
    innerWidth(options),
  );
  const scale = logScale([1, ...ordered.flatMap(({ ratio }) => [ratio.low, ratio.mid, ratio.high])]);
  const ticks = thinTicks(scale, { keep: 1, length: columns.bars, gap: 27 });
  const x = {
    type: 'quantitative' as const,
    scale: { type: 'log' as const, domain: [...scale.domain], nice: false },
    axis: {
      title: 'time of the peer / time of ours (log scale)',
      values: [...ticks],
      labelExpr: labelExpression(ticks, tick => `${tick}×`),
    },
  };
  const y = nameAxis(rows);
  const values = rows.map((row, i) => ({
    label: row.label,
    ...barLook(row),
    ...row.peer.ratio,
    origin: 1,
    text: texts[i],
  }));
  const layer: Layer[] = [
    {
      mark: { type: 'bar', strokeWidth: 1 },
      encoding: { y, x: { ...x, field: 'origin' }, x2: { field: 'mid' }, ...literalLook },
    },
    {
      data: { values: [{ at: 1 }] },
      mark: { type: 'rule', stroke: ink.text, strokeWidth: 0.9 },
      encoding: { x: { ...x, field: 'at' } },
    },
    {
      mark: { type: 'rule', stroke: '#ffffff', strokeWidth: 3 },
      encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
    },
    {
      mark: { type: 'rule', stroke: ink.text, strokeWidth: 1 },
      encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
    },
    {
      mark: { type: 'text', align: 'left', dx: 4, dy: 1, fontSize: fontSizes.note },
      encoding: { y, x: { value: columns.bars }, text: { field: 'text' }, color: { value: ink.text } },
    },
  ];
  const software = rows.some(row => row.series.software);
  const subtitle = [
    'right of 1×: ours is faster; whiskers: 95 % interval',
    ...(software ? ['hollow: software adapter, not a GPU'] : []),
  ].join('; ');
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    title: titled(`${label} at size ${sizeLabel(size)}: ours over each peer`, subtitle, options),
    data: { values },
    width: columns.bars,
    height: rows.length * barStep,
    layer,
  };
}
