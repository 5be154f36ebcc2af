import { type Confinement, type ProgramSpec, runInChild, targetLabel } from '../target/index.ts';
import { TargetError } from '../workload/load.ts';
import type { PlainTime as TimedPlain } from './plain-job.ts';

export interface PlainTime extends TimedPlain {
  /** Sizes that were timed in place of one that takes too long; empty where it was timed itself. */
  readonly extrapolatedFrom: readonly number[];
}

interface Limits {
  readonly confinement?: Confinement;
  readonly timeoutMs?: number;
}

/** A plain program that runs longer than this is timed at smaller sizes. */
const patienceMs = 12_000;

/**
 * Times a target as it is, warm. One that takes too long at its size is timed at smaller ones, and continued by the
 * power law between the two largest that end in time.
 *
 * @throws TargetError where it throws, does not load, or takes too long at every size
 */
export async function timePlain(spec: ProgramSpec, { timeoutMs = 60_000, ...limits }: Limits = {}): Promise<PlainTime> {
  const { size } = spec;
  const first = await time(spec, {
    ...limits,
    timeoutMs: size === undefined ? timeoutMs : Math.min(timeoutMs, patienceMs),
  });
  if (first) return { ...first, extrapolatedFrom: [] };
  const timed: { size: number; plain: TimedPlain }[] = [];
  for (let smaller = Math.floor((size ?? 0) / 4); smaller >= 1 && timed.length < 2; smaller = Math.floor(smaller / 4)) {
    const plain = await time({ ...spec, size: smaller }, { ...limits, timeoutMs: patienceMs });
    if (plain) timed.push({ size: smaller, plain });
  }
  const [large, small] = timed;
  if (!large || !small)
    throw new TargetError(
      `${targetLabel(spec.target)}: the plain program takes more than ${timeoutMs / 1000} s, and no smaller size could be timed; give it longer with --timeout, or make its input smaller`,
    );
  const exponent = Math.log(large.plain.seconds / small.plain.seconds) / Math.log(large.size / small.size);
  const seconds = large.plain.seconds * ((size ?? 1) / large.size) ** exponent;
  // Caches end somewhere between the sizes: a tenth for each factor of four.
  const spread = large.plain.spread + 0.1 * Math.log2((size ?? 1) / large.size);
  return { ...large.plain, seconds, spread, extrapolatedFrom: [small.size, large.size] };
}

/** One timing, or nothing where it ran out of time. */
async function time(spec: ProgramSpec, { confinement, timeoutMs }: Limits): Promise<TimedPlain | undefined> {
  const outcome = await runInChild<TimedPlain>(new URL('./plain-job.ts', import.meta.url), spec, {
    file: spec.target.file,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(confinement ? { confinement } : {}),
  });
  if (outcome.status === 'ok') return outcome.result;
  if (outcome.status === 'timeout' && spec.size !== undefined) return undefined;
  throw new TargetError(`${targetLabel(spec.target)}: ${outcome.message}`);
}
