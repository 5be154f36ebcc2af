import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { bench } from '../experiment/bench.ts';
import type { Experiment } from '../experiment/define.ts';
import { loadExperiment } from '../experiment/find.ts';
import { withOpportunities } from '../experiment/opportunities/beside.ts';
import { opportunitiesFile } from '../experiment/opportunities/conduct.ts';
import { conclude, machineLine } from '../experiment/run.ts';
import { chartsToPdf } from '../report/chromium.ts';
import { wideFigures } from '../report/figures.ts';
import { writeReport } from '../report/html.ts';
import { partsFolder } from '../report/parts/read.ts';
import { holdsMeasurements, type Manifest, readManifest } from '../results/manifest.ts';
import { openRunFolder, orOutputError } from '../results/run-folder.ts';
import { UsageError } from '../workload/load.ts';
import { onInterruptSay } from './interrupt.ts';
import { answer, answerJson } from './io.ts';
import { type CommonOptions, withCommon } from './options.ts';
import { isQuiet, type ProgressLine, progressLine } from './progress.ts';

interface ReportOptions extends CommonOptions {
  readonly out: string;
  readonly pdf?: boolean;
  readonly twoColumns?: boolean;
  readonly png: boolean;
  readonly with?: readonly string[];
}

/** `pgram report [run]`: summary, charts and page of a run folder, made anew from its samples. */
export function addReport(program: Command): void {
  withCommon(
    program
      .command('report [run]')
      .description('make the charts and the page of a run again (the newest one by default)'),
  )
    .option('--out <folder>', 'where run folders are', 'results')
    .option(
      '--with <folders...>',
      'run folders of trace, analyze-bytecode, analyze: copied into the run, shown on its page',
    )
    .option('--two-columns', 'draw each chart in the width of two columns too, under charts/two-columns')
    .option('--no-png', 'draw no PNGs, so that a run which is committed stays small')
    .option('--pdf', 'write each chart as a vector PDF of its own size too')
    .addHelpText(
      'after',
      `
Examples:
  pgram report                                        the newest run under results/
  pgram report results/2026-11-23T10-00-00Z-bench --two-columns --pdf
  pgram report results/2026-11-23T10-00-00Z-bench --with results/2026-11-23T10-05-00Z-trace-matmul
  pgram report results/2026-11-23T10-05-00Z-trace-matmul   loops and charts of a trace alone`,
    )
    .action(async (run: string | undefined, options: ReportOptions) => {
      const path = run ? resolve(run) : newest(resolve(options.out));
      onInterruptSay(
        () => `the measurements in ${path} are as they were; the same command makes charts and page anew.`,
      );
      const verb = otherVerb(path);
      if (verb !== undefined) return reportPart(path, options);
      const manifest = readManifest(path);
      for (const part of options.with ?? []) adopt(path, resolve(part));
      const asked = await experimentOf(manifest);
      // A run that wrote its hot loops down beside its question shows them again.
      const beside = asked.before === undefined && existsSync(join(path, opportunitiesFile));
      const experiment = beside ? withOpportunities(asked) : asked;
      const folder = openRunFolder(path, 'read');
      const progress = progressLine(isQuiet(options));
      progress.say('summing up the samples');
      const finished = await conclude(experiment, folder, manifest, { png: options.png, onStep: progress.say });
      const samples = options.twoColumns ? folder.readSamples() : [];
      folder.close();
      if (options.twoColumns)
        await wideFigures(path, {
          ...{ manifest, summary: finished.summary, samples },
          machine: machineLine(manifest),
          written: file => progress.say('drawing charts in two columns', file),
        });
      if (options.pdf) await printCharts(path, progress);
      if (options.json) return answerJson({ report: finished.report ?? null, sentences: finished.sentences });
      await answer([...finished.sentences, finished.report ?? path].join('\n'));
    });
}

/** What concludes a run. `forecast --measure` asks of one program what `forecast-vs-measured` asks of many. */
async function experimentOf({ experiment }: Manifest): Promise<Experiment> {
  if (experiment === bench.name) return bench;
  return loadExperiment(experiment === 'forecast' ? 'forecast-vs-measured' : experiment);
}

async function printCharts(path: string, { say }: ProgressLine): Promise<void> {
  for (const folder of ['charts', 'charts/two-columns'].map(name => join(path, name)).filter(existsSync)) {
    say(`printing ${relative('.', folder)} as PDF`);
    await chartsToPdf(folder, file => say(`printing ${relative('.', folder)} as PDF`, basename(file)));
  }
}

/** The page of a folder that holds what one verb found, and no measurements. */
async function reportPart(path: string, options: ReportOptions): Promise<void> {
  if (options.with) throw new UsageError(`--with adds to a run of bench, start or an experiment, and ${path} is none.`);
  const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
  const progress = progressLine(isQuiet(options));
  const report = await writeReport(path, {
    manifest,
    summary: [],
    samples: [],
    sentences: [],
    charts: [],
    png: options.png,
    onStep: progress.say,
  });
  if (options.pdf) await printCharts(path, progress);
  if (options.json) return answerJson({ report, sentences: [] });
  await answer(report);
}

/** The verb that made a folder which holds no measurements; undefined where it holds some, or is no run folder. */
function otherVerb(path: string): string | undefined {
  try {
    const { verb, experiment, schema } = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
    if (experiment !== undefined || schema === undefined) return undefined;
    return typeof verb === 'string' ? verb : undefined;
  } catch {
    // Whoever reads the manifest next says what is wrong with it.
    return undefined;
  }
}

/** Copies a run folder of another verb under a run's parts, where its page finds it; bytecode dumps and profiles stay. */
function adopt(run: string, part: string): void {
  if (otherVerb(part) === undefined)
    throw new UsageError(
      `${part} is no run folder of trace, analyze-bytecode or analyze; \`--with\` takes what their --out wrote.`,
    );
  const target = join(run, partsFolder, basename(part));
  if (relative(target, part) === '') return;
  orOutputError(target, () =>
    cpSync(part, target, {
      recursive: true,
      filter: file => !['bytecode', 'profiles'].includes(relative(part, file)),
    }),
  );
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
