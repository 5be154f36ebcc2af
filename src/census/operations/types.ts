/**
 * What an operation of the trace's unit cost is made of on hardware:
 * - `fp32`, `fp64`: additions, subtractions, products and roundings of numbers; `fp32` where an operand comes from a
 *   `Float32Array` or `Math.fround` and none from a `Float64Array` or a plain array. A number of JavaScript is a
 *   double, so what has no other origin is `fp64`;
 * - `int32`: the same on integers: elements of integer arrays, integer literals, results of bitwise operators, sums
 *   that go straight into one (`(a + b) | 0`), `Math.imul`, `++` and `--` of what is not a fraction;
 * - `logic`: and, or, xor, not, shifts;
 * - `compare`: comparisons, minimum, maximum, the choice of a `switch`;
 * - `special`: divisions, remainders, powers, roots, transcendental functions, strings, and calls of native functions.
 *   `specials` says how many of each.
 */
export const operationClasses = ['fp32', 'fp64', 'int32', 'logic', 'special', 'compare'] as const;

export type OperationClass = (typeof operationClasses)[number];

/** Executed operations and accesses to memory. */
export interface Operations {
  readonly classes: Readonly<Record<OperationClass, number>>;
  /** The class `special` by name: `divide`, `remainder`, `power`, `string`, `sqrt`, `sin`, …, `native`. */
  readonly specials: Readonly<Record<string, number>>;
  /** Elements and fields read; what native functions read is not seen. */
  readonly loads: number;
  readonly stores: number;
  /** Elements of typed arrays by their size, everything else as 8 bytes. */
  readonly loadBytes: number;
  readonly storeBytes: number;
  /** Of `fp32` and `fp64` the multiplications: with an addition each they are one instruction. */
  readonly products: number;
  /** Elements loaded and stored in bytes, none of more than 4: what they take in vectors of 32-bit numbers. */
  readonly packedBytes: number;
}

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One loop or function of the user's own. Lines and columns count from 1. */
export interface RegionOperations {
  readonly kind: 'loop' | 'function';
  /** The function's name; for a loop that of the function around it. `(module)` is the top level of a file. */
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** Loops around it inside its function. */
  readonly depth: number;
  readonly entries: number;
  /** Times the body ran, over all entries; for a function its calls. */
  readonly iterations: number;
  /** With what ran in nested loops and in functions called from it; recursion is counted once. */
  readonly inclusive: Operations;
  /** Its own alone. The exclusive operations of all regions add up to the total. */
  readonly exclusive: Operations;
  /**
   * Of the inclusive operations, loads and stores those that not every iteration runs alike: in branches that some did not
   * take, and in loops whose trips are decided by data and differed.
   */
  readonly conditional: number;
  /** Look-ups in Maps and Sets, which are no operations. */
  readonly hashed: number;
  /** The regions that it always runs inside of: loops around it, functions that call it, loops that they are called in. */
  readonly around: readonly Place[];
}

/** Executed operations by class, for each loop and function of a program; their sum is the trace's work. */
export interface OperationMix {
  readonly total: Operations;
  /** In source order. */
  readonly regions: readonly RegionOperations[];
  /** False where the program did not run to its end: the numbers are of what ran until then. */
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly stopped?: string;
  /** Where a count may be off, and why. */
  readonly uncertain: readonly { readonly file: string; readonly line: number; readonly reason: string }[];
}

/** Operations in total: the trace's work. */
export const workOf = ({ classes }: Operations): number =>
  operationClasses.reduce((sum, name) => sum + classes[name], 0);
