import type { Phase } from '../measure/phases.ts';
import { type TransferPoint, transferBandwidth, transferTime } from '../report/charts/transfer-cost.ts';
import { duration, percent, significant } from '../report/format.ts';
import { hasSpread, measuredIn, type SummaryPoint, subjectsOf, unmeasured } from '../report/rows.ts';
import { comparison, ratioOf } from '../report/sentence.ts';
import type { Chart } from '../report/standard.ts';
import type { PlannedGroup } from '../results/manifest.ts';
import type { Analysis, Results } from './define.ts';
import { type AffineFit, fitAffine, quotableDeviation } from './fit.ts';

const columns = [
  { name: 'kind', kind: 'text', meaning: 'what was timed' },
  { name: 'variant', kind: 'text', meaning: 'which implementation' },
  { name: 'device', kind: 'text', meaning: 'where it ran' },
  { name: 'ran_on', kind: 'text', meaning: 'software-adapter or gpu' },
  { name: 'array_bytes', kind: 'integer', meaning: 'bytes of x and y together' },
  { name: 'bytes', kind: 'integer', meaning: 'bytes moved between host and device, both ways' },
  { name: 'time_median_ns', kind: 'number', meaning: 'median' },
  { name: 'time_median_low_ns', kind: 'number', meaning: 'lower end of its 95 % interval' },
  { name: 'time_median_high_ns', kind: 'number', meaning: 'upper end' },
  {
    name: 'bandwidth_gb_per_s',
    kind: 'number',
    meaning: 'bytes over median; empty where more was done than moving them',
  },
] as const;

const fitColumns = [
  { name: 'kind', kind: 'text', meaning: 'what was timed' },
  { name: 'device', kind: 'text', meaning: 'where it ran' },
  { name: 'latency_ns', kind: 'number', meaning: 'time of moving nothing, from the fit' },
  { name: 'bandwidth_gb_per_s', kind: 'number', meaning: 'asymptotic bandwidth, from the fit' },
  { name: 'half_bytes', kind: 'number', meaning: 'bytes at which half of that bandwidth is reached' },
  { name: 'worst_deviation', kind: 'number', meaning: 'largest |fit − median| / median' },
] as const;

interface Kind {
  readonly kind: string;
  readonly phase: Phase;
  readonly residency: 'resident' | 'round-trip';
  /** Bytes that go over the bus in it. */
  readonly bytes: (work: PlannedGroup['work']) => number;
  /** Whether it does nothing but move them, so that bytes over time are a bandwidth. */
  readonly pure: boolean;
}

const resident: Kind = {
  kind: '8 rounds, y resident',
  phase: 'end_to_end',
  residency: 'resident',
  bytes: work => work.bytesToDevice + work.bytesFromDevice,
  pure: false,
};
/** The first way there and the last one back are common to both: between eight rounds lie seven trips. */
const trips: Kind = { ...resident, kind: '8 rounds, 7 round trips of y', residency: 'round-trip' };
const upload: Kind = {
  kind: 'upload',
  phase: 'upload',
  residency: 'resident',
  bytes: work => work.bytesToDevice,
  pure: true,
};
const readback: Kind = { ...upload, kind: 'readback', phase: 'readback', bytes: work => work.bytesFromDevice };

interface Transfer extends TransferPoint {
  readonly pure: boolean;
  readonly arrayBytes: number;
  readonly variant: string;
  readonly device: string;
  readonly ranOn: string;
}

function transfersOf({ summary, plan }: Results): Transfer[] {
  const points: readonly SummaryPoint[] = subjectsOf(summary).flatMap(subject => subject.points);
  return [upload, readback, resident, trips].flatMap(({ kind, phase, residency, bytes, pure }) =>
    measuredIn(points, phase)
      .filter(({ parameters, ranOn }) => ranOn !== 'cpu' && parameters === `residency=${residency}`)
      .flatMap(({ size, variant, device, ranOn, time }) => {
        const group = plan.find(each => each.size === size && each.parameters.residency === residency);
        if (!group) return [];
        const software = ranOn === 'software-adapter';
        // x and y, f32.
        return [{ kind, pure, variant, device, ranOn, software, arrayBytes: 8 * size, bytes: bytes(group.work), time }];
      }),
  );
}

