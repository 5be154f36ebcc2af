import {
  type ChildOutcome,
  closed,
  type ProgramSpec,
  parseFile,
  runInChild,
  saidOf,
  widen,
} from '../../target/index.ts';
import { TargetError } from '../../workload/load.ts';
import type { CountOptions } from '../executed/executed.ts';
import type { CountedRun, CountOrder } from './job.ts';
import { type FilePlan, offsetsAfter, planFile } from './plan.ts';
import { Values } from './values.ts';

/** A counted run, with the plans that say what its counters mean. */
export interface CountedProgram {
  readonly files: readonly { readonly plan: FilePlan; readonly values: Values }[];
  readonly run: CountedRun;
  /** Why it did not run to its end. */
  readonly stopped: string | undefined;
}

export interface OperationsOptions extends CountOptions {
  /** Count a second call, as it is timed: the first may fill tables that later ones find. Scripts have one only. */
  readonly warm?: boolean;
}

/**
 * Runs a target with counters in its source.
 *
 * @throws TargetError where it throws, does not load, or gives no counts at all
 */
export async function runCounted(spec: ProgramSpec, options: OperationsOptions = {}): Promise<CountedProgram> {
  const order: CountOrder = { spec, warm: options.warm === true };
  const outcome = await runInChild<CountedRun>(new URL('./job.ts', import.meta.url), order, {
    file: spec.target.file,
    confinement: widen(options.confinement ?? closed),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  const { result: run } = outcome;
  if (!run || !endedWithCounts(outcome)) throw new TargetError(saidOf(spec.target, outcome.message));
  let offsets = { regions: 0, watches: 0 };
  const files = run.files.map(file => {
    const plan = planFile(parseFile(file), offsets);
    offsets = offsetsAfter(plan, offsets);
    return { plan, values: new Values(plan, run.seen) };
  });
  const isDone = outcome.status === 'ok' || (outcome.status === 'exited' && outcome.code === 0);
  return { files, run, stopped: isDone ? undefined : outcome.message };
}

/** A program that ends itself or is out of time has counts of what ran until then. */
const endedWithCounts = ({ status }: ChildOutcome<unknown>): boolean =>
  status === 'ok' || status === 'exited' || status === 'timeout';
