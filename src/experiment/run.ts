import { existsSync, readFileSync } from 'node:fs';
import type { AdapterDescription } from '../backends/webgpu/gpu.ts';
import { adapterKey, readTuning } from '../backends/webgpu/tuned.ts';
import { adapterHere } from '../hardware/adapter.ts';
import type { Ceilings } from '../hardware/ceilings.ts';
import { probeCeilings } from '../hardware/probe/index.ts';
import { type Protocol, protocols } from '../measure/protocol.ts';
import { sizeMeaningsOf } from '../report/figures.ts';
import { type OnStep, writeReport } from '../report/html.ts';
import { sentences as sentencesOf } from '../report/sentence.ts';
import { standardCharts } from '../report/standard.ts';
import { type Manifest, readManifest } from '../results/manifest.ts';
import { describeEnvironment, sameConditions, sha256 } from '../results/provenance.ts';
import { asOutputError, createRunFolder, newRunId, openRunFolder, type RunFolder } from '../results/run-folder.ts';
import { type CsvRow, summaryColumns } from '../results/schema.ts';
import { canonicalTarget, UsageError } from '../workload/load.ts';
import type { Analysis, Experiment, PlanOptions } from './define.ts';
import { measurePlan, type Progress } from './session.ts';
import { summarise } from './summarise.ts';

export interface RunOptions extends PlanOptions {
  /** Folder of the run folders. */
  readonly out: string;
  /** An existing run folder to go on with. */
  readonly resume?: string;
  readonly seed: number;
  readonly processes?: number;
  readonly gpuProfile: 'safe' | 'record';
  /** Whether the ceilings of this machine are wanted, and whether known ones will do. */
  readonly probe: 'none' | 'cached' | 'fresh';
  /** As typed, for the manifest. */
  readonly arguments: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Hears what is done before and after the measurements, where that takes seconds. */
  readonly onStep?: OnStep;
  /** Told of what a person should know besides the progress. */
  readonly onRemark: (text: string) => void;
}

export interface FinishedRun {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly complete: boolean;
  readonly summary: readonly CsvRow[];
  /** Beside the rows of the summary. */
  readonly failures: number;
  readonly sentences: readonly string[];
  readonly report: string | undefined;
}

/** Runs an experiment, or what is left of one, and writes all that belongs to its folder. */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<FinishedRun> {
  const { folder, manifest: begun } = options.resume
    ? await resumeRun(experiment, options.resume, options)
    : await beginRun(experiment, options);
  try {
    const work = { ...options, ...begun, folder: folder.path, quick: begun.protocol.name === 'quick' };
    await experiment.before?.(work);
    const complete = experiment.conduct
      ? await experiment.conduct(work)
      : await measurePlan(folder, { ...options, ...begun });
    const endedAt = new Date().toISOString();
    const manifest: Manifest = {
      ...begun,
      state: complete ? 'complete' : 'interrupted',
      sittings: [...begun.sittings.slice(0, -1), { startedAt: begun.sittings.at(-1)?.startedAt ?? endedAt, endedAt }],
      ...(complete ? { finishedAt: endedAt } : {}),
    };
    writeManifest(folder, manifest);
    return await conclude(experiment, folder, manifest, options);
  } catch (error) {
    // Whatever an experiment writes into the folder may find the disk full.
    throw asOutputError(folder.path, error);
  } finally {
    folder.close();
  }
}

/** The tuned shapes that variants on this adapter run with. */
export const tunedFor = (adapter: AdapterDescription | null) =>
  readTuning().flatMap(({ id, adapter: key, sourceHash, extent, best, tunedAt }) =>
    adapter && best && key === adapterKey(adapter) ? [{ id, sourceHash, extent, shape: best, tunedAt }] : [],
  );

