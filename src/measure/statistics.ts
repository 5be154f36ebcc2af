import { createRandom, type Random } from '../workload/random.ts';

/** A number with its 95 % interval; the interval is absent where there are too few processes to give any. */
export interface Estimate {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** Samples of one cell and phase: one inner array per process. Processes are the sampling unit. */
export type ProcessSamples = readonly (readonly number[])[];

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** Quantile with linear interpolation between order statistics (type 7 of Hyndman & Fan, 1996). NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return Number.NaN;
  const ordered = sorted(values);
  const at = (ordered.length - 1) * q;
  const below = Math.floor(at);
  const low = ordered[below] as number;
  const high = ordered[Math.min(below + 1, ordered.length - 1)] as number;
  return low + (high - low) * (at - below);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Median absolute deviation from the median, unscaled. */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map(value => Math.abs(value - centre)));
}

/** 1.4826: makes the MAD of normal data estimate its standard deviation (1 / Φ⁻¹(3/4)). */
const madToSigma = 1.4826;

/** How many samples lie more than 3 MAD-sigmas from the median of their own process. Flagged, never dropped. */
export function countOutliers(processes: ProcessSamples): number {
  let outliers = 0;
  for (const samples of processes) {
    const centre = median(samples);
    const reach = 3 * madToSigma * medianAbsoluteDeviation(samples);
    if (reach > 0) outliers += samples.filter(sample => Math.abs(sample - centre) > reach).length;
  }
  return outliers;
}

const replicates = 1000;

/** Two-sided 97.5 % quantiles of Student's t for 1 … 30 degrees of freedom. */
const studentT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const normal975 = 1.959964;

/** Two units would have to be widened 9 times on a logarithmic scale: such an interval spans decades and says nothing. */
const fewestUnits = 3;

/**
 * How much a bootstrap interval over n units has to be widened to hold what it promises: √(n/(n−1)) for the missing
 * degree of freedom times t over z (Hesterberg, "What Teachers Should Know About the Bootstrap", The American
 * Statistician 69, 2015, §4.1: "narrowness bias"). 2.69 for 3 processes, 1.22 for 10.
 */
export function smallSampleExpansion(units: number): number {
  if (units < fewestUnits) return Number.NaN;
  const t = studentT[units - 2] ?? normal975;
  return (Math.sqrt(units / (units - 1)) * t) / normal975;
}

const medianOfMedians = (processes: ProcessSamples): number => median(processes.map(median));

/**
 * The median of a resample with replacement of ordered values, without sorting: the draws are counted by rank and the
 * middle is found by walking up the counts.
 */
function resampledMedian(ordered: readonly number[], random: Random): number {
  const { length } = ordered;
  const counts = new Uint16Array(length);
  for (let draw = 0; draw < length; draw++) {
    const rank = random.below(length);
    counts[rank] = (counts[rank] as number) + 1;
  }
  const lower = (length - 1) >> 1;
  const upper = length >> 1;
  let low = Number.NaN;
  for (let rank = 0, passed = 0; rank < length; rank++) {
    passed += counts[rank] as number;
    if (low !== low && passed > lower) low = ordered[rank] as number;
    if (passed > upper) return (low + (ordered[rank] as number)) / 2;
  }
  return low;
}

/** Widens an interval of a positive statistic around its value, on the logarithmic scale that times live on. */
function interval(value: number, estimates: readonly number[], units: number): Estimate {
  const expansion = smallSampleExpansion(units);
  if (!Number.isFinite(expansion) || !(value > 0)) return { value };
  const centre = Math.log(value);
  const low = centre - expansion * Math.max(0, centre - Math.log(quantile(estimates, 0.025)));
  const high = centre + expansion * Math.max(0, Math.log(quantile(estimates, 0.975)) - centre);
  return { value, low: Math.exp(low), high: Math.exp(high) };
}

/**
 * Median over processes of the median within each, with a 95 % interval by hierarchical bootstrap: processes are drawn
 * with replacement, then samples within each drawn process; expanded for few processes.
 *
 * Kalibera & Jones, "Rigorous benchmarking in reasonable time", ISMM 2013, §4, for the hierarchy.
 *
 * @param seed makes the interval a function of the data alone
 */
