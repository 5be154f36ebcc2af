import { type Estimate, verdictOf } from '../measure/statistics.ts';
import { peerRatios } from '../report/charts/peer-ratios.ts';
import { plusMinus, significant, sizeLabel } from '../report/format.ts';
import {
  distinctSizes,
  isBelievable,
  type MeasuredPoint,
  measuredIn,
  type Subject,
  subjectsOf,
} from '../report/rows.ts';
import { bestOf, type Sentence } from '../report/sentence.ts';
import type { Column, CsvRow } from '../results/schema.ts';
import type { Cell } from './cell.ts';
import type { Analysis, Results } from './define.ts';
import { subjectName } from './names.ts';
import { cellsOf, inScope, isPeer, placeKey, ratioOf, type Scope, scopes } from './pairing.ts';
import { rungTable, teamSentences, teamTable } from './rungs.ts';

const columns: readonly Column[] = [
  { name: 'workload', kind: 'text', meaning: 'what is computed' },
  { name: 'parameters', kind: 'text', meaning: 'other axes' },
  { name: 'size', kind: 'integer', meaning: 'size' },
  { name: 'peer', kind: 'text', meaning: 'the library or built-in' },
  { name: 'device', kind: 'text', meaning: 'where the peer ran' },
  { name: 'ran_on', kind: 'text', meaning: 'cpu, software-adapter or gpu' },
  { name: 'status', kind: 'text', meaning: 'of the peer: ok, or why there is no ratio' },
  { name: 'reason', kind: 'text', meaning: 'why the peer has no time' },
  { name: 'scope', kind: 'text', meaning: 'end to end, or device only (kernel, else dispatch, else compute)' },
  { name: 'ours', kind: 'text', meaning: 'our fastest variant on the same device in this scope' },
  { name: 'ratio', kind: 'number', meaning: 'time of the peer / time of ours: above 1 ours is faster' },
  { name: 'ratio_low', kind: 'number', meaning: '95 % interval' },
  { name: 'ratio_high', kind: 'number', meaning: '95 % interval' },
  { name: 'verdict', kind: 'text', meaning: 'FAST, SLOW, SAME or AMBIGUOUS' },
  { name: 'processes', kind: 'integer', meaning: 'processes in which both were measured' },
  { name: 'peer_ns', kind: 'number', meaning: 'median of the peer' },
  { name: 'ours_ns', kind: 'number', meaning: 'median of ours' },
];

/** A peer beside our fastest variant on the same device. */
export interface Pairing {
  readonly peer: MeasuredPoint;
  readonly ours: MeasuredPoint;
  readonly scope: Scope;
  readonly ratio: Estimate;
  readonly processes: number;
}

/** Every peer against our fastest variant on the same device, end to end and on the device alone. */
export function analysePeers({ summary, samples, processes = [], machine }: Results): Analysis {
  const cells = cellsOf(samples, processes);
  const subjects = subjectsOf(summary).map(subject => ({
    subject,
    pairings: distinctSizes(subject.points).flatMap(size => pairingsOf(subject, size, cells)),
  }));
  return {
    tables: [
      {
        name: 'peers.csv',
        columns,
        rows: subjects.flatMap(each => [...ratioRows(each), ...absentRows(each), ...withoutGpu(each)]),
      },
      rungTable(summary, cells),
      teamTable(summary, cells),
    ],
    charts: subjects.flatMap(({ subject, pairings }) => {
      const size = distinctSizes(pairings.map(({ peer }) => peer)).at(-1);
      const shown = pairings.filter(({ peer, scope }) => peer.size === size && scope === 'end to end');
      if (size === undefined || shown.length === 0) return [];
      return [
        {
          name: `${subjectName(subject)}-peers`,
          workload: subject.workload,
          title: `${subject.label} at size ${sizeLabel(size)}: our fastest variant over each peer`,
          caption: `${subject.label} at size ${size}: time of the peer over the time of our fastest variant on the same device, end to end; whiskers: 95 % interval of the ratio, both measured in the same processes. Machine: ${machine}.`,
          spec: peerRatios(
            subject.label,
            shown.map(({ peer, ours, ratio }) => ({ ...peer, ours: ours.variant, ratio: intervalOf(ratio) })),
            { size },
          ),
        },
      ];
    }),
    sentences: [...subjects.flatMap(sentenceOf), ...teamSentences(summary, cells)],
  };
}

function pairingsOf(subject: Subject, size: number, cells: ReadonlyMap<string, Cell>): Pairing[] {
  return Object.keys(scopes).flatMap(name => {
    const scope = name as Scope;
    const points = inScope(subject, size, scope);
    const mine = Map.groupBy(
      points.filter(point => !isPeer(point.variant) && isBelievable(point)),
      placeKey,
    );
    return points
      .filter(({ variant }) => isPeer(variant))
      .flatMap((peer): Pairing[] => {
        const [ours] = [...(mine.get(placeKey(peer)) ?? [])].sort((a, b) => a.time.mid - b.time.mid);
        const pair = ours && ratioOf(cells, peer, ours);
        return ours && pair ? [{ peer, ours, scope, ...pair }] : [];
      });
  });
}

