import { types } from 'node:util';
import type { NumericArray, Output } from '../backends/variant.ts';
import type { Tolerance } from './types.ts';

// Taken before any target is loaded: whoever puts others in their place blinds only itself.
const { abs, floor, log2, max } = Math;
const { getOwnPropertyDescriptor, is, keys } = Object;
const { isView } = ArrayBuffer;
const { isProxy } = types;

/** The element that lies furthest outside (or closest to the edge of) what is allowed. */
export interface WorstElement {
  readonly field: string;
  readonly index: number;
  readonly got: number;
  readonly want: number;
  /** Largest |got − want| allowed at this element. */
  readonly allowed: number;
}

/** How far an output lies from the reference. */
export interface Accuracy {
  readonly ok: boolean;
  /** Elements compared. */
  readonly compared: number;
  readonly maxAbsError: number;
  /** |got − want| / |want| over elements with want ≠ 0. */
  readonly maxRelError: number;
  /** In units in the last place of the output's own type; for integers the plain difference. */
  readonly maxUlp: number;
  /** The allowed |got − want| at the worst element. */
  readonly tolerance: number;
  /** Largest |got − want| / allowed; at most 1 where the output is right. */
  readonly worstShare: number;
  readonly worst?: WorstElement;
  /** Why the outputs cannot be compared at all (a missing field, a wrong length). */
  readonly mismatch?: string;
}

const wrong = (mismatch: string): Accuracy => ({
  ok: false,
  compared: 0,
  maxAbsError: Number.NaN,
  maxRelError: Number.NaN,
  maxUlp: Number.NaN,
  tolerance: Number.NaN,
  worstShare: Number.POSITIVE_INFINITY,
  mismatch,
});

/**
 * The arrays of an output by name, '' where it is one array; nothing of what is no output at all, nor of what is computed
 * when it is looked at (a getter, a proxy): that would be work that no clock has seen.
 */
export function fieldsOf(output: Output): Readonly<Record<string, NumericArray>> {
  if (isView(output)) return { '': output as NumericArray };
  const fields: Record<string, NumericArray> = {};
  if (typeof output !== 'object' || output === null || isProxy(output)) return fields;
  const names = keys(output);
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as string;
    const property = getOwnPropertyDescriptor(output, name);
    if (property && 'value' in property) fields[name] = property.value as NumericArray;
  }
  return fields;
}

const isTolerance = (tolerance: Tolerance | Readonly<Record<string, Tolerance>>): tolerance is Tolerance =>
  typeof (tolerance as Tolerance).kind === 'string';

/** Compares an output with the reference, element by element, in f64. Equal NaNs count as equal; −0 equals +0 unless exact. */
export function compareOutputs(
  got: Output,
  want: Output,
  tolerance: Tolerance | Readonly<Record<string, Tolerance>>,
): Accuracy {
  const gotFields = fieldsOf(got);
  let total: Accuracy | undefined;
  const wantFields = fieldsOf(want);
  const names = keys(wantFields);
  for (let at = 0; at < names.length; at++) {
    const field = names[at] as string;
    const wanted = wantFields[field] as NumericArray;
    const label = field === '' ? 'the output' : `output \`${field}\``;
    const given = gotFields[field];
    if (!isView(given))
      return wrong(
        `${label} is ${given === undefined && field !== '' ? 'missing' : `${kindOf(given ?? got)}, not a typed array`}`,
      );
    if (given.length !== wanted.length)
      return wrong(`${label} has ${given.length} elements; the reference has ${wanted.length}`);
    const allowed = isTolerance(tolerance) ? tolerance : tolerance[field];
    if (!allowed) return wrong(`the workload states no tolerance for ${label}`);
    const unusable = unusableTolerance(allowed);
    if (unusable) return wrong(`the workload's tolerance for ${label} ${unusable}`);
    const accuracy = compareArrays(field, given, wanted, allowed);
    total = total ? merge(total, accuracy) : accuracy;
  }
  return total ?? wrong('the reference has no output');
}

const kindOf = (value: unknown): string =>
  value === null || value === undefined ? String(value) : Array.isArray(value) ? 'an Array' : `of type ${typeof value}`;

