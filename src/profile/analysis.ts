import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeEnvironment, type Environment } from '../results/provenance.ts';
import { createRunFolder, newRunId, orOutputError, type RunFolder } from '../results/run-folder.ts';
import type { CsvRow } from '../results/schema.ts';
import { openings } from '../target/confine.ts';
import { closed, type ProgramSpec, permissionsFor, targetLabel } from '../target/index.ts';
import type { ClinicResult, ClinicTool } from './clinic/index.ts';
import { profileCsvFiles, profileSchemaVersion } from './columns.ts';
import { mergeProfiles } from './merge-profiles.ts';
import { type ProfileOptions, profileProgram, v8Flags } from './profile.ts';
import type { ProfileMode } from './profile-job.ts';
import { type ProfiledSubject, profileTables } from './rows.ts';
import { confinementFor } from './watch.ts';

/** How a target is analysed, and where it is written. */
export interface AnalysisOptions extends ProfileOptions {
  /** Where run folders are made. */
  readonly out: string;
  /** Default `naive` for a workload that ships; a target that is no workload has none. */
  readonly variants?: readonly string[];
  /** Default none. */
  readonly clinic?: readonly ClinicTool[];
  /** What was typed, for the manifest. */
  readonly arguments?: readonly string[];
}

/** A subject with what clinic made of it. */
export interface AnalysedSubject extends ProfiledSubject {
  readonly clinic: readonly ClinicResult[];
}

/** What an analysis found, and where it lies. */
export interface Analysis {
  /** Undefined where the program did not even begin. */
  readonly folder: string | undefined;
  readonly subjects: readonly AnalysedSubject[];
  readonly interrupted: boolean;
}

/** `manifest.json` of an analysis. */
export interface AnalysisManifest {
  readonly schema: typeof profileSchemaVersion;
  readonly runId: string;
  readonly verb: 'analyze';
  readonly arguments: readonly string[];
  readonly target: string;
  readonly size: number | null;
  readonly seed: number;
  readonly parameters: ProgramSpec['parameters'];
  readonly variants: readonly string[];
  readonly protocol: {
    readonly sampledRuns: number;
    readonly samplingIntervalMicroseconds: number;
    /** By the way in which a run was watched. */
    readonly v8Flags: Readonly<Record<string, readonly string[]>>;
  };
  /** What was open to the program, for each variant and way of watching. */
  readonly open: Readonly<Record<string, Readonly<Record<ProfileMode, readonly string[]>>>>;
  readonly environment: Environment;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly state: 'running' | 'interrupted' | 'complete';
}

/**
 * Profiles the variants of a target one after the other and writes a run folder: `manifest.json`, the tables of
 * `columns.ts`, and under `profiles/` a `.cpuprofile` of each process and one of all together. Whatever is known is
 * written after each variant.
 */
export async function profileTarget(spec: ProgramSpec, options: AnalysisOptions): Promise<Analysis> {
  const shipped = spec.target.kind === 'workload';
  const variants = options.variants ?? [spec.variant ?? (shipped ? 'naive' : '')];
  const folder = createRunFolder(options.out, newRunId('analyze'), 'read');
  const profiles = join(folder.path, 'profiles');
  orOutputError(profiles, () => mkdirSync(profiles));
  const manifest = manifestOf(spec, { variants, options, runId: folder.runId });
  writeManifest(folder, manifest);
  const subjects: AnalysedSubject[] = [];
  for (const variant of variants) {
    if (options.signal?.aborted) break;
    const one = variant === '' ? spec : { ...spec, variant };
    const progress = options.onProgress;
    const profile = await profileProgram(one, {
      ...options,
      ...(progress ? { onProgress: (doing: string) => progress(variant === '' ? doing : `${variant}: ${doing}`) } : {}),
    });
    const subject = { spec: one, variant, profile };
    const file = variant.replaceAll(/[^\w.-]/g, '_') || 'program';
    writeProfiles(folder, subject, file);
    const clinic = profile.status === 'ok' ? await watchInClinic(one, { profiles, file, options }) : [];
    subjects.push({ ...subject, clinic });
    for (const [name, rows] of Object.entries(profileTables(subjects, folder.runId)))
      folder.writeTable(name, profileCsvFiles[name as keyof typeof profileCsvFiles], rows as CsvRow[]);
  }
  const interrupted = options.signal?.aborted === true;
  writeManifest(folder, {
    ...manifest,
    finishedAt: new Date().toISOString(),
    state: interrupted ? 'interrupted' : 'complete',
  });
  folder.close();
  const began = subjects.some(({ profile }) => profile.byPlace !== null);
  if (!began) rmSync(folder.path, { recursive: true, force: true });
  return { folder: began ? folder.path : undefined, subjects, interrupted };
}

const writeManifest = (folder: RunFolder, manifest: AnalysisManifest): void =>
  folder.writeText('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);

function manifestOf(
  spec: ProgramSpec,
  { variants, options, runId }: { variants: readonly string[]; options: AnalysisOptions; runId: string },
): AnalysisManifest {
  const { confinement = closed, runs = 3, intervalMicroseconds = 200 } = options;
  const modes: readonly ProfileMode[] = ['boundaries', 'time', 'calls', 'plain', 'kernels'];
  const openOf = (variant: string) =>
    Object.fromEntries(
      modes.map(mode => [
        mode,
        openings(confinementFor(variant === '' ? spec : { ...spec, variant }, mode, confinement)),
      ]),
    ) as Record<ProfileMode, string[]>;
  return {
    schema: profileSchemaVersion,
    runId,
    verb: 'analyze',
    arguments: options.arguments ?? [],
    target: targetLabel(spec.target),
    size: spec.size ?? null,
    seed: spec.seed ?? 1,
    parameters: spec.parameters ?? {},
    variants,
    protocol: { sampledRuns: runs, samplingIntervalMicroseconds: intervalMicroseconds, v8Flags },
    open: Object.fromEntries(variants.map(variant => [variant || 'program', openOf(variant)])),
    environment: describeEnvironment(null),
    startedAt: new Date().toISOString(),
    state: 'running',
  };
}

function writeProfiles(folder: RunFolder, { profile: { profiles } }: ProfiledSubject, file: string): void {
  if (profiles.length === 0) return;
  folder.writeText(`profiles/${file}.cpuprofile`, JSON.stringify(mergeProfiles(profiles)));
  for (const [index, profile] of profiles.entries())
    folder.writeText(`profiles/${file}-process-${index}.cpuprofile`, JSON.stringify(profile));
}

/** clinic is large and old: it is loaded only where it is asked for. */
async function watchInClinic(
  spec: ProgramSpec,
  { profiles, file, options }: { profiles: string; file: string; options: AnalysisOptions },
): Promise<readonly ClinicResult[]> {
  const { clinic: tools = [], confinement = closed, timeoutMs, signal, onProgress } = options;
  if (tools.length === 0) return [];
  const { runClinic } = await import('./clinic/index.ts');
  return runClinic(spec, {
    folder: profiles,
    prefix: `${file}-`,
    tools,
    confinement: permissionsFor(spec, confinement),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress ? { onTool: (tool: ClinicTool) => onProgress(`clinic ${tool}`) } : {}),
  });
}
