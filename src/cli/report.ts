import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { bench } from '../experiment/bench.ts';
import { loadExperiment } from '../experiment/find.ts';
import { conclude } from '../experiment/run.ts';
import { chartsToPdf } from '../report/chromium.ts';
import { holdsMeasurements, readManifest } from '../results/manifest.ts';
import { openRunFolder } from '../results/run-folder.ts';
import { UsageError } from '../workload/load.ts';
import { answer, answerJson, remark } from './io.ts';
import { type CommonOptions, withCommon } from './options.ts';

/** `pgram report [run]`: summary, charts and page of a run folder, made anew from its samples. */
export function addReport(program: Command): void {
  withCommon(
    program
      .command('report [run]')
      .description('make the charts and the page of a run again (the newest one by default)'),
  )
    .option('--out <folder>', 'where run folders are', 'results')
    .option('--pdf', 'write each chart as a vector PDF of its own size too')
    .addHelpText(
      'after',
      `
Examples:
  pgram report                                        the newest run under results/
  pgram report results/2026-11-23T10-00-00Z-bench --pdf`,
    )
    .action(async (run: string | undefined, options: CommonOptions & { out: string; pdf?: boolean }) => {
      const path = run ? resolve(run) : newest(resolve(options.out));
      const manifest = readManifest(path);
      const experiment = manifest.experiment === bench.name ? bench : await loadExperiment(manifest.experiment);
      const folder = openRunFolder(path, 'read');
      const finished = await conclude(experiment, folder, manifest);
      folder.close();
      if (options.pdf) await chartsToPdf(join(path, 'charts'), file => remark(`wrote ${file}`, options.quiet));
      if (options.json) return answerJson({ report: finished.report ?? null, sentences: finished.sentences });
      await answer([...finished.sentences, finished.report ?? path].join('\n'));
    });
}

/** Run ids begin with their time, so the last by name is the newest. */
function newest(parent: string): string {
  let runs: string[] = [];
  try {
    runs = readdirSync(parent, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && /^\d{4}-/.test(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch {
    // No folder, no runs.
  }
  const last = runs.findLast(name => holdsMeasurements(join(parent, name)));
  if (!last)
    throw new UsageError(`there is no run in ${parent} yet; \`npm start\` or \`npx pgram bench matmul\` makes one.`);
  return join(parent, last);
}
