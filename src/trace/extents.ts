import type { Node } from 'acorn';
import { childrenOf, type ParsedFile } from '../target/parse.ts';

/**
 * Last line of each loop by where it begins (`line:column`, from 1): loop statements, and calls with a callback that
 * stand for loops (`map`, `forEach`, …), whose loop begins where the call does.
 */
export function loopExtents({ ast }: ParsedFile): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  const visit = (node: Node): void => {
    if (loopLike.has(node.type) && node.loc) {
      const { start, end } = node.loc;
      const key = `${start.line}:${start.column + 1}`;
      ends.set(key, Math.max(end.line, ends.get(key) ?? 0));
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(ast);
  return ends;
}

const loopLike = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'CallExpression',
]);
