import type { TopLevelSpec } from 'vega-lite';
import { maximum } from '../../workload/extreme.ts';
import { type Crossover, comparisons, crossovers } from '../crossover.ts';
import { sizeLabel, tickDuration } from '../format.ts';
import { distinctSizes, type MeasuredPoint, measuredIn, type Phase, type Subject } from '../rows.ts';
import { seriesKey, seriesOf } from '../series.ts';
import { fontSizes, ink } from '../theme.ts';
import { type Axes, axes, lineLayers, lineRows } from './lines.ts';
import { type ChartOptions, type Layer, layered, sizeTitle, titled } from './parts.ts';
import { logScale, sizeTicks } from './scales.ts';

const plotHeight = 190;
const noteHeight = 11;

/** The crossover worth a mark: the offloaded variant that is fastest at the largest size, over the best CPU variant. */
function headline(found: readonly Crossover[], points: readonly MeasuredPoint[]): Crossover | undefined {
  const largest = maximum(points.map(({ size }) => size));
  const timeAtLargest = (crossover: Crossover) =>
    points.find(point => point.size === largest && seriesKey(point) === seriesKey(crossover))?.time.mid ?? Infinity;
  return [...found].sort((a, b) => Number(a.software) - Number(b.software) || timeAtLargest(a) - timeAtLargest(b))[0];
}

/** Two significant digits: the interpolation knows no more. */
const approximate = (size: number) => `≈ ${sizeLabel(Number(size.toPrecision(2)))}`;

/** That nothing overtook, and where it was last compared; empty where no offloaded variant met a CPU variant. */
function noCrossoverNote(subject: Subject, phase: Phase): string {
  const lasts = comparisons(subject.points, { baseline: 'best-cpu', phase }).flatMap(({ pairs }) => pairs.slice(-1));
  if (lasts.length === 0) return '';
  const sizes = [...new Set(lasts.map(({ size }) => size))].sort((a, b) => a - b).map(sizeLabel);
  const unknown = lasts.some(({ faster }) => faster === undefined) ? ' (fewer than three processes: no interval)' : '';
  return `no offloaded variant is surely faster than the best CPU variant at size ${sizes.join(' or ')}${unknown}`;
}

/** "webgpu-tuned is faster than simd-threads from ≈ 310 (between 256 and 512)" */
export function crossoverNote({ variant, software, baseline, sizeLow, sizeHigh, estimate }: Crossover): string {
  const who = `${variant}${software ? ' (software)' : ''} is faster than ${baseline}`;
  if (sizeLow === undefined) return `${who} at every size measured`;
  const between = `between ${sizeLabel(sizeLow)} and ${sizeLabel(sizeHigh)}`;
  return estimate === undefined ? `${who} from a size ${between}` : `${who} from ${approximate(estimate)} (${between})`;
}

/** The sizes between which a crossover lies, shaded; its estimate as a rule; a note above the data. */
function crossoverLayers(
  { sizeLow, sizeHigh, estimate }: Crossover,
  { onX }: Axes,
  [low, high]: readonly number[],
): Layer[] {
  if (sizeLow === undefined) return [];
  const at = estimate ?? sizeHigh;
  // The note hangs on the side where there is more room.
  const onTheRight = at * at < low! * high!;
  const data = {
    values: [{ from: sizeLow, to: sizeHigh, at, note: estimate ? `crossover ${approximate(estimate)}` : 'crossover' }],
  };
  return [
    {
      data,
      mark: { type: 'rect', color: ink.grid, opacity: 0.5 },
      encoding: { x: onX('from'), x2: { field: 'to' } },
    },
    ...(estimate === undefined
      ? []
      : [
          {
            data,
            mark: { type: 'rule' as const, strokeDash: [2, 2], stroke: ink.rule },
            encoding: { x: onX('at') },
          },
        ]),
    {
      data,
      mark: {
        type: 'text',
        align: onTheRight ? 'left' : 'right',
        dx: onTheRight ? 3 : -3,
        baseline: 'top',
        y: 2,
        fontSize: fontSizes.note,
        color: ink.muted,
      },
      encoding: { x: onX('at'), text: { field: 'note' } },
    },
  ];
}

/** Time against size, log–log: a line a variant, a band for the 95 % interval of the median, the crossover marked. */
export function timeOverSize(
  subject: Subject,
  { phase = 'end_to_end', ...options }: ChartOptions & { readonly phase?: Phase } = {},
): TopLevelSpec {
  const points = measuredIn(subject.points, phase);
  const series = seriesOf(points);
  const crossover = headline(crossovers(subject.points, { baseline: 'best-cpu', phase }), points);
  const subtitle = crossover ? crossoverNote(crossover) : noCrossoverNote(subject, phase);
  const sizes = distinctSizes(points);
  const x = logScale(sizes);
  const y = logScale(
    points.flatMap(({ time }) => [time.low, time.high]),
    crossover?.sizeLow === undefined ? 0 : (noteHeight + 3) / plotHeight,
  );
  const pair = axes(
    { title: sizeTitle(options), scale: { ...x, ticks: sizeTicks(sizes) }, label: sizeLabel },
    { title: phase === 'end_to_end' ? 'time, end to end' : `time, ${phase}`, scale: y, label: tickDuration },
  );
  const lines = [...series].map(([key, look]) => ({
    series: look,
    points: points.filter(point => seriesKey(point) === key).map(({ size, time }) => ({ x: size, y: time })),
  }));
  const layer: Layer[] = [
    ...(crossover ? crossoverLayers(crossover, pair, x.domain) : []),
    ...lineLayers([...series.values()], pair, options),
  ];
  const what = phase === 'end_to_end' ? 'end-to-end time' : `${phase} time`;
  const spec = layered(
    { title: titled(`${subject.label}: ${what} against size`, subtitle, options), layer, height: plotHeight },
    options,
  );
  return { ...spec, data: { values: lineRows(lines, tickDuration) } };
}
