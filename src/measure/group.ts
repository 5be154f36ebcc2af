import { setImmediate } from 'node:timers/promises';
import { openDevice } from '../backends/device.ts';
import type { Output, Variant } from '../backends/variant.ts';
import { loadWorkload } from '../workload/load.ts';
import { createRandom } from '../workload/random.ts';
import type { AnyWorkload } from '../workload/types.ts';
import { restoreBuiltins } from './builtins.ts';
import { disposeQuietly, type Problem, poseProblem } from './check.ts';
import { now } from './clock.ts';
import { type Contender, didNotWait, type PassTiming, placeOf, repetitionsFor, workedOutside } from './contender.ts';
import type { GroupEvent, GroupRequest } from './events.ts';
import { copyInput, replaceContents } from './inputs.ts';
import {
  CannotGoOn,
  emitTiming,
  expectRight,
  fail,
  inTheNameOf,
  pass,
  type Ring,
  reject,
  remove,
  settle,
  shuffled,
  step,
} from './ring.ts';
import { median } from './statistics.ts';
import { isSteady, stillSpeedingUp } from './steady.ts';

/** Seeds of the second input and of the one that replaces the timed input's contents, far from the neighbours' seeds. */
const otherSeed = 1_000_003;
const renewedSeed = 2_000_003;

/**
 * Measures every variant of one group in this process: checks each on two inputs, warms up and samples in rounds with
 * a seeded random order, then checks again, on the other input and on the timed memory with new contents.
 */
export async function measureGroup(request: GroupRequest, emit: (event: GroupEvent) => void): Promise<void> {
  const { group, seed } = request;
  const workload = await loadWorkload(group.target);
  restoreBuiltins();
  emit({ type: 'step', variant: '', step: 'inputs and reference' });
  await using device = openDevice({ gpuProfile: request.gpuProfile });
  const ring: Ring = {
    request,
    workload,
    device,
    random: createRandom(seed * 7919 + request.process),
    emit,
    timed: await pose(workload, request, 0),
    other: await pose(workload, request, otherSeed),
    contenders: [],
  };
  try {
    const variants = workload.variants.filter(({ name }) => group.variants.includes(name));
    // Whoever comes first would otherwise pay for opening the device in its phase `compile`.
    if (variants.some(({ name }) => /webgpu|gpujs$/.test(name))) await device.gpu().catch(() => undefined);
    for (const variant of shuffled(variants, ring.random)) await inTheNameOf(variant, () => enter(ring, variant));
    await warmUp(ring);
    await sample(ring);
    await leave(ring);
  } catch (error) {
    if (!(error instanceof CannotGoOn)) throw error;
    emit({ type: 'restart', without: error.culprit });
  } finally {
    for (const { prepared, variant } of ring.contenders) {
      emit({ type: 'step', variant: variant.name, step: 'dispose' });
      await disposeQuietly(prepared);
    }
  }
}

function inputOf(workload: AnyWorkload, { group, seed }: GroupRequest, offset: number): unknown {
  return workload.inputs(group.size, createRandom(seed + offset), group.parameters);
}

const pose = (workload: AnyWorkload, request: GroupRequest, offset: number): Promise<Problem<unknown, Output>> =>
  poseProblem(workload, inputOf(workload, request, offset));

