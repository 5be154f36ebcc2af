import type { Device } from '../backends/device.ts';
import { askWorkload } from '../workload/ask.ts';
import { chooseWorkloads } from '../workload/choose.ts';
import { resolveSize } from '../workload/load.ts';
import { allParameters, resolveParameters } from '../workload/parameters.ts';
import { createRandom } from '../workload/random.ts';
import type { AnyWorkload, Parameters } from '../workload/types.ts';
import { type CheckOutcome, checkVariant, poseProblem } from './check.ts';

/** What to check; empty lists stand for the default: smoke and small sizes, every case, all parameters, all variants. */
export interface CheckSelection {
  readonly sizes: readonly string[];
  readonly parameters: readonly string[];
  readonly variants: readonly string[];
  readonly seed: number;
}

/** What a check is about. */
export interface CheckPlace {
  readonly workload: string;
  /** Empty where the workload itself is asked for its inputs and their right answers. */
  readonly variant: string;
  /** `size 17`, or the name of one of the workload's cases. */
  readonly input: string;
  readonly parameters: Parameters;
}

export interface Check extends CheckPlace {
  readonly outcome: CheckOutcome;
}

/** Where checking goes on after a check that ended its process, and who hears what begins. */
export interface CheckSitting {
  readonly device: Device;
  /** Checks, in their order, that earlier sittings have dealt with. */
  readonly from: number;
  /** Variants that did not come back: asking them again would only take as long again. */
  readonly hung: readonly string[];
  begins(place: CheckPlace): void;
}

/**
 * Checks every variant of a workload, on two seeds of every size and once on each of its cases, always in the same
 * order.
 *
 * @throws UsageError where the workload knows a size, parameter or variant not
 * @throws WorkloadFault where one of the workload's own functions throws
 */
export async function* checkWorkload(
  workload: AnyWorkload,
  selection: CheckSelection,
  { device, from, hung, begins }: CheckSitting,
): AsyncGenerator<Check> {
  chooseWorkloads([workload], selection);
  const variants = workload.variants.filter(
    ({ name }) => selection.variants.length === 0 || selection.variants.includes(name),
  );
  const combinations =
    selection.parameters.length > 0 ? resolveParameters(workload, selection.parameters) : allParameters(workload);
  let done = 0;
  for (const parameters of combinations) {
    const place = { workload: workload.name, variant: '', parameters };
    begins({ ...place, input: 'its cases' });
    for (const { input, pose } of inputsOf(workload, parameters, selection)) {
      const first = done;
      done += variants.length;
      if (done <= from) continue;
      begins({ ...place, input });
      const problems = await Promise.all(pose().map(value => poseProblem(workload, value)));
      for (const variant of variants.slice(Math.max(0, from - first))) {
        const at = { ...place, variant: variant.name, input };
        begins(at);
        const outcome: CheckOutcome = hung.includes(variant.name)
          ? { status: 'skipped', reason: 'it did not come back from an earlier check' }
          : await checkVariant(workload, variant, { device, problems });
        yield { ...at, outcome };
      }
    }
  }
}

function inputsOf(
  workload: AnyWorkload,
  parameters: Parameters,
  { sizes, seed }: CheckSelection,
): { input: string; pose: () => unknown[] }[] {
  const named = Object.values(workload.sizes).slice(0, 2);
  const chosen = sizes.length > 0 ? sizes.map(size => resolveSize(workload, size)) : named;
  const sized = [...new Set(chosen)].map(size => ({
    input: `size ${size}`,
    pose: () =>
      [seed, seed + 1].map(each =>
        askWorkload(workload, 'inputs', () => workload.inputs(size, createRandom(each), parameters) as unknown),
      ),
  }));
  if (sizes.length > 0) return sized;
  const cases = askWorkload(workload, 'cases', () => workload.cases?.(createRandom(seed), parameters) ?? {});
  return [...sized, ...Object.entries(cases).map(([input, value]) => ({ input, pose: () => [value as unknown] }))];
}
