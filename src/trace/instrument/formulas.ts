import type { ExpressionForm } from '../runtime/times.ts';
import type { Code, Unit } from './unit.ts';

/** Operations on top of each other, as one: see `ExpressionForm`. */
export interface Formula extends ExpressionForm {
  /** Code for the leaves' times, in the order in which they are evaluated. */
  readonly leaves: readonly string[];
}

/** Beyond so many leaves an operation is computed by itself. */
const mostLeaves = 8;

/** The formula of one operation on operands, of which those with formulas of their own become part of it. */
export function formulaOf(operands: readonly Code[]): Formula | undefined {
  const parts = operands
    .filter(({ time }) => time !== null)
    .map(({ time, formula }) => formula ?? { leaves: [time!], depths: [0], depth: 0, work: 0 });
  const leaves: string[] = [];
  const depths: number[] = [];
  for (const part of parts)
    for (const [at, leaf] of part.leaves.entries()) {
      // A variable that stands there twice counts once, where it is further down.
      const known = isName(leaf) ? leaves.indexOf(leaf) : -1;
      const depth = part.depths[at]! + 1;
      if (known >= 0) depths[known] = Math.max(depths[known]!, depth);
      else {
        leaves.push(leaf);
        depths.push(depth);
      }
    }
  if (leaves.length > mostLeaves) return undefined;
  const depth = 1 + Math.max(0, ...parts.map(part => part.depth));
  return { leaves, depths, depth, work: 1 + parts.reduce((sum, { work }) => sum + work, 0) };
}

const isName = (text: string): boolean => /^[\w$]+$/.test(text);

/** Code for a formula's time; one operation is a primitive of its own. */
export function timeOfFormula(unit: Unit, formula: Formula): string {
  const { leaves, depths, depth, work } = formula;
  if (work === 1 && leaves.length <= 3) {
    const name = (['o1', 'o1', 'o2', 'o3'] as const)[leaves.length]!;
    return unit.call(name, ...(leaves.length === 0 ? [unit.zero] : leaves));
  }
  return `${unit.form({ depths, depth, work })}(${leaves.join(', ')})`;
}