/** What a file that nobody type-checked may say; with NaN for a bound no output would be right, and no message would say why. */
function unusableTolerance(tolerance: Tolerance): string | undefined {
  if (tolerance.kind === 'exact') return undefined;
  const { kind, bound } = tolerance;
  if (kind !== 'absolute' && kind !== 'relative')
    return `is of kind \`${kind}\`; it must be exact, absolute or relative`;
  if (kind === 'absolute' && isView(bound)) return undefined;
  if (!((bound as number) >= 0)) return `has the bound ${bound}; it must be a number, 0 or more`;
  if (kind === 'relative' && !((tolerance.floor ?? 0) >= 0))
    return `has the floor ${tolerance.floor}; it must be a number, 0 or more`;
  return undefined;
}

function compareArrays(field: string, got: NumericArray, want: NumericArray, tolerance: Tolerance): Accuracy {
  const ulpOf = ulpFunction(got);
  let maxAbsError = 0;
  let maxRelError = 0;
  let maxUlp = 0;
  let worstShare = 0;
  let worst: WorstElement | undefined;
  for (let index = 0; index < want.length; index++) {
    const have = got[index] as number;
    const expected = want[index] as number;
    const same =
      tolerance.kind === 'exact' ? is(have, expected) : have === expected || (have !== have && expected !== expected);
    if (same && worst) continue;
    const allowed = allowedAt(tolerance, index, expected);
    const difference = same ? 0 : abs(have - expected);
    const error = same ? 0 : difference === difference ? difference : Number.POSITIVE_INFINITY;
    const share =
      same || (error <= allowed && !(tolerance.kind === 'exact'))
        ? allowed > 0 && error > 0
          ? error / allowed
          : 0
        : max(error / allowed, 1 + 2 ** -52) || Number.POSITIVE_INFINITY;
    if (!same) {
      if (error > maxAbsError) maxAbsError = error;
      const relative = expected === 0 ? 0 : error / abs(expected);
      if (relative > maxRelError) maxRelError = relative;
      const ulp = error / ulpOf(expected);
      if (ulp > maxUlp) maxUlp = ulp;
    }
    if (!worst || share > worstShare) {
      worstShare = share;
      worst = { field, index, got: have, want: expected, allowed };
    }
  }
  return {
    ok: worstShare <= 1,
    compared: want.length,
    maxAbsError,
    maxRelError,
    maxUlp,
    tolerance: worst?.allowed ?? 0,
    worstShare,
    ...(worst ? { worst } : {}),
  };
}

function allowedAt(tolerance: Tolerance, index: number, want: number): number {
  if (tolerance.kind === 'exact') return 0;
  if (tolerance.kind === 'relative') return tolerance.bound * max(abs(want), tolerance.floor ?? 0);
  return typeof tolerance.bound === 'number' ? tolerance.bound : (tolerance.bound[index] ?? 0);
}

/** Distance between neighbouring numbers of the array's type around a value. */
function ulpFunction(array: NumericArray): (value: number) => number {
  const bits = array instanceof Float32Array ? 23 : array instanceof Float64Array ? 52 : undefined;
  if (bits === undefined) return () => 1;
  const least = bits === 23 ? -126 : -1022;
  return value => {
    const magnitude = abs(value);
    if (!(magnitude > 0) || magnitude === Number.POSITIVE_INFINITY) return 2 ** (least - bits);
    const rounded = floor(log2(magnitude));
    // Just below a power of two the logarithm is rounded up to it.
    const exponent = 2 ** rounded > magnitude ? rounded - 1 : rounded;
    return 2 ** (max(exponent, least) - bits);
  };
}

function merge(a: Accuracy, b: Accuracy): Accuracy {
  const dominant = b.worstShare > a.worstShare ? b : a;
  return {
    ...dominant,
    ok: a.ok && b.ok,
    compared: a.compared + b.compared,
    maxAbsError: max(a.maxAbsError, b.maxAbsError),
    maxRelError: max(a.maxRelError, b.maxRelError),
    maxUlp: max(a.maxUlp, b.maxUlp),
  };
}
