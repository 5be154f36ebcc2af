import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { compareRuns, differingConditions, type FinishedRun } from '../experiment/compare.ts';
import { compareSentence, compareTable } from '../report/compare-table.ts';
import { csvText, readCsv } from '../results/csv.ts';
import { readManifest } from '../results/manifest.ts';
import { openRunFolder, orOutputError } from '../results/run-folder.ts';
import { type CsvRow, compareColumns, summaryColumns } from '../results/schema.ts';
import { UsageError } from '../workload/load.ts';
import { answer, answerJson, remark } from './io.ts';
import { jsonRows } from './json-rows.ts';
import { type CommonOptions, withCommon } from './options.ts';

/** `pgram compare <runA> <runB>`: a verdict for each cell, with its interval, and what else differs between the runs. */
export function addCompare(program: Command): void {
  withCommon(
    program
      .command('compare <runA> <runB>')
      .description('two run folders side by side: which cells became faster, slower, wrong; above 1, B is faster'),
  )
    .option('--out <folder>', 'write compare.csv there')
    .addHelpText(
      'after',
      `
Examples:
  pgram compare results/2026-11-20T10-00-00Z-bench results/2026-11-23T10-00-00Z-bench
  pgram compare before after --json | jq '.rows[] | select(.verdict == "SLOW")'`,
    )
    .action(async (first: string, second: string, options: CommonOptions & { out?: string }) => {
      const [a, b] = [readRun(first), readRun(second)];
      if (a.path === b.path) throw new UsageError(`both runs are ${a.path}; compare takes two different run folders.`);
      const rows = compareRuns(a.run, b.run).map(({ row }) => row);
      const conditions = differingConditions(a.run.manifest, b.run.manifest);
      if (options.out) writeComparison(resolve(options.out), csvText(compareColumns, rows));
      if (options.json)
        return answerJson({
          a: { run: a.run.manifest.runId, startedAt: a.run.manifest.startedAt },
          b: { run: b.run.manifest.runId, startedAt: b.run.manifest.startedAt },
          differs: conditions,
          sentence: compareSentence(rows),
          rows: jsonRows(rows, compareColumns),
        });
      for (const condition of conditions) remark(`${warning()} the runs differ in ${condition}`, options.quiet);
      await answer(
        [
          `A: ${a.run.manifest.runId}`,
          `B: ${b.run.manifest.runId}`,
          ...(conditions.length > 0
            ? [
                '',
                `Mind: the conditions differ (${conditions.join('; ')}). A ratio below holds all of that, not one change.`,
              ]
            : []),
          '',
          compareTable(rows),
          '',
          compareSentence(rows),
          'Intervals hold what processes of one run differ by; that a machine has good and bad days they cannot hold.',
        ].join('\n'),
      );
    });
}

function writeComparison(folder: string, text: string): void {
  const file = join(folder, 'compare.csv');
  orOutputError(file, () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  });
}

/** A run that was interrupted before its first end has none. */
function summaryIn(path: string): CsvRow[] {
  const file = join(path, 'summary.csv');
  return existsSync(file) ? readCsv(file, summaryColumns).rows : [];
}

const warning = (): string => styleText('yellow', 'warning:', { stream: process.stderr });

function readRun(text: string): { path: string; run: FinishedRun } {
  const path = resolve(text);
  const manifest = readManifest(path);
  if (!Array.isArray(manifest.plan))
    throw new UsageError(
      `${path} holds no measured cells: compare takes run folders of bench, start or an experiment.`,
    );
  const folder = openRunFolder(path, 'read');
  try {
    return {
      path,
      run: { manifest, samples: folder.readSamples(), processes: folder.readProcesses(), summary: summaryIn(path) },
    };
  } catch (error) {
    throw new UsageError(`${path} cannot be compared: ${(error as Error).message}`);
  } finally {
    folder.close();
  }
}
