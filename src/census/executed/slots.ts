import type { Slot } from '../bytecode/parse-dump.ts';

/** A range of block coverage with its count, as the inspector reports it. */
export interface CoverageRange {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface Region {
  readonly slot: number;
  readonly start: number;
  end: number;
}

/**
 * The counts of a function's coverage counters, recovered from the ranges that V8 makes of them
 * (src/debug/debug-coverage.cc). On the way V8 merges neighbours and nested ranges with equal counts, which loses
 * nothing: the count at every position stays. It also drops counters without a position of their own: those that
 * start where another range starts, of which only the first or the largest survives. Those are undefined here, and
 * the flow equations have to find them.
 *
 * @param slots the counters as they were compiled; the first is the function's own
 * @param reported the function's ranges; the first is the function
 */
export function slotCounts(slots: readonly Slot[], reported: readonly CoverageRange[]): (number | undefined)[] {
  const whole = reported[0];
  if (!whole) return slots.map(() => 0);
  const regions = toRegions(slots, whole);
  return slots.map(({ start }, slot) => {
    if (start < 0) return whole.count;
    const region = regions.find(each => each.slot === slot);
    if (!region) return undefined;
    const position = ownPosition(region, regions);
    return position === undefined ? undefined : countAt(position, reported);
  });
}

/** Ranges as V8 sorts them: by start, the longer first; a singleton, whose end is open, after the ranges with its start. */
function toRegions(slots: readonly Slot[], whole: CoverageRange): Region[] {
  const sorted = slots
    .map(({ start, end }, slot) => ({ slot, start, end }))
    .filter(({ start }) => start >= 0)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const distinct = sorted.filter(
    (each, index) =>
      !sorted.some(
        (other, at) =>
          at !== index && other.start === each.start && (other.end === each.end || (each.end < 0 && at < index)),
      ),
  );
  // A singleton reaches to the next range within its parent, or to the parent's end.
  const enclosing: Region[] = [];
  for (const [index, region] of distinct.entries()) {
    while (enclosing.length > 0 && (enclosing.at(-1) as Region).end <= region.start) enclosing.pop();
    const parent = enclosing.at(-1);
    if (region.end < 0) {
      const parentEnd = parent?.end ?? whole.endOffset;
      const next = distinct[index + 1];
      // V8 never leaves a function's closing brace uncovered.
      region.end = next && next.start < parentEnd ? next.start : parent ? parentEnd : parentEnd - 1;
    }
    enclosing.push(region);
  }
  return distinct.filter(({ start, end }) => end > start);
}

/** A position in a region that is in none of the regions within. */
function ownPosition(region: Region, regions: readonly Region[]): number | undefined {
  const inner = regions
    .filter(other => other !== region && other.start >= region.start && other.end <= region.end)
    .sort((a, b) => a.start - b.start);
  let position = region.start;
  for (const { start, end } of inner) if (start <= position && end > position) position = end;
  return position < region.end ? position : undefined;
}

function countAt(position: number, reported: readonly CoverageRange[]): number {
  let found = reported[0] as CoverageRange;
  for (const range of reported)
    if (
      range.startOffset <= position &&
      position < range.endOffset &&
      range.endOffset - range.startOffset <= found.endOffset - found.startOffset
    )
      found = range;
  return found.count;
}
