import type { Phase } from '../measure/phases.ts';
import { isBelievable, type MeasuredPoint, measuredIn, type Subject } from '../report/rows.ts';
import type { Column, CsvRow } from '../results/schema.ts';
import type { TimePoint } from './fit.ts';

/** The steady, correct times of one variant on one device, ascending by size; none that its device cannot have. */
export interface TimeSeries {
  readonly variant: string;
  readonly device: string;
  readonly software: boolean;
  readonly ranOn: MeasuredPoint['ranOn'];
  readonly points: readonly TimePoint[];
}

export function timeSeries(subject: Subject, phase: Phase = 'end_to_end'): TimeSeries[] {
  const points = measuredIn(subject.points, phase).filter(isBelievable);
  const groups = Map.groupBy(points, ({ variant, device }) => `${variant}\n${device}`);
  return [...groups.values()].map(own => {
    const [{ variant, device, ranOn }] = own as [MeasuredPoint];
    const times = own.map(({ size, time: { mid, ...ends } }) => ({ x: size, ns: mid, ...ends }));
    times.sort((a, b) => a.x - b.x);
    return { variant, device, ranOn, software: ranOn === 'software-adapter', points: times };
  });
}

/** The columns that say what a row of an experiment's own table is about. */
export const seriesColumns: readonly Column[] = [
  { name: 'workload', kind: 'text', meaning: 'what is computed' },
  { name: 'parameters', kind: 'text', meaning: 'other axes' },
  { name: 'variant', kind: 'text', meaning: 'which implementation' },
  { name: 'device', kind: 'text', meaning: 'where it ran' },
  { name: 'ran_on', kind: 'text', meaning: 'cpu, software-adapter or gpu' },
];

export const seriesRow = (
  { workload, parameters }: Subject,
  { variant, device, ranOn }: Pick<TimeSeries, 'variant' | 'device' | 'ranOn'>,
): CsvRow => ({ workload, parameters, variant, device, ran_on: ranOn });
