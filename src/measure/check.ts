import type { Device } from '../backends/device.ts';
import { classifyFailure, type FailureStatus } from '../backends/failure.ts';
import type { NumericArray, Output, Prepared, RanOn, Variant } from '../backends/variant.ts';
import { askWorkload } from '../workload/ask.ts';
import { type Accuracy, compareOutputs, fieldsOf } from '../workload/compare.ts';
import { type AnyWorkload, unitRoundoff, type Workload } from '../workload/types.ts';
import { fingerprint } from './hash.ts';

// Taken before any target is loaded: an output may bring a `fill` of its own, and a program replace everybody's.
const { apply, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
const typedArray = getPrototypeOf(Uint8Array.prototype) as Uint8Array;
const { fill, set } = typedArray;
const { isView } = ArrayBuffer;
const tagOf = getOwnPropertyDescriptor(typedArray, Symbol.toStringTag)?.get as () => string | undefined;
const lengthOf = getOwnPropertyDescriptor(typedArray, 'length')?.get as () => number;
const kinds: Readonly<Record<string, new (length: number) => NumericArray>> = {
  ...{ Float32Array, Float64Array, Int8Array, Int16Array, Int32Array },
  ...{ Uint8Array, Uint8ClampedArray, Uint16Array, Uint32Array },
};
const { keys } = Object;

/** One input with its right answer. */
export interface Problem<I, O extends Output> {
  readonly input: I;
  readonly want: O;
  readonly fingerprint: string;
}

/** How a check of a variant ended. */
export type CheckOutcome =
  | { readonly status: 'ok'; readonly accuracy: Accuracy; readonly ranOn: RanOn }
  | { readonly status: 'incorrect'; readonly accuracy?: Accuracy; readonly reason: string; readonly ranOn: RanOn }
  | { readonly status: 'skipped' | FailureStatus; readonly reason: string };

/** @throws WorkloadFault where the workload's reference throws */
export async function poseProblem<I, O extends Output>(workload: Workload<I, O>, input: I): Promise<Problem<I, O>> {
  const want = await askWorkload(workload as unknown as AnyWorkload, 'reference', () => workload.reference(input));
  return { input, want, fingerprint: fingerprint(input) };
}

/**
 * Compares an output with the reference and then spoils it: whoever hands out the same memory again without
 * writing it fails the next comparison.
 */
export function judge(
  workload: AnyWorkload,
  variant: Variant<never, Output>,
  { problem, got, ranOn }: { problem: Problem<unknown, Output>; got: Output; ranOn: RanOn },
): CheckOutcome {
  const precision = variant.precision ?? 'f32';
  const tolerance = workload.tolerance(problem.input, problem.want, unitRoundoff[precision]);
  const accuracy = compareOutputs(got, problem.want, tolerance);
  spoil(got);
  if (fingerprint(problem.input) !== problem.fingerprint)
    return { status: 'incorrect', accuracy, reason: 'changed its input', ranOn };
  if (!accuracy.ok) return { status: 'incorrect', accuracy, reason: describeError(accuracy), ranOn };
  return { status: 'ok', accuracy, ranOn };
}

/** The worst element in words: index, value, reference, error and what was allowed. */
export function describeError({ mismatch, worst }: Accuracy): string {
  if (mismatch) return mismatch;
  if (!worst) return 'differs from the reference';
  const place = `${worst.field === '' ? 'element' : worst.field}[${worst.index}]`;
  const error = Math.abs(worst.got - worst.want);
  return `${place} is ${worst.got}, the reference says ${worst.want}: error ${error.toPrecision(3)}, allowed ${worst.allowed.toPrecision(3)}`;
}

/** Fills an output with values that no right answer has. */
export function spoil(output: Output): void {
  const fields = fieldsOf(output);
  const names = keys(fields);
  for (let at = 0; at < names.length; at++) {
    const array = fields[names[at] as string];
    if (isView(array)) apply(fill, array, [/^Float/.test(apply(tagOf, array, []) ?? '') ? Number.NaN : 0xa5]);
  }
}

/**
 * An output as it is at this moment: whoever goes on writing after saying that it is done (in a job of the event loop, in
 * a worker) is judged by what was there. What is no array of numbers stays as it is, for the judge to name.
 */
export function snapshot(output: Output): Output {
  if (isView(output)) return copyOf(output);
  const fields = fieldsOf(output);
  const names = keys(fields);
  if (names.length === 0) return output;
  const copy: Record<string, NumericArray> = {};
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as string;
    const array = fields[name];
    copy[name] = (isView(array) ? copyOf(array) : array) as NumericArray;
  }
  return copy;
}

function copyOf(array: NumericArray): NumericArray {
  const Kind = kinds[apply(tagOf, array, []) ?? ''];
  if (!Kind) return array;
  const copy = new Kind(apply(lengthOf, array, []));
  apply(set, copy, [array]);
  return copy;
}

/** One pass over all phases, poisoned before. */
export async function runOnce<I, O extends Output>(prepared: Prepared<I, O>, input: I): Promise<O> {
  await prepared.activate?.();
  await prepared.upload(input);
  await prepared.poison?.();
  await prepared.dispatch();
  return prepared.readback();
}

/**
 * Checks one variant on problems of one shape, with one preparation. Two or more problems catch a variant that
 * returns what it computed before.
 */
export async function checkVariant<I, O extends Output>(
  workload: Workload<I, O>,
  variant: Variant<I, O>,
  { device, problems }: { device: Device; problems: readonly Problem<I, O>[] },
): Promise<CheckOutcome> {
  const first = problems[0];
  if (!first) return { status: 'skipped', reason: 'no input to check on' };
  let prepared: Prepared<I, O> | undefined;
  try {
    const reason = askWorkload(workload as unknown as AnyWorkload, `${variant.name}.unsupported`, () =>
      variant.unsupported?.(first.input),
    );
    if (reason) return { status: 'skipped', reason };
    prepared = await variant.prepare(device, first.input);
    let outcome: CheckOutcome | undefined;
    for (const problem of problems) {
      const got = await runOnce(prepared, problem.input);
      outcome = judge(workload as unknown as AnyWorkload, variant as unknown as Variant<never, Output>, {
        problem,
        got,
        ranOn: prepared.ranOn(),
      });
      if (outcome.status !== 'ok') return outcome;
    }
    return outcome as CheckOutcome;
  } catch (error) {
    return classifyFailure(error);
  } finally {
    await disposeQuietly(prepared);
  }
}

/** Releases what a variant holds; a device that is already lost cannot be tidied up, and that is no news. */
export async function disposeQuietly(prepared: AsyncDisposable | undefined): Promise<void> {
  try {
    await prepared?.[Symbol.asyncDispose]();
  } catch {
    // Whatever went wrong before is the failure to report.
  }
}
