import { now } from '../../measure/clock.ts';

/** How long and how often a ceiling is tried; a ceiling is the best of its trials, because noise only slows down. */
const trials = 7;
const trialNs = 25e6;

/**
 * Units of work a second at their fastest. `work(n)` does n rounds; n grows until a trial takes 25 ms, so that the
 * clock and the call cost nothing.
 */
export function bestRate(work: (rounds: number) => void, unitsPerRound: number): number {
  let rounds = 1;
  let took = timed(work, rounds);
  while (took < trialNs && rounds < 2 ** 28) {
    rounds = Math.ceil(rounds * Math.min(16, Math.max(2, (1.2 * trialNs) / Math.max(took, 1))));
    took = timed(work, rounds);
  }
  let best = took;
  for (let trial = 1; trial < trials; trial++) best = Math.min(best, timed(work, rounds));
  return (rounds * unitsPerRound * 1e9) / best;
}

function timed(work: (rounds: number) => void, rounds: number): number {
  const start = now();
  work(rounds);
  return Number(now() - start);
}
