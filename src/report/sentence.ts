import type { CsvRow } from '../results/schema.ts';
import { maximum } from '../workload/extreme.ts';
import { comparableSize } from './charts/speedup-bars.ts';
import { plusMinus, significant, sizeLabel } from './format.ts';
import {
  hasSpread,
  type Interval,
  isBelievable,
  type MeasuredPoint,
  measuredIn,
  type Subject,
  subjectsOf,
  unmeasured,
} from './rows.ts';

/** The sentence that a person can quote about one workload (and one set of parameters). */
export interface Sentence {
  readonly workload: string;
  readonly parameters: string;
  readonly text: string;
}

/**
 * An interval for a/b from the intervals of a and b: the ratio of opposite ends. Where the two estimates are
 * independent, or rise and fall together as in interleaved measurements, it holds the ratio at least as often as the
 * bootstrap interval of the ratio would; it is wider.
 */
export const ratioOf = (a: Interval, b: Interval): Interval => ({
  low: a.low / b.high,
  mid: a.mid / b.mid,
  high: a.high / b.low,
  ...(hasSpread(a) && hasSpread(b) ? {} : { spread: 'unknown' }),
});

const where = ({ device, ranOn }: MeasuredPoint): string => {
  if (ranOn === 'gpu') return ` on ${device}`;
  if (device === 'cpu-1') return ' on one core';
  return device === 'cpu-all' ? ' on all cores' : '';
};

/** "61 ± 4 times faster than", or what honesty allows instead. */
export function comparison(ratio: Interval, than: string, verdict?: string): string {
  if (!hasSpread(ratio))
    return `${significant(ratio.mid, 2)} times as fast as ${than} without an interval, which takes three processes`;
  if (verdict === 'AMBIGUOUS' || (verdict === undefined && ratio.low <= 1 && ratio.high >= 1))
    return `not surely different from ${than} (AMBIGUOUS: ${significant(ratio.mid, 2)} times as fast, 95 % interval ${significant(ratio.low, 2)} to ${significant(ratio.high, 2)})`;
  if (verdict === 'SAME') return `as fast as ${than} (${plusMinus(ratio)} times)`;
  if (ratio.mid >= 1) return `${plusMinus(ratio)} times faster than ${than}`;
  return `${plusMinus({ low: 1 / ratio.high, mid: 1 / ratio.mid, high: 1 / ratio.low })} times slower than ${than}`;
}

const fastest = (points: readonly MeasuredPoint[]): MeasuredPoint | undefined =>
  [...points].sort((a, b) => a.time.mid - b.time.mid)[0];

const onHardware = (measured: readonly MeasuredPoint[]): MeasuredPoint[] =>
  measured.filter(({ ranOn }) => ranOn !== 'software-adapter').filter(isBelievable);

/** The fastest on real hardware whose time can be right. */
export const bestOf = (measured: readonly MeasuredPoint[]): MeasuredPoint | undefined => fastest(onHardware(measured));

/** The strongest comparison beside naive: a GPU against the best CPU variant, all cores against the best on one. */
function secondComparison(best: MeasuredPoint, points: readonly MeasuredPoint[]): string | undefined {
  if (best.ranOn === 'gpu')
    return best.overBestCpu && best.bestCpuVariant !== undefined && best.bestCpuVariant !== 'naive'
      ? comparison(best.overBestCpu, `the best CPU variant, ${best.bestCpuVariant}`)
      : undefined;
  if (best.device === 'cpu-1') return undefined;
  const oneCore = fastest(points.filter(({ device, variant }) => device === 'cpu-1' && variant !== 'naive'));
  return oneCore && comparison(ratioOf(oneCore.time, best.time), `${oneCore.variant} on one core`);
}

function headline(measured: readonly MeasuredPoint[]): string {
  const points = onHardware(measured);
  const best = fastest(points);
  if (!best) return 'nothing that ran on real hardware gave a time to quote';
  const processes = `${best.processes} ${best.processes === 1 ? 'process' : 'processes'}`;
  if (best.variant === 'naive')
    return hasSpread(best.time)
      ? `no variant is faster than naive (end to end, ${processes})`
      : 'no variant has a smaller time than naive (end to end) without an interval, which takes three processes';
  const naive = measured.find(({ variant }) => variant === 'naive');
  const overNaive = best.overNaive ?? (naive && ratioOf(naive.time, best.time));
  if (!overNaive) return `${best.variant} is the fastest, but naive gave no time to compare with`;
  const second = secondComparison(best, points);
  const doubts = best.doubts.length > 0 ? `, ${best.doubts.join(', ')}` : '';
  const claims = [comparison(overNaive, 'naive', best.verdict), ...(second === undefined ? [] : [second])];
  return `${best.variant}${where(best)} is ${claims.join(' and ')} (end to end, ${processes}${doubts})`;
}

function softwareRemark(measured: readonly MeasuredPoint[]): string {
  return measured.some(({ ranOn }) => ranOn === 'software-adapter')
    ? ' WebGPU ran on a software adapter: its times say nothing about a GPU.'
    : '';
}

function troubleRemark(subject: Subject, size: number, measured: readonly MeasuredPoint[]): string {
  const failed = unmeasured(subject.points).filter(point => point.size === size && point.status !== 'skipped');
  const impossible = measured.filter(point => !isBelievable(point)).map(({ variant }) => variant);
  const kernels = measuredIn(subject.points, 'kernel')
    .filter(point => point.size === size && !isBelievable(point))
    .map(({ variant }) => variant)
    .filter(variant => !impossible.includes(variant));
  const remarks = [
    ...failed.map(({ variant, status }) => `${variant} ended as ${status}`),
    ...impossible.map(variant => `${variant} seems faster than its device's bound, so its time is not quoted`),
    ...kernels.map(
      variant => `the kernel of ${variant} seems faster than its device's bound: its timestamps are wrong`,
    ),
  ];
  return remarks.length === 0 ? '' : ` Mind: ${remarks.join('; ')}.`;
}

function sentenceFor(subject: Subject): Sentence {
  const { workload, parameters, label, points } = subject;
  const sizes = measuredIn(points, 'end_to_end').map(({ size }) => size);
  const size = comparableSize(points) ?? (sizes.length > 0 ? maximum(sizes) : undefined);
  if (size === undefined) {
    const reasons = [...new Set(unmeasured(points).map(({ status }) => status))].join(', ');
    return { workload, parameters, text: `${label}: nothing was measured${reasons === '' ? '' : ` (${reasons})`}.` };
  }
  const measured = measuredIn(points, 'end_to_end').filter(point => point.size === size);
  const text = `${label} ${sizeLabel(size)}: ${headline(measured)}.${softwareRemark(measured)}${troubleRemark(subject, size, measured)}`;
  return { workload, parameters, text };
}

/**
 * One sentence for each workload and set of parameters, about the largest size at which naive and another variant were
 * measured: the fastest variant on real hardware over naive and over the next thing that matters, with intervals.
 * What is ambiguous is called so, a software adapter is never the winner, and failures are named.
 */
export const sentences = (summary: readonly CsvRow[]): Sentence[] => subjectsOf(summary).map(sentenceFor);
