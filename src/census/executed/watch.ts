import type { Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import type { CoverageRange } from './slots.ts';

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

/** What the inspector says about one script. */
export interface ScriptCoverage {
  readonly scriptId: string;
  readonly url: string;
  readonly functions: readonly { readonly functionName: string; readonly ranges: readonly CoverageRange[] }[];
}

/** One of the user's own scripts. */
export interface OwnScript {
  readonly file: string;
  readonly functions: readonly CoveredFunction[];
}

/** The user's own scripts by V8's number. */
export function ownScripts(
  taken: readonly ScriptCoverage[],
  files: ReadonlyMap<string, unknown>,
): Map<string, OwnScript> {
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

/** The exceptions of a run. */
export interface SeenExceptions {
  /** Distinct stacks with how often an exception was raised there. */
  readonly exceptions: readonly RaisedException[];
  /** Whether one was raised anywhere, the user's files or not. */
  readonly anyException: boolean;
}

interface RawFrame {
  readonly script: string;
  readonly frame: Omit<ExceptionFrame, 'file'>;
}

/**
 * Sees every exception when it is raised, caught or not, with the frames that it may leave. Which of them are the
 * user's is told at the end, when the numbers of the scripts are known.
 */
export function watchExceptions(session: Session): (scripts: ReadonlyMap<string, OwnScript>) => SeenExceptions {
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
