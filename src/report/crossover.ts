import {
  distinctSizes,
  hasSpread,
  type Interval,
  isBelievable,
  type MeasuredPoint,
  measuredIn,
  type Phase,
  type SummaryPoint,
} from './rows.ts';
import { seriesKey } from './series.ts';

/** From which size a variant is faster than a baseline. */
export interface Crossover {
  readonly variant: string;
  readonly device: string;
  readonly software: boolean;
  /** What it overtakes: `naive`, or the CPU variants that are fastest at the sizes around the crossing. */
  readonly baseline: string;
  /** The largest measured size at which it is not surely faster; undefined where it is faster at all of them. */
  readonly sizeLow: number | undefined;
  /** The smallest measured size from which on it is surely faster at every larger one. */
  readonly sizeHigh: number;
  /** Where the medians cross, interpolated log–log between those two sizes; undefined where they do not cross there. */
  readonly estimate: number | undefined;
}

/** Over what a crossover is sought. */
export type Baseline = 'naive' | 'best-cpu';

/** A variant and the baseline at one size. */
export interface Pair {
  readonly size: number;
  readonly own: MeasuredPoint;
  readonly base: MeasuredPoint;
  /** Whether the variant's 95 % interval lies wholly below the baseline's; undefined where either has none. */
  readonly faster: boolean | undefined;
}

/** A variant beside a baseline at every size that both were measured at, ascending; there may be none. */
export interface Compared {
  readonly variant: string;
  readonly device: string;
  readonly ranOn: MeasuredPoint['ranOn'];
  readonly pairs: readonly Pair[];
}

export interface Comparison {
  readonly baseline: Baseline;
  readonly phase?: Phase;
}

const surelyFaster = (time: Interval, than: Interval): boolean | undefined =>
  hasSpread(time) && hasSpread(than) ? time.high < than.low : undefined;

/** The baseline at a size: naive itself, or whatever CPU variant has the smallest median there. */
function baselineAt(points: readonly MeasuredPoint[], baseline: Baseline): MeasuredPoint | undefined {
  const candidates = points.filter(
    ({ ranOn, variant }) => ranOn === 'cpu' && (baseline === 'best-cpu' || variant === 'naive'),
  );
  return candidates.reduce<MeasuredPoint | undefined>(
    (best, point) => (best === undefined || point.time.mid < best.time.mid ? point : best),
    undefined,
  );
}

/**
 * Where the log–log line through two points of each series meet: with r = log(time / baseline) at both sizes, the
 * root of the straight line between (log size₀, r₀) and (log size₁, r₁).
 */
function interpolate(sizes: readonly [number, number], ratios: readonly [number, number]): number | undefined {
  const [r0, r1] = [Math.log(ratios[0]), Math.log(ratios[1])];
  if (!(r0 > 0 && r1 <= 0)) return undefined;
  const [x0, x1] = [Math.log(sizes[0]), Math.log(sizes[1])];
  return Math.exp(x0 + ((x1 - x0) * r0) / (r0 - r1));
}

/**
 * Every variant beside the baseline's end-to-end time at the same sizes. Against `best-cpu` only variants that did not
 * run as a CPU variant are compared. Times that cannot be right stand on neither side.
 */
export function comparisons(
  points: readonly SummaryPoint[],
  { baseline, phase = 'end_to_end' }: Comparison,
): Compared[] {
  const baselinePoints = measuredIn(points, 'end_to_end').filter(isBelievable);
  const compared = measuredIn(points, phase)
    .filter(isBelievable)
    .filter(({ ranOn, variant }) => (baseline === 'naive' ? variant !== 'naive' : ranOn !== 'cpu'));
  return [...Map.groupBy(compared, seriesKey).values()].map(series => {
    const { variant, device, ranOn } = series[0]!;
    const pairs = distinctSizes(series).flatMap((size): Pair[] => {
      const own = series.find(point => point.size === size)!;
      const base = baselineAt(
        baselinePoints.filter(point => point.size === size),
        baseline,
      );
      return base ? [{ size, own, base, faster: surelyFaster(own.time, base.time) }] : [];
    });
    return { variant, device, ranOn, pairs };
  });
}

/**
 * The crossovers of one workload's variants over a baseline: for each variant that is surely faster (its 95 % interval
 * lies wholly below) at the largest size measured for both, the size from which that holds. Variants that never get
 * there, and those of which only one process was measured there, are absent.
 */
export const crossovers = (points: readonly SummaryPoint[], comparison: Comparison): Crossover[] =>
  comparisons(points, comparison).flatMap(compared => crossoverOf(compared) ?? []);

/** Where one variant overtakes for good, or undefined. */
export function crossoverOf({ variant, device, ranOn, pairs }: Compared): Crossover | undefined {
  const last = pairs.findLastIndex(({ faster }) => faster !== true);
  const first = pairs[last + 1];
  if (!first) return undefined;
  const before = pairs[last];
  const names = new Set([before?.base.variant ?? first.base.variant, first.base.variant]);
  return {
    variant,
    device,
    software: ranOn === 'software-adapter',
    baseline: [...names].join('/'),
    sizeLow: before?.size,
    sizeHigh: first.size,
    estimate:
      before &&
      interpolate(
        [before.size, first.size],
        [before.own.time.mid / before.base.time.mid, first.own.time.mid / first.base.time.mid],
      ),
  };
}
