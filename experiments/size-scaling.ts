/**
 * Question: how does the time of each variant grow with the size?
 * Protocol: six sizes on a geometric ladder from the workload's small to its large (to medium with --quick); all variants
 * of one size in one process, interleaved. t(n) = fixed + factor·n^exponent is fitted to the end-to-end medians.
 * Columns: growth.csv: workload, parameters, variant, device, ran_on, fixed_ns, factor_ns, exponent with its 95 %
 * interval, worst_deviation (largest relative distance of a median from the fit), sizes (how many).
 */
import { runAsScript } from '../src/cli/script.ts';
import { defineExperiment } from '../src/experiment/define.ts';
import { ladder } from '../src/experiment/fit.ts';
import { analyseGrowth } from '../src/experiment/growth.ts';
import { planGroups } from '../src/experiment/plan.ts';
import { loadWorkload, resolveSize } from '../src/workload/load.ts';

const workloads = ['matmul', 'ode', 'quicksort', 'crypto', 'cnn'];

export default defineExperiment({
  name: 'size-scaling',
  question: 'How does the time of each variant grow with the size?',
  protocol:
    'Six sizes on a geometric ladder from small to large (medium with --quick), all variants of a size interleaved.',
  columns: 'samples.csv, processes.csv, summary.csv; growth.csv (fixed + factor·n^exponent for every variant)',
  async plan(options) {
    const chosen = options.workloads.length > 0 ? options.workloads : workloads;
    const groups = await Promise.all(
      chosen.map(async target => {
        const workload = await loadWorkload(target);
        const [low, high] = ['small', options.quick ? 'medium' : 'large'].map(name => resolveSize(workload, name));
        const sizes = ladder(low ?? 1, high ?? 1, 6).map(String);
        return planGroups({ ...options, workloads: [target] }, { workloads: [], sizes });
      }),
    );
    return groups.flat();
  },
  analyse: analyseGrowth,
});

if (import.meta.main) await runAsScript('size-scaling');
