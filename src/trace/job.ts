import type { ChildContext } from '../target/context.ts';
import { defaultSize, openProgram, type ProgramSpec } from '../target/program.ts';
import { createRandom } from '../workload/random.ts';
import { fingerprint } from './fingerprint.ts';
import { limit } from './runtime/times.ts';
import { type Observed, type Plan, Session } from './session.ts';
import type { CostModel } from './types.ts';

/** What the child process is asked to do. */
export interface TraceJob {
  readonly spec: ProgramSpec;
  /** Absent for the plain run. */
  readonly plan?: Plan;
  /** False: work and spans alone. */
  readonly dependences?: boolean;
  readonly cost?: CostModel;
  readonly deadlineMs: number;
  readonly maxOperations: number;
  readonly maxMemoryBytes: number;
}

export type TraceReport =
  | {
      readonly status: 'done' | 'stopped';
      readonly ms: number;
      readonly output: string | null;
      readonly observed?: Observed;
      readonly stopped?: string;
    }
  /** Starts again with more lanes; without a nest, or (−1) without any. */
  | { readonly status: 'lanes'; readonly observed?: undefined }
  | { readonly status: 'general'; readonly nest: number; readonly observed?: undefined }
  /** Starts again with this update taken for none of a chain. */
  | { readonly status: 'strict'; readonly update: string; readonly observed?: undefined };

/** Ends a run from inside: whatever the program catches, the next tick throws again. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Runs a program once, traced or plain, in a child process of its own. */
export default async function traceJob(job: TraceJob, context: ChildContext): Promise<TraceReport> {
  // Runs that are compared must draw the same numbers.
  const random = createRandom(job.spec.seed ?? 1);
  Math.random = () => random.next();
  if (!job.plan) return plainRun(job, context);
  const session = new Session(job.plan);
  session.keepSources();
  const guard = new Guard(job, session);
  context.partial(() => guard.void ?? guard.report('stopped', 'the program ended itself'));
  let output: unknown;
  let program: Awaited<ReturnType<typeof openProgram>>;
  try {
    program = await openProgram(job.spec, context, { transform: parsed => session.transform(parsed) });
    guard.start();
    output = await program.run();
  } catch (error) {
    if (guard.void) return guard.void;
    if (guard.reason !== undefined) return guard.report('stopped', guard.reason);
    throw error;
  }
  // The program may have caught what ended it.
  if (guard.void) return guard.void;
  return {
    ...guard.report(guard.reason === undefined ? 'done' : 'stopped', guard.reason),
    output: fingerprint(output),
  };
}

async function plainRun({ spec }: TraceJob, context: ChildContext): Promise<TraceReport> {
  const program = await openProgram(spec, context);
  const began = performance.now();
  const output = await program.run();
  return { status: 'done', ms: performance.now() - began, output: fingerprint(output) };
}

/** The cure where memory does not suffice: shadows grow with what is touched, so half of it halves them. */
export const smaller = ({ size = defaultSize, target }: ProgramSpec): string =>
  target.kind === 'file' ? 'make its input smaller' : `try --size ${Math.max(1, Math.floor(size / 2))}`;

/** Limits, looked at whenever a thousand iterations have passed. */
class Guard {
  readonly #job: TraceJob;
  readonly #session: Session;
  #began = performance.now();
  reason: string | undefined;

  constructor(job: TraceJob, session: Session) {
    this.#job = job;
    this.#session = session;
  }

  start(): void {
    this.#session.begin();
    this.#began = performance.now();
    this.#session.tracer.nests.mostOperations = this.#job.maxOperations;
    this.#session.tracer.regions.onTick = () => this.#tick();
  }

  #tick(): void {
    if (this.void !== undefined) throw new Stopped('the run is void');
    this.reason ??= this.#exceeded();
    if (this.reason !== undefined) throw new Stopped(this.reason);
  }

  /** Set where the plan does not fit the program: what was counted means nothing. */
  get void(): Exclude<TraceReport, { status: 'done' | 'stopped' }> | undefined {
    const { regions, kit, nests, entangled } = this.#session.tracer;
    if (regions.exhausted) return { status: 'lanes' };
    if (entangled !== undefined) return { status: 'strict', update: entangled };
    return kit.state.lost ? { status: 'general', nest: nests.wrong } : undefined;
  }

  #exceeded(): string | undefined {
    const { maxOperations, deadlineMs, maxMemoryBytes } = this.#job;
    const { kit, regions } = this.#session.tracer;
    if (kit.state.work > Math.min(maxOperations, limit))
      return `it reached ${maxOperations} operations; raise --max-operations, or make its input smaller`;
    // What costs nothing can go on for ever, too.
    if (regions.iterations > maxOperations)
      return `it reached ${maxOperations} iterations and calls, with fewer operations than that; raise --max-operations, or make its input smaller`;
    this.#now = performance.now();
    if (this.#now - this.#began > deadlineMs)
      return `it did not end within ${deadlineMs / 1000} s of tracing; raise --timeout, or make its input smaller`;
    if (this.#isFull(maxMemoryBytes))
      return `it reached ${Math.round(maxMemoryBytes / 2 ** 20)} MiB of memory; ${smaller(this.#job.spec)}, or raise --max-memory`;
    return undefined;
  }

  #now = 0;
  #looked = 0;

  /** Asked ten times a second: it takes up to a millisecond. */
  #isFull(most: number): boolean {
    if (this.#now - this.#looked < 100) return false;
    this.#looked = this.#now;
    return process.memoryUsage.rss() > most;
  }

  report(status: 'done' | 'stopped', stopped?: string): TraceReport & { status: 'done' | 'stopped' } {
    const observed = this.#session.observed();
    const ms = performance.now() - this.#began;
    return { status, ms, output: null, observed, ...(stopped === undefined ? {} : { stopped }) };
  }
}
