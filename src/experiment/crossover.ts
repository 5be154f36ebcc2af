import { type Crossover, crossovers } from '../report/crossover.ts';
import { sizeLabel } from '../report/format.ts';
import { measuredIn, type Subject, subjectsOf } from '../report/rows.ts';
import type { Sentence } from '../report/sentence.ts';
import type { Column, CsvRow } from '../results/schema.ts';
import type { Table } from './define.ts';
import { seriesColumns, seriesRow } from './series.ts';

const columns: readonly Column[] = [
  ...seriesColumns,
  {
    name: 'baseline',
    kind: 'text',
    meaning: 'naive, or best-cpu: the fastest CPU variant on any number of cores at each size',
  },
  { name: 'phase', kind: 'text', meaning: 'end_to_end, or kernel: device timestamps against the baseline end to end' },
  { name: 'faster', kind: 'flag', meaning: 'whether the variant is surely faster at the largest size measured' },
  {
    name: 'size_low',
    kind: 'integer',
    meaning: 'largest measured size at which it is not surely faster; empty where it is at all',
  },
  { name: 'size_high', kind: 'integer', meaning: 'smallest measured size from which on it is surely faster' },
  { name: 'size_estimate', kind: 'number', meaning: 'where the medians cross, interpolated log–log between the two' },
];

/** `crossover.csv`: one row a variant, baseline and phase, also where the variant never overtakes. */
export function crossoverTable(summary: readonly CsvRow[]): Table {
  const rows = subjectsOf(summary).flatMap(subject =>
    (['naive', 'best-cpu'] as const).flatMap(baseline =>
      (['end_to_end', 'kernel'] as const).flatMap(phase => {
        const found = crossovers(subject.points, { baseline, phase });
        return seriesOf(subject, phase)
          .filter(({ variant, ranOn }) => (baseline === 'naive' ? variant !== 'naive' : ranOn !== 'cpu'))
          .map(point => {
            const crossed = found.find(({ variant, device }) => variant === point.variant && device === point.device);
            return {
              ...seriesRow(subject, point),
              baseline,
              phase,
              faster: crossed !== undefined,
              size_low: crossed?.sizeLow,
              size_high: crossed?.sizeHigh,
              size_estimate: crossed?.estimate,
            };
          });
      }),
    ),
  );
  return { name: 'crossover.csv', columns, rows };
}

const seriesOf = (subject: Subject, phase: 'end_to_end' | 'kernel') => [
  ...new Map(measuredIn(subject.points, phase).map(point => [`${point.variant} ${point.device}`, point])).values(),
];

/** From which size the adapter's best variant pays against the best CPU variant; one sentence a workload. */
export function crossoverSentences(summary: readonly CsvRow[]): Sentence[] {
  return subjectsOf(summary).flatMap(subject => {
    const offloaded = seriesOf(subject, 'end_to_end').filter(({ ranOn }) => ranOn !== 'cpu');
    if (offloaded.length === 0) return [];
    const found = crossovers(subject.points, { baseline: 'best-cpu' });
    const text = found.length > 0 ? found.map(pays(subject)).join(' ') : neverPays(subject);
    return [{ workload: subject.workload, parameters: subject.parameters, text }];
  });
}

const pays =
  (subject: Subject) =>
  ({ variant, software, sizeLow, sizeHigh, baseline }: Crossover): string => {
    const from =
      sizeLow === undefined
        ? `at every size measured (from ${sizeLabel(sizeHigh)})`
        : `from a size between ${sizeLabel(sizeLow)} and ${sizeLabel(sizeHigh)}`;
    return `${subject.label}: ${variant}${software ? ' on a software adapter' : ''} is faster end to end than the best CPU variant (${baseline}) ${from}.`;
  };

function neverPays(subject: Subject): string {
  const points = measuredIn(subject.points, 'end_to_end');
  const largest = Math.max(...points.map(({ size }) => size));
  const software = points.some(({ ranOn }) => ranOn === 'software-adapter');
  return `${subject.label}: up to size ${sizeLabel(largest)} no WebGPU variant is faster end to end than the best CPU variant${software ? '; the adapter here is a software one, so nothing follows for a GPU' : ''}.`;
}
