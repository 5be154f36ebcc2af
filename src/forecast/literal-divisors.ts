import type { Node } from 'acorn';
import { childrenOf, parseFile } from '../target/index.ts';

/** Of the divisions written in a file, the share whose divisor is a number; 0 where there are none. */
export function literalDivisors(file: string): number {
  let [all, literal] = [0, 0];
  const visit = (node: Node): void => {
    const { type, operator, right } = node as Node & { operator?: string; right?: Node };
    const divides =
      (type === 'BinaryExpression' && operator === '/') || (type === 'AssignmentExpression' && operator === '/=');
    if (divides) {
      all++;
      if (right?.type === 'Literal') literal++;
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parseFile(file).ast as Node);
  return all === 0 ? 0 : literal / all;
}
