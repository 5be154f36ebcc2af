import { batching } from '../report/charts/batching.ts';
import { duration, percent, significant } from '../report/format.ts';
import { type Subject, subjectsOf } from '../report/rows.ts';
import type { Sentence } from '../report/sentence.ts';
import type { PlannedGroup } from '../results/manifest.ts';
import type { Column } from '../results/schema.ts';
import { UsageError } from '../workload/load.ts';
import { formatParameters } from '../workload/parameters.ts';
import type { Analysis, Results } from './define.ts';
import { type AffineFit, fitAffine, quotableDeviation } from './fit.ts';
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

/** What a batch is made of, by workload and, where the meaning of its size hangs on them, its parameters. */
const batchItems: readonly { workload: string; parameters?: string; item: string }[] = [
  { workload: 'cnn', item: 'image' },
  { workload: 'ode', parameters: 'problem=lorenz-ensemble', item: 'trajectory' },
];

const itemOf = (workload: string, parameters: string): string | undefined =>
  batchItems.find(each => each.workload === workload && (each.parameters ?? parameters) === parameters)?.item;

/**
 * The plan, if every size in it is a number of items that are independent of each other.
 * @throws UsageError that names what else was asked for
 */
export function onlyBatches(plan: readonly PlannedGroup[]): PlannedGroup[] {
  const other = plan.find(({ workload, parameters }) => itemOf(workload, formatParameters(parameters)) === undefined);
  if (!other) return [...plan];
  const name = [other.workload, formatParameters(other.parameters)].join(' ').trim();
  const known = batchItems.map(
    ({ workload, parameters, item }) => `${[workload, parameters ?? ''].join(' ').trim()} (one ${item} a unit of size)`,
  );
  throw new UsageError(
    `batching: the size of ${name}${other.sizeMeaning === '' ? '' : ` (${other.sizeMeaning})`} is no batch, so a time per item would mean nothing. Choose among: ${known.join(', ')}.`,
  );
}

type Fitted = TimeSeries & { readonly fit: AffineFit };

/** Time per item against batch, and the fixed cost that batching spreads. */
export function analyseBatching({ summary, machine }: Results): Analysis {
  const subjects = subjectsOf(summary).flatMap(subject => {
    const item = itemOf(subject.workload, subject.parameters);
    if (item === undefined) return [];
    const fits = timeSeries(subject).flatMap((series): Fitted[] => {
      const fit = fitAffine(series.points);
      return fit ? [{ ...series, fit }] : [];
    });
    return [{ subject, fits, item }];
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
    charts: subjects.map(({ subject, item }) => ({
      name: `${subjectName(subject)}-batching`,
      workload: subject.workload,
      title: `${subject.label}: time per ${item} against batch`,
      caption: `${subject.label}, median end-to-end time of a call divided by its batch; bands: 95 % interval. Machine: ${machine}.`,
      spec: batching(subject.label, perItem(subject), { item }),
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

/** The offloaded variant whose launch takes the largest batch to pay, among those whose times the law describes. */
function sentenceOf(subject: Subject, fits: readonly Fitted[], item: string): Sentence[] {
  const offloaded = fits.filter(({ ranOn }) => ranOn !== 'cpu');
  if (offloaded.length === 0) return [];
  const described = offloaded.filter(({ fit }) => fit.fixedNs > 0 && fit.worstDeviation <= quotableDeviation);
  const most = described.sort((a, b) => b.fit.halfSize - a.fit.halfSize)[0];
  const text = most
    ? launchOf(most, item)
    : `no offloaded variant's times follow fixed + per ${item}·n to within ${percent(quotableDeviation)} with a fixed cost above 0`;
  return [{ workload: subject.workload, parameters: subject.parameters, text: `${subject.label}: ${text}.` }];
}

const launchOf = ({ variant, software, fit }: Fitted, item: string): string =>
  `a call of ${variant}${software ? ' (software adapter)' : ''} costs ${duration(fit.fixedNs)} before its first ${item} and reaches half of its rate at a batch of ${significant(fit.halfSize, 2)} (largest deviation of the fit ${percent(fit.worstDeviation)})`;
