import { median } from './statistics.ts';

const window = 5;
const tolerance = 0.05;

/**
 * Whether a series of durations has reached a steady state: the median of the last five is within 5 % of the median of
 * the five before, so neither compilation nor a cache still changes the trend. A slow call (a tenth of the warm-up
 * budget or more) has had its optimised code on stack replacement long before ten calls: three within 5 % suffice.
 */
export function isSteady(durations: readonly number[], slowFromNs: number): boolean {
  const last = durations.at(-1);
  if (last === undefined) return false;
  if (last >= slowFromNs && durations.length >= 3) {
    const recent = durations.slice(-3);
    return Math.max(...recent) <= Math.min(...recent) * (1 + tolerance);
  }
  if (durations.length < 2 * window) return false;
  const recent = median(durations.slice(-window));
  const before = median(durations.slice(-2 * window, -window));
  return Math.abs(recent - before) <= tolerance * before;
}

/** Fewest samples in which a trend can be told from noise. */
const leastForTrend = 10;

/** Whether the later half of the samples is more than a tenth faster than the earlier one: it was not steady yet. */
export function stillSpeedingUp(samples: readonly number[]): boolean {
  if (samples.length < leastForTrend) return false;
  const half = Math.floor(samples.length / 2);
  return median(samples.slice(-half)) < 0.9 * median(samples.slice(0, half));
}
