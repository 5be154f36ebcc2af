import type { PlannedGroup } from '../results/manifest.ts';
import { canonicalTarget, loadWorkload, resolveSize, UsageError } from '../workload/load.ts';
import { resolveParameters } from '../workload/parameters.ts';
import { unknownName } from '../workload/suggest.ts';
import type { AnyWorkload } from '../workload/types.ts';
import type { PlanOptions } from './define.ts';

/** What an experiment measures where the command line does not say otherwise. */
export interface PlanDefaults {
  readonly workloads: readonly string[];
  /** Names or integers, for each workload alike. */
  readonly sizes: readonly string[];
  /** Further values of the parameters, `axis=value`, by workload; the defaults otherwise. */
  readonly parameters?: Readonly<Record<string, readonly string[]>>;
}

/** Crosses workloads, sizes and parameters into groups; all variants of a group are measured together. */
export async function planGroups(options: PlanOptions, defaults: PlanDefaults): Promise<PlannedGroup[]> {
  const targets = options.workloads.length > 0 ? options.workloads : defaults.workloads;
  const groups: PlannedGroup[] = [];
  for (const target of targets) {
    const workload = await loadWorkload(target);
    const variants = chooseVariants(workload, options.variants);
    const given = options.parameters.length > 0 ? options.parameters : (defaults.parameters?.[workload.name] ?? []);
    const sizes = options.sizes.length > 0 ? options.sizes : defaults.sizes;
    for (const parameters of resolveParameters(workload, given))
      for (const size of new Set(sizes.map(name => resolveSize(workload, name))))
        groups.push({
          target: canonicalTarget(target),
          workload: workload.name,
          size,
          parameters,
          variants,
          sizeMeaning: workload.sizeMeaning ?? '',
          work: workload.work(size, parameters),
        });
  }
  return groups;
}

function chooseVariants(workload: AnyWorkload, wanted: readonly string[]): string[] {
  const known = workload.variants.map(({ name }) => name);
  if (wanted.length === 0) return known;
  for (const name of wanted)
    if (!known.includes(name)) throw new UsageError(`${workload.name}: ${unknownName('variant', name, known)}`);
  // The baseline always runs: a speed-up is over something.
  return known.filter(name => name === 'naive' || wanted.includes(name));
}
