import { Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import { type ChildContext, openProgram, type ProgramSpec } from '../../target/index.ts';
import type { CoverageRange } from './slots.ts';
import { withWitnesses } from './witness.ts';

/** Coverage of one function: name, and ranges of which the first is the function itself. */
export interface CoveredFunction {
  readonly name: string;
  readonly ranges: readonly CoverageRange[];
}

/** A frame that an exception passed, the innermost first. Line and column count from 0. */
export interface ExceptionFrame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where the function begins. */
  readonly functionLine: number;
  readonly functionColumn: number;
}

/** An exception, as often as it was raised with one stack. */
export interface RaisedException {
  /** Null for frames of other code, which may have caught it. */
  readonly frames: readonly (ExceptionFrame | null)[];
  readonly count: number;
  /** V8 expects a promise to take it; it may even be a call of `reject`, which raises nothing. */
  readonly rejection: boolean;
}

/** What one counted run hands back. */
export interface CountedRun {
  readonly kind: 'script' | 'function' | 'workload';
  /** The own files that were loaded. */
  readonly files: readonly string[];
  /** By file. */
  readonly coverage: ReadonlyMap<string, readonly CoveredFunction[]>;
  /** Distinct stacks of the user's frames with how often an exception was raised there. */
  readonly exceptions: readonly RaisedException[];
  /** Milliseconds of the work alone. */
  readonly milliseconds: number;
  readonly complete: boolean;
  /** Whether an exception was raised anywhere, the user's files or not. */
  readonly anyException: boolean;
}

/**
 * Runs a target under precise block coverage. Coverage begins before anything of the target is loaded: functions
 * compiled earlier would have no counters. What the loading of a function's or a workload's module executes is not
 * part of its work and is taken off by reading the counters, which resets them.
 */
export default async function run(spec: ProgramSpec, context: ChildContext): Promise<CountedRun> {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const program = await openProgram(spec, context, { transform: parsed => withWitnesses(parsed).code });
  // Only now: what the loading raised is not part of the work, and a script loads in `run`.
  const exceptions = watchExceptions(session);
  if (program.kind !== 'script') takeCoverage(session);
  const start = performance.now();
  const collect = (complete: boolean): CountedRun => {
    const scripts = ownScripts(takeCoverage(session), program.files);
    return {
      kind: program.kind,
      files: [...program.files.keys()],
      coverage: new Map([...scripts.values()].map(({ file, functions }) => [file, functions])),
      ...exceptions(scripts),
      milliseconds: performance.now() - start,
      complete,
    };
  };
  context.partial(() => collect(false));
  await program.run();
  return collect(true);
}

interface ScriptCoverage {
  readonly scriptId: string;
  readonly url: string;
  readonly functions: readonly { readonly functionName: string; readonly ranges: readonly CoverageRange[] }[];
}

function takeCoverage(session: Session): readonly ScriptCoverage[] {
  let taken: readonly ScriptCoverage[] = [];
  // Answered before `post` returns: the session belongs to this thread.
  session.post('Profiler.takePreciseCoverage', (error, { result } = { result: [] }) => {
    if (error) throw error;
    taken = result;
  });
  return taken;
}

interface OwnScript {
  readonly file: string;
  readonly functions: readonly CoveredFunction[];
}

/** The user's own scripts by V8's number. */
function ownScripts(taken: readonly ScriptCoverage[], files: ReadonlyMap<string, unknown>): Map<string, OwnScript> {
  const fileOf = new Map(
    [...files.keys()].flatMap(file => [[pathToFileURL(file).href, file] as const, [file, file] as const]),
  );
  return new Map(
    taken.flatMap(({ scriptId, url, functions }) => {
      const file = fileOf.get(url);
      if (file === undefined) return [];
      return [
        [scriptId, { file, functions: functions.map(({ functionName, ranges }) => ({ name: functionName, ranges })) }],
      ];
    }),
  );
}

interface RawFrame {
  readonly script: string;
  readonly frame: Omit<ExceptionFrame, 'file'>;
}

/**
 * Sees every exception when it is raised, caught or not, with the frames that it may leave. Which of them are the
 * user's is told at the end, when the numbers of the scripts are known.
 */
function watchExceptions(
  session: Session,
): (scripts: ReadonlyMap<string, OwnScript>) => Pick<CountedRun, 'exceptions' | 'anyException'> {
  const seen = new Map<string, { frames: readonly RawFrame[]; count: number; rejection: boolean }>();
  session.on('Debugger.paused', ({ params }) => {
    const frames = params.callFrames.map(
      ({ location, functionLocation }): RawFrame => ({
        script: location.scriptId,
        frame: {
          line: location.lineNumber,
          column: location.columnNumber ?? 0,
          functionLine: functionLocation?.lineNumber ?? 0,
          functionColumn: functionLocation?.columnNumber ?? 0,
        },
      }),
    );
    const rejection = params.reason === 'promiseRejection';
    const key = JSON.stringify([frames, rejection]);
    const entry = seen.get(key) ?? { frames, count: 0, rejection };
    entry.count++;
    seen.set(key, entry);
  });
  session.post('Debugger.enable');
  session.post('Debugger.setPauseOnExceptions', { state: 'all' });
  return scripts => ({
    anyException: seen.size > 0,
    exceptions: [...seen.values()].map(({ frames, count, rejection }) => ({
      count,
      rejection,
      frames: frames.map(({ script, frame }) => {
        const file = scripts.get(script)?.file;
        return file === undefined ? null : { file, ...frame };
      }),
    })),
  });
}
