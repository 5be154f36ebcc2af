import { maximum } from '../workload/extreme.ts';
import { comparableSize } from './charts/speedup-bars.ts';
import { type Baseline, comparisons, crossovers } from './crossover.ts';
import { percent, plusMinus, significant, sizeLabel } from './format.ts';
import { hasSpread, type Interval, isBelievable, type MeasuredPoint, measuredIn, type Subject } from './rows.ts';
import { bestOf } from './sentence.ts';

/** What the first screen says of one workload and set of parameters: a person's question, answered in a line. */
export interface Answer {
  readonly label: string;
  readonly workload: string;
  /** At which the rest is said: the largest at which naive and another variant were measured. */
  readonly size: number;
  /** The fastest on real hardware. */
  readonly best: MeasuredPoint;
  readonly overNaive: Interval | undefined;
  readonly overBestCpu: Interval | undefined;
  /** "compute, 48 % of the bound"; empty where the device has no measured ceiling. */
  readonly bound: string;
  /** "≈ 310 (256 to 512)" or why there is none. */
  readonly breakEven: string;
  /** Whether work left the CPU, and why or why not. */
  readonly decision: string;
}

/** From which size an offloaded variant overtakes the best CPU variant for good. */
function breakEvenOf({ points }: Subject, baseline: Baseline): { text: string; hardware: boolean } {
  const compared = comparisons(points, { baseline });
  if (compared.length === 0) return { text: 'nothing offloaded was measured', hardware: false };
  const [first] = crossovers(points, { baseline }).sort(
    (a, b) => Number(a.software) - Number(b.software) || a.sizeHigh - b.sizeHigh,
  );
  if (!first) {
    const largest = maximum(compared.flatMap(({ pairs }) => pairs.map(({ size }) => size)));
    return { text: `not up to ${sizeLabel(largest)}`, hardware: compared.some(({ ranOn }) => ranOn === 'gpu') };
  }
  const { sizeLow, sizeHigh, estimate, variant, software } = first;
  const between =
    sizeLow === undefined ? `from ${sizeLabel(sizeHigh)}` : `${sizeLabel(sizeLow)} to ${sizeLabel(sizeHigh)}`;
  const about = estimate === undefined ? between : `≈ ${sizeLabel(Number(estimate.toPrecision(2)))} (${between})`;
  return { text: `${about}, ${variant}${software ? ' on a software adapter' : ''}`, hardware: !software };
}

function decisionOf({ points }: Subject, best: MeasuredPoint, hardware: boolean): string {
  if (best.ranOn === 'gpu') return `offloaded: ${best.variant} is the fastest, transfers included`;
  const offloaded = measuredIn(points, 'end_to_end')
    .filter(isBelievable)
    .filter(({ ranOn, size }) => ranOn !== 'cpu' && size === best.size);
  if (offloaded.length === 0) return 'kept: no variant for another device gave a time at this size';
  const fastest = offloaded.reduce((a, b) => (b.time.mid < a.time.mid ? b : a));
  const ratio = significant(fastest.time.mid / best.time.mid, 2);
  const where = fastest.ranOn === 'gpu' ? fastest.device : 'a software adapter (a CPU)';
  const sure = hasSpread(fastest.time) && hasSpread(best.time) && fastest.time.low > best.time.high;
  const than = `${fastest.variant} on ${where} takes ${ratio} times as long${sure ? '' : ' (not surely)'}`;
  return `kept: ${than}${hardware ? '' : '; no GPU was here to ask'}`;
}

/** Nothing where no size has naive beside another variant, or nothing ran on real hardware. */
export function answerOf(subject: Subject): Answer | undefined {
  const size = comparableSize(subject.points);
  const best = bestOf(measuredIn(subject.points, 'end_to_end').filter(point => point.size === size));
  if (size === undefined || !best) return undefined;
  const { text, hardware } = breakEvenOf(subject, 'best-cpu');
  const share = best.boundShare === undefined ? '' : `, ${percent(best.boundShare)} of the bound`;
  return {
    label: subject.label,
    workload: subject.workload,
    size,
    best,
    overNaive: best.overNaive,
    overBestCpu: best.overBestCpu,
    bound: best.boundBy === undefined ? '' : `${best.boundBy}${share}`,
    breakEven: text,
    decision: decisionOf(subject, best, hardware),
  };
}

/** "61 ± 4×", with a question mark where the interval is unknown or holds 1. */
export const speedupText = (ratio: Interval | undefined): string =>
  ratio === undefined
    ? '–'
    : `${plusMinus(ratio)}×${!hasSpread(ratio) || (ratio.low <= 1 && ratio.high >= 1 && ratio.low !== ratio.high) ? ' ?' : ''}`;
