/**
 * Question: from which size does offloading pay, end to end?
 * Protocol: all variants of one workload and size in one process, interleaved in random order; 10 processes (3 in the
 * quick profile); every output checked before and after it is timed.
 * Columns: samples.csv, processes.csv and summary.csv as docs/csv-columns.md says; crossover.csv: workload, parameters,
 * variant, device, ran_on, baseline (naive, or best-cpu: the fastest CPU variant on any number of cores), phase
 * (end_to_end or kernel only), size_low (largest measured size at which the variant is not surely faster), size_high
 * (smallest from which on it is), size_estimate (where the medians cross, log–log), faster (whether it surely is at the
 * largest size that both were measured at).
 */
import { runAsScript } from '../src/cli/script.ts';
import { crossoverSentences, crossoverTable } from '../src/experiment/crossover.ts';
import { defineExperiment } from '../src/experiment/define.ts';
import { planGroups } from '../src/experiment/plan.ts';

export default defineExperiment({
  name: 'cpu-vs-gpu',
  question: 'From which size does offloading pay, end to end?',
  protocol:
    'All variants of one workload and size in one process, interleaved in random order; 10 processes (3 with --quick).',
  columns: 'samples.csv, processes.csv, summary.csv; crossover.csv (from which size a variant overtakes a baseline)',
  plan: options =>
    planGroups(options, {
      workloads: ['matmul', 'ode', 'quicksort', 'crypto', 'cnn'],
      sizes: options.quick ? ['small', 'medium'] : ['smoke', 'small', 'medium', 'large'],
    }),
  analyse: ({ summary }) => ({ tables: [crossoverTable(summary)], charts: [], sentences: crossoverSentences(summary) }),
});

if (import.meta.main) await runAsScript('cpu-vs-gpu');
