import type { Phase } from '../measure/phases.ts';
import { type TransferPoint, transferBandwidth, transferTime } from '../report/charts/transfer-cost.ts';
import { duration, significant } from '../report/format.ts';
import { measuredIn, type SummaryPoint, subjectsOf } from '../report/rows.ts';
import type { PlannedGroup } from '../results/manifest.ts';
import type { Analysis, Results } from './define.ts';
import { fitAffine } from './fit.ts';

const columns = [
  { name: 'kind', kind: 'text', meaning: 'what was timed' },
  { name: 'variant', kind: 'text', meaning: 'which implementation' },
  { name: 'device', kind: 'text', meaning: 'where it ran' },
  { name: 'ran_on', kind: 'text', meaning: 'software-adapter or gpu' },
  { name: 'bytes', kind: 'integer', meaning: 'bytes moved over the bus; for dispatches, bytes of the arrays' },
  { name: 'time_median_ns', kind: 'number', meaning: 'median' },
  { name: 'time_median_low_ns', kind: 'number', meaning: 'lower end of its 95 % interval' },
  { name: 'time_median_high_ns', kind: 'number', meaning: 'upper end' },
  { name: 'bandwidth_gb_per_s', kind: 'number', meaning: 'bytes over median' },
] as const;

const fitColumns = [
  { name: 'kind', kind: 'text', meaning: 'what was timed' },
  { name: 'device', kind: 'text', meaning: 'where it ran' },
  { name: 'latency_ns', kind: 'number', meaning: 'time of moving nothing, from the fit' },
  { name: 'bandwidth_gb_per_s', kind: 'number', meaning: 'asymptotic bandwidth, from the fit' },
  { name: 'half_bytes', kind: 'number', meaning: 'bytes at which half of that bandwidth is reached' },
  { name: 'worst_deviation', kind: 'number', meaning: 'largest |fit − median| / median' },
] as const;

/** What is timed where: the phase, the residency, and how many bytes of the work model it moves. */
const kinds: readonly { kind: string; phase: Phase; residency: string; bytes: (group: PlannedGroup) => number }[] = [
  { kind: 'upload', phase: 'upload', residency: 'resident', bytes: ({ work }) => work.bytesToDevice },
  { kind: 'readback', phase: 'readback', residency: 'resident', bytes: ({ work }) => work.bytesFromDevice },
  { kind: '8 rounds, resident', phase: 'dispatch', residency: 'resident', bytes: ({ work }) => work.bytesToDevice },
  { kind: '8 round trips', phase: 'dispatch', residency: 'round-trip', bytes: ({ work }) => work.bytesToDevice },
];

type Transfer = TransferPoint & { readonly variant: string; readonly device: string; readonly ranOn: string };

function transfersOf({ summary, plan }: Results): Transfer[] {
  const points: readonly SummaryPoint[] = subjectsOf(summary).flatMap(subject => subject.points);
  return kinds.flatMap(({ kind, phase, residency, bytes }) =>
    measuredIn(points, phase)
      .filter(({ parameters, ranOn }) => ranOn !== 'cpu' && parameters === `residency=${residency}`)
      .flatMap(({ size, variant, device, ranOn, time }) => {
        const group = plan.find(each => each.size === size && each.parameters.residency === residency);
        const software = ranOn === 'software-adapter';
        return group ? [{ kind, variant, device, ranOn, software, bytes: bytes(group), time }] : [];
      }),
  );
}

/** Times and bandwidths of transfers, with Hockney's law fitted to each kind. */
export function analyseTransfers(results: Results): Analysis {
  const transfers = transfersOf(results);
  const fits = [...Map.groupBy(transfers, ({ kind }) => kind)].flatMap(([kind, points]) => {
    const fit = fitAffine(
      points.map(({ bytes, time }) => ({ x: bytes, ns: time.mid, low: time.low, high: time.high })),
    );
    return fit ? [{ kind, device: points[0]?.device ?? '', software: points[0]?.software ?? false, fit }] : [];
  });
  const device = transfers[0]?.device ?? 'no adapter';
  const caption = `Eight rounds of y ← x + y/2 on ${device}: times of the transfers and of the rounds; bands: 95 % interval of the median. Machine: ${results.machine}.`;
  const workload = 'axpy';
  const charts =
    transfers.length === 0
      ? []
      : [
          {
            name: 'transfer-time',
            workload,
            title: 'time of a transfer against bytes',
            caption,
            spec: transferTime(device, transfers),
          },
          {
            name: 'transfer-bandwidth',
            workload,
            title: 'bandwidth of a transfer',
            caption,
            spec: transferBandwidth(device, transfers),
          },
        ];
  return {
    tables: [
      {
        name: 'transfer.csv',
        columns,
        rows: transfers.map(({ kind, variant, device: where, ranOn, bytes, time }) => ({
          kind,
          variant,
          device: where,
          ran_on: ranOn,
          bytes,
          time_median_ns: time.mid,
          time_median_low_ns: time.low,
          time_median_high_ns: time.high,
          bandwidth_gb_per_s: bytes / time.mid,
        })),
      },
      {
        name: 'transfer-fit.csv',
        columns: fitColumns,
        rows: fits.map(({ kind, device: where, fit }) => ({
          kind,
          device: where,
          latency_ns: fit.fixedNs,
          bandwidth_gb_per_s: 1 / fit.perItemNs,
          half_bytes: fit.halfSize,
          worst_deviation: fit.worstDeviation,
        })),
      },
    ],
    charts,
    sentences: [{ workload, parameters: '', text: sentenceOf(transfers, fits) }],
  };
}

function sentenceOf(
  transfers: readonly Transfer[],
  fits: readonly { kind: string; software: boolean; fit: { fixedNs: number; perItemNs: number } }[],
): string {
  const most = Math.max(...transfers.map(({ bytes }) => bytes));
  const at = (kind: string) => transfers.find(each => each.kind === kind && each.bytes === most)?.time.mid;
  const [resident, trips] = [at('8 rounds, resident'), at('8 round trips')];
  const upload = fits.find(({ kind }) => kind === 'upload');
  if (!resident || !trips) return 'transfer-cost: no WebGPU adapter, so nothing was transferred.';
  const adapter = transfers[0]?.software ? ' on a software adapter, which has no bus to cross,' : '';
  const fit = upload
    ? ` An upload costs ${duration(upload.fit.fixedNs)} and then runs at ${significant(1 / upload.fit.perItemNs, 2)} GB/s.`
    : '';
  return `axpy with ${significant(most / 2 ** 20, 2)} MiB:${adapter} leaving the data on the device for eight rounds instead of taking it back after each makes them ${significant(trips / resident, 2)} times faster (${duration(resident)} against ${duration(trips)}).${fit}`;
}
