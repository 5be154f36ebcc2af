import { relative } from 'node:path';
import type { Command } from 'commander';
import { isPackageName } from '../backends/names.ts';
import type { Experiment } from '../experiment/define.ts';
import { loadExperiment } from '../experiment/find.ts';
import { withOpportunities } from '../experiment/opportunities/beside.ts';
import { dryRun, dryRunDocument, dryRunScreen } from './dry-run.ts';
import { answer, answerJson, remark } from './io.ts';
import { measure, runsDocument } from './measure.ts';
import { type MeasureOptions, withCommon, withMeasuring } from './options.ts';

/** What the five minutes leave for hot loops, `npm ci` included. */
const opportunitiesMs = 35_000;

/** `npm start`: the main job in its quick form, CPU against GPU on every workload. */
export function addStart(program: Command): void {
  withMeasuring(
    withCommon(
      program.command('start').description('the main job in at most five minutes: every workload on every backend'),
    ),
  )
    .option('--opportunities', 'all of the table of hot loops and their forecasts, however long it takes')
    .option('--no-opportunities', 'none of it (left out: as much as the five minutes allow)')
    .action(async (options: MeasureOptions & { readonly opportunities?: boolean }) => {
      const { opportunities } = options;
      const alone = withoutPackages(await loadExperiment('cpu-vs-gpu'));
      const experiment =
        opportunities === false ? alone : withOpportunities(alone, opportunities ? undefined : opportunitiesMs);
      if (options.dryRun) {
        const planned = await dryRun(experiment, { ...options, quick: true }, []);
        return options.json ? answerJson(dryRunDocument(planned)) : answer(dryRunScreen(planned));
      }
      remark(
        `${experiment.question} (quick profile; \`npx pgram experiment run cpu-vs-gpu\` takes longer and knows more)`,
        options.quiet,
      );
      const run = await measure(
        experiment,
        { ...options, quick: true },
        {
          resumeCommand: folder => `npx pgram experiment run cpu-vs-gpu --resume ${relative('.', folder)}`,
        },
      );
      if (options.json) return answerJson(runsDocument([run]));
      const more =
        opportunities !== false
          ? []
          : [
              '',
              'Which loops would gain, and where: `npx pgram experiment run opportunities`; beside libraries: `… run peers`.',
            ];
      await answer([...run.sentences, ...more, '', `report: ${run.report ?? run.folder}`].join('\n'));
    });
}

/** The backends alone: what a package does instead is the question of `peers`, and would take this past its five minutes. */
const withoutPackages = (experiment: Experiment): Experiment => ({
  ...experiment,
  plan: async options =>
    (await experiment.plan(options)).map(group =>
      options.variants.length > 0 ? group : { ...group, variants: group.variants.filter(name => !isPackageName(name)) },
    ),
});