/** Prepares and checks a variant; its first calls are timed as regime `first`, and count only if they were right. */
async function enter(ring: Ring, variant: Variant<unknown, Output>): Promise<void> {
  const { emit, device, request } = ring;
  try {
    emit({ type: 'step', variant: variant.name, step: 'prepare' });
    const unsupported = variant.unsupported?.(ring.timed.input);
    if (unsupported) return settle(ring, variant, { status: 'skipped', reason: unsupported });
    const own = { ...ring.timed, input: copyInput(ring.timed.input) };
    const start = now();
    const prepared = await variant.prepare(device, own.input);
    const compile = Number(now() - start);
    // What a library replaced while it was loaded is no part of its answers; the others must not run with it.
    restoreBuiltins();
    const contender: Contender = {
      variant,
      prepared,
      timed: own,
      place: { device: 'cpu-1', ranOn: 'cpu' },
      warmup: [],
      samples: [],
      timings: [],
      repetitions: 1,
      steady: false,
    };
    ring.contenders.push(contender);
    emit({ type: 'step', variant: variant.name, step: 'first call' });
    const first = await pass(ring, contender, own.input, { poison: true, judged: true, alone: true });
    contender.place = await placeOf(prepared, device);
    if (!(await expectRight(ring, contender, { problem: own, ...first }))) return;
    const limit = request.protocol.callLimitMs * 1e6;
    // The first call may compile; one that takes twice the limit is hopeless all the same.
    if (first.timing.endToEnd > 2 * limit) return retire(ring, contender, first.timing);
    emit({ type: 'step', variant: variant.name, step: 'check on another input' });
    const other = { ...ring.other, input: copyInput(ring.other.input) };
    const second = await pass(ring, contender, other.input, { poison: true, judged: true, alone: true });
    if (!(await expectRight(ring, contender, { problem: other, ...second }))) return;
    await surface();
    if (second.timing.endToEnd > limit) return retire(ring, contender, second.timing);
    // Both calls have warmed the variant up as any other would.
    contender.warmup.push(first.timing.endToEnd, second.timing.endToEnd);
    contender.timings.push(first.timing, second.timing);
    const at = new Date().toISOString();
    emit({
      type: 'sample',
      variant: variant.name,
      ...contender.place,
      phase: 'compile',
      regime: 'first',
      iteration: 0,
      repetitions: 1,
      ns: compile,
      at,
    });
    emitTiming(ring, contender, { timing: first.timing, regime: 'first', iteration: 0 });
    if (prepared.shape === 'call') contender.repetitions = repetitionsFor(second.timing.endToEnd);
  } catch (error) {
    if (error instanceof CannotGoOn) throw error;
    await fail(ring, variant, error);
  }
}

/** Takes a variant that is right but too slow for the protocol out of the race. */
async function retire(ring: Ring, contender: Contender, { endToEnd }: PassTiming): Promise<void> {
  const { name, callLimitMs } = ring.request.protocol;
  const took = (endToEnd / 1e9).toPrecision(2);
  const reason = `right, but one call takes ${took} s; the ${name} protocol measures up to ${callLimitMs / 1000} s`;
  settle(ring, contender.variant, { status: 'skipped', reason, place: contender.place });
  await remove(ring, contender);
}

async function warmUp(ring: Ring): Promise<void> {
  const { protocol } = ring.request;
  const [least, budget] = [protocol.leastWarmupMs * 1e6, protocol.warmupBudgetMs * 1e6];
  let busy = [...ring.contenders];
  while (busy.length > 0) {
    for (const contender of shuffled(busy, ring.random))
      await step(ring, contender, 'warm-up', async () => {
        const { timing } = await pass(ring, contender, contender.timed.input);
        contender.timings.push(timing);
        contender.warmup.push(timing.endToEnd);
        contender.steady = spentOn(contender) >= least && isSteady(contender.warmup, budget / 10);
        if (contender.prepared.shape === 'call') contender.repetitions = repetitionsFor(timing.endToEnd);
      });
    busy = ring.contenders.filter(contender => !contender.steady && spentOn(contender) < budget);
  }
}

/** Time spent in calls of a contender so far, in nanoseconds. */
const spentOn = ({ timings }: Contender): number =>
  timings.reduce((sum, { endToEnd, repetitions }) => sum + endToEnd * repetitions, 0);

