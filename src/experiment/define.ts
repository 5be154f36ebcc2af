import type { Ceilings } from '../hardware/ceilings.ts';
import type { Protocol } from '../measure/protocol.ts';
import type { Sentence } from '../report/sentence.ts';
import type { Chart } from '../report/standard.ts';
import type { PlannedGroup } from '../results/manifest.ts';
import type { Column, CsvRow } from '../results/schema.ts';
import type { Progress } from './session.ts';

/** What the command line can narrow an experiment's plan down to. */
export interface PlanOptions {
  /** Targets: workload names, aliases or files; empty for the experiment's own choice. */
  readonly workloads: readonly string[];
  /** Named or numeric sizes; empty for the experiment's own choice. */
  readonly sizes: readonly string[];
  /** Variant names; empty for all. */
  readonly variants: readonly string[];
  /** `axis=value` pairs; empty for each workload's defaults. */
  readonly parameters: readonly string[];
  readonly quick: boolean;
  /** Hears what was left out of the plan, and why. */
  readonly remark?: (text: string) => void;
}

/** A table of an experiment's own, beside the standard ones. */
export interface Table {
  readonly name: `${string}.csv`;
  readonly columns: readonly Column[];
  readonly rows: readonly CsvRow[];
}

export interface Analysis {
  readonly tables: readonly Table[];
  readonly charts: readonly Chart[];
  /** What was found, each a sentence that a person can quote. */
  readonly sentences: readonly Sentence[];
  /** What failed in an experiment that conducts its work itself; failed cells are known from the summary. */
  readonly failures?: number;
}

/** What an experiment's analysis sees: plain rows, whatever machine they came from. */
export interface Results {
  readonly summary: readonly CsvRow[];
  readonly samples: readonly CsvRow[];
  /** How each process of each cell ended; without them no sample can be trusted, so ratios of samples need them. */
  readonly processes?: readonly CsvRow[];
  readonly plan: readonly PlannedGroup[];
  /** One line for captions: processor, cores, operating system, Node. */
  readonly machine: string;
  /** The run folder, for an experiment that conducts its work itself and reads its own files again. */
  readonly folder?: string;
}

/** What an experiment that does not time cells is given to do its work. */
export interface Conduct {
  /** The run folder: what is done is written there at once, so that a later sitting goes on from it. */
  readonly folder: string;
  readonly plan: readonly PlannedGroup[];
  readonly seed: number;
  readonly quick: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Told what could not be done. */
  readonly onRemark: (text: string) => void;
  /** Measured ceilings of this machine's devices, or null where the probe was left out. */
  readonly ceilings: Ceilings | null;
}

/** A question asked of the testbed, as the method section of a paper would put it. */
export interface Experiment {
  readonly name: string;
  readonly question: string;
  /** How it is measured, in a sentence or two. */
  readonly protocol: string;
  /** The files that it writes and what their columns say. */
  readonly columns: string;
  plan(options: PlanOptions): Promise<PlannedGroup[]>;
  /** Whether times at different sizes are compared (growth over the size), so that one machine has to measure them all. */
  readonly comparesSizes?: true;
  /** Changes to the protocol that the question demands. */
  adjust?(protocol: Protocol): Protocol;
  /** Writes down what has to be there before anything is measured: a forecast. Does nothing where it is there already. */
  before?(work: Conduct): Promise<void>;
  /**
   * Does the work of an experiment whose question is not how long cells take: nothing is timed, and `samples.csv`
   * stays empty.
   *
   * @returns whether all of it was done
   */
  conduct?(work: Conduct): Promise<boolean>;
  analyse(results: Results): Promise<Analysis> | Analysis;
}

/** Declares an experiment; a file in experiments/ with one as its default export is found without being registered. */
export const defineExperiment = (experiment: Experiment): Experiment => experiment;
