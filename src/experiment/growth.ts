import { growthFit } from '../report/charts/growth-fit.ts';
import { duration, significant } from '../report/format.ts';
import { type Subject, subjectsOf } from '../report/rows.ts';
import type { Sentence } from '../report/sentence.ts';
import type { Column } from '../results/schema.ts';
import type { Analysis, Results } from './define.ts';
import { fitPower, ladder, type PowerFit, quotableDeviation } from './fit.ts';
import { subjectName } from './names.ts';
import { seriesColumns, seriesRow, type TimeSeries, timeSeries } from './series.ts';

const columns: readonly Column[] = [
  ...seriesColumns,
  { name: 'fixed_ns', kind: 'number', meaning: 'the part of the time that does not grow' },
  { name: 'factor_ns', kind: 'number', meaning: 'factor of n^exponent' },
  { name: 'exponent', kind: 'number', meaning: 'exponent of the growth' },
  {
    name: 'exponent_low',
    kind: 'number',
    meaning: 'lower end of its 95 % interval, from the intervals of the times; empty where a time has none',
  },
  { name: 'exponent_high', kind: 'number', meaning: 'upper end' },
  { name: 'worst_deviation', kind: 'number', meaning: 'largest |fit − median| / median' },
  { name: 'sizes', kind: 'integer', meaning: 'sizes that the fit stands on' },
];

type Fitted = TimeSeries & { readonly fit: PowerFit };

const fitted = (subject: Subject): Fitted[] =>
  timeSeries(subject).flatMap(series => {
    const fit = fitPower(series.points);
    return fit ? [{ ...series, fit }] : [];
  });

/** Fits the growth of every variant, tabulates and draws it. */
export function analyseGrowth({ summary, machine }: Results): Analysis {
  const subjects = subjectsOf(summary).map(subject => ({ subject, fits: fitted(subject) }));
  return {
    tables: [
      {
        // `growth.csv` is the trace's: work and span by size, not times.
        name: 'time-growth.csv',
        columns,
        rows: subjects.flatMap(({ subject, fits }) =>
          fits.map(series => ({
            ...seriesRow(subject, series),
            fixed_ns: series.fit.fixedNs,
            factor_ns: series.fit.factorNs,
            exponent: series.fit.exponent,
            exponent_low: series.fit.exponentInterval?.low,
            exponent_high: series.fit.exponentInterval?.high,
            worst_deviation: series.fit.worstDeviation,
            sizes: series.points.length,
          })),
        ),
      },
    ],
    charts: subjects
      .filter(({ fits }) => fits.length > 0)
      .map(({ subject, fits }) => ({
        name: `${subjectName(subject)}-growth`,
        workload: subject.workload,
        title: `${subject.label}: growth of the end-to-end time`,
        caption: `${subject.label}, median end-to-end time against size with the law fixed + factor·n^exponent fitted by relative least squares. Machine: ${machine}.`,
        spec: growthFit(subject, fits.map(curveOf)),
      })),
    sentences: subjects.flatMap(({ subject, fits }) => sentenceOf(subject, fits)),
  };
}

function curveOf({ variant, device, points, fit }: Fitted) {
  const [first, last] = [points[0]?.x ?? 1, points.at(-1)?.x ?? 1];
  return {
    variant,
    device,
    formula: `n^${fit.exponent.toFixed(2)}${fit.fixedNs > 0 ? ` + ${duration(fit.fixedNs)}` : ''}`,
    curve: ladder(first, last, 24).map(size => ({ size, ns: fit.fixedNs + fit.factorNs * size ** fit.exponent })),
  };
}

function sentenceOf(subject: Subject, fits: readonly Fitted[]): Sentence[] {
  const naive = fits.find(({ variant }) => variant === 'naive');
  if (!naive) return [];
  const { exponent, exponentInterval, worstDeviation } = naive.fit;
  const interval = exponentInterval
    ? `95 % interval ${exponentInterval.low.toFixed(2)} to ${exponentInterval.high.toFixed(2)}`
    : 'no interval: it takes three processes';
  const fixed = fits
    .filter(({ fit }) => fit.fixedNs > 0 && fit.worstDeviation <= quotableDeviation)
    .sort((a, b) => b.fit.fixedNs - a.fit.fixedNs)[0];
  const text = `${subject.label}: naive grows as n^${exponent.toFixed(2)} (${interval}, largest deviation ${significant(100 * worstDeviation, 2)} %)${
    fixed ? `; the largest fixed cost is that of ${fixed.variant}, ${duration(fixed.fit.fixedNs)} a call` : ''
  }.`;
  return [{ workload: subject.workload, parameters: subject.parameters, text }];
}
