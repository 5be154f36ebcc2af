import type { PlannedGroup } from '../results/manifest.ts';
import { resolveTarget } from '../target/index.ts';
import { isTimedOnce, type PlainTime, timePlain, together } from './plain.ts';

interface RoundsOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly onStep: (group: PlannedGroup, round: number) => void;
}

/**
 * The plain code of each group, once a round, the fastest of all rounds: a neighbour on the host slows whatever runs for
 * seconds on end, and processes one after the other all alike.
 *
 * @returns a time, or why there is none; fewer groups where it was aborted
 */
export async function timeInRounds(
  groups: readonly PlannedGroup[],
  { seed, rounds, signal, onStep }: RoundsOptions,
): Promise<Map<PlannedGroup, PlainTime | Error>> {
  const times = new Map<PlannedGroup, PlainTime | Error>();
  for (let round = 1; round <= rounds; round++)
    for (const group of groups) {
      if (signal.aborted) return times;
      const known = times.get(group);
      if (known && (known instanceof Error || isTimedOnce(known))) continue;
      onStep(group, round);
      const time = await timeOnce(group, seed).catch((error: Error) => error);
      if (!known) times.set(group, time);
      // A failure after it ran is a disturbance like any other.
      else if (!(time instanceof Error)) times.set(group, together(known, time));
    }
  return times;
}

const timeOnce = async ({ target, size, parameters }: PlannedGroup, seed: number): Promise<PlainTime> =>
  timePlain({ target: resolveTarget(target), size, seed, parameters }, { processes: 1 });
