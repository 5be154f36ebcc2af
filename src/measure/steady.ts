import { median } from './statistics.ts';

const window = 5;

/** Getting faster by more than this is a trend; getting slower is noise of the machine, and no reason to wait. */
const stillFaster = 0.95;

/**
 * Whether a series of durations no longer gets faster: the median of the last five is not more than 5 % below the median
 * of the five before. A slow call (a tenth of the warm-up budget or more) has had its optimised code by on-stack
 * replacement long before ten calls: there the last of three may not be more than 5 % below both before it.
 */
export function isSteady(durations: readonly number[], slowFromNs: number): boolean {
  const last = durations.at(-1);
  if (last === undefined) return false;
  if (last >= slowFromNs && durations.length >= 3) return last >= stillFaster * Math.min(...durations.slice(-3, -1));
  if (durations.length < 2 * window) return false;
  return median(durations.slice(-window)) >= stillFaster * median(durations.slice(-2 * window, -window));
}

/** Fewest samples in which a trend can be told from noise. */
const leastForTrend = 10;

/** Whether the later half of the samples is more than a tenth faster than the earlier one: it was not steady yet. */
export function stillSpeedingUp(samples: readonly number[]): boolean {
  if (samples.length < leastForTrend) return false;
  const half = Math.floor(samples.length / 2);
  return median(samples.slice(-half)) < 0.9 * median(samples.slice(0, half));
}