/** Times of the transfers with Hockney's law fitted to them, and of the rounds with and without them. */
export function analyseTransfers(results: Results): Analysis {
  const transfers = transfersOf(results);
  const moving = transfers.filter(({ pure }) => pure);
  const fits = [...Map.groupBy(moving, ({ kind }) => kind)].flatMap(([kind, points]) => {
    const fit = fitAffine(points.map(({ bytes, time: { mid, ...ends } }) => ({ x: bytes, ns: mid, ...ends })));
    return fit ? [{ kind, device: points[0]?.device ?? '', software: points[0]?.software ?? false, fit }] : [];
  });
  const device = transfers[0]?.device ?? 'no adapter';
  const rounds = transfers.filter(({ pure }) => !pure);
  const where = `on ${device}; bands: 95 % interval of the median. Machine: ${results.machine}.`;
  const workload = 'axpy';
  const chart = (name: string, title: string, caption: string, spec: Chart['spec']): Chart => ({
    ...{ name, workload, title, caption: `${caption} ${where}`, spec },
  });
  const charts = [
    ...(moving.length === 0
      ? []
      : [
          chart(
            'transfer-time',
            'time of a transfer against bytes',
            'Moving x and y to the device and y back,',
            transferTime(device, moving),
          ),
          chart(
            'transfer-bandwidth',
            'bandwidth of a transfer',
            'Bytes over time of moving x and y to the device and y back,',
            transferBandwidth(device, moving),
          ),
        ]),
    ...(rounds.length === 0
      ? []
      : [
          chart(
            'transfer-rounds',
            'eight rounds, with and without moving the data between them',
            'Eight rounds of y ← x + y/2 end to end, y left on the device or taken back and there again between the rounds, against the bytes of x and y,',
            transferTime(
              device,
              rounds.map(point => ({ ...point, bytes: point.arrayBytes })),
              { what: 'eight rounds' },
            ),
          ),
        ]),
  ];
  return {
    tables: [
      {
        name: 'transfer.csv',
        columns,
        rows: transfers.map(({ kind, pure, variant, device: place, ranOn, arrayBytes, bytes, time }) => ({
          kind,
          variant,
          device: place,
          ran_on: ranOn,
          array_bytes: arrayBytes,
          bytes,
          time_median_ns: time.mid,
          time_median_low_ns: hasSpread(time) ? time.low : undefined,
          time_median_high_ns: hasSpread(time) ? time.high : undefined,
          bandwidth_gb_per_s: pure ? bytes / time.mid : undefined,
        })),
      },
      {
        name: 'transfer-fit.csv',
        columns: fitColumns,
        rows: fits.map(({ kind, device: place, fit }) => ({
          kind,
          device: place,
          latency_ns: fit.fixedNs,
          bandwidth_gb_per_s: 1 / fit.perItemNs,
          half_bytes: fit.halfSize,
          worst_deviation: fit.worstDeviation,
        })),
      },
    ],
    charts,
    sentences: [{ workload, parameters: '', text: sentenceOf(transfers, fits, results) }],
  };
}

function sentenceOf(
  transfers: readonly Transfer[],
  fits: readonly { kind: string; fit: AffineFit }[],
  results: Results,
): string {
  const of = ({ kind }: Kind) => transfers.filter(each => each.kind === kind);
  const there = new Map(of(trips).map(each => [each.arrayBytes, each]));
  const left = of(resident)
    .filter(({ arrayBytes }) => there.has(arrayBytes))
    .reduce<Transfer | undefined>(
      (most, each) => (each.arrayBytes > (most?.arrayBytes ?? -1) ? each : most),
      undefined,
    );
  const moved = left && there.get(left.arrayBytes);
  if (!moved) return whyNot(results);
  const adapter = left.software ? ' on a software adapter, which has no bus to cross,' : '';
  const verdict = comparison(ratioOf(moved.time, left.time), 'taking y back and there again between them');
  const fit = fits.find(({ kind }) => kind === upload.kind)?.fit;
  const cost =
    fit && fit.worstDeviation <= quotableDeviation
      ? ` An upload costs ${duration(fit.fixedNs)} and then runs at ${significant(1 / fit.perItemNs, 2)} GB/s (largest deviation ${percent(fit.worstDeviation)}).`
      : '';
  return `axpy with ${significant(left.arrayBytes / 2 ** 20, 2)} MiB:${adapter} leaving y on the device for eight rounds is ${verdict} (end to end: ${duration(left.time.mid)} against ${duration(moved.time.mid)}).${cost}`;
}

/** Why there is nothing to compare: nobody asked for it, something went wrong, or the run ended before. */
function whyNot({ plan, summary }: Results): string {
  const nothing = 'transfer-cost: the rounds with and without round trips were not both measured at one size';
  const asked = plan.filter(({ variants }) => variants.some(name => name !== 'naive'));
  const missing = [resident, trips].filter(
    ({ residency }) => !asked.some(({ parameters }) => parameters.residency === residency),
  );
  if (missing.length > 0)
    return `${nothing}: no variant for a device with residency=${missing[0]?.residency} was asked for.`;
  const reasons = subjectsOf(summary).flatMap(({ points, parameters }) =>
    unmeasured(points)
      .filter(({ variant }) => variant !== 'naive')
      .map(
        ({ variant, status, reason }) => `${variant} (${parameters}): ${status}${reason === '' ? '' : `, ${reason}`}`,
      ),
  );
  return `${nothing}: ${reasons.length > 0 ? [...new Set(reasons)].join('; ') : 'the run ended before'}.`;
}
