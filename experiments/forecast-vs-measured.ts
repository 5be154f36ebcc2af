/**
 * Question: how far is a forecast from the measurement that follows it?
 * Protocol: 17 programs at sizes on both sides of break-even; for each local device the forecast is written to
 * forecast.csv before anything is measured, with a correction learnt from all programs but the one forecast; then the
 * variants that stand for the devices are measured beside naive, interleaved in the same processes. Rows of variants
 * that run another algorithm than naive are shown apart and never scored.
 * Columns: forecast.csv (docs/forecast.md): forecast with interval, its terms, ablations, measured speed-up, error,
 * inside, right_decision; score.csv: one row a device, and one for each ablation;
 * breakeven.csv: from which size on each device pays, forecast and measured.
 */
import { fileURLToPath } from 'node:url';
import { runAsScript } from '../src/cli/script.ts';
import { defineExperiment } from '../src/experiment/define.ts';
import { planGroups } from '../src/experiment/plan.ts';
import { analyseForecasts } from '../src/forecast/analyse.ts';
import { deviceVariants } from '../src/forecast/freeze.ts';
import { freezePlan } from '../src/forecast/freeze-plan.ts';

const small = (name: string): string => fileURLToPath(new URL(`./workloads/${name}.ts`, import.meta.url));

const shipped = ['matmul', 'ode', 'cnn', 'quicksort', 'crypto'];

/** On both sides of where vectors, threads and the adapter begin to pay on current machines. */
const sizes: Readonly<Record<string, readonly string[]>> = {
  matmul: ['8', '17', '32', '64', '128', '256'],
  ode: ['17', '128', '1024'],
  cnn: ['3', '16', '48'],
  quicksort: ['257', '30000'],
  crypto: ['1009', '131072'],
  bitonic: ['64', '512', '4096', '32768'],
  horner: ['512', '16384', '262144'],
  hash: ['512', '16384', '262144'],
  nbody: ['32', '128', '768'],
  fir: ['512', '16384', '262144'],
  mandelbrot: ['12', '48', '192'],
  jacobi: ['17', '96', '384'],
  matvec: ['37', '192', '1024'],
  transpose: ['36', '192', '1024'],
  dot: ['1003', '32768', '1048576'],
  histogram: ['1003', '32768', '524288'],
  recurrence: ['1003', '32768', '262144'],
};

export default defineExperiment({
  name: 'forecast-vs-measured',
  question: 'How far is a forecast from the measurement that follows it?',
  protocol:
    'Forecasts of 17 programs on every local device, learnt from the other programs only and written down first; then all variants interleaved with naive.',
  columns:
    'samples.csv, processes.csv, summary.csv; forecast.csv (a row a forecast), score.csv (a row a device), breakeven.csv (a row a program and device)',
  plan: options =>
    planGroups(options, {
      workloads: Object.keys(sizes).map(name => (shipped.includes(name) ? name : small(name))),
      sizes: ({ name }) => sizes[name] ?? ['small'],
    }).then(groups =>
      groups.map(group => ({
        ...group,
        variants: group.variants.filter(name => name === 'naive' || deviceVariants.includes(name)),
      })),
    ),
  // Single processes differ by a factor of two where another program has a core for a moment: the middle one of five does not.
  adjust: protocol =>
    protocol.name === 'quick'
      ? { ...protocol, name: 'custom', processes: 5, sampleBudgetMs: 60, callLimitMs: 1000 }
      : { ...protocol, name: 'custom', processes: 7, sampleBudgetMs: 200, warmupBudgetMs: 500 },
  before: work => freezePlan(work),
  analyse: results => analyseForecasts(results),
});

if (import.meta.main) await runAsScript('forecast-vs-measured');
