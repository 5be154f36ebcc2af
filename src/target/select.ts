import { loadWorkload, resolveSize, UsageError } from '../workload/load.ts';
import { resolveParameters } from '../workload/parameters.ts';
import { unknownName } from '../workload/suggest.ts';
import type { ProgramSpec } from './program.ts';
import { resolveTarget, type Target, targetLabel } from './resolve.ts';

/** Which program, and what it works on, in the words of the command line. */
export interface Selection {
  /** An integer, or a named size of a workload; a workload's first one where left out. */
  readonly size?: string | number;
  /** `axis=value` of a workload. */
  readonly parameters?: readonly string[];
  /** Of a workload; default `naive`. */
  readonly variant?: string;
  /** Of the inputs; default 1. */
  readonly seed?: number;
  /** Arguments of a script. */
  readonly args?: readonly string[];
  /** Packages of node_modules to treat as the user's own. */
  readonly include?: readonly string[];
}

/**
 * The program that a text names (a workload's name or alias, `file.ts`, `file.ts#function`), as plain data.
 *
 * @throws UsageError that names what is unknown, with a suggestion
 */
export async function selectProgram(text: string, selection: Selection = {}): Promise<ProgramSpec> {
  const target = resolveTarget(text);
  const { seed = 1, args = [], include = [], variant } = selection;
  return {
    target,
    seed,
    args,
    include,
    ...(await sizeOf(target, selection)),
    ...(variant === undefined ? {} : { variant }),
  };
}

async function sizeOf(target: Target, { size, parameters = [], variant }: Selection): Promise<Partial<ProgramSpec>> {
  if (target.kind !== 'workload') {
    const option = parameters.length > 0 ? '--param' : variant === undefined ? undefined : '--variant';
    if (target.kind === 'function' && option)
      throw new UsageError(`${option} is for workloads, and ${targetLabel(target)} is a function. Leave it out.`);
    if (size === undefined) return {};
    if (/^\d+$/.test(String(size)) && Number.isSafeInteger(Number(size))) return { size: Number(size) };
    throw new UsageError(`--size is \`${size}\`; it must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`);
  }
  const workload = await loadWorkload(target.name);
  const known = workload.variants.map(({ name }) => name);
  if (variant !== undefined && !known.includes(variant))
    throw new UsageError(`${workload.name}: ${unknownName('variant', variant, known)}`);
  const chosen = resolveParameters(workload, parameters)[0];
  return {
    // Always said, so that what is printed is what ran.
    size: resolveSize(workload, String(size ?? Object.keys(workload.sizes)[0]!)),
    ...(chosen === undefined ? {} : { parameters: chosen }),
  };
}
