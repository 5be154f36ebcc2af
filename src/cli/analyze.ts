import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { type AnalysedSubject, type Analysis, profileTarget } from '../profile/analysis.ts';
import { type ClinicTool, clinicTools } from '../profile/clinic/index.ts';
import { describeVariants } from '../profile/describe.ts';
import { type ProgramSpec, resolveTarget, targetLabel } from '../target/index.ts';
import { loadWorkload, UsageError } from '../workload/load.ts';
import { unknownName } from '../workload/suggest.ts';
import { analysisLines, unnamedLine } from './analyze-screen.ts';
import { exitCode } from './exit.ts';
import { interruptSignal } from './interrupt.ts';
import { answer, answerJson } from './io.ts';
import { list, wholeNumber } from './options.ts';
import { clearProgress, isQuiet, progressLine } from './progress.ts';
import { confinementOf, programOf, type TargetOptions, withTarget } from './target-options.ts';

interface AnalyzeOptions extends TargetOptions {
  readonly out: string;
  readonly runs: number;
  readonly visualize?: boolean;
  readonly clinic?: string;
  readonly perf: boolean;
}

/** `pgram analyze <target>`: a function profile, and where the time goes. */
export function addAnalyze(program: Command): void {
  withTarget(
    program
      .command('analyze <target> [args...]')
      .description('function profile, time by tier and native boundary, hot lines, deoptimisations'),
  )
    .option('--out <folder>', 'where run folders are made', 'results')
    .option('--runs <n>', 'sampled runs that are merged', wholeNumber('--runs', { min: 1, max: 100 }), 3)
    .option('--visualize', 'show the profile in the browser, until Ctrl-C')
    .option('--clinic <tools>', `also run clinic: ${clinicTools.join(', ')}, all`)
    .option('--no-perf', 'do not ask perf to name native symbols')
    .action(async (text: string, args: string[], options: AnalyzeOptions) => {
      const { variant: _chosen, ...withoutVariant } = options;
      // A profile of the smallest input would be one of starting up.
      const size = options.size ?? (resolveTarget(text).kind === 'workload' ? 'small' : undefined);
      const spec = await programOf(text, { ...withoutVariant, ...(size === undefined ? {} : { size }) }, args);
      return analyse(spec, options);
    });
}

async function analyse(spec: ProgramSpec, options: AnalyzeOptions): Promise<void> {
  const signal = interruptSignal();
  const variants = await variantsOf(spec, options);
  const progress = progressLine(isQuiet(options));
  const analysis = await profileTarget(spec, {
    out: resolve(options.out),
    runs: options.runs,
    perf: options.perf,
    confinement: confinementOf(options),
    timeoutMs: options.timeout * 1000,
    arguments: process.argv.slice(2),
    clinic: clinicOf(options),
    signal,
    onProgress: progress.say,
    onOutput: (_stream, chunk) => {
      clearProgress();
      process.stderr.write(chunk);
    },
    ...(variants === undefined ? {} : { variants }),
  });
  process.exitCode = codeOfAnalysis(analysis, variants?.length ?? 1);
  const label = targetLabel(spec.target);
  if (options.json) await answerJson(documentOf(spec, analysis));
  else
    await answer(
      [
        ...analysis.subjects.flatMap(subject => analysisLines(subject, label)),
        ...(analysis.folder ? [`run folder: ${relative('.', analysis.folder) || '.'}`] : []),
      ].join('\n'),
    );
  if (options.visualize && analysis.folder && !signal.aborted) {
    const { showUntilInterrupted } = await import('../profile/visualise/index.ts');
    await showUntilInterrupted(join(analysis.folder, 'profiles'), {
      open: true,
      tell: line => process.stderr.write(`${line}\n`),
      signal,
    });
  }
}

/** Undefined where the target is to decide: a script, a function, or a workload's baseline. */
async function variantsOf(spec: ProgramSpec, { variant, ...options }: AnalyzeOptions): Promise<string[] | undefined> {
  const asked = list(variant);
  if (asked.length === 0) return undefined;
  const known =
    spec.target.kind === 'workload'
      ? (await loadWorkload(spec.target.name)).variants.map(({ name }) => name as string)
      : await describeVariants(spec, confinementOf(options), options.timeout * 1000);
  if (known.length === 0)
    throw new UsageError(`--variant is for workloads, and ${targetLabel(spec.target)} is none. Leave it out.`);
  const unknown = asked.find(name => name !== 'all' && !known.includes(name));
  if (unknown !== undefined) throw new UsageError(unknownName('variant', unknown, [...known, 'all']));
  return asked.includes('all') ? known : asked;
}

function clinicOf({ clinic, visualize }: AnalyzeOptions): ClinicTool[] {
  const asked = list(clinic);
  // What is shown in the browser has clinic's flame page beside speedscope.
  if (asked.length === 0 && visualize) return ['flame'];
  const unknown = asked.find(name => name !== 'all' && !(clinicTools as readonly string[]).includes(name));
  if (unknown !== undefined) throw new UsageError(unknownName('tool of clinic', unknown, [...clinicTools, 'all']));
  return asked.includes('all') ? [...clinicTools] : (asked as ClinicTool[]);
}

/** A variant that cannot run here, or cannot take this input, is a fault only where it alone was asked for. */
function codeOfAnalysis({ subjects, interrupted }: Analysis, asked: number): number {
  if (interrupted) return exitCode.interrupted;
  const failed = subjects.filter(({ profile }) => profile.status !== 'ok');
  const refusals = new Set(failed.map(({ profile }) => profile.refusal));
  const skipped = [...refusals].every(name => name === 'VariantSkipped' || name === 'UsageError');
  if (failed.length === 0 || (skipped && asked > 1)) return exitCode.fine;
  if (!skipped) return exitCode.wrong;
  return refusals.has('VariantSkipped') ? exitCode.noDevice : exitCode.usage;
}

/** The document of `--json`; its shape is in docs/profile.md. */
function documentOf(spec: ProgramSpec, { folder, subjects, interrupted }: Analysis): object {
  return {
    target: targetLabel(spec.target),
    size: spec.size ?? null,
    seed: spec.seed ?? 1,
    parameters: spec.parameters ?? {},
    runtime: { node: process.versions.node, v8: process.versions.v8 },
    runFolder: folder ?? null,
    complete: !interrupted && subjects.every(({ profile }) => profile.status === 'ok'),
    variants: subjects.map(variantDocument),
  };
}

function variantDocument({ variant, profile, clinic }: AnalysedSubject): object {
  const { profiles: _raw, refusal: _refusal, boundaries, unnamedShare, byPlace, ...rest } = profile;
  return {
    variant: variant || null,
    ...rest,
    timeByPlace: byPlace,
    native: {
      share: (byPlace?.times ?? [])
        .filter(({ place }) => place === 'native')
        .reduce((sum, { share }) => sum + share, 0),
      boundaries: boundaries.map(({ name, kind, calls, milliseconds, share }) => ({
        name,
        kind,
        calls,
        ms: milliseconds,
        share,
      })),
    },
    unnamed: { share: unnamedShare, text: unnamedLine({ unnamedShare, byPlace }).replace(/\.$/, '') },
    clinic,
  };
}
