import type { Node } from '../../target/scope.ts';
import { isComparison, mathCall } from '../../target/syntax.ts';
import { kindBits } from './runtime.ts';
import type { OperationClass } from './types.ts';
import type { Values } from './values.ts';

/** What an operation is; `special` only for those of that class. */
export interface Classified {
  readonly class: OperationClass;
  readonly special?: string;
}

const specialOperators: Readonly<Record<string, string>> = { '/': 'divide', '%': 'remainder', '**': 'power' };
const bitwise = /^(\||&|\^|<<|>>|>>>|~)$/;

/** The class of an operation that the plan of its file charges. */
export function classify(node: Node, values: Values): Classified {
  switch (node.type) {
    case 'SwitchStatement':
      return { class: 'compare' };
    case 'TemplateLiteral':
      return { class: 'special', special: 'string' };
    case 'UpdateExpression':
      return { class: values.step(node.argument) };
    case 'UnaryExpression':
      return byOperator(node, { operator: node.operator, operands: [node.argument], values });
    case 'AssignmentExpression':
      return byOperator(node, { operator: node.operator.slice(0, -1), operands: [node.left, node.right], values });
    case 'BinaryExpression':
      if (isComparison(node)) return { class: 'compare' };
      return byOperator(node, { operator: node.operator, operands: [node.left, node.right], values });
    default: {
      const name = mathCall(node);
      return name === undefined ? { class: 'special', special: 'native' } : mathClass(name, node, values);
    }
  }
}

function byOperator(
  node: Node,
  { operator, operands, values }: { operator: string; operands: readonly Node[]; values: Values },
): Classified {
  if (bitwise.test(operator)) return { class: 'logic' };
  const special = specialOperators[operator];
  if (special !== undefined) return { class: 'special', special };
  const found = values.arithmetic(node, operands);
  return found === 'special' ? { class: 'special', special: 'string' } : { class: found };
}

function mathClass(name: string, node: Node, values: Values): Classified {
  if (name === 'min' || name === 'max') return { class: 'compare' };
  if (name === 'imul' || name === 'clz32') return { class: 'int32' };
  if (name === 'fround') return { class: 'fp32' };
  if (/^(abs|floor|ceil|round|trunc|sign)$/.test(name)) {
    const found = values.arithmetic(node, node.arguments);
    return { class: found === 'special' ? 'fp64' : found };
  }
  return { class: 'special', special: name };
}

const sizes: readonly (readonly [kind: number, bytes: number])[] = [
  [kindBits.int8, 1],
  [kindBits.int16, 2],
  [kindBits.float16, 2],
  [kindBits.string, 2],
  [kindBits.int32, 4],
  [kindBits.float32, 4],
  [kindBits.float64, 8],
  [kindBits.bigint64, 8],
];

/** Bytes of an element or field: the largest of the kinds seen there, 8 where it is none of a typed array. */
export function bytesOf(node: Node, values: Values): number {
  if (node.type !== 'MemberExpression' || !node.computed) return 8;
  const kinds = values.kindsOf(node.object);
  if (kinds === 0 || kinds & (kindBits.array | kindBits.object)) return 8;
  return Math.max(...sizes.filter(([kind]) => kinds & kind).map(([, bytes]) => bytes));
}