export const writeManifest = (folder: RunFolder, manifest: Manifest): void =>
  folder.writeText('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);

/** How an experiment is measured, as the command line asks. */
export function protocolOf(
  experiment: Experiment,
  { quick, processes }: Pick<RunOptions, 'quick' | 'processes'>,
): Protocol {
  const base = quick ? protocols.quick : protocols.standard;
  const adjusted = experiment.adjust?.(base) ?? base;
  return processes === undefined ? adjusted : { ...adjusted, name: 'custom', processes };
}

async function beginRun(
  experiment: Experiment,
  options: RunOptions,
): Promise<{ folder: RunFolder; manifest: Manifest }> {
  const plan = await experiment.plan(options);
  // The folder comes first: where nothing can be written nothing is worth measuring.
  const folder = createRunFolder(options.out, newRunId(experiment.name));
  const adapter = await adapterHere(options.gpuProfile);
  // Ceilings bound times; where nothing is timed they bound nothing.
  const ceilings = experiment.conduct ? null : await ceilingsOf(adapter, options);
  const environment = describeEnvironment(adapter, tunedFor(adapter));
  const manifest = firstManifest(experiment, options, { runId: folder.runId, plan, environment, ceilings });
  writeManifest(folder, manifest);
  return { folder, manifest };
}

/** What is written of a run before anything is measured. */
export function firstManifest(
  experiment: Experiment,
  options: Pick<RunOptions, 'arguments' | 'seed' | 'gpuProfile' | 'quick' | 'processes'>,
  known: Pick<Manifest, 'runId' | 'plan' | 'environment' | 'ceilings'>,
): Manifest {
  const startedAt = new Date().toISOString();
  return {
    schema: 1,
    runId: known.runId,
    experiment: experiment.name,
    question: experiment.question,
    arguments: options.arguments,
    seed: options.seed,
    gpuProfile: options.gpuProfile,
    protocol: protocolOf(experiment, options),
    plan: known.plan,
    environment: known.environment,
    ceilings: known.ceilings,
    startedAt,
    sittings: [{ startedAt }],
    state: 'running',
  };
}

/** The ceilings only give bounds: where they cannot be had the run goes on without. */
export async function ceilingsOf(
  adapter: AdapterDescription | null,
  options: Pick<RunOptions, 'probe' | 'gpuProfile' | 'signal' | 'onRemark' | 'onStep'>,
): Promise<Ceilings | null> {
  const { probe, gpuProfile, signal, onRemark, onStep } = options;
  if (probe === 'none' || signal.aborted) return null;
  try {
    return await probeCeilings({
      ...{ adapter, gpuProfile, signal },
      fresh: probe === 'fresh',
      ...(onStep ? { onStep } : {}),
    });
  } catch (error) {
    if (!signal.aborted)
      onRemark(
        `the probe of this machine failed (${(error as Error).message.split('\n', 1)[0]}); going on without bounds. --no-probe leaves it out.`,
      );
    return null;
  }
}

async function resumeRun(
  experiment: Experiment,
  path: string,
  options: RunOptions,
): Promise<{ folder: RunFolder; manifest: Manifest }> {
  const before = readManifest(path);
  if (before.experiment !== experiment.name)
    throw new UsageError(`${path} is a run of \`${before.experiment}\`, not of \`${experiment.name}\``);
  if (before.slurm)
    throw new UsageError(`${path} was submitted to Slurm: add --on slurm, so that what is missing is measured there.`);
  refuseOtherPlan(path, before, options);
  const adapter = await adapterHere(options.gpuProfile);
  const difference =
    sameConditions(before.environment, describeEnvironment(adapter, tunedFor(adapter))) ?? changedTarget(before);
  if (difference)
    throw new UsageError(
      `${path} cannot be resumed here: ${difference}. Samples of two kinds are never mixed: start a new run.`,
    );
  const folder = openRunFolder(path);
  const manifest: Manifest = {
    ...before,
    state: 'running',
    sittings: [...before.sittings, { startedAt: new Date().toISOString() }],
  };
  writeManifest(folder, manifest);
  return { folder, manifest };
}

/** A resumed run goes on with what it was begun with; whatever else is typed would be ignored without a word. */
export function refuseOtherPlan(
  path: string,
  { plan, protocol }: Manifest,
  options: Pick<RunOptions, 'workloads' | 'sizes' | 'variants' | 'parameters' | 'processes'>,
): void {
  const targets = new Set(plan.map(({ target }) => target));
  const other = options.workloads.find(target => !targets.has(canonicalTarget(target)));
  if (other) throw new UsageError(`${path} is a run of ${[...targets].join(', ')}, not of ${other}.`);
  const typed = [
    options.sizes.length > 0 && '--size',
    options.variants.length > 0 && '--variant',
    options.parameters.length > 0 && '--param',
    options.processes !== undefined && options.processes !== protocol.processes && '--processes',
  ].filter(Boolean);
  if (typed.length > 0)
    throw new UsageError(`--resume goes on with what the run was begun with; leave ${typed.join(', ')} out.`);
}

/** A user's own file that is no longer what was measured. */
export function changedTarget({ plan }: Pick<Manifest, 'plan'>): string | undefined {
  const changed = plan.find(
    ({ target, targetSha256 }) =>
      targetSha256 !== null && (!existsSync(target) || sha256(readFileSync(target)) !== targetSha256),
  );
  return changed && `another ${changed.target} (its contents have changed)`;
}

/** One line for captions. */
export function machineLine({ environment: first, slurm }: Manifest): string {
  const environments = slurm && slurm.nodes.length > 0 ? slurm.nodes.map(({ environment }) => environment) : [first];
  const lines = new Set(environments.map(lineOf));
  const where = slurm && slurm.nodes.length > 0 ? ` on ${slurm.nodes.map(({ node }) => node).join(', ')}` : '';
  return `${[...lines].join(' and ')}${where}`;
}

function lineOf(environment: Manifest['environment']): string {
  const { cpu, logicalCores, platform, arch } = environment.machine;
  return `${cpu}, ${logicalCores} logical cores, ${platform}-${arch}, Node ${environment.runtime.node} (V8 ${environment.runtime.v8})`;
}

/** Summary, tables, charts and report of whatever was measured; the samples alone are enough to do it again. */
export async function conclude(
  experiment: Experiment,
  folder: RunFolder,
  manifest: Manifest,
  { png = true, onStep }: { readonly png?: boolean; readonly onStep?: OnStep } = {},
): Promise<FinishedRun> {
  const { plan, ceilings, runId } = manifest;
  const samples = folder.readSamples();
  const processes = folder.readProcesses();
  const summary = summarise({
    runId,
    plan,
    samples,
    processes,
    ceilings,
    clockResolutionNs: manifest.environment.runtime.clockResolutionNs,
    nodes: Object.fromEntries(
      (manifest.slurm?.nodes ?? []).map(({ node, environment, ceilings: measured }) => [
        node,
        { ceilings: measured, clockResolutionNs: environment.runtime.clockResolutionNs },
      ]),
    ),
  });
  folder.writeTable('summary.csv', summaryColumns, summary);
  const machine = machineLine(manifest);
  const analysis: Analysis = await experiment.analyse({
    summary,
    samples,
    processes,
    plan,
    machine,
    folder: folder.path,
  });
  for (const table of analysis.tables) folder.writeTable(table.name, table.columns, table.rows);
  const sentences = [...sentencesOf(summary), ...analysis.sentences];
  const sizeMeaning = sizeMeaningsOf(plan);
  const charts = [...standardCharts(summary, { machine, sizeMeaning, ceilings, samples }), ...analysis.charts];
  const report = await writeReport(folder.path, {
    ...{ manifest, summary, samples, sentences, charts, machine, png },
    ...(onStep ? { onStep } : {}),
  }).catch((error: unknown) => {
    throw asOutputError(folder.path, error);
  });
  return {
    folder: folder.path,
    manifest,
    complete: manifest.state === 'complete',
    summary,
    failures: analysis.failures ?? 0,
    sentences: sentences.map(({ text }) => text),
    report,
  };
}
