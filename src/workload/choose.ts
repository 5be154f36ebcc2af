import { UsageError } from './load.ts';
import { resolveParameters } from './parameters.ts';
import { unknownName } from './suggest.ts';
import type { AnyWorkload } from './types.ts';

/** Variants and `axis=value` entries as typed; empty lists narrow nothing down. */
export interface Wanted {
  readonly variants: readonly string[];
  readonly parameters: readonly string[];
}

/** A workload with what it knows of the variants and parameters that were asked for. */
export interface Chosen extends Wanted {
  readonly workload: AnyWorkload;
}

/**
 * Which of several workloads a selection is about: those that know one of the variants and one of the parameters. The
 * others are left out; each of `left` says of one why.
 *
 * @throws UsageError where none of the workloads knows a name, or none is left
 */
export function chooseWorkloads(
  workloads: readonly AnyWorkload[],
  { variants, parameters }: Wanted,
): { chosen: Chosen[]; left: string[] } {
  for (const name of variants)
    if (!workloads.some(workload => knowsVariant(workload, name))) throw unknownVariant(workloads, name);
  for (const entry of parameters)
    if (!workloads.some(workload => knowsParameter(workload, entry))) throw unknownParameter(workloads, entry);
  const chosen: Chosen[] = [];
  const left: string[] = [];
  for (const workload of workloads) {
    const known: Chosen = {
      workload,
      variants: variants.filter(name => knowsVariant(workload, name)),
      parameters: parameters.filter(entry => knowsParameter(workload, entry)),
    };
    if (known.variants.length === 0 && variants.length > 0)
      left.push(`${workload.name} is left out: it has no variant ${variants.join(' or ')}`);
    else if (known.parameters.length === 0 && parameters.length > 0)
      left.push(`${workload.name} is left out: it does not know --param ${parameters.join(' or ')}`);
    else chosen.push(known);
  }
  if (chosen.length === 0 && workloads.length > 0)
    throw new UsageError(`no workload knows both --variant ${variants.join(',')} and --param ${parameters.join(' ')}.`);
  return { chosen, left };
}

const knowsVariant = ({ variants }: AnyWorkload, name: string): boolean => variants.some(each => each.name === name);

function knowsParameter(workload: AnyWorkload, entry: string): boolean {
  try {
    resolveParameters(workload, [entry]);
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

function unknownVariant(workloads: readonly AnyWorkload[], name: string): UsageError {
  const known = new Set(workloads.flatMap(({ variants }) => variants.map(each => each.name)));
  const whose = workloads.length === 1 ? `${workloads[0]?.name}: ` : '';
  return new UsageError(`${whose}${unknownName('variant', name, [...known])}`);
}

function unknownParameter(workloads: readonly AnyWorkload[], entry: string): unknown {
  const [axis = ''] = entry.split('=');
  const axesOf = ({ parameters = {} }: AnyWorkload): string[] => Object.keys(parameters);
  // Whoever has the axis says best what is wrong with the value.
  const witness = workloads.find(workload => axesOf(workload).includes(axis)) ?? workloads[0];
  if (witness && (workloads.length === 1 || axesOf(witness).includes(axis)))
    try {
      resolveParameters(witness, [entry]);
    } catch (error) {
      return error;
    }
  return new UsageError(unknownName('parameter', axis, [...new Set(workloads.flatMap(axesOf))]));
}
