import { batching } from '../report/charts/batching.ts';
import { duration, significant } from '../report/format.ts';
import { type Subject, subjectsOf } from '../report/rows.ts';
import type { Sentence } from '../report/sentence.ts';
import type { Column } from '../results/schema.ts';
import type { Analysis, Results } from './define.ts';
import { type AffineFit, fitAffine } from './fit.ts';
import { subjectName } from './names.ts';
import { seriesColumns, seriesRow, type TimeSeries, timeSeries } from './series.ts';

const columns: readonly Column[] = [
  ...seriesColumns,
  { name: 'fixed_ns', kind: 'number', meaning: 'cost of a call that does not depend on the batch' },
  { name: 'per_item_ns', kind: 'number', meaning: 'cost of each item' },
  { name: 'half_size', kind: 'number', meaning: 'batch at which half of the asymptotic rate is reached (n½)' },
  { name: 'worst_deviation', kind: 'number', meaning: 'largest |fit − median| / median' },
  { name: 'sizes', kind: 'integer', meaning: 'batches that the fit stands on' },
];

type Fitted = TimeSeries & { readonly fit: AffineFit };

/** Time per item against batch, and the fixed cost that batching spreads. */
export function analyseBatching({ summary, plan, machine }: Results): Analysis {
  const subjects = subjectsOf(summary).map(subject => {
    const fits = timeSeries(subject).flatMap((series): Fitted[] => {
      const fit = fitAffine(series.points);
      return fit ? [{ ...series, fit }] : [];
    });
    const item = plan.find(({ workload }) => workload === subject.workload)?.work.itemUnit ?? 'item';
    return { subject, fits, item };
  });
  return {
    tables: [
      {
        name: 'batching.csv',
        columns,
        rows: subjects.flatMap(({ subject, fits }) =>
          fits.map(series => ({
            ...seriesRow(subject, series),
            fixed_ns: series.fit.fixedNs,
            per_item_ns: series.fit.perItemNs,
            half_size: series.fit.halfSize,
            worst_deviation: series.fit.worstDeviation,
            sizes: series.points.length,
          })),
        ),
      },
    ],
    charts: subjects.map(({ subject }) => ({
      name: `${subjectName(subject)}-batching`,
      workload: subject.workload,
      title: `${subject.label}: time per item against batch`,
      caption: `${subject.label}, median end-to-end time of a call divided by its batch; bands: 95 % interval. Machine: ${machine}.`,
      spec: batching(subject.label, perItem(subject), { item: subject.workload === 'cnn' ? 'image' : 'trajectory' }),
    })),
    sentences: subjects.flatMap(({ subject, fits, item }) => sentenceOf(subject, fits, item)),
  };
}

const perItem = (subject: Subject) =>
  timeSeries(subject).flatMap(({ variant, device, ranOn, points }) =>
    points.map(({ x, ns, low, high }) => ({
      variant,
      device,
      ranOn,
      batch: x,
      perItem: { low: low / x, mid: ns / x, high: high / x },
    })),
  );

function sentenceOf(subject: Subject, fits: readonly Fitted[], item: string): Sentence[] {
  const offloaded = fits.filter(({ fit }) => fit.fixedNs > 0).sort((a, b) => b.fit.halfSize - a.fit.halfSize)[0];
  if (!offloaded) return [];
  const { variant, software, fit } = offloaded;
  const text = `${subject.label}: a call of ${variant}${software ? ' (software adapter)' : ''} costs ${duration(fit.fixedNs)} before its first ${item} and reaches half of its rate at a batch of ${significant(fit.halfSize, 2)}.`;
  return [{ workload: subject.workload, parameters: subject.parameters, text }];
}
