import type { TopLevelSpec } from 'vega-lite';
import type { CsvRow } from '../../results/schema.ts';

/** Tables, besides those of measuring, that the page of a run shows where it has them. */
export const partFiles = [
  'loops.csv',
  'census.csv',
  'profile.csv',
  'time-by-place.csv',
  'hot-lines.csv',
  'forecast.csv',
  'opportunities.csv',
] as const;
export type PartFile = (typeof partFiles)[number];

/** A chart that the verb which made the folder has drawn there. */
export interface PartChart {
  readonly name: string;
  readonly spec: TopLevelSpec;
  readonly svg: string;
  /** Whether its PNG lies beside it. */
  readonly png: boolean;
}

/** What `trace.json` says of a whole run. */
export interface TracedTotals {
  readonly work: number;
  readonly span: number;
  readonly spanReassociated: number;
  readonly complete: boolean;
}

/** A run folder of `trace`, `analyze-bytecode` or `analyze` beside a run's measurements, or the run folder itself. */
export interface Part {
  /** From the run folder, as a link has it: `parts/2026-…-trace-matmul`; empty for the run folder itself. */
  readonly path: string;
  readonly runId: string;
  /** The verb that made it; `run` for the run folder itself. */
  readonly verb: string;
  readonly variant: string | undefined;
  readonly parameters: string;
  readonly size: number | undefined;
  readonly seed: number | undefined;
  /** False where it was stopped or something of it failed. */
  readonly complete: boolean;
  readonly totals: TracedTotals | undefined;
  readonly tables: Readonly<Partial<Record<PartFile, readonly CsvRow[]>>>;
  readonly charts: readonly PartChart[];
}

/** What there is beside the measurements, and what of it could not be read. */
export interface Parts {
  readonly parts: readonly Part[];
  readonly problems: readonly string[];
}
