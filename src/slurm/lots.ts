import type { PlannedGroup } from '../results/manifest.ts';
import { formatParameters } from '../workload/parameters.ts';

/** Groups, by their number in the plan, that one task measures on one node: what is compared stays together. */
export type Lot = readonly number[];

/**
 * Cuts a plan into lots: each group by itself, whose variants are compared; or, for an experiment that compares times at
 * different sizes, all sizes of a workload and its parameters.
 */
export function lotsOf(plan: readonly PlannedGroup[], comparesSizes: boolean): Lot[] {
  if (!comparesSizes) return plan.map((_, index) => [index]);
  const series = Map.groupBy(plan.keys(), index => {
    const { target, parameters } = plan[index] as PlannedGroup;
    return `${target}|${formatParameters(parameters)}`;
  });
  return [...series.values()];
}

/**
 * Deals lots out to at most `most` tasks, like cards: plans go from small sizes to large ones, and neighbours in one task
 * would leave the longest work to the last of them.
 *
 * @returns numbers of lots, by task
 */
export function dealOut(lots: readonly number[], most: number): number[][] {
  const tasks = Array.from({ length: Math.min(most, lots.length) }, (): number[] => []);
  for (const [index, lot] of lots.entries()) tasks[index % tasks.length]?.push(lot);
  return tasks;
}
