import { childrenOf } from '../../target/index.ts';
import type { Node } from '../../target/scope.ts';
import { isArithmetic, isComparison } from '../../target/syntax.ts';
import { walkCall, walkSuspension } from './calls.ts';
import type { Counting } from './counting.ts';
import { walkClass, walkFunction } from './functions.ts';
import { observe, walkPattern } from './patterns.ts';
import type { Segment } from './plan.ts';
import { recorderName as R } from './runtime.ts';

export function walkExpression(walk: Counting, node: Node, at: readonly Segment[]): void {
  switch (node.type) {
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      walkFunction(walk, node);
      return;
    case 'ClassExpression':
      walkClass(walk, node, at);
      return;
    case 'ConditionalExpression':
      walkExpression(walk, node.test, at);
      walkArm(walk, node.consequent);
      walkArm(walk, node.alternate);
      return;
    case 'LogicalExpression':
      walkExpression(walk, node.left, at);
      walkArm(walk, node.right);
      return;
    case 'AssignmentExpression':
      walkAssignment(walk, node, at);
      return;
    case 'UpdateExpression':
      if (node.argument.type === 'MemberExpression') walkMember(walk, node.argument, at, 'update');
      if (!walk.parts.slice.isFree(node)) walk.charge('operation', node, at);
      return;
    case 'BinaryExpression':
      if (node.left.type !== 'PrivateIdentifier') walkExpression(walk, node.left, at);
      walkExpression(walk, node.right, at);
      if ((isArithmetic(node) || isComparison(node)) && !walk.parts.slice.isFree(node))
        walk.charge('operation', node, at);
      return;
    case 'UnaryExpression':
      walkExpression(walk, node.argument, at);
      if (/^[-~]$/.test(node.operator) && !walk.parts.slice.isFree(node)) walk.charge('operation', node, at);
      return;
    case 'TemplateLiteral':
      for (const part of node.expressions) walkExpression(walk, part, at);
      if (node.expressions.length > 0) walk.charge('operation', node, at, node.expressions.length);
      return;
    case 'MemberExpression':
      walkMember(walk, node, at, 'read');
      return;
    case 'CallExpression':
      walkCall(walk, node, at);
      return;
    case 'ChainExpression':
      walkChain(walk, node, at);
      return;
    case 'YieldExpression':
    case 'AwaitExpression':
      walkSuspension(walk, node, at);
      return;
    case 'ObjectExpression':
      for (const property of node.properties as Node[]) {
        if (property.type === 'SpreadElement') walkExpression(walk, property.argument, at);
        else {
          if (property.computed) walkExpression(walk, property.key, at);
          if (property.kind !== 'init' || property.method) walkFunction(walk, property.value, property);
          else walkExpression(walk, property.value, at);
        }
      }
      return;
    default:
      for (const child of childrenOf(node) as Node[])
        if (child.type !== 'TemplateElement') walkExpression(walk, child, at);
  }
}

/** An expression that runs on a condition. */
export function walkArm(walk: Counting, node: Node): void {
  const segment = walk.segment();
  walkExpression(walk, node, [segment]);
  if (walk.used.has(segment)) walk.edits.around(node, `(${walk.count(segment)},`, ')');
}

function walkAssignment(walk: Counting, node: Node, at: readonly Segment[]): void {
  const { left, right, operator } = node;
  if (/^(&&|\|\||\?\?)=$/.test(operator)) {
    if (left.type === 'MemberExpression') walkMember(walk, left, at, 'update');
    walkArm(walk, right);
    return;
  }
  if (left.type === 'MemberExpression') walkMember(walk, left, at, operator === '=' ? 'write' : 'update');
  else if (left.type !== 'Identifier') walkPattern(walk, left, at);
  if (operator === '=') observe(walk, left, right);
  walkExpression(walk, right, at);
  if (operator !== '=' && left.object?.type !== 'Super' && !walk.parts.slice.isFree(node))
    walk.charge('operation', node, at);
}

export function walkMember(
  walk: Counting,
  node: Node,
  at: readonly Segment[],
  use: 'read' | 'write' | 'update' | 'callee',
): void {
  const { object, property, computed } = node;
  if (object.type !== 'Super') walkExpression(walk, object, at);
  if (computed) walkExpression(walk, property, at);
  if (use === 'callee' || object.type === 'Super') return;
  if (!computed && /^(length|byteLength)$/.test(property.name)) return;
  const binding = walk.parts.scopes.bindingOf.get(object);
  if (object.type === 'Identifier' && !binding && !computed) return;
  if (use !== 'write') walk.charge('load', node, at);
  if (use !== 'read') walk.charge('store', node, at);
  if (computed && walk.chains === 0 && !(binding && walk.watchable.has(binding)))
    walk.edits.around(object, `${R}.t(${walk.watch(object)},(`, '))');
}

function walkChain(walk: Counting, node: Node, at: readonly Segment[]): void {
  const before = walk.charges.length;
  walk.chains++;
  walkExpression(walk, node.expression, at);
  walk.chains--;
  if (walk.charges.slice(before).some(({ kind }) => kind === 'operation'))
    walk.uncertain.push({
      line: node.loc!.start.line,
      reason: 'operations behind `?.` are counted as if nothing were missing',
    });
}
