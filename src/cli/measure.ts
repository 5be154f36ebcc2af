import { resolve } from 'node:path';
import type { Experiment } from '../experiment/define.ts';
import { type FinishedRun, runExperiment } from '../experiment/run.ts';
import { exitCode } from './exit.ts';
import { requireGpu } from './gpu.ts';
import { interruptSignal } from './interrupt.ts';
import { remark } from './io.ts';
import { jsonRows } from './json-rows.ts';
import { type MeasureOptions, planned } from './options.ts';
import { isQuiet, progressLine } from './progress.ts';

/** Runs one experiment as the command line asks, with progress, and says how to go on where it was interrupted. */
export async function measure(
  experiment: Experiment,
  options: MeasureOptions,
  { workloads = [], resumeCommand }: { workloads?: readonly string[]; resumeCommand: (folder: string) => string },
): Promise<FinishedRun> {
  if (options.requireGpu) await requireGpu();
  const progress = progressLine(isQuiet(options));
  const run = await runExperiment(experiment, {
    workloads,
    ...planned(options),
    probe: !options.probe ? 'none' : options.reprobe ? 'fresh' : 'cached',
    signal: interruptSignal(),
    onProgress: progress.show,
    onStep: progress.say,
    remark: text => remark(text, options.quiet),
    onRemark: text => remark(`pgram: ${text}`, options.quiet),
    ...(options.resume === undefined ? {} : { resume: resolve(options.resume) }),
  });
  if (!run.complete) {
    remark(
      `interrupted; everything measured so far is kept in ${run.folder}\ngo on with:  ${resumeCommand(run.folder)}`,
    );
    process.exitCode = exitCode.interrupted;
  } else if (run.failures > 0 || run.summary.some(({ status }) => status !== 'ok' && status !== 'skipped'))
    process.exitCode = exitCode.wrong;
  return run;
}

/** What `--json` says of the runs of experiments. */
export const runsDocument = (runs: readonly FinishedRun[]) => ({
  runs: runs.map(({ folder, manifest, sentences, summary }) => ({
    folder,
    experiment: manifest.experiment,
    state: manifest.state,
    sentences,
    rows: jsonRows(summary),
  })),
});