type Found = { readonly subject: Subject; readonly pairings: readonly Pairing[] };

const ratioRows = ({ subject, pairings }: Found): CsvRow[] =>
  pairings.map(({ peer, ours, scope, ratio, processes }) => ({
    workload: subject.workload,
    parameters: subject.parameters,
    size: peer.size,
    peer: peer.variant,
    device: peer.device,
    ran_on: peer.ranOn,
    status: 'ok',
    scope,
    ours: ours.variant,
    ratio: ratio.value,
    ratio_low: ratio.low,
    ratio_high: ratio.high,
    verdict: verdictOf(ratio),
    processes,
    peer_ns: peer.time.mid,
    ours_ns: ours.time.mid,
  }));

/** Peers without a time stay in the table, with their reason. */
const absentRows = ({ subject }: Found): CsvRow[] =>
  subject.points
    .filter(({ variant, status }) => isPeer(variant) && status !== 'ok')
    .map(({ size, variant, device, ranOn, status, reason }) => ({
      workload: subject.workload,
      parameters: subject.parameters,
      size,
      peer: variant,
      device: device === '' ? undefined : device,
      ran_on: ranOn,
      status,
      reason,
    }));

/** Peers that have a GPU to compute on where there is one. */
const onGpus = ['gpujs', 'tfjs-webgpu', 'tfjs-node-gpu', 'torch', 'cupy'];

const noGpu =
  'not measured: no GPU here; `pgram bundle` makes an archive that measures this on a machine with one (docs/bundle.md)';

/** What a GPU would show is not left out where there is none: a row for each peer that would stand beside ours on it. */
const withoutGpu = ({ subject: { workload, parameters, points } }: Found): CsvRow[] =>
  points.some(({ ranOn }) => ranOn === 'gpu')
    ? []
    : distinctSizes(points).flatMap(size =>
        onGpus
          .filter(peer => points.some(point => point.size === size && point.variant === peer))
          .map(peer => ({
            ...{ workload, parameters, size, peer, device: 'gpu', ran_on: 'gpu', status: 'skipped', reason: noGpu },
            ours: 'webgpu-tuned',
          })),
      );

const intervalOf = ({ value, low = value, high = value }: Estimate) => ({ low, mid: value, high });

/** The peer that comes closest on a CPU or a GPU, and the closest on a software adapter, which says so. */
function sentenceOf({ subject, pairings }: Found): Sentence[] {
  const size = distinctSizes(pairings.map(({ peer }) => peer)).at(-1);
  const whole = pairings.filter(({ peer, scope }) => peer.size === size && scope === 'end to end');
  if (size === undefined || whole.length === 0) return [];
  const places = [...Map.groupBy(whole, ({ peer }) => placeKey(peer)).values()];
  const claims = places.map(there => {
    const [closest] = [...there].sort((a, b) => a.ratio.value - b.ratio.value) as [Pairing, ...Pairing[]];
    const { peer, ours, ratio } = closest;
    return `${placeName(peer)} ${ours.variant} takes ${shareOf(ratio)} ${there.length === 1 ? 'the only peer' : 'the fastest peer'}, ${peer.variant}`;
  });
  const best = bestOf(measuredIn(subject.points, 'end_to_end').filter(point => point.size === size));
  const overall = best && isPeer(best.variant) ? ` The fastest of all is a peer: ${best.variant}.` : '';
  const gpu = subject.points.some(({ ranOn }) => ranOn === 'gpu') ? '' : ' On a GPU: not measured, there is none here.';
  const text = `${subject.label} ${sizeLabel(size)}, end to end: ${claims.join('; ')}.${overall}${gpu}`;
  return [{ workload: subject.workload, parameters: subject.parameters, text }];
}

const placeName = ({ device, ranOn }: MeasuredPoint): string =>
  ranOn === 'software-adapter'
    ? 'on the software adapter'
    : ranOn === 'gpu'
      ? `on ${device}`
      : device === 'cpu-1'
        ? 'on one core'
        : 'on all cores';

function shareOf(ratio: Estimate): string {
  if (ratio.low === undefined || ratio.high === undefined)
    return `1/${significant(ratio.value, 2)} of the time (no interval, which takes three processes) of`;
  const verdict = verdictOf(ratio);
  if (verdict === 'FAST') return `a time ${plusMinus(intervalOf(ratio))} times shorter than`;
  if (verdict === 'SAME') return 'the same time (within 5 %) as';
  if (verdict === 'AMBIGUOUS')
    return `a time not surely different (${significant(ratio.low, 2)} to ${significant(ratio.high, 2)} times shorter) from`;
  const inverse = { low: 1 / ratio.high, mid: 1 / ratio.value, high: 1 / ratio.low };
  return `a time ${plusMinus(inverse)} times longer than`;
}
