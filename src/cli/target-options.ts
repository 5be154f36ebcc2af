import type { Command } from 'commander';
import { closed, type ProgramSpec, parseAllow, resolveTarget, type Target } from '../target/index.ts';
import { loadWorkload, resolveSize } from '../workload/load.ts';
import { resolveParameters } from '../workload/parameters.ts';
import { type CommonOptions, list, wholeNumber, withCommon } from './options.ts';

/** Options of the verbs that look into a program: census and trace. */
export interface TargetOptions extends CommonOptions {
  readonly size?: string;
  readonly param?: string[];
  readonly variant?: string;
  readonly seed: number;
  readonly include?: string;
  readonly allow?: string[];
  readonly timeout: number;
}

const collect = (text: string, before: string[] | undefined): string[] => [...(before ?? []), text];

export const withTarget = (command: Command): Command =>
  withCommon(command)
    .option('--size <size>', 'size of the input (an integer, or a named size of a workload)')
    .option('--param <axis=value>', 'another axis of a workload; may be repeated', collect)
    .option('--variant <name>', 'variant of a workload (default naive)')
    .option('--seed <n>', 'seed of the input', wholeNumber('--seed', { min: 0, max: 2 ** 31 - 1 }), 1)
    .option('--include <packages>', "count these packages of node_modules as the user's own")
    .option(
      '--allow <what>',
      'open the confinement: read=<path>, write=<path>, net, child, worker, addons, wasi, all',
      collect,
    )
    .option(
      '--timeout <seconds>',
      'end the program after so long',
      wholeNumber('--timeout', { min: 1, max: 86_400 }),
      60,
    );

/** The program that the command line names, as plain data. */
export async function programOf(text: string, options: TargetOptions, args: readonly string[]): Promise<ProgramSpec> {
  const target = resolveTarget(text);
  return {
    target,
    seed: options.seed,
    args,
    include: list(options.include),
    ...(await selectionOf(target, options)),
    ...(options.variant === undefined ? {} : { variant: options.variant }),
  };
}

async function selectionOf(target: Target, { size, param }: TargetOptions): Promise<Partial<ProgramSpec>> {
  if (target.kind !== 'workload') {
    if (size === undefined) return {};
    return { size: wholeNumber('--size', { min: 0, max: Number.MAX_SAFE_INTEGER })(size) };
  }
  const workload = await loadWorkload(target.name);
  const parameters = resolveParameters(workload, param ?? [])[0];
  return {
    // Always said, so that what is printed is what ran.
    size: resolveSize(workload, size ?? Object.keys(workload.sizes)[0]!),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

export const confinementOf = ({ allow }: TargetOptions) => (allow ? parseAllow(allow) : closed);
