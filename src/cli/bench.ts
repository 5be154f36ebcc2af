import { relative } from 'node:path';
import type { Command } from 'commander';
import { bench } from '../experiment/bench.ts';
import { terminalTable } from '../report/terminal-table.ts';
import { dryRun, dryRunDocument, dryRunScreen } from './dry-run.ts';
import { answer, answerJson } from './io.ts';
import { jsonRows } from './json-rows.ts';
import { measure } from './measure.ts';
import { type MeasureOptions, withCommon, withMeasuring } from './options.ts';

/** `pgram bench <target>`: measures variants side by side. */
export function addBench(program: Command): void {
  withMeasuring(
    withCommon(program.command('bench <target>').description('measure all variants of a workload side by side')),
  ).action(async (target: string, options: MeasureOptions) => {
    if (options.dryRun) {
      const planned = await dryRun(bench, options, [target]);
      return options.json ? answerJson(dryRunDocument(planned)) : answer(dryRunScreen(planned));
    }
    const run = await measure(bench, options, {
      workloads: [target],
      resumeCommand: folder => `npx pgram bench ${target} --resume ${relative('.', folder)}`,
    });
    if (options.json) return answerJson({ rows: jsonRows(run.summary) });
    await answer([terminalTable(run.summary), '', ...run.sentences, run.report ?? run.folder].join('\n'));
  });
}
