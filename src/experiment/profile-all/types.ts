import type { CategoryCounts, LayerName } from '../../census/types.ts';
import type { ClinicResult } from '../../profile/clinic/index.ts';
import type { PlaceTime } from '../../profile/types.ts';
import type { CsvRow, Status } from '../../results/schema.ts';
import type { Parameters } from '../../workload/types.ts';

/** One variant of one workload: what is looked at as a whole, and what a resumed run does not do again. */
export interface ProfileSubject {
  readonly target: string;
  readonly workload: string;
  /** What is profiled. */
  readonly size: number;
  /** What is counted: exact counting slows a program down by an order of magnitude. */
  readonly censusSize: number;
  readonly parameters: Parameters;
  readonly variant: string;
}

/** One thing that was done with a subject, and how it went. */
export interface StepOutcome {
  /** `profile`, `census`, or one of clinic's tools as `clinic flame`. */
  readonly step: string;
  readonly status: Status;
  /** Why it did not go well, or what limits what it says. */
  readonly reason?: string;
  readonly seconds: number;
}

export interface LayerCounts {
  readonly layer: LayerName;
  readonly counts: CategoryCounts;
  readonly flops: number | null;
  /** Functions whose counts could not be solved. */
  readonly unsolved: number;
}

/** `subjects/<name>.json`: all that is known of a subject; whatever is drawn or tabulated is made of these files. */
export interface SubjectResult {
  readonly schema: 1;
  readonly subject: ProfileSubject;
  readonly steps: readonly StepOutcome[];
  /** Rows of `census.csv` and of the tables of `analyze`, by file name. */
  readonly tables: Readonly<Record<string, readonly CsvRow[]>>;
  readonly places: readonly PlaceTime[];
  readonly layers: readonly LayerCounts[];
  readonly clinic: readonly ClinicResult[];
  /** What was open to the program beyond its confinement, over all steps. */
  readonly open: readonly string[];
}
