import type { Device } from '../backends/device.ts';
import { resolveSize, UsageError } from '../workload/load.ts';
import { allParameters, resolveParameters } from '../workload/parameters.ts';
import { createRandom } from '../workload/random.ts';
import { unknownName } from '../workload/suggest.ts';
import type { AnyWorkload, Parameters } from '../workload/types.ts';
import { type CheckOutcome, checkVariant, poseProblem } from './check.ts';

/** What to check; empty lists stand for the default: smoke and small sizes, every case, all parameters, all variants. */
export interface CheckSelection {
  readonly sizes: readonly string[];
  readonly parameters: readonly string[];
  readonly variants: readonly string[];
  readonly seed: number;
}

export interface Check {
  readonly variant: string;
  /** `size 17`, or the name of one of the workload's cases. */
  readonly input: string;
  readonly parameters: Parameters;
  readonly outcome: CheckOutcome;
}

/** Checks every variant of a workload, on two seeds of every size and once on each of its cases. */
export async function* checkWorkload(
  workload: AnyWorkload,
  selection: CheckSelection,
  device: Device,
): AsyncGenerator<Check> {
  const known = workload.variants.map(({ name }) => name);
  for (const name of selection.variants)
    if (!known.includes(name)) throw new UsageError(`${workload.name}: ${unknownName('variant', name, known)}`);
  const variants = workload.variants.filter(
    ({ name }) => selection.variants.length === 0 || selection.variants.includes(name),
  );
  const combinations =
    selection.parameters.length > 0 ? resolveParameters(workload, selection.parameters) : allParameters(workload);
  for (const parameters of combinations)
    for (const { input, inputs } of inputsOf(workload, parameters, selection)) {
      const problems = await Promise.all(inputs.map(value => poseProblem(workload, value)));
      for (const variant of variants)
        yield {
          variant: variant.name,
          input,
          parameters,
          outcome: await checkVariant(workload, variant, { device, problems }),
        };
    }
}

function* inputsOf(
  workload: AnyWorkload,
  parameters: Parameters,
  { sizes, seed }: CheckSelection,
): Generator<{ input: string; inputs: unknown[] }> {
  const named = Object.values(workload.sizes).slice(0, 2);
  const chosen = sizes.length > 0 ? sizes.map(size => resolveSize(workload, size)) : named;
  for (const size of new Set(chosen)) {
    const inputs = [seed, seed + 1].map(each => workload.inputs(size, createRandom(each), parameters) as unknown);
    yield { input: `size ${size}`, inputs };
  }
  if (sizes.length > 0) return;
  for (const [name, input] of Object.entries(workload.cases?.(createRandom(seed), parameters) ?? {}))
    yield { input: name, inputs: [input] };
}
