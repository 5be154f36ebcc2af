import { type Estimate, verdictOf } from '../measure/statistics.ts';
import { plusMinus, significant, sizeLabel } from '../report/format.ts';
import { distinctSizes, isBelievable, type MeasuredPoint, type Subject, subjectsOf } from '../report/rows.ts';
import type { Sentence } from '../report/sentence.ts';
import type { Column, CsvRow } from '../results/schema.ts';
import type { Cell } from './cell.ts';
import type { Table } from './define.ts';
import { inScope, isPeer, placeKey, ratioOf, type Scope, scopes } from './pairing.ts';

type Cells = ReadonlyMap<string, Cell>;

const subjectColumns: readonly Column[] = [
  { name: 'workload', kind: 'text', meaning: 'what is computed' },
  { name: 'parameters', kind: 'text', meaning: 'other axes' },
  { name: 'size', kind: 'integer', meaning: 'size' },
];

const ratioColumns: readonly Column[] = [
  { name: 'ratio', kind: 'number', meaning: 'time of the one over time of the other: above 1 the other is faster' },
  { name: 'ratio_low', kind: 'number', meaning: '95 % interval' },
  { name: 'ratio_high', kind: 'number', meaning: '95 % interval' },
  { name: 'verdict', kind: 'text', meaning: 'FAST, SLOW, SAME or AMBIGUOUS' },
  { name: 'processes', kind: 'integer', meaning: 'processes in which both were measured' },
];

const ratioFields = ({ ratio, processes }: { ratio: Estimate; processes: number }): CsvRow => ({
  ratio: ratio.value,
  ratio_low: ratio.low,
  ratio_high: ratio.high,
  verdict: verdictOf(ratio),
  processes,
});

/** Each of our variants over every peer, and over `tuned`, on the same device: not the fastest only. */
export function rungTable(summary: readonly CsvRow[], cells: Cells): Table {
  return {
    name: 'rungs.csv',
    columns: [
      ...subjectColumns,
      { name: 'device', kind: 'text', meaning: 'where both ran' },
      { name: 'scope', kind: 'text', meaning: 'end to end, or device only (kernel, else dispatch, else compute)' },
      { name: 'over', kind: 'text', meaning: 'the peer, or `tuned`' },
      { name: 'ours', kind: 'text', meaning: 'our variant' },
      ...ratioColumns,
      { name: 'bound_share', kind: 'number', meaning: 'share of its bound that our variant reaches' },
      { name: 'bound_by', kind: 'text', meaning: 'what that bound is' },
    ],
    rows: subjectsOf(summary).flatMap(subject =>
      sized(subject).flatMap(({ size, scope, points }) =>
        points
          .filter(({ variant }) => isPeer(variant) || variant === 'tuned')
          .flatMap(over =>
            points
              .filter(ours => !isPeer(ours.variant) && ours.variant !== over.variant)
              .filter(ours => placeKey(ours) === placeKey(over))
              .flatMap(ours => rungRow(subject, { size, scope, over, ours }, cells)),
          ),
      ),
    ),
  };
}

interface Pair {
  readonly size: number;
  readonly scope: Scope;
  readonly over: MeasuredPoint;
  readonly ours: MeasuredPoint;
}

function rungRow({ workload, parameters }: Subject, { size, scope, over, ours }: Pair, cells: Cells): CsvRow[] {
  const found = ratioOf(cells, over, ours);
  if (!found) return [];
  const { variant, device, boundShare, boundBy } = ours;
  return [
    {
      ...{ workload, parameters, size, device, scope, over: over.variant, ours: variant },
      ...ratioFields(found),
      bound_share: boundShare,
      bound_by: boundBy,
    },
  ];
}

const sized = (subject: Subject) =>
  distinctSizes(subject.points).flatMap(size =>
    (Object.keys(scopes) as Scope[]).map(scope => ({ size, scope, points: inScope(subject, size, scope) })),
  );

/** Variants that are the same kernel on one core and on all. */
const teams = { simd: 'simd-threads', tuned: 'threads' } as const;

interface Team {
  readonly subject: Subject;
  readonly size: number;
  readonly one: string;
  readonly all: string;
  readonly found: { readonly ratio: Estimate; readonly processes: number };
  /** What all cores could gain: the bound of one core over that of all. */
  readonly ceiling: number | undefined;
}

function teamsOf(summary: readonly CsvRow[], cells: Cells): Team[] {
  return subjectsOf(summary).flatMap(subject =>
    sized(subject)
      .filter(({ scope }) => scope === 'device only')
      .flatMap(({ size, points }) =>
        Object.entries(teams).flatMap(([one, all]): Team[] => {
          const [alone, together] = [one, all].map(name =>
            points.find(point => point.variant === name && isBelievable(point)),
          );
          const found = alone && together && ratioOf(cells, alone, together);
          return found ? [{ subject, size, one, all, found, ceiling: ceilingOf(alone, together) }] : [];
        }),
      ),
  );
}

/** A bound is its share of the time; bounds by different things have no ratio. */
function ceilingOf(one: MeasuredPoint, all: MeasuredPoint): number | undefined {
  if (one.boundShare === undefined || all.boundShare === undefined || one.boundBy !== all.boundBy) return undefined;
  return (one.boundShare * one.time.mid) / (all.boundShare * all.time.mid);
}

/** What all cores gain over one with the same kernel, beside what the probe gained on the same resource. */
export function teamTable(summary: readonly CsvRow[], cells: Cells): Table {
  return {
    name: 'teams.csv',
    columns: [
      ...subjectColumns,
      { name: 'one', kind: 'text', meaning: 'the variant on one core' },
      { name: 'all', kind: 'text', meaning: 'the same kernel on all cores' },
      ...ratioColumns,
      { name: 'ceiling_ratio', kind: 'number', meaning: "bound of one core over bound of all: the probe's own gain" },
      { name: 'share', kind: 'number', meaning: 'ratio / ceiling_ratio' },
    ],
    rows: teamsOf(summary, cells).map(({ subject, size, one, all, found, ceiling }) => ({
      ...{ workload: subject.workload, parameters: subject.parameters, size, one, all },
      ...ratioFields(found),
      ceiling_ratio: ceiling,
      share: ceiling === undefined ? undefined : found.ratio.value / ceiling,
    })),
  };
}

export const teamSentences = (summary: readonly CsvRow[], cells: Cells): Sentence[] =>
  teamsOf(summary, cells).flatMap(({ subject, size, one, all, found: { ratio }, ceiling }) => {
    const { value, low, high } = ratio;
    if (ceiling === undefined || low === undefined || high === undefined || one !== 'simd') return [];
    const { workload, parameters, label } = subject;
    const gain = `gain a factor of ${plusMinus({ low, mid: value, high })} over one (${one})`;
    const share = `${significant((100 * value) / ceiling, 2)} % of the probe's ${significant(ceiling, 3)}`;
    const text = `${label} ${sizeLabel(size)}: all cores (${all}) ${gain}, ${share}.`;
    return [{ workload, parameters, text }];
  });
