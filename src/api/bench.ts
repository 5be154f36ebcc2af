import { resolve } from 'node:path';
import type { FinishedRun } from '../experiment/run.ts';

export interface BenchCall {
  /** Integers or named sizes; default `small`. */
  readonly sizes?: readonly (string | number)[];
  /** Only these variants, beside the baseline. */
  readonly variants?: readonly string[];
  /** `axis=value`. */
  readonly parameters?: readonly string[];
  /** Three processes and small budgets instead of ten. */
  readonly quick?: boolean;
  /** Independent processes a cell; fewer than three give no interval. */
  readonly processes?: number;
  readonly seed?: number;
  /** Where the run folder is made; default `results`. */
  readonly out?: string;
  /** Whether the machine's ceilings are probed (and cached), for bounds; default true. */
  readonly probe?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Measures the variants of a workload side by side, as `pgram bench` does, into a run folder.
 *
 * @param target a workload's name or alias, or a file whose default export is `defineWorkload(…)`
 * @returns the rows of summary.csv, the sentences to quote, and where the folder is
 * @throws UsageError for what does not exist, OutputError where the folder cannot be written
 */
export async function bench(target: string, options: BenchCall = {}): Promise<FinishedRun> {
  const [{ bench: experiment }, { runExperiment }] = await Promise.all([
    import('../experiment/bench.ts'),
    import('../experiment/run.ts'),
  ]);
  const {
    sizes = [],
    variants = [],
    parameters = [],
    quick = false,
    seed = 1,
    out = 'results',
    probe = true,
  } = options;
  return runExperiment(experiment, {
    workloads: [target],
    sizes: sizes.map(String),
    variants,
    parameters,
    quick,
    out: resolve(out),
    seed,
    gpuProfile: 'safe',
    probe: probe ? 'cached' : 'none',
    arguments: ['bench', target],
    signal: options.signal ?? new AbortController().signal,
    onProgress: () => undefined,
    onRemark: () => undefined,
    ...(options.processes === undefined ? {} : { processes: options.processes }),
  });
}
