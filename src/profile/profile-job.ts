import { Session } from 'node:inspector';
import { type ChildContext, openProgram, type ProgramSpec } from '../target/index.ts';
import { watchBoundaries } from './boundaries.ts';
import type { CpuProfile } from './cpu-profile.ts';
import type { Boundary } from './types.ts';

/** What a run is watched for; never two at once, since each disturbs the others. */
export type ProfileMode = 'time' | 'calls' | 'boundaries';

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
  readonly milliseconds: number;
  readonly files: readonly string[];
  readonly profile?: CpuProfile;
  readonly calls?: readonly CountedCalls[];
  readonly boundaries?: readonly Boundary[];
}

/** Runs a target once and watches its work, not its loading, in one way. */
export default async function profile(
  { spec, mode, intervalMicroseconds }: ProfileOrder,
  context: ChildContext,
): Promise<ProfileRun> {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: intervalMicroseconds });
  if (mode === 'calls') session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const clocks = mode === 'boundaries' ? watchBoundaries() : undefined;
  const program = await openProgram(spec, context);
  if (mode === 'calls' && program.kind !== 'script') session.post('Profiler.takePreciseCoverage');
  clocks?.reset();
  const start = performance.now();
  if (mode === 'time') session.post('Profiler.start');
  const collect = (): ProfileRun => ({
    milliseconds: performance.now() - start,
    files: [...program.files.keys()],
    ...(mode === 'time' ? { profile: stopProfile(session) } : {}),
    ...(mode === 'calls' ? { calls: countedCalls(session) } : {}),
  });
  context.partial(collect);
  await program.run();
  const run = collect();
  return clocks ? { ...run, boundaries: await clocks.stop(run.milliseconds) } : run;
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
