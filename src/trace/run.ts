import { type ChildOutcome, runInChild } from '../target/child.ts';
import type { Confinement } from '../target/confine.ts';
import { formatPlace } from '../target/errors.ts';
import { defaultSize } from '../target/program.ts';
import { type Target, targetLabel } from '../target/resolve.ts';
import { TargetError } from '../workload/load.ts';
import { agree } from './analyse/agree.ts';
import type { TraceJob, TraceReport } from './job.ts';
import type { Levels } from './levels.ts';
import type { Observed, Plan } from './session.ts';
import type { TraceOptions, TraceResult } from './types.ts';

const jobUrl = new URL('./job.ts', import.meta.url);
const limits = { timeoutMs: 60_000, maxOperations: 1_000_000_000, maxMemoryBytes: 4 * 2 ** 30 };
/** Most regions nest less deeply; a run that needs more lanes starts again. */
const firstLanes = 10;
const mostLanes = 320;

/** Options of a run from TypeScript: besides those of the contract, what the program may do. */
export type RunOptions = TraceOptions & { readonly confinement?: Confinement };

/**
 * Work, span and dependences of a target.
 *
 * @throws TargetError where the program throws, does not load, or gives no result at all
 */
export async function traceTarget(target: Target, options: RunOptions = {}): Promise<TraceResult> {
  const { cost, inputs = 1, confinement } = options;
  // An answer under another model than the one asked for would look right and be wrong.
  if (cost === 'machine') throw new TargetError('--cost machine is not built yet; leave it out for unit cost');
  const job = jobOf(target, options);
  const { spec } = job;
  const seeds = Array.from({ length: inputs }, (_, i) => (spec.seed ?? 1) + i);
  const runs: SeedRun[] = [];
  for (const seed of seeds) runs.push(await traceSeed({ ...job, spec: { ...spec, seed } }, confinement));
  const [first] = runs as [SeedRun];
  const { observed } = first.traced;
  const stopped = runs.find(({ traced }) => traced.stopped !== undefined)?.traced.stopped;
  const { loops, functions } = agree(runs.map(({ traced }) => traced.observed));
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
  const { timeoutMs, maxOperations, maxMemoryBytes, cost: _, inputs: __, confinement: ___, ...rest } = options;
  return {
    spec: { target, ...rest },
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
  const job = jobOf(target, options);
  for (let lanes = firstLanes; ; lanes *= 2) {
    const traced = await runOnce({ ...job, plan: { lanes, chargeMemory: false, levels: true } }, options.confinement);
    if (traced !== 'lanes') return traced.observed.levels!;
    if (lanes * 2 > mostLanes) throw tooManyLanes(target);
  }
}

const tooManyLanes = (target: Target): TargetError =>
  new TargetError(`${targetLabel(target)}: more than ${mostLanes} different loops and functions are active at once`);

interface SeedRun {
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

async function traceSeed(job: Omit<TraceJob, 'plan'>, confinement: Confinement | undefined): Promise<SeedRun> {
  let plan: Plan = { lanes: firstLanes, chargeMemory: false };
  for (;;) {
    const traced = await runOnce({ ...job, plan }, confinement);
    if (traced === 'lanes') {
      if (plan.lanes * 2 > mostLanes) throw tooManyLanes(job.spec.target);
      plan = { ...plan, lanes: plan.lanes * 2 };
    } else if (traced.observed.wantsMemory && traced.stopped === undefined) plan = { ...plan, chargeMemory: true };
    else {
      const plain = await plainOnce(job, confinement);
      return { traced, plainMs: plain?.ms ?? null, plainOutput: plain?.output ?? null };
    }
  }
}

async function runOnce(job: TraceJob, confinement: Confinement | undefined): Promise<Traced | 'lanes'> {
  const outcome = await child(job, confinement);
  const { result } = outcome;
  if (result?.status === 'lanes') return 'lanes';
  if (!result?.observed || (outcome.status !== 'ok' && outcome.status !== 'timeout' && outcome.status !== 'exited'))
    throw new TargetError(named(job.spec.target, failure(outcome)));
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
    execArgv: [`--max-old-space-size=${Math.round(job.maxMemoryBytes / 2 ** 20)}`, '--stack-size=3000'],
  });
}

/** Some messages begin with the place in the program's file that they are about; the others do not say whose they are. */
const named = (target: Target, message: string): string =>
  message.startsWith(target.file) ? message : `${targetLabel(target)}: ${message}`;

function failure(outcome: ChildOutcome<TraceReport>): string {
  if (outcome.status !== 'threw') return outcome.message;
  const place = /(?:file:\/\/)?(\/[^\s():]+):(\d+)/.exec(outcome.error.stack ?? '');
  return `it throws ${outcome.message}${place ? ` (${formatPlace({ file: place[1]!, line: Number(place[2]) })})` : ''}`;
}

function sameOutput(runs: readonly SeedRun[]): boolean | null {
  if (runs.some(({ traced, plainOutput }) => traced.output === null || plainOutput === null)) return null;
  return runs.every(({ traced, plainOutput }) => traced.output === plainOutput);
}
