import { type ChildOutcome, runInChild } from '../target/child.ts';
import type { Confinement } from '../target/confine.ts';
import { formatPlace } from '../target/errors.ts';
import { defaultSize } from '../target/program.ts';
import { saidOf, type Target, targetLabel } from '../target/resolve.ts';
import { TargetError } from '../workload/load.ts';
import { agree } from './analyse/agree.ts';
import { smaller, type TraceJob, type TraceReport } from './job.ts';
import type { Levels } from './levels.ts';
import type { Observed, Plan } from './session.ts';
import type { LoopResult, TraceOptions, TraceResult } from './types.ts';

const jobUrl = new URL('./job.ts', import.meta.url);
const limits = { timeoutMs: 60_000, maxOperations: 1_000_000_000, maxMemoryBytes: 4 * 2 ** 30 };
/** Most regions nest less deeply; a run that needs more lanes starts again. */
const firstLanes = 8;
const mostLanes = 320;
/** Memory behaviour is followed for so many operations: some seconds. */
const memoryOperations = 200_000;

/** Options of a run from TypeScript: besides those of the contract, what the program may do. */
export type RunOptions = TraceOptions & {
  readonly confinement?: Confinement;
  /** Hears what is being done, before each run. */
  readonly onStep?: (step: string) => void;
};

/**
 * Work, span and dependences of a target.
 *
 * @throws TargetError where the program throws, does not load, or gives no result at all
 */
export async function traceTarget(target: Target, options: RunOptions = {}): Promise<TraceResult> {
  const { cost, inputs = 1, confinement } = options;
  const at = options.size === undefined ? '' : ` at size ${options.size}`;
  const onStep = (step: string): void => options.onStep?.(`${step}${at}`);
  const job = jobOf(target, options);
  const { spec } = job;
  const seeds = Array.from({ length: inputs }, (_, i) => (spec.seed ?? 1) + i);
  const runs: SeedRun[] = [];
  for (const [index, seed] of seeds.entries()) {
    const which = inputs === 1 ? '' : ` (input ${index + 1} of ${inputs})`;
    const watched = { confinement, onStep: (step: string) => onStep(`${step}${which}`) };
    runs.push(await traceSeed({ ...job, spec: { ...spec, seed } }, watched));
  }
  const [first, ...others] = runs as [SeedRun, ...SeedRun[]];
  if (first.traced.stopped === undefined) onStep('following its use of memory');
  const { observed, memoryOperations } = await withMemory(job, first, confinement);
  const stopped = runs.find(({ traced }) => traced.stopped !== undefined)?.traced.stopped;
  const { loops, functions } = agree([observed, ...others.map(({ traced }) => traced.observed)]);
  return {
    schema: 1,
    target: targetLabel(target),
    size: target.kind === 'file' ? (spec.size ?? null) : (spec.size ?? defaultSize),
    cost: cost ?? 'unit',
    complete: stopped === undefined,
    ...(stopped === undefined ? {} : { stopped }),
    inputs,
    work: observed.work,
    span: observed.span,
    spanReassociated: observed.spanReassociated,
    parallelism: observed.span === 0 ? null : observed.work / observed.span,
    slowdown: first.plainMs === null ? null : first.traced.ms / first.plainMs,
    sameOutput: sameOutput(runs),
    bytesPerElement: observed.bytesPerElement,
    memoryOperations,
    loops,
    functions,
    unknown: observed.unknown.map(({ ms, ...entry }) => ({
      ...entry,
      timeShare: ms === null || first.plainMs === null ? null : Math.min(1, ms / first.plainMs),
    })),
  };
}

