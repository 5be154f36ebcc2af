import type { ProgramSpec } from '../target/program.ts';

/** The JSON contract of `trace` (DESIGN: "trace --json"). Lines and columns count from 1, iterations from 0. */
export interface TraceResult {
  readonly schema: 1;
  readonly target: string;
  readonly size: number | null;
  readonly cost: CostModel;
  /** False where a limit stopped the run: the numbers are of what ran until then. */
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly stopped?: string;
  /** Seeds that were run. */
  readonly inputs: number;
  readonly work: number;
  readonly span: number;
  readonly spanReassociated: number;
  /** Work over span; null where the span is 0. */
  readonly parallelism: number | null;
  /** Traced time over plain time on the same input; null where there is no plain time. */
  readonly slowdown: number | null;
  /** Whether the traced run gave the plain run's output bit for bit; null where it cannot be compared. */
  readonly sameOutput: boolean | null;
  /** Bytes of shadow for each element of an array that was touched; null where none was. */
  readonly bytesPerElement?: number | null;
  /** Operations that the loops' `memory` is about: less than `work` where the run that follows memory was cut short. */
  readonly memoryOperations?: number;
  readonly loops: readonly LoopResult[];
  readonly functions: readonly LoopResult[];
  readonly growth?: Growth;
  readonly unknown: readonly Unknown[];
}

export type CostModel = 'unit' | 'machine';

export type Verdict =
  | 'unknown'
  | 'parallel'
  | 'parallel-after-renaming'
  | 'reduction'
  | 'scan'
  | 'sequential'
  | 'doacross';

export interface LoopResult {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly depth: number;
  readonly entries: number;
  readonly iterations: number;
  readonly work: number;
  readonly span: number;
  readonly spanReassociated: number;
  /** Null where it was never entered, or where it did nothing that takes time. */
  readonly selfParallelism: number | null;
  readonly selfParallelismReassociated: number | null;
  /** Null for functions. */
  readonly verdict: Verdict | null;
  readonly evidence: 'proven' | 'observed' | null;
  /** One sentence on what decided the verdict. */
  readonly reason: string;
  /** Share of iterations that leave the path of most of their group of 32. */
  readonly divergence: number;
  readonly carried: readonly CarriedResult[];
  readonly memory: readonly MemoryResult[];
}

export interface CarriedResult {
  readonly kind: 'RAW' | 'WAR' | 'WAW' | 'control';
  readonly variable: string;
  readonly cell: string;
  /** Smallest number of iterations between the two. */
  readonly distance: number;
  readonly from: { readonly line: number; readonly iteration: number };
  readonly to: { readonly line: number; readonly iteration: number };
  /** Times it was seen. */
  readonly count: number;
  /** Every store in it left the cell as it was. */
  readonly silent: boolean;
}

export interface MemoryResult {
  /** As the loop's own code calls it. */
  readonly variable: string;
  /** The name under which it was first followed: the same in every loop. */
  readonly array?: string;
  readonly stride: 'none' | 'unit' | 'constant' | 'indirect';
  /** Elements between accesses of consecutive iterations, where that is constant. */
  readonly strideElements: number | null;
  readonly footprintBytes: number;
  readonly reads: number;
  readonly writes: number;
  /** Accesses by the number of distinct 64-byte lines touched since the last access to the same one. */
  readonly reuseDistance: ReuseHistogram;
}

/** Counts by power of two: `buckets[k]` holds distances in [2^(k−1), 2^k); `cold` are first touches. */
export interface ReuseHistogram {
  readonly cold: number;
  readonly buckets: readonly number[];
  /** Accesses per one that was measured. */
  readonly sampling: number;
}

export interface Unknown {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  /** Of the plain run's time; null where it was not measured. */
  readonly timeShare: number | null;
}

export interface Growth {
  readonly work: string;
  readonly span: string;
  /** Largest relative error of either fit over the sizes. */
  readonly error: number;
}

/** What to trace, and within which limits. */
export interface TraceOptions extends Omit<ProgramSpec, 'target'> {
  readonly timeoutMs?: number;
  readonly maxOperations?: number;
  readonly maxMemoryBytes?: number;
  readonly cost?: CostModel;
  /** False: work, span and self-parallelism alone, without dependences and verdicts. */
  readonly dependences?: boolean;
  /** Number of seeds, from `seed` upwards. */
  readonly inputs?: number;
}
