import type { Device } from '../backends/device.ts';
import { classifyFailure } from '../backends/failure.ts';
import type { Output, Variant } from '../backends/variant.ts';
import type { Random } from '../workload/random.ts';
import type { AnyWorkload } from '../workload/types.ts';
import { type CheckOutcome, disposeQuietly, judge, type Problem } from './check.ts';
import type { Contender, PassTiming } from './contender.ts';
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

/** The shared GPU device is lost: nobody else can go on in this process. The message is the variant that lost it. */
export class DeviceGone extends Error {}

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
  if (status === 'device-lost') throw new DeviceGone(variant.name);
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
    await work();
  } catch (error) {
    if (error instanceof DeviceGone) throw error;
    await fail(ring, contender.variant, error);
  }
}

/** Compares an output, keeps the worst accuracy seen, and takes a wrong contender out of the race. */
export async function expectRight(
  ring: Ring,
  contender: Contender,
  { problem, output }: { problem: Problem<unknown, Output>; output: Output },
): Promise<boolean> {
  const { ranOn } = contender.place;
  const outcome = judge(ring.workload, contender.variant, { problem, got: output, ranOn });
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
