/** Taken before any target is loaded: one that puts its own clock in place cheats only itself. */
const { bigint } = process.hrtime;

/** Nanoseconds of the monotonic clock. A change of the wall clock does not move it. */
export const now = (): bigint => bigint();

let resolution: number | undefined;

/** The smallest step that the clock was seen to make, in nanoseconds; at least 1. */
export function clockResolutionNs(): number {
  if (resolution !== undefined) return resolution;
  let least = Number.POSITIVE_INFINITY;
  for (let probe = 0; probe < 2000; probe++) {
    const start = now();
    let end = now();
    while (end === start) end = now();
    least = Math.min(least, Number(end - start));
  }
  resolution = Math.max(1, least);
  return resolution;
}
