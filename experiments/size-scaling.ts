/**
 * Question: how does the time of each variant grow with the size?
 * Protocol: six sizes on a geometric ladder from the workload's small to its large (to medium with --quick); all variants
 * of one size in one process, interleaved. t(n) = fixed + factor·n^exponent is fitted to the end-to-end medians.
 * Columns: time-growth.csv: workload, parameters, variant, device, ran_on, fixed_ns, factor_ns, exponent with its 95 %
 * interval, worst_deviation (largest relative distance of a median from the fit), sizes (how many).
 */
import { runAsScript } from '../src/cli/script.ts';
import { sizeRange } from '../src/experiment/default-sizes.ts';
import { defineExperiment } from '../src/experiment/define.ts';
import { ladder } from '../src/experiment/fit.ts';
import { analyseGrowth } from '../src/experiment/growth.ts';
import { planGroups } from '../src/experiment/plan.ts';

export default defineExperiment({
  name: 'size-scaling',
  question: 'How does the time of each variant grow with the size?',
  protocol:
    'Six sizes on a geometric ladder from small to large (medium with --quick), all variants of a size interleaved.',
  columns: 'samples.csv, processes.csv, summary.csv; time-growth.csv (fixed + factor·n^exponent for every variant)',
  comparesSizes: true,
  plan: options =>
    planGroups(options, {
      workloads: ['matmul', 'ode', 'quicksort', 'crypto', 'cnn'],
      sizes(workload) {
        const [low, high] = sizeRange(workload, 'small', options.quick ? 'medium' : 'large');
        return ladder(Math.max(1, low), Math.max(1, high), 6).map(String);
      },
    }),
  analyse: analyseGrowth,
});

if (import.meta.main) await runAsScript('size-scaling');
