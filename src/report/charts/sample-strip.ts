import type { TopLevelSpec } from 'vega-lite';
import type { CsvRow } from '../../results/schema.ts';
import { maximum } from '../../workload/extreme.ts';
import { sizeLabel, tickDuration } from '../format.ts';
import { measuredIn, type Subject } from '../rows.ts';
import { seriesKey, seriesOf } from '../series.ts';
import { config, ink } from '../theme.ts';
import { barColumns, nameAxis } from './bars.ts';
import { type ChartOptions, innerWidth, titled } from './parts.ts';
import { labelExpression, logScale } from './scales.ts';

/** Height of a variant's strip: room for its processes above each other. */
const stripStep = 22;

/**
 * Every steady end-to-end sample of a subject at one size, as it was measured: a strip a variant, in it a line a process, in
 * order from the top; a rule at the median over processes. What a median hides (two modes, drift, one slow process) is
 * seen here.
 *
 * @param samples rows of samples.csv; those of other subjects and sizes are left out
 */
export function sampleStrip(
  subject: Subject,
  samples: readonly CsvRow[],
  { size, ...options }: ChartOptions & { readonly size: number },
): TopLevelSpec {
  const points = measuredIn(subject.points, 'end_to_end').filter(point => point.size === size);
  const looks = [...seriesOf(points)];
  const own = samples.filter(
    row =>
      row.workload === subject.workload &&
      (row.parameters ?? '') === subject.parameters &&
      row.size === size &&
      row.phase === 'end_to_end' &&
      row.regime === 'steady',
  );
  const lanes = 1 + Math.max(0, maximum(own.map(row => Number(row.process))));
  const values = looks.flatMap(([key, look]) => {
    const { variant } = points.find(point => seriesKey(point) === key)!;
    return own
      .filter(row => row.variant === variant)
      .map(row => ({
        label: look.label,
        colour: look.colour,
        x: Number(row.time_ns),
        lane: Number(row.process),
        said: `${tickDuration(Number(row.time_ns))} in process ${row.process}`,
      }));
  });
  const medians = looks.map(([key, look]) => ({
    label: look.label,
    x: points.find(point => seriesKey(point) === key)!.time.mid,
  }));
  const scale = logScale(values.map(({ x }) => x));
  const rows = looks.map(([, look]) => ({ label: look.label }));
  const { bars: width } = barColumns(
    rows.map(({ label }) => label),
    [],
    innerWidth(options),
  );
  const x = {
    field: 'x',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, domain: [...scale.domain], nice: false },
    axis: {
      title: 'time of one call, end to end (log scale)',
      values: [...scale.ticks],
      labelExpr: labelExpression(scale.ticks, tickDuration),
      labelOverlap: true,
    },
  };
  const y = nameAxis(rows);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    title: titled(
      `${subject.label} at size ${sizeLabel(size)}: every sample`,
      `${values.length} samples; a line a process; rule: median over processes`,
      options,
    ),
    data: { values },
    width,
    height: rows.length * stripStep,
    layer: [
      {
        mark: { type: 'point', shape: 'circle', filled: true, size: 5, opacity: 0.55 },
        encoding: {
          y,
          x,
          yOffset: { field: 'lane', type: 'quantitative', scale: { domain: [-1, lanes] } },
          fill: { field: 'colour', type: 'nominal', scale: null, legend: null },
          tooltip: [
            { field: 'label', title: 'variant' },
            { field: 'said', title: 'sample' },
          ],
        },
      },
      {
        data: { values: medians },
        mark: { type: 'tick', color: ink.text, thickness: 1.2, size: stripStep * 0.8 },
        encoding: { y, x },
      },
    ],
  };
}
