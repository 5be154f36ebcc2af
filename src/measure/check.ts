import type { Device } from '../backends/device.ts';
import { classifyFailure, type FailureStatus } from '../backends/failure.ts';
import type { Output, Prepared, RanOn, Variant } from '../backends/variant.ts';
import { askWorkload } from '../workload/ask.ts';
import { type Accuracy, compareOutputs, fieldsOf } from '../workload/compare.ts';
import { type AnyWorkload, unitRoundoff, type Workload } from '../workload/types.ts';
import { fingerprint } from './hash.ts';

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
  for (const array of Object.values(fieldsOf(output)).filter(ArrayBuffer.isView))
    array.fill(array instanceof Float32Array || array instanceof Float64Array ? Number.NaN : 0xa5);
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
