/**
 * Question: how exact is each variant, and how does its error grow with the size?
 * Protocol: every variant of the floating-point workloads at four sizes, each compared with a more precise reference on
 * three inputs: the one that is timed, another before the timing, a third after it; the same three in each of three
 * processes. Times are by the way. Beside it, errors of the integrators against their step on a problem with a closed
 * form, computed here and not timed.
 * Columns: precision.csv: workload, parameters, size, variant, device, ran_on, max_abs_error, max_rel_error, max_ulp,
 * tolerance, tolerance_share; convergence.csv: method, steps, step, max_abs_error, evaluations.
 */
import { stepConvergence } from '../kernels/ode/convergence.ts';
import { runAsScript } from '../src/cli/script.ts';
import { defineExperiment } from '../src/experiment/define.ts';
import { planGroups } from '../src/experiment/plan.ts';
import { analysePrecision } from '../src/experiment/precision.ts';

export default defineExperiment({
  name: 'precision',
  question: 'How exact is each variant, and how does its error grow with the size?',
  protocol:
    'Every variant of the floating-point workloads at four sizes (three with --quick) against a more precise reference.',
  columns:
    'samples.csv, processes.csv, summary.csv; precision.csv; convergence.csv (error of the integrators against step)',
  plan: options =>
    planGroups(options, {
      workloads: ['matmul', 'ode', 'cnn'],
      sizes: options.quick ? ['smoke', 'small', 'medium'] : ['smoke', 'small', 'medium', 'large'],
    }),
  adjust: protocol => ({
    ...protocol,
    name: 'custom',
    processes: 3,
    maxSamples: 5,
    sampleBudgetMs: 50,
    warmupBudgetMs: 50,
  }),
  analyse: results => analysePrecision(results, stepConvergence([16, 32, 64, 128, 256, 512])),
});

if (import.meta.main) await runAsScript('precision');
