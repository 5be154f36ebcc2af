import type { CsvRow } from '../results/schema.ts';
import { type ProgramSpec, targetLabel } from '../target/index.ts';
import { type profileCsvFiles, profileSchemaVersion } from './columns.ts';
import type { Profile } from './profile.ts';
import { tiers } from './types.ts';

/** A profile and what it is of. */
export interface ProfiledSubject {
  readonly spec: ProgramSpec;
  /** Empty for a target that is no workload. */
  readonly variant: string;
  readonly profile: Profile;
}

const nanoseconds = (milliseconds: number): number => milliseconds * 1e6;
const orEmpty = (text: string): string | undefined => text || undefined;
const fromOne = (position: number): number | undefined => (position > 0 ? position : undefined);

function subjectOf({ spec, variant }: ProfiledSubject, runId: string): CsvRow {
  const parameters = Object.entries(spec.parameters ?? {}).sort(([a], [b]) => a.localeCompare(b));
  return {
    schema_version: profileSchemaVersion,
    run_id: runId,
    target: targetLabel(spec.target),
    size: spec.size,
    parameters: orEmpty(parameters.map(([name, value]) => `${name}=${value}`).join(';')),
    variant: orEmpty(variant),
  };
}

/** The rows of each table of an analysis. */
export function profileTables(
  subjects: readonly ProfiledSubject[],
  runId: string,
): Record<keyof typeof profileCsvFiles, CsvRow[]> {
  const rows = (make: (profile: Profile) => CsvRow[]): CsvRow[] =>
    subjects.flatMap(subject => make(subject.profile).map(row => ({ ...subjectOf(subject, runId), ...row })));
  return {
    'profile.csv': rows(functionRows),
    'time-by-place.csv': rows(timeRows),
    'hot-lines.csv': rows(({ lines }) =>
      lines.map(({ file, line, self }) => ({
        file,
        line,
        self_ns: nanoseconds(self.milliseconds),
        self_standard_error_ns: nanoseconds(self.standardError),
      })),
    ),
    'sites.csv': rows(siteRows),
    'kernels.csv': rows(({ kernels }) =>
      kernels.map(({ name, shape, calls, milliseconds, ranOn, measuredBy }) => ({
        kernel: name,
        shape,
        calls,
        time_ns: milliseconds === null ? undefined : nanoseconds(milliseconds),
        ran_on: ranOn,
        measured_by: measuredBy,
      })),
    ),
    'native-symbols.csv': rows(({ symbols }) => (symbols?.symbols ?? []).map(each => ({ ...each }))),
  };
}

const functionRows = ({ functions }: Profile): CsvRow[] =>
  functions.map(each => ({
    function: each.name,
    kind: each.kind,
    file: orEmpty(each.file),
    line: fromOne(each.line),
    column: fromOne(each.column),
    calls: each.calls ?? undefined,
    self_ns: nanoseconds(each.self.milliseconds),
    self_standard_error_ns: nanoseconds(each.self.standardError),
    total_ns: nanoseconds(each.total.milliseconds),
    total_standard_error_ns: nanoseconds(each.total.standardError),
    self_per_call_ns: each.calls ? nanoseconds(each.self.milliseconds) / each.calls : undefined,
    ...Object.fromEntries(tiers.map(tier => [`${tier}_share`, tierShare(each.tiers, tier)])),
  }));

/** A tier without a tick is 0 where others have some, and unknown where none has. */
const tierShare = (shares: Profile['functions'][number]['tiers'], tier: (typeof tiers)[number]): number | undefined =>
  Object.keys(shares).length === 0 ? undefined : (shares[tier] ?? 0);

const timeRows = ({ byPlace }: Profile): CsvRow[] =>
  (byPlace?.times ?? []).map(({ place, name, milliseconds, share, standardError, measuredBy }) => ({
    place,
    name: orEmpty(name),
    time_ns: nanoseconds(milliseconds),
    share,
    share_standard_error: standardError,
    measured_by: measuredBy,
  }));

const siteRows = ({ sites }: Profile): CsvRow[] => [
  ...sites.deoptimised.map(({ file, line, column, kind, reason, times }) => ({
    finding: 'deoptimised',
    file,
    line,
    column,
    what: kind,
    reason,
    times,
  })),
  ...sites.caches.map(({ file, line, column, operation, property, state }) => ({
    finding: state,
    file,
    line,
    column,
    what: property ? `${operation} ${property}` : operation,
  })),
];
