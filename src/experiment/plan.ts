import { readFileSync } from 'node:fs';
import type { PlannedGroup } from '../results/manifest.ts';
import { sha256 } from '../results/provenance.ts';
import { askWorkload } from '../workload/ask.ts';
import { chooseWorkloads } from '../workload/choose.ts';
import { canonicalTarget, isFileTarget, loadWorkload, resolveSize } from '../workload/load.ts';
import { resolveParameters } from '../workload/parameters.ts';
import type { AnyWorkload } from '../workload/types.ts';
import { defaultSizes } from './default-sizes.ts';
import type { PlanOptions } from './define.ts';

/** What an experiment measures where the command line does not say otherwise. */
export interface PlanDefaults {
  readonly workloads: readonly string[];
  /** Names or integers, for each workload alike (which does without a name that it does not have) or by workload. */
  readonly sizes: readonly string[] | ((workload: AnyWorkload) => readonly string[]);
  /** Further values of the parameters, `axis=value`, by workload; the defaults otherwise. */
  readonly parameters?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Crosses workloads, sizes and parameters into groups; all variants of a group are measured together. Workloads that
 * know none of the variants or parameters asked for are left out with a remark.
 *
 * @throws UsageError where no workload knows a name; TargetError where a workload's file or function throws
 */
export async function planGroups(options: PlanOptions, defaults: PlanDefaults): Promise<PlannedGroup[]> {
  const targets = options.workloads.length > 0 ? options.workloads : defaults.workloads;
  const workloads = new Map<AnyWorkload, string>();
  for (const target of targets) workloads.set(await loadWorkload(target), target);
  const { chosen, left } = chooseWorkloads([...workloads.keys()], options);
  for (const text of left) options.remark?.(text);
  const groups: PlannedGroup[] = [];
  for (const { workload, ...known } of chosen) {
    const target = workloads.get(workload) as string;
    const variants = withBaseline(workload, known.variants);
    const given = options.parameters.length > 0 ? known.parameters : (defaults.parameters?.[workload.name] ?? []);
    const sizes = options.sizes.length > 0 ? options.sizes : sizesFor(workload, defaults);
    for (const parameters of resolveParameters(workload, given))
      for (const size of new Set(sizes.map(name => resolveSize(workload, name))))
        groups.push({
          target: canonicalTarget(target),
          workload: workload.name,
          size,
          parameters,
          variants,
          sizeMeaning: workload.sizeMeaning ?? '',
          work: askWorkload(workload, 'work', () => workload.work(size, parameters)),
          ...(workload.demands
            ? { demands: askWorkload(workload, 'demands', () => workload.demands?.(size, parameters) ?? {}) }
            : {}),
          narrowed: variants.length < workload.variants.length,
          targetSha256: isFileTarget(target) ? sha256(readFileSync(canonicalTarget(target))) : null,
        });
  }
  return groups;
}

const sizesFor = (workload: AnyWorkload, { sizes }: PlanDefaults): readonly string[] =>
  typeof sizes === 'function' ? sizes(workload) : defaultSizes(workload, sizes);

/** The baseline always runs: a speed-up is over something. */
function withBaseline({ variants }: AnyWorkload, wanted: readonly string[]): string[] {
  const known = variants.map(({ name }) => name);
  return wanted.length === 0 ? known : known.filter(name => name === 'naive' || wanted.includes(name));
}
