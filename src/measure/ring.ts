import { AsyncLocalStorage } from 'node:async_hooks';
import type { Device } from '../backends/device.ts';
import { classifyFailure } from '../backends/failure.ts';
import type { Output, Variant } from '../backends/variant.ts';
import type { Random } from '../workload/random.ts';
import type { AnyWorkload } from '../workload/types.ts';
import { restoreBuiltins } from './builtins.ts';
import { type CheckOutcome, disposeQuietly, judge, type Problem, spoil } from './check.ts';
import { type Contender, type Pass, type PassOptions, type PassTiming, timePass } from './contender.ts';
import type { GroupEvent, GroupRequest, OutcomeEvent } from './events.ts';
import type { Phase, Regime } from './phases.ts';

/** Everything that the rounds of one group share. */
export interface Ring {
  readonly request: GroupRequest;
  readonly workload: AnyWorkload;
  readonly device: Device;
  readonly random: Random;
  readonly emit: (event: GroupEvent) => void;
  /** The problem that is timed, and another of the same shape that catches whoever repeats an old answer. */
  readonly timed: Problem<unknown, Output>;
  readonly other: Problem<unknown, Output>;
  /** Those still in the race. */
  readonly contenders: Contender[];
}

/** What all share is spoilt (the GPU device, a built-in object): nobody can go on in this process. */
export class CannotGoOn extends Error {
  /** Who did it, where that is certain. */
  readonly culprit: string | undefined;
  constructor(culprit?: string) {
    super('what all variants share is spoilt');
    this.culprit = culprit;
  }
}

/** Whose work this is, also where a timer or a promise goes on with it while somebody else is being measured. */
const atWork = new AsyncLocalStorage<string>();

/** The variant that what runs at this moment was begun by; undefined where it was none. */
export const whoIsAtWork = (): string | undefined => atWork.getStore();

/** Does a part of a variant's work in its name. */
export const inTheNameOf = <T>({ name }: Variant<unknown, Output>, work: () => Promise<T>): Promise<T> =>
  atWork.run(name, work);

/** Reports how a variant fared; it is the last word on it in this process. */
export function settle(
  { emit }: Ring,
  variant: Variant<unknown, Output>,
  outcome: Pick<OutcomeEvent, 'status' | 'reason' | 'place' | 'accuracy' | 'steady'>,
): void {
  emit({ type: 'outcome', variant: variant.name, sameAlgorithm: variant.sameAlgorithm, ...outcome });
}

/** Takes a contender whose output is wrong out of the race. */
export async function reject(ring: Ring, contender: Contender, outcome: CheckOutcome): Promise<void> {
  const { variant, place } = contender;
  settle(ring, variant, {
    status: outcome.status,
    place,
    ...('reason' in outcome ? { reason: outcome.reason } : {}),
    ...('accuracy' in outcome && outcome.accuracy ? { accuracy: outcome.accuracy } : {}),
  });
  await remove(ring, contender);
}

/** Reports what a variant threw, and takes it out of the race. */
export async function fail(ring: Ring, variant: Variant<unknown, Output>, error: unknown): Promise<void> {
  const contender = ring.contenders.find(candidate => candidate.variant === variant);
  const { status, reason } = classifyFailure(error);
  settle(ring, variant, { status, reason, ...(contender ? { place: contender.place } : {}) });
  if (status === 'device-lost') throw new CannotGoOn(variant.name);
  if (contender) await remove(ring, contender);
}

/** Takes a contender out of the race and releases what it holds. */
export async function remove(ring: Ring, contender: Contender): Promise<void> {
  const at = ring.contenders.indexOf(contender);
  if (at >= 0) ring.contenders.splice(at, 1);
  await disposeQuietly(contender.prepared);
}

/** One step of one contender, announced so that a hang or a crash finds its culprit. */
export async function step(ring: Ring, contender: Contender, name: string, work: () => Promise<void>): Promise<void> {
  if (!ring.contenders.includes(contender)) return;
  ring.emit({ type: 'step', variant: contender.variant.name, step: name });
  try {
    await inTheNameOf(contender.variant, work);
  } catch (error) {
    if (error instanceof CannotGoOn) throw error;
    await fail(ring, contender.variant, error);
  }
}

/** Whether it is certain that nobody else can have replaced something since the last look. */
type Turn = PassOptions & { readonly alone?: boolean };

/**
 * One timed pass of a contender, and a look at what all share where the output is judged or somebody is suspected.
 *
 * @throws CannotGoOn where a built-in object was replaced: whoever was measured meanwhile ran with it
 */
export async function pass(ring: Ring, contender: Contender, input: unknown, turn: Turn = {}): Promise<Pass> {
  const done = await timePass(contender, input, turn);
  const { suspicious = false } = ring.request;
  if (!turn.judged && !suspicious) return done;
  const replaced = restoreBuiltins();
  if (replaced.length === 0) return done;
  if (!turn.alone && !suspicious && ring.contenders.length > 1) throw new CannotGoOn();
  const reason = `replaced ${replaced.slice(0, 3).join(', ')}, which all variants share`;
  settle(ring, contender.variant, { status: 'incorrect', reason, place: contender.place });
  throw new CannotGoOn(contender.variant.name);
}

/**
 * Compares an output as it was when the clock stopped, keeps the worst accuracy seen, and takes a wrong contender out of
 * the race.
 */
export async function expectRight(
  ring: Ring,
  contender: Contender,
  { problem, output, seen = output }: { problem: Problem<unknown, Output> } & Pick<Pass, 'output' | 'seen'>,
): Promise<boolean> {
  const { ranOn } = contender.place;
  const outcome = judge(ring.workload, contender.variant, { problem, got: seen, ranOn });
  spoil(output);
  if (outcome.status !== 'ok') {
    await reject(ring, contender, outcome);
    return false;
  }
  const { accuracy } = outcome;
  if (!contender.accuracy || accuracy.worstShare > contender.accuracy.worstShare) contender.accuracy = accuracy;
  return true;
}

/** Emits every phase of a timed pass. */
export function emitTiming(
  ring: Ring,
  contender: Contender,
  { timing, regime, iteration }: { timing: PassTiming; regime: Regime; iteration: number },
): void {
  const phases: [Phase, number | undefined][] = [
    ['upload', timing.upload],
    ['dispatch', timing.dispatch],
    ['kernel', timing.kernel],
    ['readback', timing.readback],
    ['compute', timing.compute],
    ['end_to_end', timing.endToEnd],
  ];
  const at = new Date().toISOString();
  for (const [phase, ns] of phases) {
    if (ns === undefined) continue;
    const { place, variant } = contender;
    ring.emit({
      type: 'sample',
      variant: variant.name,
      ...place,
      phase,
      regime,
      iteration,
      repetitions: timing.repetitions,
      ns,
      at,
    });
  }
}

/** Fisher and Yates. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
