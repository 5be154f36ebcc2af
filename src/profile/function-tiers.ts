import { filePath, loggedFunction } from './frames.ts';
import { leastTicks, type TickedIsolate } from './time-by-place.ts';
import { type Tier, tiers } from './types.ts';

export type FunctionTiers = Readonly<Partial<Record<Tier, number>>>;

/**
 * Which tier ran each function, as shares of the ticks in its own code; empty where they are too few. The profiler and V8's log name a function by
 * the place where its parameters begin. Inlined functions count for the one that they were inlined into.
 */
export function tiersByFunction(
  isolates: readonly TickedIsolate[],
): (at: { file: string; line: number; column: number }) => FunctionTiers {
  const counts = new Map<string, { readonly weights: Map<Tier, number>; ticks: number }>();
  for (const { ticks } of isolates)
    for (const { place, function: name, weight } of ticks) {
      if (name === undefined || !(tiers as readonly string[]).includes(place)) continue;
      const called = loggedFunction(name);
      if (!called) continue;
      const key = `${filePath(called.script) ?? called.script}:${called.line}:${called.column}`;
      const its = counts.get(key) ?? { weights: new Map<Tier, number>(), ticks: 0 };
      its.weights.set(place as Tier, (its.weights.get(place as Tier) ?? 0) + weight);
      its.ticks++;
      counts.set(key, its);
    }
  return ({ file, line, column }) => {
    const its = counts.get(`${file}:${line}:${column}`);
    if (!its || its.ticks < leastTicks) return {};
    const all = [...its.weights.values()].reduce((sum, weight) => sum + weight, 0);
    return all === 0 ? {} : Object.fromEntries([...its.weights].map(([tier, weight]) => [tier, weight / all]));
  };
}
