import { type ChildContext, openProgram, type ProgramSpec } from '../../target/index.ts';
import { costOfCalls } from './natives.ts';
import { type Offsets, offsetsAfter, planFile } from './plan.ts';
import { Recorder, recorderName } from './runtime.ts';

/** What a counted run hands back. */
export interface CountedRun {
  /** In the order of loading, which gives regions and watches their numbers. */
  readonly files: readonly string[];
  readonly sets: ReturnType<Recorder['sets']>;
  /** Kinds of objects seen, by watch. */
  readonly seen: readonly number[];
  /** Functions that an exception passed through. */
  readonly passed: readonly number[];
  readonly milliseconds: number;
  readonly complete: boolean;
}

export interface CountOrder {
  readonly spec: ProgramSpec;
  /** Count a second call: the first may fill tables that later ones find. */
  readonly warm: boolean;
}

/** Runs a target with counters in its source. */
export default async function run({ spec, warm }: CountOrder, context: ChildContext): Promise<CountedRun> {
  const recorder = new Recorder(costOfCalls());
  // Constant, so that optimised code holds its address.
  Object.defineProperty(globalThis, recorderName, { value: recorder });
  const files: string[] = [];
  let offsets: Offsets = { regions: 0, watches: 0 };
  const program = await openProgram(spec, context, {
    transform(parsed) {
      const plan = planFile(parsed, offsets);
      for (const { region, counters } of plan.units) recorder.declare(region.number, counters);
      offsets = offsetsAfter(plan, offsets);
      files.push(parsed.file);
      return plan.code;
    },
  });
  if (warm && program.renew) {
    await program.run();
    await program.renew();
  }
  // Only the work itself counts; a script does it while it is loaded.
  if (program.kind !== 'script') recorder.reset();
  const start = performance.now();
  const collect = (complete: boolean): CountedRun => ({
    files,
    sets: recorder.sets(),
    seen: Array.from(recorder.seen, kinds => kinds ?? 0),
    passed: [...recorder.passed],
    milliseconds: performance.now() - start,
    complete,
  });
  context.partial(() => collect(false));
  await program.run();
  return collect(true);
}