/** What the child process is asked to do, with the limits that hold where none are given. */
function jobOf(target: Target, options: RunOptions): Omit<TraceJob, 'plan'> {
  const {
    timeoutMs,
    maxOperations,
    maxMemoryBytes,
    cost,
    inputs: _inputs,
    confinement: _confinement,
    dependences,
    onStep: _onStep,
    ...rest
  } = options;
  return {
    spec: { target, ...rest },
    ...(dependences === false ? { dependences } : {}),
    ...(cost === undefined ? {} : { cost }),
    deadlineMs: timeoutMs ?? limits.timeoutMs,
    maxOperations: maxOperations ?? limits.maxOperations,
    maxMemoryBytes: maxMemoryBytes ?? limits.maxMemoryBytes,
  };
}

/**
 * Operations per level of the dependence graph, on one input: a run of its own, so that other runs pay nothing.
 *
 * @throws TargetError as `traceTarget`
 */
export async function traceLevels(target: Target, options: RunOptions = {}): Promise<Levels> {
  const cost = options.cost ?? 'unit';
  const plan: Plan = { lanes: firstLanes, chargeMemory: false, levels: true, cost };
  const { traced } = await settled(jobOf(target, options), plan, options.confinement);
  return traced.observed.levels!;
}

const tooManyLanes = (target: Target): TargetError =>
  new TargetError(`${targetLabel(target)}: more than ${mostLanes} different loops and functions are active at once`);

interface SeedRun {
  readonly plan: Plan;
  readonly plainMs: number | null;
  readonly plainOutput: string | null;
  readonly traced: Traced;
}

interface Traced {
  readonly ms: number;
  readonly output: string | null;
  readonly observed: Observed;
  readonly stopped?: string;
}

async function traceSeed(
  job: Omit<TraceJob, 'plan'>,
  { confinement, onStep }: { confinement: Confinement | undefined; onStep: (step: string) => void },
): Promise<SeedRun> {
  const { dependences, cost = 'unit' } = job;
  const only = dependences === false ? { dependences } : {};
  const first: Plan = { lanes: firstLanes, chargeMemory: false, cost, ...only };
  onStep('tracing');
  const { traced, plan } = await settled(job, first, confinement);
  if (traced.stopped === undefined) onStep('running it without the tracer');
  // What did not end under the tracer may never end without it, and a part has no output or time to hold against it.
  const plain = traced.stopped === undefined ? await plainOnce(job, confinement) : undefined;
  return { traced, plan, plainMs: plain?.ms ?? null, plainOutput: plain?.output ?? null };
}

/** Runs again with more lanes, or with a more general plan, until the plan fits the program. */
async function settled(
  job: Omit<TraceJob, 'plan'>,
  first: Plan,
  confinement: Confinement | undefined,
): Promise<{ traced: Traced; plan: Plan }> {
  for (let plan = first; ; ) {
    const traced = await runOnce({ ...job, plan }, confinement);
    if (traced === 'lanes') {
      if (plan.lanes * 2 > mostLanes) throw tooManyLanes(job.spec.target);
      plan = { ...plan, lanes: plan.lanes * 2 };
    } else if ('update' in traced) plan = { ...plan, strict: [...(plan.strict ?? []), traced.update] };
    else if ('nest' in traced)
      plan =
        traced.nest < 0 ? { ...plan, tier: 'general' } : { ...plan, without: [...(plan.without ?? []), traced.nest] };
    else if (traced.observed.wantsGeneral && traced.stopped === undefined) plan = { ...plan, tier: 'general' };
    else if (traced.observed.wantsMemory && traced.stopped === undefined) plan = { ...plan, chargeMemory: true };
    else return { traced, plan };
  }
}

/**
 * The same run once more, for how memory is used: following each access costs far more than the rest of tracing, so
 * it has a run of its own, which ends after `memoryOperations`.
 */
