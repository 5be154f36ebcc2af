import type { RateClass } from '../hardware/device.ts';
import type { Verdict } from '../trace/types.ts';

/** Executed operations by the classes that devices have rates for; comparisons run where integers do. */
export type OperationCounts = Readonly<Record<RateClass | 'compare', number>> & {
  /** Exponentials, logarithms, sines and their like, which only GPUs have a unit for; not part of `special`. */
  readonly transcendental?: number;
  /** Of the floating-point operations the multiplications; half of them where that was not counted. */
  readonly products?: number;
};

/** What one part of a program does, in total over all of its entries, at the size that is asked about. */
export interface Demand {
  readonly operations: OperationCounts;
  /** Elements loaded and stored. */
  readonly accesses: number;
  /** Those of them whose address comes from the data: neighbouring lanes cannot load them together. */
  readonly indirect: number;
  /** Those of them that other iterations repeat at the same address: a tile of iterations loads them once. */
  readonly reusable: number;
  /** Room that an element takes in a vector of 32-bit numbers: 1, a quarter for bytes. 1 where that was not counted. */
  readonly packing?: number;
  /** Distinct bytes touched. */
  readonly footprintBytes: number;
  /** Bytes that have to come from beyond the caches where the footprint does not fit: what each entry touches, summed. */
  readonly trafficBytes: number;
  /** Operations on the longest chain of dependent ones, sums reassociated. */
  readonly span: number;
}

/** A loop whose iterations may run side by side. */
export interface ParallelRegion extends Demand {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly verdict: Verdict;
  /** Times it is entered: each is a launch. */
  readonly entries: number;
  /** Iterations of one entry. */
  readonly width: number;
  /** Share of iterations that leave the path of most of their group of 32. */
  readonly divergence: number;
  /** Share of the operations, loads and stores that not every iteration runs alike; all where that was not counted. */
  readonly conditional?: number;
  /** Of the program's work and accesses. */
  readonly share: number;
}

/** A part that stays where it is. */
export interface Kept {
  readonly function: string;
  readonly line: number;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly share: number;
  /** Not its dependences keep it, but something else. */
  readonly divisible?: true;
}

/** A program at one size, as a device sees it. */
export interface ProgramShape {
  readonly target: string;
  readonly size: number | null;
  readonly regions: readonly ParallelRegion[];
  readonly kept: readonly Kept[];
  /** Share of the time outside of all parallel regions: of what was counted their share of the work, and all of the rest. */
  readonly serialShare: number;
  /** Share of the time in what no operation was counted of: native calls, and with a script starting up. */
  readonly uncountedShare: number;
  /** Bytes that a device with its own memory needs, and gives back; stated by the workload or seen in the trace. */
  readonly bytesToDevice: number;
  readonly bytesFromDevice: number;
  readonly bytesSource: string;
  /** Sizes at which operations were counted and dependences traced. */
  readonly countedAt: readonly number[];
  readonly tracedAt: readonly number[];
  /** Whether counts at this size come from growth laws, and the largest relative error of the laws on what was counted. */
  readonly extrapolated: boolean;
  readonly growthError: number;
}

export type BoundName = 'compute' | 'memory' | 'latency' | 'launch' | 'transfer' | 'serial';

/** A term of a forecast: what it is, how it was computed, and where its numbers come from. */
export interface Term {
  readonly name: string;
  readonly seconds: number;
  /** The formula with its numbers put in. */
  readonly formula: string;
  readonly source: string;
}

export interface Interval {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}