async function sample(ring: Ring): Promise<void> {
  const { minSamples, maxSamples, sampleBudgetMs } = ring.request.protocol;
  const spent = new Map<Contender, number>();
  let busy = [...ring.contenders];
  while (busy.length > 0) {
    for (const contender of shuffled(busy, ring.random))
      await step(ring, contender, 'sample', async () => {
        // Some of the timed outputs are compared too, at random: a kernel cannot know which.
        const judged = contender.samples.length + 1 === minSamples || ring.random.next() < 0.1;
        const taken = await pass(ring, contender, contender.timed.input, { judged });
        const { timing } = taken;
        emitTiming(ring, contender, { timing, regime: 'steady', iteration: contender.samples.length });
        contender.samples.push(timing.endToEnd);
        contender.timings.push(timing);
        spent.set(contender, (spent.get(contender) ?? 0) + timing.endToEnd * timing.repetitions);
        if (judged) await expectRight(ring, contender, { problem: contender.timed, ...taken });
      });
    busy = ring.contenders.filter(contender => {
      const { length } = contender.samples;
      return length < minSamples || (length < maxSamples && (spent.get(contender) ?? 0) < sampleBudgetMs * 1e6);
    });
  }
}

/** The checks after the timing: nothing tells them from a timed call. */
async function leave(ring: Ring): Promise<void> {
  const { workload, request, timed, other } = ring;
  const idle = await idleDrain(ring);
  ring.emit({ type: 'step', variant: '', step: 'reference of the renewed input' });
  const fresh = await pose(workload, request, renewedSeed);
  for (const contender of [...ring.contenders])
    await step(ring, contender, 'check after timing', async () => {
      const own = contender.timed.input;
      const renew = (): Problem<unknown, Output> =>
        replaceContents(own, fresh.input) ? { ...fresh, input: own } : timed;
      // A slow variant is asked once: new contents in the timed memory say more than the other input again.
      const again = () => ({ ...other, input: copyInput(other.input) });
      for (const pick of isSlow(contender, request) ? [renew] : [again, renew]) {
        const problem = pick();
        const taken = await pass(ring, contender, problem.input, { judged: true });
        contender.timings.push(taken.timing);
        if (!(await expectRight(ring, contender, { problem, ...taken }))) return;
      }
      if (didNotWait(contender.timings, idle)) {
        const reason = 'did not wait for the device: it was still at work after dispatch() said that it was done';
        return reject(ring, contender, { status: 'incorrect', reason, ranOn: contender.place.ranOn });
      }
      if (workedOutside(contender.timings)) {
        const reason = 'worked outside of its call: while it was given its input, or asked for its result';
        return reject(ring, contender, { status: 'incorrect', reason, ranOn: contender.place.ranOn });
      }
      await surface();
      const { variant, place, accuracy } = contender;
      const steady = contender.steady && !stillSpeedingUp(contender.samples);
      settle(ring, variant, { status: 'ok', place, steady, ...(accuracy ? { accuracy } : {}) });
    });
}

/**
 * Lets what a variant left behind come to light (a promise that broke and that nobody holds) while the step still bears its
 * name: such a failure ends the process, and the conductor blames who was at work.
 */
const surface = (): Promise<void> => setImmediate();

/** One call takes longer than all samples of a process are meant to take. */
const isSlow = ({ samples }: Contender, { protocol }: GroupRequest): boolean =>
  median(samples) > protocol.sampleBudgetMs * 1e6;

/** What asking an idle device costs, in nanoseconds: the yardstick for a dispatch that did not wait. */
async function idleDrain({ contenders, emit }: Ring): Promise<number> {
  let most = 0;
  for (const { prepared, variant } of contenders) {
    if (!prepared.drain) continue;
    emit({ type: 'step', variant: variant.name, step: 'idle device' });
    await prepared.activate?.();
    const waits: number[] = [];
    for (let probe = 0; probe < 5; probe++) {
      const start = now();
      await prepared.drain();
      waits.push(Number(now() - start));
    }
    most = Math.max(most, median(waits));
  }
  return most;
}
