import type { Binding, Node } from '../../target/scope.ts';
import { isInside } from '../../target/syntax.ts';
import type { Nest } from './nest.ts';

/** Running results that a value can be as it stands: of the nest's own chains, and whatever arrays hold. */
export interface Origins {
  readonly groups: ReadonlySet<number>;
  /** Numbers of arrays. */
  readonly arrays: ReadonlySet<number>;
}

/** An operation makes a new value; a load, and a name that was given one, hand a running result on. */
export function originsOf(nest: Nest, expression: Node): Origins {
  const groups = new Set<number>();
  const arrays = new Set<number>();
  const seen = new Set<Binding>();
  const visit = (node: Node): void => {
    if (node.type === 'MemberExpression') {
      const array = nest.arrays.findIndex(({ loads }) => loads.includes(node));
      if (array >= 0) arrays.add(array);
    }
    if (node.type === 'UnaryExpression' && node.operator === '+') visit(node.argument);
    const binding = node.type === 'Identifier' ? nest.unit.binding(node) : undefined;
    if (!binding || seen.has(binding)) return;
    seen.add(binding);
    const group = nest.groupOf.get(binding);
    if (group !== undefined) groups.add(group);
    for (const value of valuesOf(nest, binding)) visit(value);
  };
  visit(expression);
  return { groups, arrays };
}

/** What is put into a name inside the nest, other than by updating it. */
export function valuesOf(nest: Nest, binding: Binding): Node[] {
  return binding.references.flatMap(({ node, access }) => {
    if (access === 'read' || !isInside(node, nest.root)) return [];
    const parent = nest.unit.scopes.parent.get(node)!;
    if (parent.type === 'VariableDeclarator') return parent.init ? [parent.init] : [];
    return parent.type === 'AssignmentExpression' && parent.operator === '=' && !nest.chains.has(parent)
      ? [parent.right]
      : [];
  });
}
