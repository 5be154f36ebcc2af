import { type Confinement, type ProgramSpec, runInChild, saidOf, targetLabel } from '../target/index.ts';
import { TargetError } from '../workload/load.ts';
import type { PlainTime as TimedPlain } from './plain-job.ts';

export interface PlainTime extends TimedPlain {
  /** How far the processes differ: largest over smallest, minus 1. */
  readonly spread: number;
  readonly processes: number;
  /** Sizes that were timed in place of one that takes too long; empty where it was timed itself. */
  readonly extrapolatedFrom: readonly number[];
}

interface Limits {
  readonly confinement?: Confinement;
  readonly timeoutMs?: number;
  /** Processes differ more than samples within one; the fastest of them counts. Default 3. */
  readonly processes?: number;
}

/** A plain program that runs longer than this is timed at smaller sizes. */
const patienceMs = 12_000;
/** One that takes longer than this for a call is timed in one process. */
const slowSeconds = 0.5;

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
  const timed: { size: number; plain: Timed }[] = [];
  for (let smaller = Math.floor((size ?? 0) / 4); smaller >= 1 && timed.length < 2; smaller = Math.floor(smaller / 4)) {
    const plain = await time({ ...spec, size: smaller }, { ...limits, timeoutMs: patienceMs, processes: 1 });
    if (plain) timed.push({ size: smaller, plain });
  }
  const [large, small] = timed;
  if (!large || !small)
    throw new TargetError(
      `${targetLabel(spec.target)}: the plain program takes more than ${timeoutMs / 1000} s, and no smaller size could be timed; give it longer with --timeout, or make its input smaller`,
    );
  const exponent = Math.log(large.plain.seconds / small.plain.seconds) / Math.log(large.size / small.size);
  const seconds = large.plain.seconds * ((size ?? 1) / large.size) ** exponent;
  return { ...large.plain, seconds, extrapolatedFrom: [small.size, large.size] };
}

type Timed = Omit<PlainTime, 'extrapolatedFrom'>;

/**
 * What two timings of one program say together: the faster one, and how far all processes differ. What disturbs a process
 * only ever slows it (Chen and Revels, "Robust benchmarking in noisy environments", HPEC 2016), a neighbour on the same core
 * by 1.6 to 2 times for seconds on end; and a device's ceilings, which this is divided by, are the best of several as well.
 */
export function together<T extends Timed>(a: T, b: T): T {
  const [faster, slower] = a.seconds <= b.seconds ? [a, b] : [b, a];
  const slowest = Math.max(faster.seconds * (1 + faster.spread), slower.seconds * (1 + slower.spread));
  return {
    ...faster,
    spread: slowest / Math.max(faster.seconds, Number.MIN_VALUE) - 1,
    processes: a.processes + b.processes,
  };
}

/** Whether one process says enough: a script runs once, and what takes long sees much of what disturbs it. */
export const isTimedOnce = ({ calls, seconds }: Pick<PlainTime, 'calls' | 'seconds'>): boolean =>
  calls === 1 || seconds > slowSeconds;

/** What some processes say together, each by the median of its samples; nothing where the first ran out of time. */
async function time(spec: ProgramSpec, { processes = 3, ...limits }: Limits): Promise<Timed | undefined> {
  let all = await timeOnce(spec, limits);
  const wanted = all && isTimedOnce(all) ? 1 : processes;
  while (all && all.processes < wanted) {
    const next = await timeOnce(spec, limits);
    if (!next) break;
    all = together(all, next);
  }
  return all;
}

/** One timing, or nothing where it ran out of time. */
async function timeOnce(spec: ProgramSpec, { confinement, timeoutMs }: Limits): Promise<Timed | undefined> {
  const outcome = await runInChild<TimedPlain>(new URL('./plain-job.ts', import.meta.url), spec, {
    file: spec.target.file,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(confinement ? { confinement } : {}),
  });
  if (outcome.status === 'ok') return { ...outcome.result, spread: 0, processes: 1 };
  if (outcome.status === 'timeout' && spec.size !== undefined) return undefined;
  throw new TargetError(saidOf(spec.target, outcome.message));
}
