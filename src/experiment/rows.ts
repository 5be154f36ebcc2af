import type { OutcomeEvent, SampleEvent } from '../measure/events.ts';
import type { PlannedGroup } from '../results/manifest.ts';
import { type CsvRow, schemaVersion } from '../results/schema.ts';
import { formatParameters } from '../workload/parameters.ts';

/** The columns that identify a cell. */
export const cellRow = (runId: string, { workload, size, parameters }: PlannedGroup, variant: string): CsvRow => ({
  schema_version: schemaVersion,
  run_id: runId,
  workload,
  size,
  parameters: formatParameters(parameters),
  variant,
});

export const sampleRow = (cell: CsvRow, event: SampleEvent, process: number): CsvRow => ({
  ...cell,
  device: event.device,
  ran_on: event.ranOn,
  phase: event.phase,
  regime: event.regime,
  process,
  iteration: event.iteration,
  repetitions: event.repetitions,
  time_ns: event.ns,
  measured_at: event.at,
});

export const processRow = (cell: CsvRow, event: OutcomeEvent, process: number): CsvRow => ({
  ...cell,
  device: event.place?.device,
  ran_on: event.place?.ranOn,
  process,
  status: event.status,
  reason: event.reason,
  same_algorithm: event.sameAlgorithm,
  steady: event.steady,
  elements_compared: event.accuracy?.compared,
  max_abs_error: event.accuracy?.maxAbsError,
  max_rel_error: event.accuracy?.maxRelError,
  max_ulp: event.accuracy?.maxUlp,
  tolerance: event.accuracy?.tolerance,
  tolerance_share: event.accuracy?.worstShare,
  finished_at: new Date().toISOString(),
});

/** Key of a cell among the rows of one run. */
export const cellKey = (row: CsvRow): string => [row.workload, row.size, row.parameters ?? '', row.variant].join('|');
export const groupKey = (row: CsvRow): string => [row.workload, row.size, row.parameters ?? ''].join('|');
