import type { Observed } from '../session.ts';
import type { LoopResult, Verdict } from '../types.ts';

/** From the most to the least that a loop may be done with. */
const caution: readonly Verdict[] = [
  ...(['parallel', 'parallel-after-renaming', 'reduction', 'scan', 'doacross', 'sequential', 'unknown'] as const),
];

/**
 * Loops and functions as one answer over several inputs: the numbers are the first input's; a dependence that any
 * input showed counts, and where inputs disagree the most cautious verdict stands and the reason says so.
 */
export function agree(runs: readonly Observed[]): { loops: LoopResult[]; functions: LoopResult[] } {
  const [first, ...others] = runs as [Observed, ...Observed[]];
  return {
    loops: merge(
      first.loops,
      others.map(({ loops }) => loops),
    ),
    functions: merge(
      first.functions,
      others.map(({ functions }) => functions),
    ),
  };
}

const keyOf = ({ file, line, column }: LoopResult): string => `${file}:${line}:${column}`;

function merge(first: readonly LoopResult[], others: readonly (readonly LoopResult[])[]): LoopResult[] {
  const merged = new Map(first.map(loop => [keyOf(loop), loop]));
  for (const loops of others)
    for (const loop of loops) {
      const known = merged.get(keyOf(loop));
      merged.set(keyOf(loop), known ? both(known, loop) : loop);
    }
  return [...merged.values()];
}

function both(a: LoopResult, b: LoopResult): LoopResult {
  const carried = [...a.carried];
  for (const edge of b.carried) {
    const same = carried.findIndex(
      ({ kind, variable, from, to }) =>
        kind === edge.kind && variable === edge.variable && from.line === edge.from.line && to.line === edge.to.line,
    );
    if (same < 0) carried.push(edge);
    else if (edge.distance < carried[same]!.distance) carried[same] = edge;
  }
  if (a.verdict === b.verdict || a.verdict === null || b.verdict === null) return { ...a, carried };
  const worse = caution.indexOf(b.verdict) > caution.indexOf(a.verdict) ? b : a;
  const other = worse === a ? b : a;
  return { ...a, carried, verdict: worse.verdict, reason: `${worse.reason} (on another input: ${other.verdict})` };
}
