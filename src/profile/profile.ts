import { pathToFileURL } from 'node:url';
import {
  type ChildOutcome,
  type Confinement,
  closed,
  ownFolder,
  type ProgramSpec,
  parseFile,
  runInChild,
  widen,
} from '../target/index.ts';
import { type CpuProfile, hotLines, tabulate } from './cpu-profile.ts';
import type { CountedCalls, ProfileMode, ProfileRun } from './profile-job.ts';
import type { Boundary, HotLine, ProfiledFunction } from './types.ts';

/** How a target is profiled. */
export interface ProfileOptions {
  readonly confinement?: Confinement;
  /** Of each run. */
  readonly timeoutMs?: number;
  /** Runs, in processes of their own, whose samples are merged. Default 3. */
  readonly runs?: number;
  /** Default 200 µs. */
  readonly intervalMicroseconds?: number;
}

/** What `analyze` shows. */
export interface Profile {
  readonly functions: readonly ProfiledFunction[];
  readonly lines: readonly HotLine[];
  readonly boundaries: readonly Boundary[];
  /** Wall time of the sampled runs. Sampled times never enter a speed-up. */
  readonly runMilliseconds: readonly number[];
  /** Of the sampled time, what fell into no function: V8 and Node themselves, and native code without a JavaScript frame. */
  readonly unnamedShare: number;
  /** Raw profiles, for speedscope. */
  readonly profiles: readonly CpuProfile[];
  /** How runs ended that did not end well. */
  readonly problems: readonly string[];
}

/**
 * A table like cProfile's. Times come from V8's sampling profiler, in runs of their own; calls are exact, from V8's
 * call counters in another run; time behind native boundaries from clocks in a third.
 */
export async function profileProgram(spec: ProgramSpec, options: ProfileOptions = {}): Promise<Profile> {
  const { runs = 3, intervalMicroseconds = 200 } = options;
  const run = (mode: ProfileMode): Promise<ChildOutcome<ProfileRun>> =>
    runInChild<ProfileRun>(
      new URL('./profile-job.ts', import.meta.url),
      { spec, mode, intervalMicroseconds },
      {
        file: spec.target.file,
        confinement: widen(options.confinement ?? closed, 'inspector'),
        ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      },
    );
  const outcomes: ChildOutcome<ProfileRun>[] = [];
  for (let index = 0; index < runs; index++) outcomes.push(await run('time'));
  const calls = await run('calls');
  const boundaries = await run('boundaries');
  const timed = outcomes.flatMap(({ result }) => (result ? [result] : []));
  const profiles = timed.flatMap(({ profile }) => (profile ? [profile] : []));
  const ownership = { root: ownFolder(spec.target.file), include: spec.include ?? [] };
  const callsOf = callCounter(calls.result?.calls ?? [], calls.result?.files ?? []);
  const functions = tabulate(profiles, ownership).map(row => ({
    ...row,
    calls: row.kind === 'own' ? callsOf(row) : null,
  }));
  const sampled = functions.reduce((sum, { self }) => sum + self.milliseconds, 0);
  const unnamed = functions
    .filter(({ kind, name }) => kind === 'engine' && name === '(program)')
    .reduce((sum, { self }) => sum + self.milliseconds, 0);
  return {
    functions,
    lines: hotLines(profiles, ownership),
    boundaries: boundaries.result?.boundaries ?? [],
    runMilliseconds: timed.map(({ milliseconds }) => milliseconds),
    unnamedShare: sampled === 0 ? 0 : unnamed / sampled,
    profiles,
    problems: [...outcomes, calls, boundaries].filter(({ status }) => status !== 'ok').map(({ message }) => message),
  };
}

/** The profiler says where a function's parameters begin, coverage where the function does: the innermost around it. */
function callCounter(
  calls: readonly CountedCalls[],
  files: readonly string[],
): (row: { file: string; line: number; column: number }) => number | null {
  const lineStarts = new Map(
    files.map(file => [file, [0, ...[...parseFile(file).code.matchAll(/\n/g)].map(({ index }) => index + 1)]]),
  );
  const fileOf = new Map(files.flatMap(file => [[pathToFileURL(file).href, file] as const, [file, file] as const]));
  const byFile = Map.groupBy(calls, ({ url }) => fileOf.get(url));
  return ({ file, line, column }) => {
    const start = lineStarts.get(file)?.[line - 1];
    if (start === undefined) return null;
    const position = start + column - 1;
    const around = (byFile.get(file) ?? []).filter(each => each.start <= position && position < each.end);
    around.sort((a, b) => a.end - a.start - (b.end - b.start));
    return around[0]?.count ?? null;
  };
}
