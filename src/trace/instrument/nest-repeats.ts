import type { Binding, Node } from '../../target/scope.ts';
import { isInside } from '../../target/syntax.ts';
import { type Nest, type NestLoop, somewhere } from './nest.ts';

/**
 * Loops of a nest whose iterations all do the same to times, so that one is computed and the rest follow by arithmetic.
 *
 * In such a loop each statement declares a constant, or goes on with a running result that nothing else in it reads, once and by
 * one operand. What operands are made of does not change while it runs, so in a lane that was there before the loop an operand is
 * ready at the same time o in every iteration: n updates lead from time x to max(x, o) + n in source order, since
 * max(max(x, o) + 1, o) = max(x, o) + 1; in a rebalanced chain of m updates with latest operand l to m + n and max(l, o).
 * In lanes that begin with an iteration nothing is older than that: each iteration adds the same to their marks and spans.
 */
export function onlyUpdates(nest: Nest, loop: NestLoop): boolean {
  const { unit, chains } = nest;
  const { body } = loop.node;
  const assigned = new Set<Binding>();
  const isSimple = (node: Node): boolean => {
    switch (node.type) {
      case 'BlockStatement':
        return (node.body as Node[]).every(isSimple);
      case 'EmptyStatement':
        return true;
      case 'ForStatement':
        return isSimple(node.body);
      case 'VariableDeclaration':
        return (node.declarations as Node[]).every(({ id, init }) => init && isFixed(unit.binding(id)!));
      default:
        return isUpdate(node.expression);
    }
  };
  /** Of a variable from before the loop that no other statement in it goes on with. */
  const isUpdate = (node: Node): boolean => {
    const target = node.type === 'UpdateExpression' ? node.argument : node.left;
    const binding = target.type === 'Identifier' ? unit.binding(target) : undefined;
    if (binding === undefined || isInside(binding.declared, body) || assigned.has(binding)) return false;
    assigned.add(binding);
    return node.type === 'UpdateExpression' || chains.get(node)?.operands.length === 1;
  };
  if (!isSimple(body) || assigned.size === 0) return false;
  const readsAssigned = (node: Node): boolean =>
    somewhere(node, at => at.type === 'Identifier' && assigned.has(unit.binding(at)!));
  return !somewhere(body, at => {
    if (at.type === 'VariableDeclarator') return readsAssigned(at.init);
    return (chains.get(at)?.operands ?? []).some(readsAssigned);
  });
}

const isFixed = ({ references, declared }: Binding): boolean =>
  references.every(({ access, node }) => access === 'read' || node === declared);

/**
 * Whether each store in a loop leaves the same time in all iterations: all loops around it, from this one on, have
 * iterations that use no variable from before them.
 */
export function storesAlike(nest: Nest, loop: NestLoop): boolean {
  const { unit, arrays, loops, root, carried } = nest;
  const isEarlier = (at: Node, body: Node): boolean => {
    const binding = at.type === 'Identifier' ? unit.binding(at) : undefined;
    if (binding === undefined || isInside(binding.declared, body)) return false;
    if (carried.includes(binding)) return true;
    const isCounter = loops.some(({ counter }) => counter === binding);
    return isInside(binding.declared, root) && !isCounter && unit.shadow(binding) !== 'none';
  };
  const isAlone = ({ node: { body } }: NestLoop): boolean => !somewhere(body, at => isEarlier(at, body));
  return arrays.every(({ stores }) =>
    stores
      .filter(store => isInside(store, loop.node))
      .every(store => [loop, ...insideOf(nest, loop)].filter(({ node }) => isInside(store, node.body)).every(isAlone)),
  );
}

/** The loops inside a loop. */
export const insideOf = ({ loops }: Nest, { node }: NestLoop): NestLoop[] =>
  loops.filter(other => other.node !== node && isInside(other.node, node.body));
