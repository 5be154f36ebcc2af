import type { Command } from 'commander';
import { closed, type ProgramSpec, parseAllow, type Selection, selectProgram } from '../target/index.ts';
import { type CommonOptions, collect, list, wholeNumber, withCommon } from './options.ts';

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

/** Which program, as the command line says it. */
export const selectionOf = (options: TargetOptions, args: readonly string[]): Selection => ({
  seed: options.seed,
  args,
  include: list(options.include),
  ...(options.size === undefined ? {} : { size: options.size }),
  ...(options.param === undefined ? {} : { parameters: options.param }),
  ...(options.variant === undefined ? {} : { variant: options.variant }),
});

/** The program that the command line names, as plain data. */
export const programOf = (text: string, options: TargetOptions, args: readonly string[]): Promise<ProgramSpec> =>
  selectProgram(text, selectionOf(options, args));

export const confinementOf = ({ allow }: TargetOptions) => (allow ? parseAllow(allow) : closed);
