import type { TraceOptions, TraceResult } from '../trace/types.ts';
import type { ProgramOptions } from './options.ts';

export interface TraceCall extends ProgramOptions, Pick<TraceOptions, 'cost' | 'inputs' | 'maxOperations'> {
  /** Trace each of these sizes and fit how work and span grow; the result is that of the largest. */
  readonly sizes?: readonly number[];
}

/**
 * Work, span, self-parallelism and dependences of a program: what `pgram trace --json` prints.
 *
 * @param target a workload's name or alias, `file.ts`, or `file.ts#function`
 * @throws UsageError for what does not exist; what the program itself does wrong is in the result (`complete: false`)
 */
export async function trace(target: string, options: TraceCall = {}): Promise<TraceResult> {
  // Loaded when asked for: most who import the package only define a workload, in every process that measures it.
  const [{ selectProgram }, { limitsOf }, { traceTarget }, { growthOf, traceSizes }] = await Promise.all([
    import('../target/index.ts'),
    import('./limits.ts'),
    import('../trace/run.ts'),
    import('../trace/sweep.ts'),
  ]);
  const { target: found, ...spec } = await selectProgram(target, options);
  const { cost, inputs, maxOperations, sizes } = options;
  const run = {
    ...spec,
    ...limitsOf(options),
    ...(cost === undefined ? {} : { cost }),
    ...(inputs === undefined ? {} : { inputs }),
    ...(maxOperations === undefined ? {} : { maxOperations }),
  };
  if (sizes === undefined) return traceTarget(found, run);
  const sweep = await traceSizes(found, sizes, run);
  return { ...sweep.results.filter(({ complete }) => complete).at(-1)!, growth: growthOf(sweep) };
}
