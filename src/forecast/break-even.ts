/** A forecast speed-up at a size. */
export interface SizedSpeedup {
  readonly size: number;
  readonly speedup: number;
}

/** How far beyond the sizes that were forecast a crossing may be extrapolated. */
const reach = 64;

/**
 * The size from which on a device pays: where the speed-up crosses 1, on straight lines in log–log between sizes that
 * were forecast, and along the outermost line up to a factor of 64 beyond them. Null where it never does, or loses again.
 *
 * @param points at least one; sizes positive
 */
export function breakEvenSize(points: readonly SizedSpeedup[]): number | null {
  const sorted = [...points].sort((a, b) => a.size - b.size);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last) return null;
  const crossing = (a: SizedSpeedup, b: SizedSpeedup): number => {
    const slope = Math.log(b.speedup / a.speedup) / Math.log(b.size / a.size);
    return a.size * Math.exp(-Math.log(a.speedup) / slope);
  };
  if (last.speedup <= 1) {
    const before = sorted.at(-2);
    if (!before || before.speedup >= last.speedup) return null;
    const size = crossing(before, last);
    return size <= last.size * reach ? Math.ceil(size) : null;
  }
  for (let index = sorted.length - 1; index > 0; index--) {
    const [a, b] = [sorted[index - 1]!, sorted[index]!];
    if (a.speedup <= 1) return Math.ceil(crossing(a, b));
  }
  // It pays at every size that was looked at.
  const next = sorted[1];
  if (!next || next.speedup <= first.speedup) return Math.min(first.size, 1);
  return Math.max(1, Math.ceil(Math.max(crossing(first, next), first.size / reach)));
}
