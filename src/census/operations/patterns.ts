import { boundNames, isFunction, type Node } from '../../target/scope.ts';
import type { Counting } from './counting.ts';
import { walkArm, walkExpression, walkMember } from './expressions.ts';
import type { Segment } from './plan.ts';
import { recorderName as R } from './runtime.ts';

/** What a pattern, declaration or assignment target reads and runs. */
export function walkPattern(walk: Counting, node: Node, at: readonly Segment[]): void {
  switch (node.type) {
    case 'MemberExpression':
      walkMember(walk, node, at, 'write');
      return;
    case 'AssignmentPattern':
      walkPattern(walk, node.left, at);
      walkArm(walk, node.right);
      return;
    case 'RestElement':
      walkPattern(walk, node.argument, at);
      return;
    case 'ArrayPattern':
      for (const element of node.elements as (Node | null)[]) {
        if (!element) continue;
        walk.charge('load', element, at);
        walkPattern(walk, element, at);
      }
      return;
    case 'ObjectPattern':
      for (const property of node.properties as Node[]) {
        if (property.type === 'RestElement') continue;
        if (property.computed) walkExpression(walk, property.key, at);
        walk.charge('load', property, at);
        walkPattern(walk, property.value, at);
      }
  }
}

/** A value that goes to a watched name is looked at. */
export function observe(walk: Counting, target: Node, value: Node): void {
  const binding = target.type === 'Identifier' ? walk.parts.scopes.bindingOf.get(target) : undefined;
  if (!binding || !walk.watchable.has(binding) || isFunction(value) || /^Class/.test(value.type)) return;
  walk.edits.around(value, `${R}.t(${walk.watch(binding)},(`, '))');
}

export function observeNames(walk: Counting, pattern: Node): string {
  const target = pattern.type === 'VariableDeclaration' ? pattern.declarations[0].id : pattern;
  if (target.type === 'MemberExpression') return '';
  return boundNames(target)
    .map(name => walk.parts.scopes.bindingOf.get(name))
    .filter(binding => binding !== undefined && walk.watchable.has(binding))
    .map(binding => `${R}.t(${walk.watch(binding!)},${binding!.name});`)
    .join('');
}
