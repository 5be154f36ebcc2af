import { closed, type ProgramSpec, runInChild, widen } from '../../target/index.ts';
import type { CountOptions } from './executed.ts';

/** How much longer a program's work takes while it is counted: ratios of times of single runs in processes of their own. */
export interface Slowdown {
  readonly plainMilliseconds: number;
  readonly fast: number;
  readonly exact: number;
}

const jobs = { plain: './plain-job.ts', fast: './fast-job.ts', exact: './run-job.ts' };

/**
 * Measures what counting costs, one process for each mode.
 *
 * @throws Error where the program does not run to its end
 */
export async function measureSlowdown(spec: ProgramSpec, options: CountOptions = {}): Promise<Slowdown> {
  const milliseconds = async (job: string): Promise<number> => {
    const outcome = await runInChild<{ milliseconds: number }>(new URL(job, import.meta.url), spec, {
      file: spec.target.file,
      confinement: widen(options.confinement ?? closed, 'inspector'),
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    });
    if (outcome.status !== 'ok') throw new Error(`the cost of counting could not be measured: ${outcome.message}`);
    return outcome.result.milliseconds;
  };
  const plain = await milliseconds(jobs.plain);
  return {
    plainMilliseconds: plain,
    fast: (await milliseconds(jobs.fast)) / plain,
    exact: (await milliseconds(jobs.exact)) / plain,
  };
}
