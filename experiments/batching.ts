/**
 * Question: how many items have to be handed over at once before the cost of a launch is paid?
 * Protocol: cnn inference by images in a batch and the ODE ensemble by trajectories, one to many; all variants of one
 * batch in one process, interleaved. Workloads whose size is no batch are refused. t(n) = fixed + per_item·n is fitted to the end-to-end medians.
 * Columns: batching.csv: workload, parameters, variant, device, ran_on, fixed_ns (launch), per_item_ns, half_size (batch
 * at which half of the asymptotic rate is reached: Hockney's n½), worst_deviation, sizes.
 */
import { runAsScript } from '../src/cli/script.ts';
import { analyseBatching, onlyBatches } from '../src/experiment/batching.ts';
import { defineExperiment } from '../src/experiment/define.ts';
import { planGroups } from '../src/experiment/plan.ts';

export default defineExperiment({
  name: 'batching',
  question: 'How many items have to be handed over at once before the cost of a launch is paid?',
  protocol:
    'cnn by images and the ODE ensemble by trajectories, one to many at once; all variants of a batch interleaved.',
  columns: 'samples.csv, processes.csv, summary.csv; batching.csv (fixed cost, cost per item, half-performance batch)',
  comparesSizes: true,
  async plan(options) {
    const sizes = options.quick ? ['1', '4', '16', '64'] : ['1', '2', '4', '8', '16', '32', '64', '128', '256'];
    return onlyBatches(await planGroups(options, { workloads: ['cnn', 'ode'], sizes }));
  },
  analyse: analyseBatching,
});

if (import.meta.main) await runAsScript('batching');
