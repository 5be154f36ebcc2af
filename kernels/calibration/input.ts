import type { Random } from '../../src/workload/random.ts';
import type { Parameters, WorkModel } from '../../src/workload/types.ts';
import { type Cells, makeCells } from './example-load-store.ts';
import { type CountingName, countingPrograms, loadStoreProgram, programNames } from './programs.ts';

export type CalibrationInput =
  | { readonly program: CountingName; readonly n: number }
  | { readonly program: 'example_load_store'; readonly n: number; readonly cells: Cells };

const programOf = ({ program }: Parameters): (typeof programNames)[number] => {
  const chosen = programNames.find(name => name === (program ?? programNames[0]));
  if (!chosen)
    throw new RangeError(`calibration: program is \`${program}\`; it must be one of ${programNames.join(', ')}`);
  return chosen;
};

export function makeInput(n: number, random: Random, parameters: Parameters): CalibrationInput {
  const program = programOf(parameters);
  return program === 'example_load_store' ? { program, n, cells: makeCells(n, random) } : { program, n };
}

/** Runs the program; those that count return one number, the other its four arrays one after the other. */
export function runProgram(input: CalibrationInput): Float64Array {
  if (input.program !== 'example_load_store') return Float64Array.of(countingPrograms[input.program].run(input.n));
  const { a, b, c, d, spare } = input.cells;
  const cells: Cells = { a: a.slice(), b: b.slice(), c: c.slice(), d: d.slice(), spare: spare.slice() };
  loadStoreProgram.run(input.n, cells);
  return concatenate([cells.a, cells.b, cells.c, cells.d]);
}

/** The closed forms: what each program returns without being run. */
export function closedForm(input: CalibrationInput): Float64Array {
  if (input.program !== 'example_load_store') return Float64Array.of(countingPrograms[input.program].result(input.n));
  const { a, b, c, d } = input.cells;
  return concatenate([d, a, b, c]);
}

function concatenate(arrays: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}

export function calibrationWork(n: number, parameters: Parameters): WorkModel {
  const program = programOf(parameters);
  const moves = program === 'example_load_store';
  const { operations, operationUnit } = moves
    ? { operations: 0, operationUnit: 'flop' as const }
    : { operations: countingPrograms[program].operations(n), operationUnit: countingPrograms[program].operationUnit };
  const bytes = moves ? 4 * 8 * n : 8;
  return {
    operations,
    operationUnit,
    bytesRead: bytes,
    bytesWritten: bytes,
    bytesToDevice: bytes,
    bytesFromDevice: bytes,
    items: n,
    itemUnit: 'iteration',
  };
}
