import { openDevice } from '../../src/backends/device.ts';
import type { Output } from '../../src/backends/variant.ts';
import { type CheckOutcome, checkVariant, poseProblem } from '../../src/measure/check.ts';
import { createRandom } from '../../src/workload/random.ts';
import type { Parameters, Workload } from '../../src/workload/types.ts';

const device = openDevice({ cores: 2 });

/** Checks one variant of a workload on two seeds of a size, as `pgram run` does. */
export async function checkAt<I, O extends Output>(
  workload: Workload<I, O>,
  variantName: string,
  { size, parameters = {} }: { size: number; parameters?: Parameters },
): Promise<CheckOutcome> {
  const inputs = [1, 2].map(seed => workload.inputs(size, createRandom(seed), parameters));
  return checkInputs(workload, variantName, inputs);
}

/** Checks one variant on the inputs given, all of one shape. */
export async function checkInputs<I, O extends Output>(
  workload: Workload<I, O>,
  variantName: string,
  inputs: readonly I[],
): Promise<CheckOutcome> {
  const variant = workload.variants.find(({ name }) => name === variantName);
  if (!variant) throw new Error(`${workload.name} has no variant ${variantName}`);
  const problems = await Promise.all(inputs.map(input => poseProblem(workload, input)));
  return checkVariant(workload, variant, { device, problems });
}
