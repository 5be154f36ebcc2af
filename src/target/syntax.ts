import { isFunction, isLoop, type Node } from './scope.ts';

// Questions about a node's place in the tree that more than one analysis asks.

const comparisons = new Set(['<', '>', '<=', '>=', '==', '!=', '===', '!==']);

export const isComparison = (node: Node): boolean => node.type === 'BinaryExpression' && comparisons.has(node.operator);

/** Arithmetic and bitwise binary operators; `in` and `instanceof` ask about shape, not data. */
export const isArithmetic = (node: Node): boolean =>
  node.type === 'BinaryExpression' &&
  !comparisons.has(node.operator) &&
  node.operator !== 'in' &&
  node.operator !== 'instanceof';

/** `Math.name(…)`; whether `Math` is the global one is for the caller to know. */
export const mathCall = (node: Node): string | undefined =>
  node.type === 'CallExpression' &&
  node.callee.type === 'MemberExpression' &&
  !node.callee.computed &&
  !node.optional &&
  node.callee.object.type === 'Identifier' &&
  node.callee.object.name === 'Math'
    ? node.callee.property.name
    : undefined;

export type Parents = ReadonlyMap<Node, Node>;

/** The loops around a node inside its own function, innermost first. A loop's header counts as inside it. */
export function loopsAround(node: Node, parents: Parents): Node[] {
  const loops: Node[] = [];
  let child = node;
  for (let at = parents.get(node); at && !isFunction(at); child = at, at = parents.get(at))
    if (isLoop(at) && !(at.type === 'ForStatement' && at.init === child) && !(at.right === child)) loops.push(at);
  return loops;
}

/** The function around a node, or the program. */
export function functionAround(node: Node, parents: Parents): Node {
  let at = parents.get(node);
  while (at && !isFunction(at) && parents.has(at)) at = parents.get(at);
  return at ?? node;
}

export function isInside(node: Node, outer: Node): boolean {
  return outer.start <= node.start && node.end <= outer.end;
}

/** Whether an expression's value goes nowhere. */
export function isUnused(node: Node, parents: Parents): boolean {
  const parent = parents.get(node);
  if (!parent) return true;
  if (parent.type === 'ExpressionStatement') return true;
  if (parent.type === 'ForStatement') return parent.init === node || parent.update === node;
  if (parent.type === 'SequenceExpression') return parent.expressions.at(-1) !== node || isUnused(parent, parents);
  return parent.type === 'UnaryExpression' && parent.operator === 'void';
}

/**
 * The loop whose test an expression is part of, through `&&`, `||` and `!` only. `if (i >= n) break;` straight in a loop's
 * body is one as well.
 */
export function testedLoop(node: Node, parents: Parents): Node | undefined {
  let at = node;
  for (let parent = parents.get(at); parent; at = parent, parent = parents.get(at)) {
    if (isLoop(parent)) return parent.test === at ? parent : undefined;
    if (parent.type === 'IfStatement')
      return parent.test === at && isBreak(parent) ? bodyOf(parent, parents) : undefined;
    if (parent.type !== 'LogicalExpression' && !(parent.type === 'UnaryExpression' && parent.operator === '!'))
      return undefined;
  }
  return undefined;
}

/** Whether an expression decides a branch, be it through `&&`, `||` and `!`. */
export function isCondition(node: Node, parents: Parents): boolean {
  const parent = parents.get(node)!;
  if (/^(If|Conditional)/.test(parent.type)) return parent.test === node;
  const isPart = parent.type === 'LogicalExpression' || (parent.type === 'UnaryExpression' && parent.operator === '!');
  return isPart && isCondition(parent, parents);
}

const isBreak = ({ consequent, alternate }: Node): boolean => {
  const only: Node =
    consequent.type === 'BlockStatement' && consequent.body.length === 1 ? consequent.body[0] : consequent;
  return !alternate && only.type === 'BreakStatement' && !only.label;
};

/** The loop that a statement stands straight in the body of. */
function bodyOf(statement: Node, parents: Parents): Node | undefined {
  const block = parents.get(statement)!;
  const loop = block.type === 'BlockStatement' ? parents.get(block)! : block;
  return isLoop(loop) && (loop.body === block || loop.body === statement) ? loop : undefined;
}

/**
 * Where a call that is a loop (`list.map(f)`) stands. In `a.map(f).map(g)` all calls begin at `a`: what tells them
 * apart is where the method's name stands.
 */
export const placeOfCall = (call: Node): Node =>
  call.callee.object?.type === 'CallExpression' ? call.callee.property : call;
