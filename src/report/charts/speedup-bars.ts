import type { TopLevelSpec } from 'vega-lite';
import { maximum, minimum } from '../../workload/extreme.ts';
import { sizeLabel, times } from '../format.ts';
import { distinctSizes, type Interval, isBelievable, measuredIn, type Subject, type SummaryPoint } from '../rows.ts';
import { seriesKey, seriesOf } from '../series.ts';
import { config, fontSizes, ink } from '../theme.ts';
import { type BarRow, barColumns, barLook, barRows, barStep, literalLook, nameAxis } from './bars.ts';
import { type ChartOptions, innerWidth, type Layer, titled } from './parts.ts';
import { labelExpression, logScale, thinTicks } from './scales.ts';

/** The largest size at which naive and at least one other variant were measured; undefined where there is none. */
export function comparableSize(points: readonly SummaryPoint[]): number | undefined {
  const measured = measuredIn(points, 'end_to_end');
  return distinctSizes(measured).findLast(size => {
    const variants = new Set(measured.filter(point => point.size === size).map(({ variant }) => variant));
    return variants.has('naive') && variants.size > 1;
  });
}

interface Bar extends BarRow {
  readonly ratio: Interval | undefined;
  /** Speed-up of the kernel's time alone, where the summary has it. */
  readonly kernel: number | undefined;
  readonly text: string;
}

type RatioOf = (point: SummaryPoint) => Interval | undefined;

function barsOf(points: readonly SummaryPoint[], size: number, ratioOf: RatioOf): Bar[] {
  const atSize = points.filter(point => point.size === size);
  const labels = seriesOf(atSize);
  const find = (label: string, phase: 'end_to_end' | 'kernel') =>
    measuredIn(atSize, phase).find(point => labels.get(seriesKey(point))?.label === label);
  return barRows(points, size).map(row => {
    const timed = find(row.label, 'end_to_end');
    const measured = timed && isBelievable(timed) ? timed : undefined;
    const kernel = find(row.label, 'kernel');
    const ratio = measured && (ratioOf(measured) ?? (isBaseline(measured) ? { low: 1, mid: 1, high: 1 } : undefined));
    const none = row.missing ?? (timed === measured ? 'no ratio' : 'faster than bound');
    const alone = kernel && isBelievable(kernel) ? ratioOf(kernel)?.mid : undefined;
    return { ...row, ratio, kernel: alone, text: ratio ? times(ratio.mid) : none };
  });
}

const isBaseline = ({ variant }: SummaryPoint) => variant === 'naive';

/** Bars start at 1× on a log scale, so that slower points left and faster points right; on a linear one at 0. */
function ratioScale(bars: readonly Bar[], width: number) {
  const values = [
    1,
    ...bars.flatMap(({ ratio, kernel }) => [ratio?.low, ratio?.mid, ratio?.high, kernel ?? undefined]),
  ];
  const known = values.filter((value): value is number => value !== undefined && value > 0);
  const high = maximum(known);
  const low = minimum(known);
  if (high / low < 10) return { type: 'linear' as const, domain: [0, high * 1.03], origin: 0, ticks: undefined };
  const scale = logScale(known);
  const { domain } = scale;
  const ticks = thinTicks(scale, { keep: 1, length: width, gap: 27 });
  return { type: 'log' as const, domain: [...domain], origin: 1, ticks };
}

