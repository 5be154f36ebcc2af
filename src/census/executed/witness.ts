import type * as acorn from 'acorn';
import MagicString from 'magic-string';
import { childrenOf, type ParsedFile } from '../../target/index.ts';
import { iterated, iterationSites } from './iterations.ts';

/** A file's text with more places where V8 puts coverage counters, and the way back to the original positions. */
export interface Witnessed {
  readonly code: string;
  readonly toOriginal: (position: number) => number;
}

/**
 * V8 puts no counter on default values, on the right side of `??=`, `||=` and `&&=`, and on optional chains, so that
 * coverage does not tell how often they were evaluated. It does so for conditional expressions, even where their
 * condition is a literal and no bytecode is made of it: `(true?E:0)` compiles to the bytecodes of `E` and a counter.
 * And `(a??void 0)?.b`, which means the same as `a?.b`, has a counter where `a` is missing. The bytecodes that this
 * adds are in the counted listing only; nothing is counted of them. `E` gets parentheses of its own: those of the source are
 * no part of a node, and `x = (a, b)`, `(a || b)?.c` or `of (a, b)` would be torn apart.
 *
 * @param index tells the files of a program apart
 */
export function withWitnesses({ ast, code }: ParsedFile, index: number): Witnessed {
  const text = new MagicString(code);
  const insertions: { at: number; length: number }[] = [];
  const wrap = (node: acorn.Node, before: string, after: string): void => {
    text.appendLeft(node.start, before);
    text.prependRight(node.end, after);
    insertions.push({ at: node.start, length: before.length }, { at: node.end, length: after.length });
  };
  const visit = (node: acorn.Node): void => {
    // The first insertion at a place is the outermost.
    const evaluated = conditionallyEvaluated(node);
    if (evaluated && !takesName(evaluated)) wrap(evaluated, '(true?(', '):0)');
    const base = optionalBase(node);
    if (base) wrap(base, '((', ')??void 0)');
    for (const child of childrenOf(node)) visit(child);
  };
  // What is iterated passes through a function that looks at it; `E` becomes `$pgram_iterated(file,site,(E))`.
  for (const [site, { iterated: expression }] of iterationSites({ ast }).entries())
    wrap(expression, `${iterated}(${index},${site},(`, '))');
  visit(ast);
  insertions.sort((a, b) => a.at - b.at);
  return { code: insertions.length === 0 ? code : text.toString(), toOriginal: position => undo(position, insertions) };
}

/** A position in an insertion becomes the place where it was made. */
function undo(position: number, insertions: readonly { at: number; length: number }[]): number {
  let shift = 0;
  for (const { at, length } of insertions) {
    if (position < at + shift) break;
    if (position < at + shift + length) return at;
    shift += length;
  }
  return position - shift;
}

/** What is evaluated on a condition that V8 puts no counter on. */
export function conditionallyEvaluated(node: acorn.Node): acorn.Node | undefined {
  if (node.type === 'AssignmentPattern') return (node as acorn.AssignmentPattern).right;
  if (node.type !== 'AssignmentExpression') return undefined;
  const { operator, right } = node as acorn.AssignmentExpression;
  return /^(\?\?|\|\||&&)=$/.test(operator) ? right : undefined;
}

/** Functions and classes without a name take that of what they are assigned to, and would lose it in parentheses. */
export const takesName = ({ type }: acorn.Node): boolean => /^(Arrow)?FunctionExpression$|^ClassExpression$/.test(type);

/** What the first `?.` of a chain tests, where it can be wrapped without changing the receiver of a call. */
export function optionalBase(node: acorn.Node): acorn.Node | undefined {
  const { type, optional } = node as acorn.Node & { optional?: boolean };
  if (!optional) return undefined;
  const base =
    type === 'MemberExpression' ? (node as acorn.MemberExpression).object : (node as acorn.CallExpression).callee;
  if (base.type === 'Super' || hasOptional(base)) return undefined;
  if (type === 'CallExpression' && (base.type !== 'Identifier' || (base as acorn.Identifier).name === 'eval'))
    return undefined;
  return base;
}

function hasOptional(node: acorn.Node): boolean {
  if ((node as { optional?: boolean }).optional) return true;
  if (node.type === 'MemberExpression') return hasOptional((node as acorn.MemberExpression).object);
  return node.type === 'CallExpression' && hasOptional((node as acorn.CallExpression).callee);
}
