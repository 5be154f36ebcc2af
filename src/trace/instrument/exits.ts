import { childrenOf } from '../../target/parse.ts';
import { isFunction, isLoop, type Node } from '../../target/scope.ts';
import { isInside } from '../../target/syntax.ts';
import type { Unit } from './unit.ts';

/** What a branch can leave. */
export interface Exits {
  /** Variables of the loops that it can leave, or whose iteration it can cut short for good. */
  readonly loops: readonly string[];
  /** It can leave the whole function. */
  readonly returns: boolean;
}

/**
 * Where the `break`, `continue`, `return` and `throw` inside a branch lead, outside of it. Undefined if none leaves
 * it. A `continue` leaves no loop: only the rest of the iteration waits, which needs no more than that control is
 * not put back after the branch.
 */
export function exitsOf(unit: Unit, branch: Node): Exits | undefined {
  const targets = new Set<Node>();
  let leaves = false;
  let returns = false;
  const parents = unit.scopes.parent;
  const visit = (node: Node): void => {
    if (isFunction(node) || /^Class/.test(node.type)) return;
    if (node.type === 'ReturnStatement' || node.type === 'ThrowStatement') {
      const caught = node.type === 'ThrowStatement' ? tryAround(node, parents) : undefined;
      if (caught && isInside(caught, branch)) return;
      leaves = true;
      if (!caught) returns = true;
      for (const loop of loopsBetween(branch, caught, parents)) targets.add(loop);
      return;
    }
    if (node.type === 'BreakStatement' || node.type === 'ContinueStatement') {
      const target = jumpTarget(node, parents);
      if (!target || (isInside(target, branch) && target !== branch)) return;
      if (target === branch) return;
      leaves = true;
      if (node.type === 'BreakStatement')
        for (const loop of loopsBetween(branch, target, parents, true)) targets.add(loop);
      else for (const loop of loopsBetween(branch, target, parents)) targets.add(loop);
      return;
    }
    for (const child of childrenOf(node) as Node[]) visit(child);
  };
  for (const child of childrenOf(branch) as Node[])
    if (child !== branch.test && child !== branch.discriminant) visit(child);
  if (!leaves) return undefined;
  const loops = [...targets].flatMap(loop => unit.body.loops.get(loop) ?? []);
  return { loops, returns };
}

/** The loops around a branch, up to and, if asked, with the target; all of the function's without one. */
function loopsBetween(
  branch: Node,
  target: Node | undefined,
  parents: ReadonlyMap<Node, Node>,
  inclusive = false,
): Node[] {
  const loops: Node[] = [];
  for (let at = parents.get(branch); at && !isFunction(at); at = parents.get(at)) {
    if (at === target && !inclusive) break;
    if (isLoop(at)) loops.push(at);
    if (at === target) break;
  }
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
