import type { TopLevelSpec } from 'vega-lite';
import { maximum, minimum } from '../../workload/extreme.ts';
import { sizeLabel, tickPower } from '../format.ts';
import { distinctSizes, type Subject, type SummaryPoint } from '../rows.ts';
import { seriesKey, seriesOf } from '../series.ts';
import { ink } from '../theme.ts';
import { axes, lineLayers } from './lines.ts';
import { type ChartOptions, type Layer, layered, seriesFields, sizeTitle, titled } from './parts.ts';
import { logScale, sizeTicks } from './scales.ts';

const plotHeight = 170;

type WithError = SummaryPoint & { readonly maxAbsError: number };

/** One point a cell: the check's figures stand in every row of a cell; the end-to-end row, or any, will do. */
export function errorPoints(points: readonly SummaryPoint[]): WithError[] {
  const checked = points.filter(
    (point): point is WithError =>
      point.maxAbsError !== undefined && (point.status === 'ok' || point.status === 'incorrect'),
  );
  const preferred = checked.sort((a, b) => Number(b.phase === 'end_to_end') - Number(a.phase === 'end_to_end'));
  const cells = Map.groupBy(preferred, point => `${point.size}\n${seriesKey(point)}`);
  return [...cells.values()].map(([first]) => first!).sort((a, b) => a.size - b.size);
}

/** Smallest and largest tolerance of the variants at each size. */
function toleranceBand(points: readonly WithError[]) {
  return distinctSizes(points).flatMap(size => {
    const tolerances = points.flatMap(point => (point.size === size && point.tolerance ? [point.tolerance] : []));
    return tolerances.length === 0 ? [] : [{ size, low: minimum(tolerances), high: maximum(tolerances) }];
  });
}

/**
 * Largest absolute error against the reference over size, log–log, a line a variant, and the tolerance. An error of
 * exactly 0 has no place on a log scale: it stands on the floor of the plot, which is labelled so. What was incorrect
 * is crossed out.
 */
export function errorOverSize(subject: Subject, options: ChartOptions = {}): TopLevelSpec {
  const points = errorPoints(subject.points);
  const series = seriesOf(points);
  const sizes = distinctSizes(points);
  const band = toleranceBand(points);
  const x = logScale(sizes);
  const positive = [...points.map(({ maxAbsError }) => maxAbsError), ...band.flatMap(({ low, high }) => [low, high])];
  const exact = points.some(({ maxAbsError }) => maxAbsError === 0);
  const y = logScale(positive);
  const floor = exact ? y.domain[0] / (y.domain[1] / y.domain[0]) ** 0.09 : y.domain[0];
  const _yTicks = exact ? [floor, ...y.ticks] : y.ticks;
  const { onX, onY } = axes(
    { title: sizeTitle(options), scale: { ...x, ticks: sizeTicks(sizes) }, label: sizeLabel },
    {
      title: 'largest absolute error',
      scale: { domain: [floor, y.domain[1]], ticks: exact ? [floor, ...y.ticks] : y.ticks },
      label: tick => (exact && tick === floor ? '0 (exact)' : tickPower(tick)),
    },
  );
  const values = points.map(point => {
    const error = point.maxAbsError === 0 ? floor : point.maxAbsError;
    return {
      ...seriesFields(series.get(seriesKey(point))!),
      x: point.size,
      low: error,
      mid: error,
      high: error,
      joined: true,
      incorrect: point.status === 'incorrect',
    };
  });
  const layer: Layer[] = [];
  if (band.length > 0)
    layer.push(
      {
        data: { values: band },
        mark: { type: 'area', color: ink.grid, opacity: 0.6 },
        encoding: { x: onX('size'), y: onY('low'), y2: { field: 'high' } },
      },
      ...(['low', 'high'] as const).map(
        (end): Layer => ({
          data: { values: band },
          mark: { type: 'line', stroke: ink.rule, strokeWidth: 1.2 },
          encoding: { x: onX('size'), y: onY(end) },
        }),
      ),
    );
  layer.push(...lineLayers([...series.values()], { onX, onY }, options));
  const wrong = values.some(({ incorrect }) => incorrect);
  if (wrong)
    layer.push({
      transform: [{ filter: 'datum.incorrect' }],
      mark: { type: 'text', text: '✕', fontSize: 14, color: ink.alarm, fontWeight: 'bold' },
      encoding: { x: onX('x'), y: onY('mid') },
    });
  const grey = band.length > 0 ? '; grey: tolerances, strictest to widest' : '';
  const subtitle = `against a more precise reference${grey}${wrong ? '; ✕ incorrect' : ''}`;
  return {
    ...layered(
      { title: titled(`${subject.label}: error against size`, subtitle, options), layer, height: plotHeight },
      options,
    ),
    data: { values },
  };
}
