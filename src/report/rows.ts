import type { CsvRow, Status } from '../results/schema.ts';

/** The values of the column `ran_on`; this and the next two are spelt out since the report reads files and runs nothing. */
export type RanOn = 'cpu' | 'software-adapter' | 'gpu';
export type Phase = 'compile' | 'upload' | 'dispatch' | 'kernel' | 'readback' | 'compute' | 'end_to_end';
export type Regime = 'first' | 'steady';

/** A value with its 95 % interval. */
export interface Interval {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
  /** Set where the value comes from a single process, which says nothing about its spread: low = mid = high. */
  readonly spread?: 'unknown';
}

/** Whether the ends of an interval were measured, so that something may be claimed from them. */
export const hasSpread = ({ spread }: Interval): boolean => spread !== 'unknown';

/** What one row of `summary.csv` says, with the columns that belong together put together. */
export interface SummaryPoint {
  readonly workload: string;
  readonly size: number;
  /** `name=value` joined with `;`; empty where there are none. */
  readonly parameters: string;
  readonly variant: string;
  readonly device: string;
  readonly ranOn: RanOn | undefined;
  readonly phase: Phase | undefined;
  readonly regime: Regime | undefined;
  readonly status: Status;
  readonly reason: string;
  readonly processes: number;
  readonly samples: number;
  /** Nanoseconds. */
  readonly time: Interval | undefined;
  readonly overNaive: Interval | undefined;
  readonly verdict: string | undefined;
  readonly overBestCpu: Interval | undefined;
  readonly bestCpuVariant: string | undefined;
  readonly boundShare: number | undefined;
  readonly boundBy: string | undefined;
  readonly itemsPerSecond: number | undefined;
  readonly itemUnit: string | undefined;
  readonly maxAbsError: number | undefined;
  readonly maxRelError: number | undefined;
  readonly maxUlp: number | undefined;
  readonly tolerance: number | undefined;
  readonly toleranceShare: number | undefined;
  /** Reasons to doubt the times: not steady, noisy, below the clock's resolution, faster than the bound. */
  readonly doubts: readonly Doubt[];
}

export type Doubt = 'not steady' | 'noisy' | 'below resolution' | 'faster than bound';

const numberAt = (row: CsvRow, name: string): number | undefined => {
  const value = row[name];
  return typeof value === 'number' && !Number.isNaN(value) ? value : undefined;
};

const textAt = (row: CsvRow, name: string): string | undefined => {
  const value = row[name];
  return value === undefined || value === '' ? undefined : String(value);
};

/** A value whose interval is missing stands with one of no width, marked so that nobody takes it for certainty. */
function intervalAt(row: CsvRow, mid: string, low: string, high: string): Interval | undefined {
  const value = numberAt(row, mid);
  if (value === undefined) return undefined;
  const [from, to] = [numberAt(row, low), numberAt(row, high)];
  if (from === undefined || to === undefined) return { mid: value, low: value, high: value, spread: 'unknown' };
  return { mid: value, low: from, high: to };
}

function doubtsAt(row: CsvRow): Doubt[] {
  const doubts: Doubt[] = [];
  if (row.steady === false && row.regime === 'steady') doubts.push('not steady');
  if (row.noisy === true) doubts.push('noisy');
  if (row.below_resolution === true) doubts.push('below resolution');
  if (row.faster_than_bound === true) doubts.push('faster than bound');
  return doubts;
}

/** Reads one row of `summary.csv`. */
export function readSummaryRow(row: CsvRow): SummaryPoint {
  return {
    workload: textAt(row, 'workload') ?? '',
    size: numberAt(row, 'size') ?? 0,
    parameters: textAt(row, 'parameters') ?? '',
    variant: textAt(row, 'variant') ?? '',
    device: textAt(row, 'device') ?? '',
    ranOn: textAt(row, 'ran_on') as RanOn | undefined,
    phase: textAt(row, 'phase') as Phase | undefined,
    regime: textAt(row, 'regime') as Regime | undefined,
    status: (textAt(row, 'status') ?? 'ok') as Status,
    reason: textAt(row, 'reason') ?? '',
    processes: numberAt(row, 'processes') ?? 0,
    samples: numberAt(row, 'samples') ?? 0,
    time: intervalAt(row, 'time_median_ns', 'time_median_low_ns', 'time_median_high_ns'),
    overNaive: intervalAt(row, 'speedup_vs_naive', 'speedup_vs_naive_low', 'speedup_vs_naive_high'),
    verdict: textAt(row, 'verdict_vs_naive'),
    overBestCpu: intervalAt(row, 'speedup_vs_best_cpu', 'speedup_vs_best_cpu_low', 'speedup_vs_best_cpu_high'),
    bestCpuVariant: textAt(row, 'best_cpu_variant'),
    boundShare: numberAt(row, 'bound_share'),
    boundBy: textAt(row, 'bound_by'),
    itemsPerSecond: numberAt(row, 'items_per_s'),
    itemUnit: textAt(row, 'item_unit'),
    maxAbsError: numberAt(row, 'max_abs_error'),
    maxRelError: numberAt(row, 'max_rel_error'),
    maxUlp: numberAt(row, 'max_ulp'),
    tolerance: numberAt(row, 'tolerance'),
    toleranceShare: numberAt(row, 'tolerance_share'),
    doubts: doubtsAt(row),
  };
}

/** One workload with one set of parameters: what a chart, a table or a sentence is about. */
export interface Subject {
  readonly workload: string;
  readonly parameters: string;
  /** `matmul`, or `crypto (algorithm=sha-256)`. */
  readonly label: string;
  readonly points: readonly SummaryPoint[];
}

/** Splits rows by workload and parameters, in the order in which they first occur. */
export function subjectsOf(rows: readonly CsvRow[]): Subject[] {
  const groups = Map.groupBy(rows.map(readSummaryRow), ({ workload, parameters }) => `${workload}\n${parameters}`);
  return [...groups.values()].map(points => {
    const { workload, parameters } = points[0]!;
    const label = parameters === '' ? workload : `${workload} (${parameters.replaceAll(';', ', ')})`;
    return { workload, parameters, label, points };
  });
}

/** A point that was measured in the steady state and found right: what may be charted and compared. */
export type MeasuredPoint = SummaryPoint & { readonly time: Interval; readonly ranOn: RanOn };

const isMeasured = (point: SummaryPoint): point is MeasuredPoint =>
  point.status === 'ok' && point.regime === 'steady' && point.time !== undefined && point.ranOn !== undefined;

/** The steady, correct points of one phase. */
export const measuredIn = (points: readonly SummaryPoint[], phase: Phase): MeasuredPoint[] =>
  points.filter(isMeasured).filter(point => point.phase === phase);

/** Cells that gave no time: skipped, failed or incorrect ones, one point each. */
export function unmeasured(points: readonly SummaryPoint[]): SummaryPoint[] {
  const failed = points.filter(({ status }) => status !== 'ok');
  return [...new Map(failed.map(point => [`${point.size} ${point.variant} ${point.device}`, point])).values()];
}

/** Times that cannot be right are shown as what they are, and nothing is drawn from them. */
export const isBelievable = ({ doubts }: SummaryPoint): boolean => !doubts.includes('faster than bound');

export const distinctSizes = (points: readonly SummaryPoint[]): number[] =>
  [...new Set(points.map(({ size }) => size))].sort((a, b) => a - b);
