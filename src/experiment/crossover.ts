import { type Compared, type Crossover, comparisons, crossoverOf } from '../report/crossover.ts';
import { sizeLabel } from '../report/format.ts';
import { type Subject, subjectsOf } from '../report/rows.ts';
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
  {
    name: 'faster',
    kind: 'flag',
    meaning:
      'whether the variant is surely faster at the largest size that both were measured at; empty where there is none, or no interval',
  },
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
      (['end_to_end', 'kernel'] as const).flatMap(phase =>
        comparisons(subject.points, { baseline, phase }).map(compared => {
          const crossed = crossoverOf(compared);
          return {
            ...seriesRow(subject, compared),
            baseline,
            phase,
            faster: compared.pairs.at(-1)?.faster,
            size_low: crossed?.sizeLow,
            size_high: crossed?.sizeHigh,
            size_estimate: crossed?.estimate,
          };
        }),
      ),
    ),
  );
  return { name: 'crossover.csv', columns, rows };
}

/** From which size the adapter's variants pay against the best CPU variant; one sentence a workload. */
export function crossoverSentences(summary: readonly CsvRow[]): Sentence[] {
  return subjectsOf(summary).flatMap(subject => {
    const offloaded = comparisons(subject.points, { baseline: 'best-cpu' });
    if (offloaded.length === 0) return [];
    const found = offloaded.flatMap(compared => crossoverOf(compared) ?? []);
    const text = found.length > 0 ? found.map(pays(subject)).join(' ') : paysNot(subject, offloaded);
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

/** What may be said where no variant is known to be faster: about the sizes that both sides were measured at, no more. */
function paysNot({ label }: Subject, offloaded: readonly Compared[]): string {
  const compared = offloaded.filter(({ pairs }) => pairs.length > 0);
  if (compared.length === 0)
    return `${label}: no CPU variant was measured at a size that an offloaded variant was measured at, so nothing is known about what offloading gains.`;
  const lasts = compared.flatMap(({ variant, pairs }) => pairs.slice(-1).map(pair => ({ variant, ...pair })));
  const sizes = new Set(lasts.map(({ size }) => size));
  const where =
    sizes.size === 1
      ? sizeLabel(lasts[0]?.size ?? 0)
      : lasts.map(({ variant, size }) => `${variant}: ${sizeLabel(size)}`).join(', ');
  const before = compared.flatMap(({ variant, pairs }) => {
    const faster = pairs.filter(pair => pair.faster === true).map(({ size }) => sizeLabel(size));
    return faster.length > 0 ? [`${variant} is at size ${faster.join(', ')}`] : [];
  });
  const remarks = [
    ...(lasts.some(({ faster }) => faster === undefined) ? ['fewer than three processes give no interval'] : []),
    ...before,
    ...(compared.some(({ ranOn }) => ranOn === 'software-adapter')
      ? ['the adapter here is a software one, so nothing follows for a GPU']
      : []),
  ];
  return `${label}: no offloaded variant is surely faster end to end than the best CPU variant at the largest size that both were measured at (${where})${remarks.map(remark => `; ${remark}`).join('')}.`;
}
