import { relative } from 'node:path';
import type { Command } from 'commander';
import { loadExperiment } from '../experiment/find.ts';
import { answer, answerJson, remark } from './io.ts';
import { measure, runsDocument } from './measure.ts';
import { type MeasureOptions, withCommon, withMeasuring } from './options.ts';

/** `npm start`: the main job in its quick form, CPU against GPU on every workload. */
export function addStart(program: Command): void {
  withMeasuring(
    withCommon(
      program.command('start').description('the main job in at most five minutes: every workload on every backend'),
    ),
  ).action(async (options: MeasureOptions) => {
    const experiment = await loadExperiment('cpu-vs-gpu');
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
    await answer([...run.sentences, '', `report: ${run.report ?? run.folder}`].join('\n'));
  });
}
