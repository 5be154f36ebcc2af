import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../workload/load.ts';

/** Options that every verb understands. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** Options of the verbs that measure. */
export interface MeasureOptions extends CommonOptions {
  readonly size?: string;
  readonly param?: string[];
  readonly variant?: string;
  readonly seed: number;
  readonly out: string;
  readonly resume?: string;
  readonly processes?: number;
  readonly quick?: boolean;
  readonly gpuProfile: 'safe' | 'record';
  readonly probe: boolean;
  readonly reprobe?: boolean;
  readonly requireGpu?: boolean;
  readonly dryRun?: boolean;
}

/** A whole number within bounds, or a usage error that names the option. */
export function wholeNumber(option: string, { min, max }: { min: number; max: number }): (text: string) => number {
  return text => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new UsageError(`${option} is \`${text}\`; it must be a whole number from ${min} to ${max}.`);
  };
}

export function oneOf<T extends string>(option: string, choices: readonly T[]): (text: string) => T {
  return text => {
    if ((choices as readonly string[]).includes(text)) return text as T;
    throw new UsageError(`${option} is \`${text}\`; it must be one of: ${choices.join(', ')}.`);
  };
}

/** For an option that may be repeated. */
export const collect = (text: string, before: string[] | undefined): string[] => [...(before ?? []), text];

export const withCommon = (command: Command): Command =>
  command
    .option('--json', 'print one JSON document on stdout')
    .option('--quiet', 'no progress on stderr')
    .option('--debug', 'show stack traces');

export const withSelection = (command: Command): Command =>
  command
    .option('--size <size>', "an integer, or one of the workload's named sizes; several with commas")
    .option('--param <axis=value>', "another axis of the workload; 'all' for every value; may be repeated", collect)
    .option('--variant <names>', 'only these variants, comma-separated (what measures adds the baseline)')
    .option(
      '--seed <n>',
      'seed of the inputs and of the random order',
      wholeNumber('--seed', { min: 0, max: 2 ** 31 - 1 }),
      1,
    )
    .option('--require-gpu', 'fail with exit code 3 where no hardware GPU is found');

export const withMeasuring = (command: Command): Command =>
  withSelection(command)
    .option('--out <folder>', 'where run folders are made', 'results')
    .option('--dry-run', 'show the plan and its expected time; measure and write nothing')
    .option('--resume <run>', 'go on with an interrupted run folder')
    .option('--quick', 'three processes a cell instead of ten')
    .option('--processes <n>', 'independent processes a cell', wholeNumber('--processes', { min: 1, max: 1000 }))
    .option(
      '--gpu-profile <profile>',
      "'safe', or 'record': without Dawn's bounds checks",
      oneOf('--gpu-profile', ['safe', 'record']),
      'safe',
    )
    .option('--no-probe', 'do not probe the ceilings of this machine')
    .option('--reprobe', 'probe them again, though they are known');

/** What is measured and how, of what a command line says; the same here and on a cluster. */
export const planned = (options: MeasureOptions) => ({
  sizes: list(options.size),
  variants: list(options.variant),
  parameters: options.param ?? [],
  quick: options.quick === true,
  out: resolve(options.out),
  seed: options.seed,
  gpuProfile: options.gpuProfile,
  arguments: process.argv.slice(2),
  ...(options.processes === undefined ? {} : { processes: options.processes }),
});

export const list = (text: string | undefined): string[] =>
  text
    ?.split(',')
    .map(part => part.trim())
    .filter(Boolean) ?? [];
