import { isFunction, type Node } from '../../target/scope.ts';
import { isArithmetic, isComparison, mathCall } from '../../target/syntax.ts';
import type { Counting } from './counting.ts';

/** Whether the trace takes a value as ready from the start, so that a `switch` on it decides nothing on data. */
export function isTimeless(walk: Counting, node: Node): boolean {
  const { slice, scopes } = walk.parts;
  switch (node.type) {
    case 'Literal':
      return true;
    case 'Identifier': {
      const binding = scopes.bindingOf.get(node);
      if (!binding) return true;
      const init = scopes.parent.get(binding.declared)?.init as Node | undefined;
      const isConstant = binding.kind === 'const' && (init?.type === 'Literal' || (init && isFunction(init)));
      return /^(function|class)$/.test(binding.kind) || slice.isTimeless(binding) || Boolean(isConstant);
    }
    case 'MemberExpression':
      return !node.computed && /^(length|byteLength)$/.test(node.property.name);
    case 'UnaryExpression':
      return (!/^[-~]$/.test(node.operator) || slice.isFree(node)) && isTimeless(walk, node.argument);
    case 'BinaryExpression':
      if ((isArithmetic(node) || isComparison(node)) && !slice.isFree(node)) return false;
      if (isComparison(node) && slice.isIndexLike(node)) return true;
      return isTimeless(walk, node.left) && isTimeless(walk, node.right);
    case 'CallExpression':
      return (
        mathCall(node) !== undefined &&
        slice.isFree(node) &&
        (node.arguments as Node[]).every(each => isTimeless(walk, each))
      );
    case 'LogicalExpression':
      return isTimeless(walk, node.left) && isTimeless(walk, node.right);
    case 'ConditionalExpression':
      return [node.test, node.consequent, node.alternate].every(each => isTimeless(walk, each));
    default:
      return false;
  }
}
