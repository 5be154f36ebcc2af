import type { Category } from '../../src/census/types.ts';

/** How many bytecodes of each category a calibration program executes, known without counting them. */
export interface Mix {
  /** The functions that are counted; what else the file holds is not part of the program. */
  readonly functions: readonly string[];
  /** The category that the program is about, and that is the largest from n = 10 up. */
  readonly dominant: Category;
  /**
   * Bytecodes of V8 13.6 executed for n iterations, by category; one that is absent is 0. They are derived by hand
   * from the listing (`node --print-bytecode`), in the order of a run: what comes before the loop; n + 1 loop tests of
   * three bytecodes (`Ldar n`, `TestLessThan`, `JumpIfFalse`); n bodies; n times `Ldar i`, `Inc`, `Star i`, `JumpLoop`;
   * what comes after.
   */
  readonly executed: Partial<Readonly<Record<Category, (n: number) => number>>>;
}
