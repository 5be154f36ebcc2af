import { closed, type ProgramSpec, runInChild, widen } from '../../target/index.ts';
import type { CountOptions } from './executed.ts';

/** How much longer a program's work takes while it is counted: ratios of medians over processes. */
export interface Slowdown {
  readonly plainMilliseconds: number;
  readonly fast: number;
  readonly exact: number;
}

const jobs = { plain: './plain-job.ts', fast: './fast-job.ts', exact: './run-job.ts' };
/** Of each mode, in turns: what slows the machine down for a while slows all three. */
const rounds = 3;

/**
 * Measures what counting costs: each mode three times, each time in a process of its own.
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
  const times: Record<keyof typeof jobs, number[]> = { plain: [], fast: [], exact: [] };
  for (let round = 0; round < rounds; round++)
    for (const mode of ['plain', 'fast', 'exact'] as const) times[mode].push(await milliseconds(jobs[mode]));
  const plain = median(times.plain);
  return { plainMilliseconds: plain, fast: median(times.fast) / plain, exact: median(times.exact) / plain };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
