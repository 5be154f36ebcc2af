import type { WorkModel } from '../../src/workload/types.ts';
import { mix as arithmetic, exampleArithmetic } from './example-arithmetic.ts';
import { mix as controlFlow, exampleControlFlow } from './example-control-flow.ts';
import { exampleFunctionCalls, mix as functionCalls } from './example-function-calls.ts';
import { type Cells, exampleLoadStore, mix as loadStore } from './example-load-store.ts';
import type { Mix } from './mix.ts';

/** A program that takes a number of iterations and returns a number that is known beforehand. */
export interface CountingProgram {
  readonly run: (n: number) => number;
  /** What it returns, in closed form. */
  readonly result: (n: number) => number;
  /** Operations on data: arithmetic and logic on values that are neither subscripts nor loop counters. */
  readonly operations: (n: number) => number;
  readonly operationUnit: WorkModel['operationUnit'];
  readonly mix: Mix;
  readonly file: URL;
}

const at = (name: string): URL => new URL(name, import.meta.url);

export const countingPrograms = {
  example_arithmetic: {
    run: exampleArithmetic,
    result: n => 5.5 * n,
    operations: n => 16 * n,
    operationUnit: 'flop',
    mix: arithmetic,
    file: at('./example-arithmetic.ts'),
  },
  example_control_flow: {
    run: exampleControlFlow,
    result: n => Math.floor(n / 2),
    operations: n => n + Math.floor(n / 2),
    operationUnit: 'intop',
    mix: controlFlow,
    file: at('./example-control-flow.ts'),
  },
  example_function_calls: {
    run: exampleFunctionCalls,
    result: n => 2 * n,
    operations: n => 2 * n,
    operationUnit: 'intop',
    mix: functionCalls,
    file: at('./example-function-calls.ts'),
  },
} as const satisfies Record<string, CountingProgram>;

/** The one that works on arrays instead. */
export const loadStoreProgram = {
  run: exampleLoadStore as (n: number, cells: Cells) => void,
  mix: loadStore,
  file: at('./example-load-store.ts'),
} as const;

export type CountingName = keyof typeof countingPrograms;

/** The values of the axis `program`; the first is the default. */
export const programNames = [
  'example_arithmetic',
  'example_control_flow',
  'example_function_calls',
  'example_load_store',
] as const;

/** The formulas and the file of each program, for whoever counts them. */
export const calibrationMixes: Readonly<Record<(typeof programNames)[number], { mix: Mix; file: URL }>> = {
  ...countingPrograms,
  example_load_store: loadStoreProgram,
};
