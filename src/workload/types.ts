import type { Output, Precision, Variant } from '../backends/variant.ts';
import type { Random } from './random.ts';

/** The values of a workload's axes other than size, e.g. `{ algorithm: 'sha-256' }`. */
export type Parameters = Readonly<Record<string, string | number>>;

/** How far an output may lie from the reference, and why just so far. */
export type Tolerance =
  | { readonly kind: 'exact'; readonly reason: string }
  /** |got − want| ≤ bound, one bound for all elements or one for each. */
  | { readonly kind: 'absolute'; readonly bound: number | Float64Array; readonly reason: string }
  /** |got − want| ≤ bound · max(|want|, floor); without a floor 0 must come out as 0. */
  | { readonly kind: 'relative'; readonly bound: number; readonly floor?: number; readonly reason: string };

/** What a workload costs at least, by napkin arithmetic; the harness flags what claims to be faster than this allows. */
export interface WorkModel {
  /** Operations that the textbook algorithm performs. */
  readonly operations: number;
  /** `flop`: floating point, a fused multiply–add counts as two. `intop`: integer and logic. */
  readonly operationUnit: 'flop' | 'intop';
  /** Compulsory traffic: every input once, every output once. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** What has to cross to a device with its own memory, and back. */
  readonly bytesToDevice: number;
  readonly bytesFromDevice: number;
  /** What throughput is quoted in. */
  readonly items: number;
  readonly itemUnit: string;
}

/**
 * What one variant cannot do without, where that is known better than by the textbook's operations: its bound is the
 * longest of these at the device's measured rates, each taken alone. Every figure is a floor, or the bound is none.
 */
export interface Demands {
  /** 32-bit operations on integers in vectors (on a GPU: of any kind), lane by lane. */
  readonly vectorIntegers?: number;
  /** The same one by one. */
  readonly scalarIntegers?: number;
  /** 16 bytes looked up in a vector. */
  readonly shuffles?: number;
  /** Words loaded from a table; what finds them counts as integer operations. */
  readonly lookups?: number;
  /** Keys put into one of 256 buckets. */
  readonly moves?: number;
  /** Bytes read and written in all passes, where that is more than the compulsory traffic. */
  readonly bytes?: number;
}

/** One computation with a CPU baseline, variants for other hardware, a reference and a tolerance. */
export interface Workload<I = never, O extends Output = Output> {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line. */
  readonly summary: string;
  /** What `--size` means here, e.g. `n: A and B are n×n`. */
  readonly sizeMeaning?: string;
  /** Named sizes, ascending; the name is an alias, files hold the integer. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Axes other than size with all their values; the first value of each is the default. */
  readonly parameters?: Readonly<Record<string, readonly (string | number)[]>>;
  /** The input for a size; equal seeds give equal inputs. Its shape may depend on size and parameters only. */
  inputs(size: number, random: Random, parameters: Parameters): I;
  /** Inputs beyond the sizes that `run` checks too: odd shapes, edge cases, empty ones. */
  cases?(random: Random, parameters: Parameters): Readonly<Record<string, I>>;
  /** The right output, computed independently of every variant and more precisely than any. */
  reference(input: I): O | Promise<O>;
  /** `unitRoundoff` is that of the variant's precision: 2⁻¹¹ (f16), 2⁻²⁴ (f32), 2⁻⁵³ (f64), 0 (exact). */
  tolerance(input: I, want: O, unitRoundoff: number): Tolerance | Readonly<Record<string, Tolerance>>;
  work(size: number, parameters: Parameters): WorkModel;
  /** What each variant cannot do without, by its name; variants that are not in it are bound by the work model alone. */
  demands?(size: number, parameters: Parameters): Readonly<Record<string, Demands>>;
  /** The first is the baseline, `naive`. */
  readonly variants: readonly Variant<I, O>[];
}

/** A workload whose input and output types do not matter to the one who handles it. */
// biome-ignore lint/suspicious/noExplicitAny: I stands on both sides of a function arrow, so `unknown` would not accept any workload
export type AnyWorkload = Workload<any, any>;

/** Unit roundoff u of a precision: half the distance from 1 to the next number (Higham, §2.1). */
export const unitRoundoff = { f16: 2 ** -11, f32: 2 ** -24, f64: 2 ** -53, exact: 0 } as const satisfies Record<
  Precision,
  number
>;
