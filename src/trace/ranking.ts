import type { LoopResult, TraceResult, Verdict } from './types.ts';

/** Loops whose iterations can run side by side, as they stand or after a mechanical change. */
const open: readonly Verdict[] = ['parallel', 'parallel-after-renaming', 'reduction', 'scan'];
export const isOpen = ({ verdict }: LoopResult): boolean => verdict !== null && open.includes(verdict);

/** Iterations of a loop that can be under way at once: its self-parallelism, with sums rebalanced where that is what it takes. */
export function widthOf(loop: LoopResult): number {
  const { verdict, selfParallelism, selfParallelismReassociated } = loop;
  const ratio = verdict === 'reduction' || verdict === 'scan' ? selfParallelismReassociated : selfParallelism;
  return ratio ?? 1;
}

/** Share of the operations that run inside a loop, the calls that it makes included. */
export const shareOf = ({ work }: LoopResult, result: Pick<TraceResult, 'work'>): number =>
  result.work > 0 ? work / result.work : 0;

/**
 * The loops that matter, in source order: those with the largest share of the work times self-parallelism, where
 * hardware has most to gain, and among them always the two largest ones that stand in its way.
 */
export function loopsThatMatter(result: Pick<TraceResult, 'work' | 'loops'>, most: number): LoopResult[] {
  const entered = result.loops.filter(({ iterations }) => iterations > 0);
  const heavy = entered.filter(loop => shareOf(loop, result) >= negligible);
  // Where nothing costs, loops that move data are all there is.
  const worth = heavy.length > 0 ? heavy : entered;
  const by = (score: (loop: LoopResult) => number) => (a: LoopResult, b: LoopResult) => score(b) - score(a);
  const obstacles = worth
    .filter(loop => !isOpen(loop) && loop.work > 0)
    .sort(by(loop => loop.work))
    .slice(0, 2);
  const gains = [...worth].sort(by(loop => shareOf(loop, result) * widthOf(loop)));
  const chosen = [...new Set([...obstacles, ...gains])].slice(0, Math.max(most, obstacles.length));
  return worth.filter(loop => chosen.includes(loop));
}

/** Loops with less of the work than this are not worth a line. */
const negligible = 0.002;

/** Share of the plain run's time that went into what was not traced through; 0 where it could not be timed. */
export const untracedShare = ({ unknown }: Pick<TraceResult, 'unknown'>): number =>
  Math.min(
    1,
    unknown.reduce((sum, { timeShare }) => sum + (timeShare ?? 0), 0),
  );

/**
 * The largest speed-up on `processors`, by Brent's bound T_p ≥ max(W/p, S) (J. ACM 21, 1974), and with a share of the
 * time that stays as it is by Amdahl's law on top of it.
 */
export function bound({ work, span }: Pick<TraceResult, 'work' | 'span'>, processors: number, serial = 0): number {
  if (work === 0) return 1;
  const shrunk = Math.max(1 / processors, span / work);
  return 1 / (serial + (1 - serial) * shrunk);
}
