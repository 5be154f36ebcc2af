import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { censusRows, type Layer, saveDisassembly, takeCensus } from '../../census/index.ts';
import { type ClinicResult, type ClinicTool, clinicTools, runClinic } from '../../profile/clinic/index.ts';
import { mergeProfiles } from '../../profile/merge-profiles.ts';
import { type Profile, profileProgram } from '../../profile/profile.ts';
import { profileTables } from '../../profile/rows.ts';
import type { CsvRow, Status } from '../../results/schema.ts';
import { openings } from '../../target/confine.ts';
import {
  closed,
  type ProgramSpec,
  permissionsFor,
  resolveTarget,
  targetLabel,
  variantNeeds,
} from '../../target/index.ts';
import { fileNameOf } from './subjects.ts';
import type { LayerCounts, ProfileSubject, StepOutcome, SubjectResult } from './types.ts';

export interface ExamineOptions {
  /** The run folder. */
  readonly folder: string;
  readonly runId: string;
  readonly seed: number;
  readonly quick: boolean;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
}

/** A step ends its program after so long. */
const stepTimeoutMs = 60_000;

/** Flame is for all; the other three look at how a process waits and allocates, which the baseline shows as well. */
const clinicToolsFor = ({ variant }: ProfileSubject, quick: boolean): readonly ClinicTool[] =>
  quick && variant !== 'naive' ? ['flame'] : clinicTools;

/** Profile, bytecode dumps and census, clinic: whatever fails is a step with its reason, and the others are done. */
export async function examine(subject: ProfileSubject, options: ExamineOptions): Promise<SubjectResult> {
  const spec: ProgramSpec = {
    target: resolveTarget(subject.target),
    size: subject.size,
    seed: options.seed,
    parameters: subject.parameters,
    variant: subject.variant,
  };
  const name = fileNameOf(subject);
  const profiles = join(options.folder, 'profiles');
  mkdirSync(profiles, { recursive: true });
  const steps: StepOutcome[] = [];
  const step = async <T>(title: string, run: () => Promise<T & Ending>): Promise<T | undefined> => {
    if (options.signal.aborted) return undefined;
    options.onStep(title);
    const start = performance.now();
    const seconds = () => Math.round((performance.now() - start) / 100) / 10;
    try {
      const result = await run();
      const { status, reason } = result;
      steps.push({ step: title, status, seconds: seconds(), ...(reason === undefined ? {} : { reason }) });
      return result;
    } catch (error) {
      steps.push({ step: title, status: 'runtime-error', reason: firstLine(error), seconds: seconds() });
      return undefined;
    }
  };

  const profiled = await step('profile', () => profileStep(spec, { profiles, name, quick: options.quick }));
  const skipped = steps.some(({ status }) => status === 'skipped');
  const counted = skipped
    ? undefined
    : await step('census', () =>
        censusStep(
          { ...spec, size: subject.censusSize },
          { bytecode: join(options.folder, 'bytecode', name), ...options },
        ),
      );
  const clinic: ClinicResult[] = [];
  for (const tool of skipped ? [] : clinicToolsFor(subject, options.quick)) {
    const ran = await step(`clinic ${tool}`, () => clinicStep(spec, { tool, profiles, name, ...options }));
    if (ran) clinic.push(ran.result);
  }
  return {
    schema: 1,
    subject,
    steps,
    tables: {
      ...(profiled
        ? profileTables([{ spec, variant: subject.variant, profile: profiled.profile }], options.runId)
        : {}),
      ...(counted ? { 'census.csv': counted.rows } : {}),
    },
    places: profiled?.profile.byPlace?.times ?? [],
    layers: counted?.layers ?? [],
    clinic,
    open: [
      ...new Set([
        ...(profiled?.profile.open ?? []),
        ...openings(confinementOf(spec)),
        ...clinic.flatMap(({ open }) => open),
      ]),
    ],
  };
}

/** How a step ended. */
interface Ending {
  readonly status: Status;
  readonly reason?: string;
}

const confinementOf = (spec: ProgramSpec) => permissionsFor(spec, closed);

async function profileStep(
  spec: ProgramSpec,
  { profiles, name, quick }: { profiles: string; name: string; quick: boolean },
): Promise<Ending & { profile: Profile }> {
  const profile = await profileProgram(spec, { runs: quick ? 1 : 3, perf: false, timeoutMs: stepTimeoutMs });
  if (profile.profiles.length > 0)
    writeFileSync(join(profiles, `${name}.cpuprofile`), JSON.stringify(mergeProfiles(profile.profiles)));
  if (profile.status === 'ok') {
    const [problem] = profile.problems;
    return { profile, status: 'ok', ...(problem === undefined ? {} : { reason: problem }) };
  }
  // What needs more than it may (a peer in Python starts a process) is left out; the reason says what would open it.
  const cannot =
    profile.refusal === 'VariantSkipped' || profile.refusal === 'UsageError' || profile.status === 'refused';
  return { profile, status: cannot ? 'skipped' : statusOf(profile.status), reason: profile.message };
}

/** All layers. In the quick form optimised code is not listed: that needs a run of its own, long enough for V8. */
async function censusStep(
  spec: ProgramSpec,
  { bytecode, runId, quick }: { bytecode: string; runId: string; quick: boolean },
): Promise<Ending & { layers: readonly LayerCounts[]; rows: readonly CsvRow[] }> {
  const census = await takeCensus(spec, { timeoutMs: stepTimeoutMs, machineCode: !quick });
  const { compiled, complete, problems } = census;
  if (compiled.length > 0) saveDisassembly(compiled, bytecode);
  const found = {
    layers: compiled.length > 0 ? census.layers.map(countsOf) : [],
    rows: censusRows(census, { runId, label: targetLabel(spec.target), variant: spec.variant, spec }),
  };
  if (!complete) return { ...found, status: statusOf(census.status), reason: problems.join('; ') };
  return {
    ...found,
    status: 'ok',
    ...(variantNeeds(spec.variant ?? 'naive').includes('worker')
      ? { reason: 'bytecode is counted on the main thread only, not in the workers; WebAssembly on all' }
      : {}),
  };
}

const countsOf = ({ layer, counts, flops, unsolved }: Layer): LayerCounts => ({
  layer,
  counts,
  flops,
  unsolved: unsolved.length,
});

async function clinicStep(
  spec: ProgramSpec,
  {
    tool,
    profiles,
    name,
    quick,
    signal,
  }: { tool: ClinicTool; profiles: string; name: string; quick: boolean; signal: AbortSignal },
): Promise<Ending & { result: ClinicResult }> {
  const [result] = await runClinic(spec, {
    folder: profiles,
    prefix: `${name}-`,
    tools: [tool],
    confinement: confinementOf(spec),
    budgetMs: quick ? 500 : 1_500,
    timeoutMs: stepTimeoutMs,
    signal,
  });
  if (!result) throw new Error('interrupted');
  if (result.status === 'ok') return { result, status: 'ok' };
  return { result, status: result.status === 'failed' ? 'runtime-error' : 'skipped', reason: result.message };
}

/** The vocabulary of a child process in that of the CSVs. */
const statusOf = (status: Profile['status']): Status =>
  status === 'ok' || status === 'timeout' || status === 'out-of-memory' ? status : 'runtime-error';

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
