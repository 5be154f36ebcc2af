/**
 * Question: where does each program spend its time, and what does it execute there?
 * Protocol: every CPU variant of every workload, each in processes of its own: function profile and time by place (size
 * `small`), bytecode dumps and the census on every layer (smallest size), clinic's pages. Nothing is timed:
 * times are sampled and never enter a speed-up.
 * Columns: profile-all.csv (one row a subject and step: status, reason), census.csv (one row a function of a layer, as `analyze-bytecode` writes it),
 * clinic.csv (what clinic found), and the tables of `analyze`: profile.csv, time-by-place.csv, hot-lines.csv, sites.csv.
 */
import { runAsScript } from '../src/cli/script.ts';
import { defineExperiment } from '../src/experiment/define.ts';
import { planGroups } from '../src/experiment/plan.ts';
import { analyseProfileAll } from '../src/experiment/profile-all/analyse.ts';
import { conductProfileAll } from '../src/experiment/profile-all/conduct.ts';
import { isCpuVariant } from '../src/experiment/profile-all/subjects.ts';

const calibrationPrograms = ['arithmetic', 'control_flow', 'function_calls', 'load_store'];

export default defineExperiment({
  name: 'profile-all',
  question: 'Where does each program spend its time, and what does it execute there?',
  protocol:
    'every CPU variant of every workload: sampled profile and time by place at size small, bytecode dumps and the census on every layer at the smallest size, clinic; with --quick one sampled run, two subjects at a time, no listing of optimised code, and clinic flame alone for all but naive.',
  columns:
    'profile-all.csv (what was done and how it went), census.csv, clinic.csv, profile.csv, time-by-place.csv, hot-lines.csv, sites.csv; bytecode/, profiles/',
  async plan(options) {
    const groups = await planGroups(options, {
      workloads: ['matmul', 'ode', 'quicksort', 'crypto', 'cnn', 'calibration'],
      sizes: ['small'],
      parameters: { calibration: [`program=${calibrationPrograms.map(name => `example_${name}`).join(',')}`] },
    });
    // The baseline is there for speed-ups, of which there are none here: what was not asked for is left out.
    const asked = (variant: string) => options.variants.length === 0 || options.variants.includes(variant);
    return groups
      .map(group => ({ ...group, variants: group.variants.filter(name => isCpuVariant(name) && asked(name)) }))
      .filter(({ variants }) => variants.length > 0);
  },
  conduct: conductProfileAll,
  analyse: analyseProfileAll,
});

if (import.meta.main) await runAsScript('profile-all');
