import { distinctSizes, type Interval, type MeasuredPoint, measuredIn, type Phase, type SummaryPoint } from './rows.ts';
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

const surelyFaster = (time: Interval, than: Interval) => time.high < than.low;

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
 * The crossovers of one workload's variants over a baseline: for each variant that is surely faster (its 95 % interval
 * lies wholly below) at the largest size measured for both, the size from which that holds. Variants that never get
 * there are absent. Against `best-cpu` only variants that did not run as a CPU variant are considered.
 */
export function crossovers(
  points: readonly SummaryPoint[],
  { baseline, phase = 'end_to_end' }: { baseline: Baseline; phase?: Phase },
): Crossover[] {
  const baselinePoints = measuredIn(points, 'end_to_end');
  const found: Crossover[] = [];
  for (const series of Map.groupBy(measuredIn(points, phase), seriesKey).values()) {
    const { variant, device, ranOn } = series[0]!;
    if (baseline === 'naive' ? variant === 'naive' : ranOn === 'cpu') continue;
    const pairs = distinctSizes(series).flatMap(size => {
      const own = series.find(point => point.size === size)!;
      const base = baselineAt(
        baselinePoints.filter(point => point.size === size),
        baseline,
      );
      return base ? [{ size, own, base, faster: surelyFaster(own.time, base.time) }] : [];
    });
    const last = pairs.findLastIndex(({ faster }) => !faster);
    const first = pairs[last + 1];
    if (!first) continue;
    const before = pairs[last];
    const names = new Set([before?.base.variant ?? first.base.variant, first.base.variant]);
    found.push({
      variant,
      device,
      software: series.some(point => point.ranOn === 'software-adapter'),
      baseline: [...names].join('/'),
      sizeLow: before?.size,
      sizeHigh: first.size,
      estimate:
        before &&
        interpolate(
          [before.size, first.size],
          [before.own.time.mid / before.base.time.mid, first.own.time.mid / first.base.time.mid],
        ),
    });
  }
  return found;
}
