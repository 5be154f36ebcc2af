import { pathToFileURL } from 'node:url';
import { type ChildOutcome, type Ownership, ownFolder, type ProgramSpec, parseFile } from '../target/index.ts';
import { type CpuProfile, hotLines, tabulate } from './cpu-profile.ts';
import { type FunctionTiers, tiersByFunction } from './function-tiers.ts';
import { type NativeSymbols, watchNativeSymbols } from './native-symbols.ts';
import type { CountedCalls, ProfileRun } from './profile-job.ts';
import { readSites, type Sites } from './sites.ts';
import { readTicks, type TickedIsolate, timeByPlace } from './time-by-place.ts';
import type { Boundary, DeviceKernel, HotLine, ProfiledFunction, TimeByPlace } from './types.ts';
import { type WatchOptions, watchTarget, withLog } from './watch.ts';

/** How a target is profiled. */
export interface ProfileOptions extends WatchOptions {
  /** Sampled runs, in processes of their own, whose samples are merged. Default 3. */
  readonly runs?: number;
  /** Whether perf may name native symbols where it is there. Default true. */
  readonly perf?: boolean;
  /** Stops between runs. */
  readonly signal?: AbortSignal;
  /** Told what is being done, before each run. */
  readonly onProgress?: (doing: string) => void;
}

/** What `analyze` shows of one program. Sampled times never enter a speed-up. */
export interface Profile {
  /** How the program ended; anything but `ok` leaves what was seen until then. */
  readonly status: ChildOutcome<unknown>['status'];
  readonly message: string;
  /** Why the program could not begin, by the name of what it threw: `VariantSkipped`, `UsageError`… */
  readonly refusal: string | undefined;
  readonly functions: readonly ProfiledFunction[];
  readonly lines: readonly HotLine[];
  /** What the clocks showed, garbage collections by their observer among them. */
  readonly boundaries: readonly Boundary[];
  readonly byPlace: TimeByPlace | null;
  readonly sites: Sites;
  readonly kernels: readonly DeviceKernel[];
  /** Null where perf is not there or may not watch. */
  readonly symbols: NativeSymbols | null;
  /** Wall time of the sampled runs, each over all its repetitions. */
  readonly runMilliseconds: readonly number[];
  /** Of the program, in all sampled runs together. */
  readonly repetitions: number;
  readonly samples: number;
  /** Of the run, what has no name: in code that neither V8 nor a boundary tells of. */
  readonly unnamedShare: number;
  /** Raw profiles, one a process, for speedscope and the like. */
  readonly profiles: readonly CpuProfile[];
  /** How runs ended that did not end well, and what was left out. */
  readonly problems: readonly string[];
  /** What the confinement left open, over all runs. */
  readonly open: readonly string[];
}

/** What V8 is told to write, by the way in which a run is watched. */
export const v8Flags = {
  boundaries: ['--prof', '--prof-sampling-interval=500'],
  plain: ['--log-deopt', '--log-ic', '--log-code'],
} as const;

/** V8 writes much for code that misses its caches without end. */
const mostLoggedMs = 20_000;

/**
 * Profiles a program by several runs, since each way of watching disturbs the others: clocks at the boundaries with
 * V8's ticks (time by place), V8's sampling profiler (functions and lines; `runs` processes), exact call counts, the
 * log of deoptimisations and inline caches, the kernels of a device, and perf where it is there.
 */
export async function profileProgram(spec: ProgramSpec, options: ProfileOptions = {}): Promise<Profile> {
  const { onProgress = () => {}, signal } = options;
  const ownership: Ownership = { root: ownFolder(spec.target.file), include: spec.include ?? [] };
  onProgress('time by place');
  const placed = await withLog(
    v8Flags.boundaries,
    flags => watchTarget(spec, { mode: 'boundaries', v8Flags: flags }, options),
    logs => logs.map(log => readTicks(log, ownership)),
  );
  const { status, result } = placed.outcome;
  // What the confinement refused once it would refuse every time; what hit its limit once would hit it in every run.
  const watched = result !== undefined && status !== 'refused';
  const endless = status === 'timeout';
  /** Does one more run, unless it would say nothing new. */
  const also = async <T>(doing: string, wanted: boolean, run: () => Promise<T>): Promise<T | undefined> => {
    if (!watched || !wanted || signal?.aborted) return undefined;
    onProgress(doing);
    return run();
  };
  const sampled: ChildOutcome<ProfileRun>[] = [];
  for (let index = 0; index < (endless ? 1 : (options.runs ?? 3)); index++) {
    const run = await also(`functions, run ${index + 1}`, true, () => watchTarget(spec, { mode: 'time' }, options));
    if (run) sampled.push(run);
  }
  const calls = await also('calls', true, () => watchTarget(spec, { mode: 'calls' }, options));
  const logged = await also('deoptimisations and inline caches', true, () => logSites(spec, ownership, options));
  const kernels = await also('kernels', !endless && hasKernels(spec), () =>
    watchTarget(spec, { mode: 'kernels' }, options),
  );
  const symbols = await also('native symbols', !endless && options.perf !== false, () =>
    watchNativeSymbols(spec, options),
  );
  const cut = !endless && logged?.outcome.status === 'timeout';
  return assemble({
    ownership,
    outcomes: [placed.outcome, ...sampled, ...[calls, kernels].filter(run => run !== undefined)],
    placed,
    sampled,
    calls,
    sites: logged?.sites ?? { deoptimised: [], caches: [] },
    kernels: kernels?.result?.kernels ?? [],
    symbols: symbols ?? null,
    problems: cut ? [`deoptimisations and inline caches were logged for ${mostLoggedMs / 1000} s only`] : [],
  });
}

