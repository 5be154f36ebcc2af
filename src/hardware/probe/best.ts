import { now } from '../../measure/clock.ts';

/** Many short ones: a busy machine leaves a core alone for some milliseconds at a time. */
const trials = 15;
const trialNs = 6e6;

/**
 * Units of work a second, trial by trial. `work(n)` does n rounds; n grows until a trial takes 6 ms, so that the clock and
 * the call cost nothing. With `meet` every trial begins together with the same trial of the other threads.
 */
export function trialRates(
  work: (rounds: number) => void,
  unitsPerRound: number,
  meet: () => void = () => undefined,
): number[] {
  let rounds = 1;
  let took = timed(work, rounds);
  while (took < trialNs && rounds < 2 ** 28) {
    rounds = Math.ceil(rounds * Math.min(16, Math.max(2, (1.2 * trialNs) / Math.max(took, 1))));
    took = timed(work, rounds);
  }
  return Array.from({ length: trials }, () => {
    meet();
    return (rounds * unitsPerRound * 1e9) / timed(work, rounds);
  });
}

/** A ceiling is the best of its trials, because noise only slows down. */
export const best = (rates: readonly number[]): number => Math.max(...rates);

function timed(work: (rounds: number) => void, rounds: number): number {
  const start = now();
  work(rounds);
  return Number(now() - start);
}
