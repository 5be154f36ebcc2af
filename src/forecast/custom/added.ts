import type { CustomInstruction, Mined } from './mine.ts';

/** A program's patterns, and the size at which it was mined. */
export interface MinedAt extends Mined {
  readonly size: number | null;
}

/** What a program would execute with the first k custom instructions in place. */
export interface Added {
  readonly k: number;
  readonly pattern: string;
  /** Operations, loads and stores that are left: W. */
  readonly instructions: number;
  /** Steps that are left on the longest chains of straight-line code, times their executions: S. */
  readonly path: number;
  /**
   * Both beside what they were: a core that is bound by what it can start each cycle gains the first, one that waits for
   * results the second, so that a real one lies between.
   */
  readonly fewerInstructions: number;
  readonly shorterPath: number;
}

/** W and S with one custom instruction after the other added, in the order of what they save. */
export function addedOneByOne({
  customInstructions,
  instructions,
  path,
}: Pick<Mined, 'customInstructions' | 'instructions' | 'path'>): Added[] {
  let left = { instructions, path };
  const ratio = (before: number, after: number): number => (after > 0 ? before / after : 1);
  return customInstructions.map(({ pattern, operationsSaved, pathSaved }: CustomInstruction, index) => {
    left = { instructions: left.instructions - operationsSaved, path: left.path - pathSaved };
    return {
      k: index + 1,
      pattern,
      ...left,
      fewerInstructions: ratio(instructions, left.instructions),
      shorterPath: ratio(path, left.path),
    };
  });
}