async function withMemory(
  job: Omit<TraceJob, 'plan'>,
  { plan, traced }: SeedRun,
  confinement: Confinement | undefined,
): Promise<{ observed: Observed; memoryOperations: number }> {
  const { observed } = traced;
  if (traced.stopped !== undefined) return { observed, memoryOperations: 0 };
  const maxOperations = Math.min(job.maxOperations, memoryOperations);
  const outcome = await settled({ ...job, maxOperations }, { ...plan, memory: true }, confinement).catch(
    () => undefined,
  );
  // The run that answered the question stands; without this one nothing is known of memory.
  if (!outcome) return { observed, memoryOperations: 0 };
  const found = new Map(outcome.traced.observed.loops.map(loop => [placeOf(loop), loop.memory]));
  const loops = observed.loops.map(loop => ({ ...loop, memory: found.get(placeOf(loop)) ?? [] }));
  return { observed: { ...observed, loops }, memoryOperations: outcome.traced.observed.work };
}

const placeOf = ({ file, line, column }: LoopResult): string => `${file}:${line}:${column}`;

async function runOnce(
  job: TraceJob,
  confinement: Confinement | undefined,
): Promise<Traced | 'lanes' | { readonly nest: number } | { readonly update: string }> {
  const outcome = await child(job, confinement);
  const { result } = outcome;
  if (result?.status === 'lanes') return result.status;
  if (result?.status === 'general') return { nest: result.nest };
  if (result?.status === 'strict') return { update: result.update };
  if (!result?.observed || (outcome.status !== 'ok' && outcome.status !== 'timeout' && outcome.status !== 'exited'))
    throw new TargetError(saidOf(job.spec.target, failure(outcome, job)));
  const { ms, output, observed } = result;
  const ended =
    outcome.status === 'ok'
      ? result.stopped
      : outcome.status === 'exited' && outcome.code === 0
        ? undefined
        : outcome.message;
  return { ms, output, observed, ...(ended === undefined ? {} : { stopped: ended }) };
}

/** The same input without tracing: for the slowdown, and to see that tracing changes nothing. */
async function plainOnce(
  { spec, ...job }: Omit<TraceJob, 'plan'>,
  confinement: Confinement | undefined,
): Promise<{ ms: number; output: string | null } | undefined> {
  const { result, status } = await child({ ...job, spec }, confinement);
  return status === 'ok' && result?.status === 'done' ? { ms: result.ms, output: result.output } : undefined;
}

function child(job: TraceJob, confinement: Confinement | undefined): Promise<ChildOutcome<TraceReport>> {
  return runInChild<TraceReport>(jobUrl, job, {
    file: job.spec.target.file,
    // The child stops itself first, with what it has; this is for what never comes back to it.
    timeoutMs: job.deadlineMs + 5_000,
    ...(confinement ? { confinement } : {}),
    // The child looks at its memory now and then, and stops with what it has; the engine's own limit lies above.
    execArgv: [`--max-old-space-size=${Math.round((1.5 * job.maxMemoryBytes) / 2 ** 20)}`, '--stack-size=3000'],
  });
}

const ownFrame = / ?\([^()\n]*\/src\/trace\/runtime\/[^()\n]*\)/g;

function failure(outcome: ChildOutcome<TraceReport>, { spec, maxMemoryBytes }: TraceJob): string {
  if (outcome.status === 'out-of-memory')
    return `the program ran out of memory at ${Math.round(maxMemoryBytes / 2 ** 20)} MiB; ${smaller(spec)}, or raise --max-memory`;
  if (outcome.status !== 'threw') return outcome.message;
  const { name, message, stack = '' } = outcome.error;
  // An error that the program makes with `new` is made by the tracer, whose frames are nobody's business; lines are the
  // source's, columns are those of the instrumented text.
  const place = /\n\s+at (?:.*\()?(?:file:\/\/)?(\/[^\n)]+?):(\d+):\d+\)?/.exec(stack.replaceAll(ownFrame, ''));
  return `it throws ${name}: ${message}${place ? ` (${formatPlace({ file: place[1]!, line: Number(place[2]) })})` : ''}`;
}

function sameOutput(runs: readonly SeedRun[]): boolean | null {
  if (runs.some(({ traced, plainOutput }) => traced.output === null || plainOutput === null)) return null;
  return runs.every(({ traced, plainOutput }) => traced.output === plainOutput);
}
