import type { FailureStatus } from '../backends/failure.ts';
import type { RanOn } from '../backends/variant.ts';
import type { Accuracy } from '../workload/compare.ts';
import type { Parameters } from '../workload/types.ts';
import type { Phase, Regime } from './phases.ts';
import type { Protocol } from './protocol.ts';

/** All variants of one workload, size and parameters: what one process measures, interleaved. */
export interface Group {
  /** A shipped workload's name or the absolute path of a file. */
  readonly target: string;
  readonly workload: string;
  readonly size: number;
  readonly parameters: Parameters;
  readonly variants: readonly string[];
}

/** What one measuring process is asked to do. */
export interface GroupRequest {
  readonly group: Group;
  readonly seed: number;
  readonly process: number;
  readonly protocol: Protocol;
  readonly gpuProfile: 'safe' | 'record';
  /** Somebody replaced what all share, and nobody knows who: every pass is looked at, which costs more than it measures. */
  readonly suspicious?: boolean;
}

/** Where a variant was asked to run, and where it ran. */
export interface Place {
  readonly device: string;
  readonly ranOn: RanOn;
}

export interface SampleEvent extends Place {
  readonly type: 'sample';
  readonly variant: string;
  readonly phase: Phase;
  readonly regime: Regime;
  readonly iteration: number;
  readonly repetitions: number;
  readonly ns: number;
  readonly at: string;
}

/** How one variant fared in one process. */
export interface OutcomeEvent {
  readonly type: 'outcome';
  readonly variant: string;
  readonly sameAlgorithm: boolean;
  readonly status: 'ok' | 'incorrect' | 'skipped' | FailureStatus;
  readonly reason?: string;
  readonly place?: Place;
  readonly accuracy?: Accuracy;
  readonly steady?: boolean;
}

/** A step begins that may hang or crash; the conductor holds its clock and blames this variant. */
export interface StepEvent {
  readonly type: 'step';
  readonly variant: string;
  readonly step: string;
}

/**
 * The process cannot go on for the others (a lost device, a built-in object that was replaced): start a fresh one without
 * this variant, or one that finds out who it was.
 */
export interface RestartEvent {
  readonly type: 'restart';
  readonly without?: string | undefined;
}

export type GroupEvent = SampleEvent | OutcomeEvent | StepEvent | RestartEvent;
