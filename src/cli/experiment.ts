import { relative, resolve } from 'node:path';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { experimentNames, loadExperiment } from '../experiment/find.ts';
import type { FinishedRun } from '../experiment/run.ts';
import { readManifest } from '../results/manifest.ts';
import { UsageError } from '../workload/load.ts';
import { dryRun, dryRunDocument, dryRunScreen } from './dry-run.ts';
import { exitCode } from './exit.ts';
import { answer, answerJson } from './io.ts';
import { measure, runsDocument } from './measure.ts';
import { type CommonOptions, list, type MeasureOptions, withCommon, withMeasuring } from './options.ts';
import { addSlurm, refuseSlurmOptions, type SlurmOptions, submissionScreen, submitTo, withSlurm } from './slurm.ts';

/** `pgram experiment list`, `pgram experiment run <name…>`, and what belongs to runs on a cluster. */
export function addExperiment(program: Command): void {
  const experiment = program.command('experiment').description('the scripts in experiments/');
  withCommon(experiment.command('list').description('what can be asked')).action(async ({ json }: CommonOptions) => {
    const all = await Promise.all(experimentNames().map(loadExperiment));
    if (json)
      return answerJson({
        experiments: all.map(({ name, question, protocol, columns }) => ({ name, question, protocol, columns })),
      });
    await answer(
      all
        .map(
          ({ name, question, protocol, columns }) =>
            `${styleText('bold', name)}\n  ${question}\n  ${protocol}\n  ${columns}`,
        )
        .join('\n\n'),
    );
  });
  addSlurm(experiment);
  withSlurm(
    withMeasuring(
      withCommon(experiment.command('run [names...]').description('run experiments, or go on with one (--resume)')),
    ),
  )
    .option('--workload <names>', 'only these workloads or files, comma-separated')
    .action(async (names: string[], options: MeasureOptions & SlurmOptions & { workload?: string }) => {
      const chosen = options.resume ? [readManifest(resolve(options.resume)).experiment] : names;
      if (chosen.length === 0) throw new UsageError(`name an experiment: ${experimentNames().join(', ')}`);
      if (options.resume && names.length > 0 && names[0] !== chosen[0])
        throw new UsageError(`${options.resume} is a run of \`${chosen[0]}\`, not of \`${names[0]}\``);
      const experiments = await Promise.all(chosen.map(loadExperiment));
      if (options.on === 'slurm') {
        const submissions = [];
        for (const each of experiments) {
          const submission = await submitTo(each, options);
          submissions.push(submission);
          if (!options.json) await answer(submissionScreen(submission));
        }
        return options.json ? answerJson({ submissions }) : undefined;
      }
      refuseSlurmOptions(options);
      const workloads = list(options.workload);
      if (options.dryRun) {
        const planned = [];
        for (const each of experiments) planned.push(await dryRun(each, options, workloads));
        return options.json
          ? answerJson({ experiments: planned.map(dryRunDocument) })
          : answer(planned.map(dryRunScreen).join('\n\n'));
      }
      const runs: FinishedRun[] = [];
      for (const each of experiments) {
        const run = await measure(each, options, {
          workloads,
          resumeCommand: folder => `npx pgram experiment run ${each.name} --resume ${relative('.', folder)}`,
        });
        runs.push(run);
        if (!options.json) await answer([...run.sentences, run.report ?? run.folder].join('\n'));
        if (process.exitCode === exitCode.interrupted) break;
      }
      if (options.json) await answerJson(runsDocument(runs));
    });
}
