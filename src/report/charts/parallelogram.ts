import type { TopLevelSpec } from 'vega-lite';
import { count, significant } from '../format.ts';
import { ink } from '../theme.ts';
import { type ChartOptions, type Layer, layered, titled } from './parts.ts';

/** Operations per level of a run's dependence graph, in groups of equally many levels. */
export interface Parallelogram {
  readonly target: string;
  readonly work: number;
  readonly span: number;
  readonly levelsEach: number;
  readonly operations: readonly number[];
}

const plotHeight = 150;
/** Thousands set apart as in all other numbers of ours. */
const grouped = "replace(format(datum.value, ',~f'), /,/g, '\u202f')";

/**
 * The parallelogram of a run: levels of the dependence graph on x, operations that are ready at each on y, both linear,
 * so that the area is the work and the length the span; the dashed height is their ratio, the parallelism.
 *
 * @throws RangeError where the area is not the work: such a picture would lie
 */
export function parallelogram(run: Parallelogram, options: ChartOptions = {}): TopLevelSpec {
  const { work, span, levelsEach, operations } = run;
  const area = operations.reduce((sum, each) => sum + each, 0);
  if (area !== work) throw new RangeError(`the levels hold ${area} operations, the run has ${work}`);
  const steps = operations.map((each, k) => {
    const to = Math.min(span, (k + 1) * levelsEach);
    return { from: k * levelsEach, to, width: each / (to - k * levelsEach), zero: 0 };
  });
  const mean = work / span;
  const x = {
    type: 'quantitative' as const,
    scale: { domain: [0, span], nice: false },
    axis: { title: 'level of the dependence graph', grid: false, labelExpr: grouped, tickCount: 6, tickMinStep: 1 },
  };
  const top = Math.max(...steps.map(({ width }) => width));
  const y = {
    type: 'quantitative' as const,
    scale: { domain: [0, top * 1.08], nice: false },
    axis: { title: 'operations ready', tickCount: 5, labelExpr: grouped },
  };
  const layer: Layer[] = [
    {
      mark: {
        type: 'rect',
        fill: '#0a4fbb',
        fillOpacity: 0.55,
        stroke: '#0a4fbb',
        strokeWidth: operations.length <= 60 ? 0.5 : 0.1,
      },
      encoding: { x: { field: 'from', ...x }, x2: { field: 'to' }, y: { field: 'width', ...y }, y2: { field: 'zero' } },
    },
    {
      data: { values: [{ mean }] },
      mark: { type: 'rule', strokeDash: [4, 3], stroke: ink.text, strokeWidth: 1 },
      encoding: { y: { field: 'mean', ...y } },
    },
  ];
  const steppedBy = levelsEach > 1 ? `; ${count(levelsEach)} levels to a step` : '';
  const subtitle = `area: work ${count(work)}; length: span ${count(span)}; dashed: parallelism ${significant(mean)}${steppedBy}`;
  return {
    ...layered(
      { title: titled(`${run.target}: operations per level`, subtitle, options), layer, height: plotHeight },
      options,
    ),
    data: { values: steps },
  };
}
