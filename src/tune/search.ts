import type { Device } from '../backends/device.ts';
import { classifyFailure } from '../backends/failure.ts';
import type { Output, Prepared } from '../backends/variant.ts';
import type { GpuVariant, TuningShape } from '../backends/webgpu/plan.ts';
import {
  adapterKey,
  readTuning,
  samePlace,
  sourceHash,
  type Trial,
  type TuningRecord,
} from '../backends/webgpu/tuned.ts';
import { type DeclaredGpuVariant, webgpuVariant } from '../backends/webgpu/variant.ts';
import { disposeQuietly, judge, type Problem, runOnce } from '../measure/check.ts';
import { now } from '../measure/clock.ts';
import { median } from '../measure/statistics.ts';
import type { AnyWorkload } from '../workload/types.ts';

/** What is tuned: one variant of one workload, on problems of one shape; two, so that a stale output is seen. */
export interface Subject {
  readonly workload: AnyWorkload;
  readonly declaration: GpuVariant<unknown, never>;
  readonly problems: readonly [Problem<unknown, Output>, Problem<unknown, Output>];
}

export interface SearchOptions {
  readonly device: Device;
  readonly budgetNs: number;
  /** Forget what is known and begin anew. */
  readonly fresh: boolean;
  readonly keep: (record: TuningRecord) => void;
  readonly onTrial: (trial: Trial, progress: { done: number; of: number }) => void;
}

export interface SearchResult {
  readonly record: TuningRecord;
  /** Shapes that the budget did not reach; the next search goes on with them. */
  readonly untried: number;
  /** Time of the shape that runs untuned over the best one's, both measured in turns at the end. */
  readonly gain: number | undefined;
}

/** Samples of a shape: enough for a median, fewer of a slow one. */
const mostSamples = 15;
const leastSamples = 3;
const trialNs = 0.3e9;
/** The fastest are timed again, in turns, because trials that are minutes apart compare the machine's moods. */
const finalists = 3;
const finalRounds = 9;

/**
 * Tries every shape of a variant until the budget is spent: checks it on two problems, then times its dispatch. What was
 * tried before, on the same adapter and of the same source, is not tried again.
 *
 * @throws VariantSkipped where there is no adapter
 */
export async function searchShapes(subject: Subject, options: SearchOptions): Promise<SearchResult> {
  const { declaration, problems } = subject;
  const { tunable } = declaration;
  if (!tunable) throw new TypeError(`${declaration.name} of ${subject.workload.name} has nothing to tune`);
  const gpu = await options.device.gpu();
  const place = {
    id: tunable.id,
    adapter: adapterKey(gpu.adapter),
    sourceHash: sourceHash(declaration, gpu),
    extent: tunable.extent(problems[0].input),
  };
  const known = options.fresh ? undefined : readTuning().find(record => samePlace(record, place));
  const trials = [...(known?.trials ?? [])];
  const tried = new Set(trials.map(({ shape }) => JSON.stringify(shape)));
  const shapes = tunable.shapes(gpu);
  const begun = now();
  const record = (best?: TuningShape): TuningRecord => ({
    ...place,
    trials: [...trials],
    ...(best ? { best } : {}),
    tunedAt: new Date().toISOString(),
  });
  for (const shape of shapes) {
    if (tried.has(JSON.stringify(shape))) continue;
    if (Number(now() - begun) > options.budgetNs) break;
    const trial = await tryShape(subject, shape, options.device);
    trials.push(trial);
    options.keep(record(known?.best));
    options.onTrial(trial, { done: trials.length, of: shapes.length });
  }
  const { best, gain } = await decide(subject, trials, options.device);
  const final = record(best);
  options.keep(final);
  return { record: final, untried: shapes.length - trials.length, gain };
}

/** The variant with one shape, whatever a cache says; without a shape, as it runs untuned. */
function withShape({ declaration }: Subject, shape: TuningShape | undefined): DeclaredGpuVariant<unknown, never> {
  const { tunable: _tunable, ...rest } = declaration;
  return webgpuVariant({ ...rest, plan: (gpu, input) => declaration.plan(gpu, input, shape) });
}

async function tryShape(subject: Subject, shape: TuningShape, device: Device): Promise<Trial> {
  let prepared: Prepared<unknown, Output> | undefined;
  try {
    prepared = await withShape(subject, shape).prepare(device, subject.problems[0].input);
    const wrong = await firstFault(subject, prepared);
    if (wrong) return { shape, status: 'failed', reason: wrong };
    const times: number[] = [];
    for (let spent = 0; times.length < leastSamples || (times.length < mostSamples && spent < trialNs); ) {
      times.push(await timeDispatch(prepared));
      spent += times.at(-1) ?? 0;
    }
    return { shape, status: 'ok', medianNs: median(times), samples: times.length };
  } catch (error) {
    return { shape, status: 'failed', reason: classifyFailure(error).reason };
  } finally {
    await disposeQuietly(prepared);
  }
}

/** Why the shape is wrong, or undefined where both problems come out right. */
async function firstFault(subject: Subject, prepared: Prepared<unknown, Output>): Promise<string | undefined> {
  for (const problem of subject.problems) {
    const got = await runOnce(prepared, problem.input);
    const outcome = judge(subject.workload, subject.declaration as never, { problem, got, ranOn: prepared.ranOn() });
    if (outcome.status !== 'ok') return outcome.reason;
  }
  return undefined;
}

async function timeDispatch(prepared: Prepared<unknown, Output>): Promise<number> {
  const start = now();
  await prepared.dispatch();
  return Number(now() - start);
}

/** The fastest few and what runs untuned, in turns; the untuned shape stays where nothing beats it. */
async function decide(subject: Subject, trials: readonly Trial[], device: Device) {
  const gpu = await device.gpu();
  const { declaration, problems } = subject;
  const planned = (shape?: TuningShape): string =>
    JSON.stringify(declaration.plan(gpu, problems[0].input as never, shape));
  const untuned = planned();
  // The untuned shape under its own name would win or lose by noise.
  const right = trials
    .filter(trial => trial.status === 'ok')
    .filter(trial => planned(trial.shape) !== untuned)
    .sort((a, b) => a.medianNs - b.medianNs);
  const shapes = [undefined, ...right.slice(0, finalists).map(({ shape }) => shape)];
  const runners: { shape: TuningShape | undefined; prepared: Prepared<unknown, Output>; times: number[] }[] = [];
  try {
    for (const shape of shapes) {
      const prepared = await withShape(subject, shape).prepare(device, subject.problems[0].input);
      runners.push({ shape, prepared, times: [] });
      await prepared.upload(subject.problems[0].input);
      await prepared.dispatch();
    }
    for (let round = 0; round < finalRounds; round++)
      for (const { prepared, times } of runners) times.push(await timeDispatch(prepared));
    const [usual, ...others] = runners;
    const [winner] = others.sort((a, b) => median(a.times) - median(b.times));
    if (!usual || !winner)
      return { best: undefined, gain: trials.some(trial => trial.status === 'ok') ? 1 : undefined };
    const gain = median(usual.times) / median(winner.times);
    return gain > 1 ? { best: winner.shape, gain } : { best: undefined, gain: 1 };
  } finally {
    for (const { prepared } of runners) await disposeQuietly(prepared);
  }
}
