import { Session } from 'node:inspector';
import { type ChildContext, openProgram, type ProgramSpec } from '../../target/index.ts';
import { counterArray, instrumentSites } from './instrument.ts';
import { takeOneThread } from './one-thread.ts';
import { countingSites } from './sites.ts';
import { ownScripts, type ScriptCoverage, type SeenExceptions, watchExceptions } from './watch.ts';

/** What a run with source counters hands back. */
export interface FastRun extends SeenExceptions {
  readonly files: readonly string[];
  /** By file, in the order of `countingSites`. */
  readonly counters: ReadonlyMap<string, Float64Array>;
  readonly milliseconds: number;
  readonly complete: boolean;
}

/** Runs a target with a counter at the beginning of every block. */
export default async function run(spec: ProgramSpec, context: ChildContext): Promise<FastRun> {
  takeOneThread();
  const counters = new Map<string, Float64Array>();
  const program = await openProgram(spec, context, {
    transform(parsed) {
      const index = counters.size;
      const array = new Float64Array(countingSites(parsed).length);
      counters.set(parsed.file, array);
      // Constant, so that optimised code holds its address.
      Object.defineProperty(globalThis, counterArray(index), { value: array });
      return instrumentSites(parsed, index);
    },
  });
  const session = new Session();
  session.connect();
  const exceptions = watchExceptions(session);
  if (program.kind !== 'script') for (const array of counters.values()) array.fill(0);
  const start = performance.now();
  const collect = (complete: boolean): FastRun => ({
    files: [...program.files.keys()],
    counters,
    ...exceptions(ownScripts(loadedScripts(session), program.files)),
    milliseconds: performance.now() - start,
    complete,
  });
  context.partial(() => collect(false));
  await program.run();
  return collect(true);
}

/** The scripts of this process with their numbers, which are all that is wanted of this coverage. */
function loadedScripts(session: Session): readonly ScriptCoverage[] {
  let scripts: readonly ScriptCoverage[] = [];
  session.post('Profiler.enable');
  session.post('Profiler.getBestEffortCoverage', (error, { result } = { result: [] }) => {
    if (error) throw error;
    scripts = result;
  });
  return scripts;
}
