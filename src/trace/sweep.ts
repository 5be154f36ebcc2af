import type { Target } from '../target/resolve.ts';
import { TargetError } from '../workload/load.ts';
import { type Fit, fitGrowth, type Predicted } from './growth.ts';
import { type RunOptions, traceTarget } from './run.ts';
import type { TraceResult } from './types.ts';

/** The same target at several sizes, with its growth laws. */
export interface Sweep {
  /** One result a size, in rising order; the last may have stopped at a limit, and larger sizes were not tried. */
  readonly results: readonly TraceResult[];
  readonly work: Fit;
  readonly span: Fit;
  /** Sizes that were asked for and not traced to their end: the laws are extrapolated to them. */
  readonly untraced: readonly number[];
}

/** What the laws say at a size that was not traced. */
export interface Extrapolated {
  readonly size: number;
  readonly work: Predicted;
  readonly span: Predicted;
  /** Null where the span may be 0. */
  readonly parallelism: Predicted | null;
}

/**
 * Traces a target at each size and fits W(n) and S(n) over those that ended by themselves.
 *
 * @param sizes at least two different ones; four or more show whether a law is right
 * @throws TargetError as `traceTarget`, or where fewer than two sizes can be traced
 */
export async function traceSizes(target: Target, sizes: readonly number[], options: RunOptions = {}): Promise<Sweep> {
  const rising = [...new Set(sizes)].sort((a, b) => a - b);
  const results: TraceResult[] = [];
  for (const size of rising) {
    const result = await traceTarget(target, { ...options, size });
    // A file that turns out to be a workload does not say its size itself.
    results.push({ ...result, size });
    // Larger sizes would reach the same limit, each after as long.
    if (!result.complete) break;
  }
  const whole = results.filter(({ complete }) => complete);
  if (whole.length < 2)
    throw new TargetError(
      `growth needs two sizes that can be traced, and ${whole.length === 0 ? 'none' : `only ${whole[0]!.size}`} of ${rising.join(', ')} could: ${results.at(-1)?.stopped ?? 'give more sizes'}`,
    );
  const lawOf = (pick: (result: TraceResult) => number) =>
    fitGrowth(whole.map(result => ({ size: result.size!, value: pick(result) })));
  return {
    results,
    work: lawOf(({ work }) => work),
    span: lawOf(({ span }) => span),
    untraced: rising.filter(size => whole.every(result => result.size !== size)),
  };
}

/** The laws at a size; an interval of the ratio holds every ratio of the two intervals' members. */
export function extrapolate({ work, span }: Pick<Sweep, 'work' | 'span'>, size: number): Extrapolated {
  const [w, s] = [work.at(size), span.at(size)];
  const parallelism = s.low > 0 ? { low: Math.max(1, w.low / s.high), mid: w.mid / s.mid, high: w.high / s.low } : null;
  return { size, work: w, span: s, parallelism };
}

/** The growth of the JSON contract. */
export const growthOf = ({ work, span }: Sweep): { work: string; span: string; error: number } => ({
  work: work.law,
  span: span.law,
  error: Math.max(work.error, span.error),
});

/** Sizes to say the growth at: those asked for, else those that could not be traced and 8 and 64 times the largest. */
export function sizesBeyond({ results, untraced }: Sweep, asked: readonly number[] = []): readonly number[] {
  if (asked.length > 0) return asked;
  const largest = Math.max(...results.filter(({ complete }) => complete).map(({ size }) => size!));
  return [...new Set([...untraced, largest * 8, largest * 64])].sort((a, b) => a - b);
}
