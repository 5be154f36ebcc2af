import { Session } from 'node:inspector';
import { type ChildContext, type OpenedProgram, openProgram, type ProgramSpec } from '../target/index.ts';
import { type BoundaryClocks, watchBoundaries } from './boundaries.ts';
import type { CpuProfile } from './cpu-profile.ts';
import { timeKernels } from './kernels.ts';
import { markLog, runEnough, runOnce, workMarks } from './repeat.ts';
import type { Boundary, DeviceKernel } from './types.ts';

/**
 * What a run is watched for; never two that disturb each other at once.
 * - `time`: V8's sampling profiler through the inspector
 * - `calls`: V8's call counters
 * - `boundaries`: clocks at the crossings; with `--prof` V8's own ticks go into its log at the same time
 * - `plain`: nothing in here; V8 writes its log, or perf watches from outside
 * - `kernels`: kernels of TensorFlow.js and passes of WebGPU
 */
export type ProfileMode = 'time' | 'calls' | 'boundaries' | 'plain' | 'kernels';

export interface ProfileOrder {
  readonly spec: ProgramSpec;
  readonly mode: ProfileMode;
  readonly intervalMicroseconds: number;
}

/** Calls of a function, by where its source begins and ends. */
export interface CountedCalls {
  readonly url: string;
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

export interface ProfileRun {
  /** Of all repetitions. */
  readonly milliseconds: number;
  readonly repetitions: number;
  /** When the work began and ended on the system's monotonic clock, in seconds. */
  readonly between: readonly [begin: number, end: number];
  readonly files: readonly string[];
  readonly profile?: CpuProfile;
  readonly calls?: readonly CountedCalls[];
  readonly boundaries?: readonly Boundary[];
  readonly kernels?: readonly DeviceKernel[];
}

/** Runs a target and watches its work, not its loading, in one way. */
export default async function profile(order: ProfileOrder, context: ChildContext): Promise<ProfileRun> {
  const { spec, mode } = order;
  // Only these two need the inspector, so only they are given it.
  const session = mode === 'time' || mode === 'calls' ? openSession(order) : undefined;
  const clocks = mode === 'boundaries' ? watchBoundaries() : undefined;
  const program = await openProgram(spec, context);
  if (mode === 'calls' && program.kind !== 'script') session?.post('Profiler.takePreciseCoverage');
  if (mode === 'kernels') {
    const kernels = await timeKernels(program, spec.variant ?? 'naive');
    return { milliseconds: 0, repetitions: 1, between: [0, 0], files: [...program.files.keys()], kernels };
  }
  return watch(program, { mode, session, clocks, context });
}

interface Watch {
  readonly mode: ProfileMode;
  readonly session: Session | undefined;
  readonly clocks: BoundaryClocks | undefined;
  readonly context: ChildContext;
}

async function watch(program: OpenedProgram, { mode, session, clocks, context }: Watch): Promise<ProfileRun> {
  let repetitions = 0;
  markLog(workMarks.begin);
  clocks?.reset();
  const begin = monotonicSeconds();
  const start = performance.now();
  if (mode === 'time') session?.post('Profiler.start');
  const collect = (): ProfileRun => {
    const milliseconds = performance.now() - start;
    markLog(workMarks.end);
    return {
      milliseconds,
      // What did not come to its end counts as one.
      repetitions: Math.max(1, repetitions),
      between: [begin, monotonicSeconds()],
      files: [...program.files.keys()],
      ...(mode === 'time' && session ? { profile: stopProfile(session) } : {}),
      ...(mode === 'calls' && session ? { calls: countedCalls(session) } : {}),
      ...(clocks ? { boundaries: clocks.read(milliseconds) } : {}),
    };
  };
  context.partial(collect);
  if (mode === 'calls') await runOnce(program);
  else await runEnough(program, () => repetitions++);
  const run = collect();
  return clocks ? { ...run, boundaries: await clocks.stop(run.milliseconds) } : run;
}

const monotonicSeconds = (): number => Number(process.hrtime.bigint()) / 1e9;

function openSession({ mode, intervalMicroseconds }: ProfileOrder): Session {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: intervalMicroseconds });
  if (mode === 'calls') session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  return session;
}

function stopProfile(session: Session): CpuProfile {
  let taken: CpuProfile | undefined;
  session.post('Profiler.stop', (error, result) => {
    if (error) throw error;
    taken = result.profile;
  });
  return taken as CpuProfile;
}

function countedCalls(session: Session): CountedCalls[] {
  const counted: CountedCalls[] = [];
  session.post('Profiler.takePreciseCoverage', (error, { result } = { result: [] }) => {
    if (error) throw error;
    for (const { url, functions } of result)
      if (/^(file:|\/)/.test(url))
        for (const { ranges } of functions) {
          const whole = ranges[0];
          if (whole) counted.push({ url, start: whole.startOffset, end: whole.endOffset, count: whole.count });
        }
  });
  return counted;
}