export function estimateMedian(processes: ProcessSamples, seed = 1): Estimate {
  const filled = processes.filter(samples => samples.length > 0);
  const value = medianOfMedians(filled);
  if (filled.length < fewestUnits) return { value };
  const random = createRandom(seed);
  const ordered = filled.map(sorted);
  const estimates = Array.from({ length: replicates }, () =>
    median(resampleProcesses(filled.length, random).map(index => resampledMedian(ordered[index] ?? [], random))),
  );
  return interval(value, estimates, filled.length);
}

/**
 * Ratio of two medians, baseline over candidate: above 1 the candidate is faster. Both were measured interleaved in the
 * same processes, so the same processes are drawn for both: what a process does to all of its variants cancels.
 *
 * @param baseline one array per process, in the order of `candidate`
 */
export function estimateRatio(baseline: ProcessSamples, candidate: ProcessSamples, seed = 1): Estimate {
  const pairs = baseline
    .map((samples, index) => ({ over: samples, under: candidate[index] ?? [] }))
    .filter(({ over, under }) => over.length > 0 && under.length > 0);
  const value = median(pairs.map(({ over, under }) => median(over) / median(under)));
  if (pairs.length < fewestUnits) return { value };
  const random = createRandom(seed);
  const ordered = pairs.map(({ over, under }) => ({ over: sorted(over), under: sorted(under) }));
  const estimates = Array.from({ length: replicates }, () =>
    median(
      resampleProcesses(pairs.length, random).map(index => {
        const { over, under } = ordered[index] as (typeof ordered)[number];
        return resampledMedian(over, random) / resampledMedian(under, random);
      }),
    ),
  );
  return interval(value, estimates, pairs.length);
}

/** Two sides of a ratio whose processes have nothing to do with each other, and what both are divided by, if anything. */
export interface UnpairedSide {
  readonly samples: ProcessSamples;
  /** Samples of the same processes by which `samples` are divided first, e.g. those of `naive`. */
  readonly per?: ProcessSamples;
}

/**
 * Ratio of two independently measured medians, baseline over candidate: above 1 the candidate is faster. Processes of
 * both sides are drawn independently. With `per`, each process's median is first divided by that of `per` in the same
 * process: what a machine does to a whole process then cancels. Widened for the smaller number of processes.
 */
export function estimateUnpairedRatio(baseline: UnpairedSide, candidate: UnpairedSide, seed = 1): Estimate {
  const [over, under] = [ordered(baseline), ordered(candidate)];
  const value = middle(over) / middle(under);
  const units = Math.min(over.length, under.length);
  if (units < fewestUnits) return { value };
  const random = createRandom(seed);
  const estimates = Array.from({ length: replicates }, () => resampled(over, random) / resampled(under, random));
  return interval(value, estimates, units);
}

interface OrderedProcess {
  readonly samples: readonly number[];
  readonly per: readonly number[] | undefined;
}

function ordered({ samples, per }: UnpairedSide): OrderedProcess[] {
  return samples
    .map((own, index) => ({ samples: sorted(own), per: per && sorted(per[index] ?? []) }))
    .filter(process => process.samples.length > 0 && process.per?.length !== 0);
}

const middle = (processes: readonly OrderedProcess[]): number =>
  median(processes.map(({ samples, per }) => median(samples) / (per ? median(per) : 1)));

const resampled = (processes: readonly OrderedProcess[], random: Random): number =>
  median(
    resampleProcesses(processes.length, random).map(index => {
      const { samples, per } = processes[index] as OrderedProcess;
      return resampledMedian(samples, random) / (per ? resampledMedian(per, random) : 1);
    }),
  );

const resampleProcesses = (count: number, random: Random): number[] =>
  Array.from({ length: count }, () => random.below(count));

export type Verdict = 'FAST' | 'SLOW' | 'SAME' | 'AMBIGUOUS';

/** Within 5 % either way counts as the same: it is what two identical runs on a shared machine differ by. */
const sameWithin = 1.05;

/**
 * What a speed-up's interval supports: SAME where all of it lies within 5 % of 1, FAST or SLOW where it leaves 1 out,
 * AMBIGUOUS otherwise, and where there is no interval.
 */
export function verdictOf({ low, high }: Estimate): Verdict {
  if (low === undefined || high === undefined) return 'AMBIGUOUS';
  if (low >= 1 / sameWithin && high <= sameWithin) return 'SAME';
  if (low > 1) return 'FAST';
  if (high < 1) return 'SLOW';
  return 'AMBIGUOUS';
}
