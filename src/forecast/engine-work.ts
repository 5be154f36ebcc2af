import type { Node } from 'acorn';
import { childrenOf, parseFile } from '../target/index.ts';

/** Where a loop stands. Lines count from 1. */
interface Lines {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
}

/**
 * Whether a loop's own text computes with BigInts: a literal (`3n`), `BigInt(x)`, `BigInt.asUintN(…)`, an array of them.
 * Their operations grow with their digits, and no lane or GPU has them.
 */
export function computesWithBigInts({ file, line, endLine }: Lines): boolean {
  const isBigInt = (node: Node): boolean => {
    const { type, bigint, name } = node as Node & { bigint?: string; name?: string };
    return type === 'Literal'
      ? bigint !== undefined
      : type === 'Identifier' && /^Big(Int|(Ui|I)nt64Array)$/.test(name ?? '');
  };
  const isInside = ({ loc }: Node): boolean => loc != null && loc.start.line >= line && loc.end.line <= endLine;
  const found = (node: Node): boolean => (isBigInt(node) && isInside(node)) || (childrenOf(node) as Node[]).some(found);
  return found(parseFile(file).ast as Node);
}
