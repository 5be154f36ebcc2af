import { relative } from 'node:path';
import type { Command } from 'commander';
import { defineExperiment, type Experiment } from '../experiment/define.ts';
import { planGroups } from '../experiment/plan.ts';
import { terminalTable } from '../report/terminal-table.ts';
import { answer, answerJson } from './io.ts';
import { jsonRows } from './json-rows.ts';
import { measure } from './measure.ts';
import { type MeasureOptions, withCommon, withMeasuring } from './options.ts';

/** What `pgram bench` runs: the given sizes of one workload, without a question of its own. */
export const bench: Experiment = defineExperiment({
  name: 'bench',
  question: 'How long does each variant take?',
  protocol: 'All variants of one workload and size in one process, interleaved in random order; several processes.',
  columns: 'samples.csv, processes.csv, summary.csv',
  plan: options => planGroups(options, { workloads: [], sizes: ['small'] }),
  analyse: () => ({ tables: [], charts: [], sentences: [] }),
});

/** `pgram bench <target>`: measures variants side by side. */
export function addBench(program: Command): void {
  withMeasuring(
    withCommon(program.command('bench <target>').description('measure all variants of a workload side by side')),
  ).action(async (target: string, options: MeasureOptions) => {
    const run = await measure(bench, options, {
      workloads: [target],
      resumeCommand: folder => `npx pgram bench ${target} --resume ${relative('.', folder)}`,
    });
    if (options.json) return answerJson({ rows: jsonRows(run.summary) });
    await answer([terminalTable(run.summary), '', ...run.sentences, run.report ?? run.folder].join('\n'));
  });
}
