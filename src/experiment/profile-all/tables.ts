import type { ClinicFindings } from '../../profile/clinic/index.ts';
import { profileCsvFiles } from '../../profile/columns.ts';
import { type Column, integer, number, text } from '../../results/columns.ts';
import { type CsvRow, censusColumns, schemaVersion } from '../../results/schema.ts';
import { formatParameters } from '../../workload/parameters.ts';
import type { Table } from '../define.ts';
import type { SubjectResult } from './types.ts';

const subjectColumns: readonly Column[] = [
  integer('schema_version', 'version of these columns'),
  text('run_id', 'folder of the run under results/'),
  text('workload', 'what is computed'),
  integer('size', 'the integer that --size means for this workload'),
  text('parameters', 'other axes, `name=value` joined with `;`, sorted by name; empty where there are none'),
  text('variant', 'which implementation'),
];

const stepColumns: readonly Column[] = [
  ...subjectColumns,
  text('step', 'profile, census, clinic flame, clinic doctor, clinic bubbleprof, clinic heapprofiler'),
  text('status', 'ok, skipped (no fault: it cannot run here, or there is nothing to say), runtime-error, timeout, …'),
  text('reason', 'why not ok; or what limits an ok'),
  number('wall_s', 'how long the step took; not a measurement of the program'),
  text('open', 'what was open to the program beyond its confinement, joined with `;`'),
];

const clinicColumns: readonly Column[] = [
  ...subjectColumns,
  text('tool', 'flame, doctor, bubbleprof or heapprofiler'),
  text('finding', 'function, issue, group of asynchronous operations, or allocating function'),
  text('file', 'absolute path or node: name; empty where there is none'),
  integer('line', 'from 1; empty where there is none'),
  text('value', 'of an issue: none, performance or data; of a group: the kind of operation'),
  number('share', 'of all samples, or of all bytes'),
  integer('samples', 'of flame: one a millisecond, in the function itself'),
  integer('operations', 'of bubbleprof'),
  number('waiting_ms', 'of bubbleprof: from the beginning of an operation to its first callback, summed'),
  integer('bytes', 'of heapprofiler: estimated from samples'),
];

/** Rows of one table are few enough to be looked at: what is below is in clinic's page. */
const mostFindings = 20;

/** Every table of the run, made of nothing but the subjects' files. */
export function tablesOf(subjects: readonly SubjectResult[], runId: string): Table[] {
  const base = ({ subject }: SubjectResult): CsvRow => ({
    schema_version: schemaVersion,
    run_id: runId,
    workload: subject.workload,
    size: subject.size,
    parameters: formatParameters(subject.parameters) || undefined,
    variant: subject.variant,
  });
  const steps = subjects.flatMap(result =>
    result.steps.map(({ step, status, reason, seconds }) => ({
      ...base(result),
      step,
      status,
      reason,
      wall_s: seconds,
      open: result.open.join(';') || undefined,
    })),
  );
  const clinic = subjects.flatMap(result =>
    result.clinic.flatMap(each =>
      each.status === 'ok' ? findingRows(each.findings).map(row => ({ ...base(result), ...row })) : [],
    ),
  );
  return [
    { name: 'profile-all.csv', columns: stepColumns, rows: steps },
    { name: 'clinic.csv', columns: clinicColumns, rows: clinic },
    ...Object.entries({ 'census.csv': censusColumns, ...profileCsvFiles }).map(([name, columns]) => ({
      name: name as `${string}.csv`,
      columns,
      rows: subjects.flatMap(({ tables }) => tables[name] ?? []),
    })),
  ];
}

function findingRows(findings: ClinicFindings): CsvRow[] {
  const { tool } = findings;
  switch (tool) {
    case 'flame':
      return findings.functions
        .filter(({ selfSamples }) => selfSamples > 0)
        .slice(0, mostFindings)
        .map(({ name, file, line, share, selfSamples }) => ({
          tool,
          finding: name,
          file: file || undefined,
          line: line || undefined,
          share,
          samples: selfSamples,
        }));
    case 'doctor':
      return [
        { tool, finding: 'verdict', value: findings.category },
        ...Object.entries(findings.issues).map(([finding, value]) => ({ tool, finding, value })),
      ];
    case 'bubbleprof':
      return findings.groups
        .slice(0, mostFindings)
        .map(({ name, file, line, kind, operations, asyncMilliseconds }) => ({
          tool,
          finding: name,
          file,
          line: line || undefined,
          value: kind,
          operations,
          waiting_ms: asyncMilliseconds,
        }));
    case 'heapprofiler':
      return findings.functions.slice(0, mostFindings).map(({ name, file, line, selfBytes, share }) => ({
        tool,
        finding: name,
        file: file || undefined,
        line: line || undefined,
        bytes: selfBytes,
        share,
      }));
  }
}
