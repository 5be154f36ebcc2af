/**
 * Question: which loops of each program are worth other hardware, and why?
 * Protocol: for each hot loop of naive its share of the time (sampled), operations (counted), work, span and verdict
 * (traced at a small size) and the forecast for each local device, all written to opportunities.csv before anything is
 * measured; then the variants that stand for those devices, interleaved with naive.
 * Columns: opportunities.csv: one row a hot loop (docs/opportunities.md).
 */
import { runAsScript } from '../src/cli/script.ts';
import { defineExperiment } from '../src/experiment/define.ts';
import { analyseOpportunities } from '../src/experiment/opportunities/analyse.ts';
import { writeOpportunities } from '../src/experiment/opportunities/conduct.ts';
import { planGroups } from '../src/experiment/plan.ts';
import { deviceVariants } from '../src/forecast/freeze.ts';

export default defineExperiment({
  name: 'opportunities',
  question: 'Which loops of each program are worth other hardware, and why?',
  protocol:
    'time share, operations, work, span, verdict and forecast of each hot loop, written first; then the variants that stand for the devices of this machine, interleaved with naive.',
  columns: 'samples.csv, processes.csv, summary.csv; opportunities.csv (a row a hot loop)',
  plan: options =>
    planGroups(options, { workloads: ['matmul', 'ode', 'quicksort', 'crypto', 'cnn'], sizes: ['small'] }).then(groups =>
      groups.map(group => ({
        ...group,
        variants: group.variants.filter(name => name === 'naive' || deviceVariants.includes(name)),
      })),
    ),
  before: writeOpportunities,
  analyse: analyseOpportunities,
});

if (import.meta.main) await runAsScript('opportunities');
