import { Session } from 'node:inspector';
import { type ChildContext, openProgram, type ProgramSpec } from '../../target/index.ts';
import { type ForcedReturn, watchGenerators } from './generators.ts';
import { type IterationFacts, iterationSites, watchIterations } from './iterations.ts';
import { takeOneThread } from './one-thread.ts';
import {
  type CoveredFunction,
  ownScripts,
  type ScriptCoverage,
  type SeenExceptions,
  watchExceptions,
} from './watch.ts';
import { withWitnesses } from './witness.ts';

/** What one counted run hands back. */
export interface CountedRun extends SeenExceptions {
  readonly kind: 'script' | 'function' | 'workload';
  /** The own files that were loaded. */
  readonly files: readonly string[];
  /** Where generators of the user's stood when they were told to return. */
  readonly forcedReturns: readonly (Omit<ForcedReturn, 'script'> & { readonly file: string })[];
  /** What was iterated, by file and site. */
  readonly iterations: readonly (readonly IterationFacts[])[];
  /** By file. */
  readonly coverage: ReadonlyMap<string, readonly CoveredFunction[]>;
  /** Milliseconds of the work alone. */
  readonly milliseconds: number;
  readonly complete: boolean;
}

/**
 * Runs a target under precise block coverage. Coverage begins before anything of the target is loaded: functions
 * compiled earlier would have no counters. What the loading of a function's or a workload's module executes is not
 * part of its work and is taken off by reading the counters, which resets them.
 */
export default async function run(spec: ProgramSpec, context: ChildContext): Promise<CountedRun> {
  takeOneThread();
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const iterations = watchIterations();
  const generators = watchGenerators(session);
  const loaded: string[] = [];
  const program = await openProgram(spec, context, {
    transform(parsed) {
      iterations.sites(loaded.length, iterationSites(parsed));
      loaded.push(parsed.file);
      return withWitnesses(parsed, loaded.length - 1).code;
    },
  });
  // Only now: what the loading raised is not part of the work, and a script loads in `run`.
  const exceptions = watchExceptions(session);
  if (program.kind !== 'script') {
    takeCoverage(session);
    iterations.reset();
    generators.reset();
  }
  const start = performance.now();
  const collect = (complete: boolean): CountedRun => {
    const scripts = ownScripts(takeCoverage(session), program.files);
    return {
      kind: program.kind,
      files: loaded,
      iterations: loaded.map((_, index) => iterations.facts(index)),
      coverage: new Map([...scripts.values()].map(({ file, functions }) => [file, functions])),
      ...exceptions(scripts),
      forcedReturns: generators.forced().flatMap(({ script, ...place }) => {
        const file = scripts.get(script)?.file;
        return file === undefined ? [] : [{ file, ...place }];
      }),
      milliseconds: performance.now() - start,
      complete,
    };
  };
  context.partial(() => collect(false));
  await program.run();
  return collect(true);
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
