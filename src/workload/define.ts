import { isVariantName } from '../backends/names.ts';
import type { Output } from '../backends/variant.ts';
import type { Workload } from './types.ts';

const mark = Symbol.for('parallelogram.workload');
const nameForm = /^[a-z][a-z0-9-]*$/;

/**
 * Declares a workload. A file with one as its default export works with every verb, like those that ship.
 *
 * @throws TypeError that names the field, what it holds and what it should hold
 */
export function defineWorkload<I, O extends Output>(workload: Workload<I, O>): Workload<I, O> {
  const fail = (field: string, problem: string): never => {
    throw new TypeError(`workload \`${workload?.name ?? '(unnamed)'}\`: ${field} ${problem}`);
  };
  if (!nameForm.test(workload.name ?? '')) fail('name', 'must be lower-case letters, digits and dashes');
  for (const field of ['inputs', 'reference', 'tolerance', 'work'] as const)
    if (typeof workload[field] !== 'function') fail(field, 'must be a function');
  const sizes = Object.entries(workload.sizes ?? {});
  if (sizes.length === 0) fail('sizes', 'must name at least one size, e.g. { small: 128 }');
  for (const [name, size] of sizes)
    if (!Number.isSafeInteger(size) || size < 0) fail(`sizes.${name}`, `is ${size}; it must be an integer ≥ 0`);
  for (const [axis, values] of Object.entries(workload.parameters ?? {}))
    if (!Array.isArray(values) || values.length === 0) fail(`parameters.${axis}`, 'must list at least one value');
  if (!Array.isArray(workload.variants) || workload.variants.length === 0)
    fail('variants', 'must list at least one variant');
  const seen = new Set<string>();
  for (const variant of workload.variants) {
    if (!isVariantName(variant?.name ?? ''))
      fail(
        'variants',
        `has \`${variant?.name}\`, which is neither in the list of variant names nor a package's name (docs/vocabulary.md)`,
      );
    if (typeof variant.prepare !== 'function')
      fail(`variants.${variant.name}`, 'has no prepare(); make it with callVariant, webgpuVariant, …');
    if (seen.has(variant.name)) fail('variants', `has \`${variant.name}\` twice`);
    seen.add(variant.name);
  }
  if (workload.variants[0]?.name !== 'naive')
    fail('variants', 'must begin with `naive`, the baseline that speed-ups are over');
  return Object.assign(workload, { [mark]: true });
}

/** Whether a value was made by `defineWorkload`, be it of this copy of the package or another. */
export const isWorkload = (value: unknown): value is Workload =>
  typeof value === 'object' && value !== null && mark in value;