async function logSites(
  spec: ProgramSpec,
  ownership: Ownership,
  options: WatchOptions,
): Promise<{ outcome: ChildOutcome<ProfileRun>; sites: Sites }> {
  const timeoutMs = Math.min(options.timeoutMs ?? mostLoggedMs, mostLoggedMs);
  const { outcome, result } = await withLog(
    v8Flags.plain,
    flags => watchTarget(spec, { mode: 'plain', v8Flags: flags }, { ...options, timeoutMs }),
    logs => logs.map(log => readSites(log, ownership)),
  );
  const deoptimised = result.flatMap(isolate => isolate.deoptimised);
  return { outcome, sites: { deoptimised, caches: result.flatMap(({ caches }) => caches) } };
}

/** Variants that hand kernels to a library or a device. */
const hasKernels = ({ variant = 'naive' }: ProgramSpec): boolean => /^tfjs|^webgpu/.test(variant);

interface Watched {
  readonly ownership: Ownership;
  readonly outcomes: readonly ChildOutcome<ProfileRun>[];
  readonly placed: { outcome: ChildOutcome<ProfileRun>; result: readonly TickedIsolate[] };
  readonly sampled: readonly ChildOutcome<ProfileRun>[];
  readonly calls: ChildOutcome<ProfileRun> | undefined;
  readonly sites: Sites;
  readonly kernels: readonly DeviceKernel[];
  readonly symbols: NativeSymbols | null;
  readonly problems: readonly string[];
}

function assemble(watched: Watched): Profile {
  const { ownership, outcomes, placed, sampled, calls, sites, kernels, symbols } = watched;
  const results = sampled.flatMap(({ result }) => (result ? [result] : []));
  const profiles = results.flatMap(({ profile }) => (profile ? [profile] : []));
  const repetitions = Math.max(
    1,
    results.reduce((sum, result) => sum + result.repetitions, 0),
  );
  const callsOf = callCounter(calls?.result?.calls ?? [], calls?.result?.files ?? []);
  const tiersOf = tiersByFunction(placed.result);
  const functions = tabulate(profiles, ownership, repetitions).map(row => withCounts(row, callsOf, tiersOf));
  const byPlace = placed.outcome.result ? timeByPlace(placed.outcome.result, placed.result) : null;
  const bad = outcomes.find(({ status }) => status !== 'ok');
  const ended = bad ?? placed.outcome;
  const refusal = 'error' in ended && !placed.outcome.result ? ended.error : undefined;
  // What cannot run here says so itself; where it was thrown helps nobody.
  const message = refusal && /^(VariantSkipped|UsageError)$/.test(refusal.name) ? refusal.message : ended.message;
  return {
    status: ended.status,
    message,
    refusal: refusal?.name,
    functions,
    lines: hotLines(profiles, ownership, repetitions),
    boundaries: placed.outcome.result?.boundaries ?? [],
    byPlace,
    sites,
    kernels,
    symbols,
    runMilliseconds: results.map(({ milliseconds }) => milliseconds),
    repetitions,
    samples: profiles.reduce((sum, { samples = [] }) => sum + samples.length, 0),
    unnamedShare:
      byPlace?.times.filter(({ place }) => place === 'unnamed').reduce((sum, { share }) => sum + share, 0) ?? 0,
    profiles,
    problems: [
      ...new Set([
        ...outcomes.filter(({ status }) => status !== 'ok').map(({ message }) => message),
        ...watched.problems,
      ]),
    ],
    open: [...new Set(outcomes.flatMap(({ open }) => open))],
  };
}

type Row = ReturnType<typeof tabulate>[number];

const withCounts = (
  row: Row,
  callsOf: (row: Row) => number | null,
  tiersOf: (row: Row) => FunctionTiers,
): ProfiledFunction => ({ ...row, calls: row.kind === 'own' ? callsOf(row) : null, tiers: tiersOf(row) });

/**
 * The profiler says where a function's parameters begin, coverage where the function does: the innermost around it.
 * The code of a module itself begins where the file does, and so may its first function.
 */
function callCounter(
  calls: readonly CountedCalls[],
  files: readonly string[],
): (row: { name: string; file: string; line: number; column: number }) => number | null {
  const lineStarts = new Map(
    files.map(file => [file, [0, ...[...parseFile(file).code.matchAll(/\n/g)].map(({ index }) => index + 1)]]),
  );
  const fileOf = new Map(files.flatMap(file => [[pathToFileURL(file).href, file] as const, [file, file] as const]));
  const byFile = Map.groupBy(calls, ({ url }) => fileOf.get(url));
  return ({ name, file, line, column }) => {
    const start = lineStarts.get(file)?.[line - 1];
    if (start === undefined) return null;
    const position = start + column - 1;
    // V8 enters a module's code twice, once to link it; it runs once.
    if (position === 0 && name === '(anonymous)') return (byFile.get(file)?.length ?? 0) > 0 ? 1 : null;
    const around = (byFile.get(file) ?? []).filter(each => each.start <= position && position < each.end);
    around.sort((a, b) => a.end - a.start - (b.end - b.start));
    return around[0]?.count ?? null;
  };
}
