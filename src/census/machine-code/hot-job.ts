import { type ChildContext, openProgram, type ProgramSpec } from '../../target/index.ts';

/** Runs of the work until V8 has surely optimised what is hot, but not longer than that. */
const enoughRuns = 200;
const enoughMilliseconds = 1_500;

export interface HotRun {
  readonly files: readonly string[];
  readonly runs: number;
}

/** Runs a target again and again, so that V8 compiles its hot functions with its optimising compilers. */
export default async function run(spec: ProgramSpec, context: ChildContext): Promise<HotRun> {
  const program = await openProgram(spec, context);
  let runs = 0;
  const collect = (): HotRun => ({ files: [...program.files.keys()], runs });
  context.partial(collect);
  const end = performance.now() + enoughMilliseconds;
  do {
    await program.run();
    runs++;
    // A script has done what it does.
  } while (program.kind !== 'script' && runs < enoughRuns && performance.now() < end);
  return collect();
}
