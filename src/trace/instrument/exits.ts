import { childrenOf } from '../../target/parse.ts';
import { isFunction, isLoop, type Node } from '../../target/scope.ts';
import { isInside } from '../../target/syntax.ts';
import type { Unit } from './unit.ts';

/** What a branch can leave. */
export interface Exits {
  /** Variables of the loops that it can leave, innermost first. */
  readonly loops: readonly string[];
  /**
   * How many of these, from the first, it can go past: what follows them waits as well, be it the rest of the function
   * (`return`), or of an outer loop's iteration (`continue outer`, and an inner loop under `break outer`).
   */
  readonly past: number;
}

/**
 * Where the `break`, `continue`, `return` and `throw` inside a branch lead, outside of it. Undefined if none leaves
 * it. A `continue` leaves no loop: only the rest of the iteration waits, which needs no more than that control is
 * not put back after the branch.
 */
export function exitsOf(unit: Unit, branch: Node): Exits | undefined {
  const targets = new Set<Node>();
  let leaves = false;
  let past = 0;
  const parents = unit.scopes.parent;
  const visit = (node: Node): void => {
    if (isFunction(node) || /^Class/.test(node.type)) return;
    if (node.type === 'ReturnStatement' || node.type === 'ThrowStatement') {
      const caught = node.type === 'ThrowStatement' ? tryAround(node, parents) : undefined;
      if (caught && isInside(caught, branch)) return;
      leaves = true;
      const left = loopsBetween(branch, caught, parents);
      if (!caught) past = left.length;
      for (const loop of left) targets.add(loop);
      return;
    }
    if (node.type === 'BreakStatement' || node.type === 'ContinueStatement') {
      const target = jumpTarget(node, parents);
      if (!target || (isInside(target, branch) && target !== branch)) return;
      if (target === branch) return;
      leaves = true;
      const inner = loopsBetween(branch, target, parents);
      past = Math.max(past, inner.length);
      for (const loop of inner) targets.add(loop);
      if (node.type === 'BreakStatement' && isLoop(target)) targets.add(target);
      return;
    }
    for (const child of childrenOf(node) as Node[]) visit(child);
  };
  for (const child of childrenOf(branch) as Node[])
    if (child !== branch.test && child !== branch.discriminant) visit(child);
  if (!leaves) return undefined;
  // Each jump leaves the innermost so many loops: whichever comes first, they are added from the inside out.
  const loops = [...targets].flatMap(loop => unit.body.loops.get(loop) ?? []);
  return { loops, past };
}

/** The loops around a branch, innermost first, inside of the target; all of the function's without one. */
function loopsBetween(branch: Node, target: Node | undefined, parents: ReadonlyMap<Node, Node>): Node[] {
  const loops: Node[] = [];
  for (let at = parents.get(branch); at && at !== target && !isFunction(at); at = parents.get(at))
    if (isLoop(at)) loops.push(at);
  return loops;
}

/** The loop, switch or labelled statement that a jump is about. */
function jumpTarget(jump: Node, parents: ReadonlyMap<Node, Node>): Node | undefined {
  for (let at = parents.get(jump); at && !isFunction(at); at = parents.get(at)) {
    if (jump.label) {
      if (at.type !== 'LabeledStatement' || at.label.name !== jump.label.name) continue;
      let inner: Node = at.body;
      while (inner.type === 'LabeledStatement') inner = inner.body;
      return isLoop(inner) ? inner : at;
    }
    if (isLoop(at)) return at;
    if (at.type === 'SwitchStatement' && jump.type === 'BreakStatement') return at;
  }
  return undefined;
}

/** The `try` that catches what is thrown here, inside the same function. */
function tryAround(node: Node, parents: ReadonlyMap<Node, Node>): Node | undefined {
  let child = node;
  for (let at = parents.get(node); at && !isFunction(at); child = at, at = parents.get(at))
    if (at.type === 'TryStatement' && at.block === child && at.handler) return at;
  return undefined;
}
