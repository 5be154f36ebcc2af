import { relative } from 'node:path';
import type { Command } from 'commander';
import { defineExperiment } from '../experiment/define.ts';
import { planGroups } from '../experiment/plan.ts';
import { analyseForecasts } from '../forecast/analyse.ts';
import { askForecast, customInstructionsOf, shownByDefault, workloadBehind } from '../forecast/ask.ts';
import { forecastDocument } from '../forecast/document.ts';
import { deviceVariants } from '../forecast/freeze.ts';
import { forecastFile, freezePlan } from '../forecast/freeze-plan.ts';
import { measuredSentences } from '../forecast/measured-sentences.ts';
import { resolveTarget } from '../target/index.ts';
import { UsageError } from '../workload/load.ts';
import { customScreen } from './custom-screen.ts';
import { forecastScreen } from './forecast-screen.ts';
import { onInterruptSay } from './interrupt.ts';
import { answer, answerJson } from './io.ts';
import { measure } from './measure.ts';
import { collect, list, type MeasureOptions } from './options.ts';
import { isQuiet, progressLine } from './progress.ts';
import { confinementOf, selectionOf, type TargetOptions, withTarget } from './target-options.ts';

interface ForecastVerbOptions extends TargetOptions {
  readonly device?: string;
  readonly deviceFile?: string[];
  readonly explain?: boolean;
  readonly measure?: boolean;
  readonly reprobe?: boolean;
  readonly out: string;
}

/** `pgram forecast <target>`: what each device would give, with an interval, and why. */
export function addForecast(program: Command): void {
  withTarget(
    program
      .command('forecast <target> [args...]')
      .description('speed-up on each device, with an interval and the reason for the bound'),
  )
    .option(
      '--device <names>',
      `of this machine or the catalogue, comma-separated, or 'all' (default ${shownByDefault.join(',')})`,
    )
    .option('--device-file <file>', 'a device of your own (docs/forecast.md); may be repeated', collect)
    .option('--explain', 'every term of every forecast, with its number and source')
    .option('--measure', 'write the forecast down, then measure the matching variants and append the error')
    .option('--reprobe', 'probe the ceilings of this machine again, though they are known')
    .option('--out <folder>', 'where the run folder of --measure is made', 'results')
    .action(async (text: string, args: string[], options: ForecastVerbOptions, command: Command) => {
      if (!options.measure && command.getOptionValueSource('out') === 'cli')
        throw new UsageError(
          '--out is where --measure makes its run folder, and without --measure none is made. Add --measure, or take --json to keep the forecast as a document.',
        );
      if (options.measure && !(await workloadBehind(resolveTarget(text))))
        throw new UsageError(
          `--measure needs variants to measure, and ${text} is no workload. Write \`export default defineWorkload({ … })\` with a variant for each device (README, "Your own workload").`,
        );
      onInterruptSay(() => 'nothing was written. A smaller --size is looked at sooner.');
      const progress = progressLine(isQuiet(options));
      const { spec, forecast } = await askForecast(text, {
        ...selectionOf(options, args),
        confinement: confinementOf(options),
        timeoutMs: options.timeout * 1000,
        onStep: progress.say,
        deviceFiles: options.deviceFile ?? [],
        fresh: options.reprobe === true,
        ...(options.device === undefined ? {} : { devices: list(options.device) }),
      });
      if (options.explain) progress.say('looking for patterns of operations that recur');
      const mined = options.json || options.explain ? await customInstructionsOf(spec) : undefined;
      const screen = () => [forecastScreen(forecast, { explain: options.explain === true }), ...customScreen(mined)];
      if (options.json) await answerJson(forecastDocument(forecast, mined));
      else await answer(screen().join('\n'));
      if (options.measure) await measureForecast(text, options, forecast.shape.size);
    });
}

/** The forecast goes into the run folder with its time, then the variants are measured, then the error stands beside it. */
async function measureForecast(text: string, options: ForecastVerbOptions, size: number | null): Promise<void> {
  const experiment = defineExperiment({
    name: 'forecast',
    question: 'How far is the forecast of one program from its measurement?',
    protocol:
      'The forecast is written down first; then the variants that stand for the devices, interleaved with naive.',
    columns: 'samples.csv, processes.csv, summary.csv; forecast.csv, score.csv',
    plan: async plan =>
      (await planGroups({ ...plan, variants: [] }, { workloads: [], sizes: ['small'] })).map(group => ({
        ...group,
        variants: group.variants.filter(name => name === 'naive' || deviceVariants.includes(name)),
      })),
    before: work => freezePlan(work),
    analyse: results => {
      const analysis = analyseForecasts(results);
      const rows = analysis.tables.find(({ name }) => name === forecastFile)?.rows ?? [];
      // A score of one program says less than its figures; it stands in score.csv.
      return { ...analysis, sentences: measuredSentences(rows) };
    },
  });
  const measureOptions: MeasureOptions = {
    seed: options.seed,
    out: options.out,
    gpuProfile: 'safe',
    probe: true,
    quick: true,
    ...(size === null ? {} : { size: String(size) }),
    ...(options.param ? { param: options.param } : {}),
    ...(options.quiet ? { quiet: true } : {}),
    ...(options.json ? { json: true } : {}),
  };
  const run = await measure(experiment, measureOptions, {
    workloads: [text],
    resumeCommand: folder => `npx pgram forecast ${text} --measure (the run in ${relative('.', folder)} is kept)`,
  });
  if (!options.json) await answer(['', ...run.sentences, run.folder].join('\n'));
}