function panel(bars: readonly Bar[], heading: string, { width, named }: { width: number; named: boolean }) {
  const scale = ratioScale(bars, width);
  const x = {
    type: 'quantitative' as const,
    scale: { type: scale.type, domain: scale.domain, nice: false },
    axis: {
      title: scale.type === 'log' ? 'times faster (log scale)' : 'times faster',
      tickCount: 5,
      ...(scale.ticks
        ? { values: [...scale.ticks], labelExpr: labelExpression(scale.ticks, tick => `${tick}×`) }
        : { labelExpr: "datum.label + '×'" }),
    },
  };
  const y = nameAxis(bars, named);
  const values = bars.map(bar => ({
    label: bar.label,
    ...barLook(bar),
    ...bar.ratio,
    kernel: bar.kernel,
    text: bar.text,
    missing: bar.ratio === undefined,
    origin: scale.origin,
  }));
  const measured = { filter: '!datum.missing' };
  const layer: Layer[] = [
    {
      transform: [measured],
      mark: { type: 'bar', strokeWidth: 1 },
      encoding: { y, x: { ...x, field: 'origin' }, x2: { field: 'mid' }, ...literalLook },
    },
    {
      data: { values: [{ at: 1 }] },
      mark: { type: 'rule', stroke: ink.text, strokeWidth: 0.9 },
      encoding: { x: { ...x, field: 'at' } },
    },
    {
      transform: [measured],
      mark: { type: 'rule', stroke: '#ffffff', strokeWidth: 3 },
      encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
    },
    {
      transform: [measured],
      mark: { type: 'rule', stroke: ink.text, strokeWidth: 1 },
      encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
    },
    ...(['low', 'high'] as const).map(
      (end): Layer => ({
        transform: [measured],
        mark: { type: 'tick', color: ink.text, thickness: 1, size: 5 },
        encoding: { y, x: { ...x, field: end } },
      }),
    ),
    {
      mark: { type: 'text', align: 'left', dx: 4, dy: 1, fontSize: fontSizes.note },
      encoding: {
        y,
        x: { value: width },
        text: { field: 'text' },
        color: { condition: { test: 'datum.missing', value: ink.alarm }, value: ink.text },
      },
    },
  ];
  if (bars.some(({ kernel }) => kernel !== undefined))
    layer.push({
      transform: [{ filter: 'isValid(datum.kernel)' }],
      mark: { type: 'point', shape: 'diamond', size: 22, filled: false, stroke: ink.text, fill: '#ffffff' },
      encoding: { y, x: { ...x, field: 'kernel' } },
    });
  return {
    title: { text: heading, fontSize: fontSizes.subtitle, fontWeight: 'normal' as const, offset: 4 },
    data: { values },
    width,
    height: bars.length * barStep,
    layer,
  };
}

/**
 * Speed-up of each variant end to end at one size, over naive and over the best CPU variant, with 95 % intervals as
 * whiskers and a line at 1×; above each other in one column, side by side in two. Variants without a time stay, with
 * their status, and those whose time cannot be right with just that. A diamond is the speed-up of the kernel's time alone, where the summary has it.
 */
export function speedupBars(
  subject: Subject,
  { size = comparableSize(subject.points), ...options }: ChartOptions & { readonly size?: number | undefined } = {},
): TopLevelSpec {
  if (size === undefined)
    throw new Error(`${subject.label} has no size at which naive and another variant were measured`);
  const overNaive = barsOf(subject.points, size, ({ overNaive }) => overNaive);
  const overBest = barsOf(subject.points, size, ({ overBestCpu }) => overBestCpu);
  const best = measuredIn(subject.points, 'end_to_end').find(point => point.size === size)?.bestCpuVariant;
  const bestHeading = `over the best CPU variant${best === undefined ? '' : `, ${best}`}`;
  const sideBySide = options.width === 'two-columns';
  const labels = overNaive.map(({ label }) => label);
  const texts = [...overNaive, ...overBest].map(({ text }) => text);
  const gap = 14;
  const columns = barColumns(labels, texts, innerWidth(options));
  const width = sideBySide ? (columns.bars - columns.values - gap) / 2 : columns.bars;
  const panels = [
    panel(overNaive, 'over naive', { width, named: true }),
    panel(overBest, bestHeading, { width, named: !sideBySide }),
  ];
  const kernel = [...overNaive, ...overBest].some(bar => bar.kernel !== undefined);
  const software = overNaive.some(({ series }) => series.software);
  const subtitle = [
    'whiskers: 95 % interval',
    ...(kernel ? ['diamond: kernel time alone'] : []),
    ...(software ? ['hollow: software adapter, not a GPU'] : []),
  ].join('; ');
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    title: titled(`${subject.label} at size ${sizeLabel(size)}: speed-up, end to end`, subtitle, options),
    spacing: gap,
    ...(sideBySide ? { hconcat: panels } : { vconcat: panels }),
  };
}
