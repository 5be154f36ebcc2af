import { childrenOf } from '../../target/index.ts';
import type { Binding, Node, Scopes } from '../../target/scope.ts';

const binary = /^([-+*/%&|^]|\*\*|<<|>>)=?$/;

/**
 * Which expressions of a file surely are BigInts. JavaScript refuses to mix them with numbers, so one such operand makes the
 * other one and the result BigInts as well; what is assigned one holds one.
 */
export function findBigInts(ast: Node, scopes: Scopes): (node: Node) => boolean {
  const names = new Set<Binding>();
  const nodes: Node[] = [];
  const collect = (node: Node): void => {
    nodes.push(node);
    for (const child of childrenOf(node) as Node[]) collect(child);
  };
  collect(ast);
  const isBigInt = (node: Node | null | undefined): boolean => {
    switch (node?.type) {
      case 'Literal':
        return node.bigint !== undefined;
      case 'Identifier': {
        const binding = scopes.bindingOf.get(node);
        return binding !== undefined && names.has(binding);
      }
      case 'CallExpression':
        return /^BigInt$/.test(node.callee.name ?? node.callee.object?.name ?? '');
      case 'UnaryExpression':
        return /^[-~]$/.test(node.operator) && isBigInt(node.argument);
      case 'UpdateExpression':
        return isBigInt(node.argument);
      case 'BinaryExpression':
      case 'AssignmentExpression':
        return node.operator === '='
          ? isBigInt(node.right)
          : binary.test(node.operator) && (isBigInt(node.left) || isBigInt(node.right));
      case 'ConditionalExpression':
        return isBigInt(node.consequent) || isBigInt(node.alternate);
      default:
        return false;
    }
  };
  const learn = (node: Node, isOne: boolean): boolean => {
    const binding = isOne && node.type === 'Identifier' ? scopes.bindingOf.get(node) : undefined;
    if (binding === undefined || names.has(binding)) return false;
    names.add(binding);
    return true;
  };
  for (let grew = true; grew; ) {
    grew = false;
    for (const node of nodes) {
      if (node.type === 'VariableDeclarator') grew = learn(node.id, isBigInt(node.init)) || grew;
      if (!/^(Binary|Assignment)Expression$/.test(node.type) || !(node.operator === '=' || binary.test(node.operator)))
        continue;
      const one = node.operator === '=' ? isBigInt(node.right) : isBigInt(node);
      // Text may be added to either.
      if (/^\+=?$/.test(node.operator) && [node.left, node.right].some(isText)) continue;
      grew = learn(node.left, one) || grew;
      if (node.operator !== '=') grew = learn(node.right, one) || grew;
    }
  }
  return isBigInt;
}

const isText = ({ type, value }: Node): boolean =>
  type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string');
