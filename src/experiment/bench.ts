import { defineExperiment, type Experiment } from './define.ts';
import { planGroups } from './plan.ts';

/** What `pgram bench` runs: the given sizes of one workload, without a question of its own. */
export const bench: Experiment = defineExperiment({
  name: 'bench',
  question: 'How long does each variant take?',
  protocol: 'All variants of one workload and size in one process, interleaved in random order; several processes.',
  columns: 'samples.csv, processes.csv, summary.csv',
  plan: options => planGroups(options, { workloads: [], sizes: ['small'] }),
  analyse: () => ({ tables: [], charts: [], sentences: [] }),
});
