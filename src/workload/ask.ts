import { TargetError } from './load.ts';
import type { AnyWorkload } from './types.ts';

/** A workload's own function threw: for one input, size or variant, where a file that does not load fails for all. */
export class WorkloadFault extends TargetError {
  override readonly name = 'WorkloadFault';
}

/**
 * What one of a workload's own functions answers, so that a fault of the user's file is told from one of this tool.
 *
 * @throws WorkloadFault that names the workload, the function and what it threw
 */
export function askWorkload<T>(workload: AnyWorkload, field: string, ask: () => T): T {
  const fail = (error: unknown): never => {
    const said = error instanceof Error ? error.message || error.name : String(error);
    const cure = /allocation failed|out of memory|invalid (typed )?array/i.test(said)
      ? '; choose a smaller --size'
      : '';
    throw new WorkloadFault(`${workload.name}: ${field}() failed: ${said}${cure}`, { cause: error });
  };
  try {
    const answer = ask();
    return answer instanceof Promise ? (answer.catch(fail) as T) : answer;
  } catch (error) {
    return fail(error);
  }
}
