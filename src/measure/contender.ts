import type { Device } from '../backends/device.ts';
import type { Output, Prepared, Variant } from '../backends/variant.ts';
import type { Accuracy } from '../workload/compare.ts';
import { type Problem, snapshot } from './check.ts';
import { clockResolutionNs, now } from './clock.ts';
import type { Place } from './events.ts';
import { ticksPerSample } from './protocol.ts';
import { median } from './statistics.ts';

/** Durations of one timed pass, in nanoseconds; absent where the variant's shape has no such phase. */
export interface PassTiming {
  readonly upload?: number;
  readonly dispatch?: number;
  readonly kernel?: number;
  readonly readback?: number;
  readonly compute?: number;
  readonly endToEnd: number;
  readonly repetitions: number;
  /** What the device still had to do after the dispatch said that it was done. Not part of any phase. */
  readonly drain?: number;
  /** What a call did before and after its time: taking its input, handing out its result. Not part of any phase. */
  readonly outside?: number;
}

/** A variant in the ring: prepared, checked, and with what was learnt about it so far. */
export interface Contender {
  readonly variant: Variant<unknown, Output>;
  readonly prepared: Prepared<unknown, Output>;
  /** The timed problem, on memory of its own. */
  readonly timed: Problem<unknown, Output>;
  place: Place;
  /** End-to-end durations of the warm-up. */
  readonly warmup: number[];
  /** End-to-end durations of the steady samples. */
  readonly samples: number[];
  readonly timings: PassTiming[];
  repetitions: number;
  steady: boolean;
  /** The worst accuracy seen so far. */
  accuracy?: Accuracy;
}

/** One timed pass. */
export interface Pass {
  readonly timing: PassTiming;
  readonly output: Output;
  /** The output as it was when the clock stopped; only where it was asked for. */
  readonly seen?: Output;
}

export interface PassOptions {
  /** Overwrites the output on the device between upload and dispatch, outside of every phase. */
  readonly poison?: boolean;
  /** Keeps a copy of the output for the judge, outside of every phase. */
  readonly judged?: boolean;
}

/** Runs all phases once and times each; returns the last output with the times. */
export async function timePass(
  { prepared, repetitions }: Pick<Contender, 'prepared' | 'repetitions'>,
  input: unknown,
  { poison = false, judged = false }: PassOptions = {},
): Promise<Pass> {
  await prepared.activate?.();
  if (prepared.shape === 'call') return timeCall(prepared, input, { repetitions, judged });
  const start = now();
  await prepared.upload(input);
  const upload = Number(now() - start);
  if (poison) await prepared.poison?.();
  const launched = now();
  await prepared.dispatch();
  const dispatch = Number(now() - launched);
  const drain = prepared.shape === 'offload' ? await timeDrain(prepared) : undefined;
  const back = now();
  const output = await prepared.readback();
  const readback = Number(now() - back);
  const seen = judged ? { seen: snapshot(output) } : {};
  const endToEnd = upload + dispatch + readback;
  if (prepared.shape === 'fused') return { timing: { endToEnd, repetitions: 1 }, output, ...seen };
  const passes = await prepared.passTimes?.();
  const kernel = passes?.reduce((sum, { ns }) => sum + Number(ns), 0);
  return {
    timing: {
      upload,
      dispatch,
      readback,
      endToEnd,
      repetitions: 1,
      ...(kernel === undefined ? {} : { kernel }),
      ...(drain === undefined ? {} : { drain }),
    },
    output,
    ...seen,
  };
}

async function timeCall(
  prepared: Prepared<unknown, Output>,
  input: unknown,
  { repetitions, judged }: { repetitions: number; judged: boolean },
): Promise<Pass> {
  const arrived = now();
  await prepared.upload(input);
  const start = now();
  for (let repetition = 0; repetition < repetitions; repetition++) await prepared.dispatch();
  const end = now();
  // At once: a job that was put off until the clock had stopped comes too late for the judge.
  const peeked = prepared.peek?.();
  const handedOut = now();
  let seen = judged && peeked !== undefined ? snapshot(peeked) : undefined;
  const asked = now();
  const output = await prepared.readback();
  const outside = Number(start - arrived) + Number(handedOut - end) + Number(now() - asked);
  if (judged) seen ??= snapshot(output);
  const compute = Number(end - start) / repetitions;
  return { timing: { compute, endToEnd: compute, repetitions, outside }, output, ...(seen ? { seen } : {}) };
}

async function timeDrain(prepared: Prepared<unknown, Output>): Promise<number | undefined> {
  if (!prepared.drain) return undefined;
  const start = now();
  await prepared.drain();
  return Number(now() - start);
}

/** How many calls have to be timed together so that the clock's step is at most a thousandth of what it measures. */
export const repetitionsFor = (durationNs: number): number =>
  Math.min(10_000, Math.max(1, Math.ceil((ticksPerSample * clockResolutionNs()) / Math.max(1, durationNs))));

/**
 * Whether the device went on working after `dispatch` said that it was done: the wait for it then took longer than a
 * fifth of the dispatch and clearly longer than asking an idle device takes.
 */
export function didNotWait(timings: readonly PassTiming[], idleDrainNs: number): boolean {
  const late = timings.filter(({ dispatch = 0, drain = 0 }) => drain > 0.2 * dispatch + 4 * idleDrainNs);
  return timings.length > 0 && late.length > timings.length / 2;
}

/**
 * Whether a call worked where no clock runs for it: there its input is kept and its result is handed out, which takes less
 * than 5 µs, however large they are.
 */
export function workedOutside(timings: readonly PassTiming[]): boolean {
  const calls = timings.filter(({ outside }) => outside !== undefined);
  if (calls.length === 0) return false;
  const usual = (of: (timing: PassTiming) => number): number => median(calls.map(of));
  return usual(({ outside = 0 }) => outside) > 0.2 * usual(({ endToEnd }) => endToEnd) + 5000;
}

/** `cpu-1`, `cpu-all`, or the name of the adapter or of the library's own device. */
export async function placeOf(prepared: Prepared<unknown, Output>, device: Device): Promise<Place> {
  const ranOn = prepared.ranOn();
  if (ranOn === 'cpu') return { device: (prepared.threads?.() ?? 1) > 1 ? 'cpu-all' : 'cpu-1', ranOn };
  const own = prepared.deviceName?.();
  if (own !== undefined) return { device: own, ranOn };
  const { adapter } = await device.gpu();
  return { device: adapter.description || adapter.device || adapter.architecture, ranOn };
}
