import { closed, type ProgramSpec, runInChild, widen } from '../../target/index.ts';
import type { CountOptions } from './executed.ts';

/** How much longer a program's work takes while it is counted: ratios of medians over processes. */
export interface Slowdown {
  /** Of the input it was measured with. */
  readonly size: number | undefined;
  readonly plainMilliseconds: number;
  readonly fast: number;
  readonly exact: number;
}

const jobs = { plain: './plain-job.ts', fast: './fast-job.ts', exact: './run-job.ts' };
/** Of each mode, in turns: what slows the machine down for a while slows all three. */
const rounds = 3;

/** Below this the compilation of the counters is most of what is seen, and the ratio says nothing of longer runs. */
export const shortestTellingMs = 50;

/**
 * Measures what counting costs: each mode three times, each time in a process of its own.
 *
 * @param larger sizes to go to, ascending, while the plain run takes less than `shortestTellingMs`
 * @throws Error where the program does not run to its end
 */
export async function measureSlowdown(
  spec: ProgramSpec,
  { larger = [], ...options }: CountOptions & { readonly larger?: readonly number[] } = {},
): Promise<Slowdown> {
  const milliseconds = async (job: string, sized: ProgramSpec): Promise<number> => {
    const outcome = await runInChild<{ milliseconds: number }>(new URL(job, import.meta.url), sized, {
      file: spec.target.file,
      confinement: widen(options.confinement ?? closed, 'inspector'),
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    });
    if (outcome.status !== 'ok') throw new Error(`the cost of counting could not be measured: ${outcome.message}`);
    return outcome.result.milliseconds;
  };
  const times: Record<keyof typeof jobs, number[]> = { plain: [], fast: [], exact: [] };
  let chosen = spec;
  for (const size of larger) {
    if ((await milliseconds(jobs.plain, chosen)) >= shortestTellingMs) break;
    chosen = { ...spec, size };
  }
  for (let round = 0; round < rounds; round++)
    for (const mode of ['plain', 'fast', 'exact'] as const) times[mode].push(await milliseconds(jobs[mode], chosen));
  const plain = median(times.plain);
  return {
    size: chosen.size,
    plainMilliseconds: plain,
    fast: median(times.fast) / plain,
    exact: median(times.exact) / plain,
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
