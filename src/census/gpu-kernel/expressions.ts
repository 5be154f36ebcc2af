import type { Category } from '../types.ts';
import { rank } from './builtins.ts';
import { lowerCall } from './calls.ts';
import { binaryJs, unaryJs } from './evaluate.ts';
import { findEntity, type Known, type Lowering, type Scope, type Value } from './lowering.ts';
import { findReference, read } from './references.ts';
import { type Atom, isName, type Pattern } from './skeleton.ts';
import { type Expression, WgslError } from './syntax.ts';
import { isFloat, lanesOf, nameOf, scalar, scalarOf, type Type, vec } from './types.ts';

const known = (value: Value): Atom | undefined => (typeof value.known === 'string' ? value.known : undefined);

/** What an expression computes, its instructions counted on the way. */
export function lowerExpression(low: Lowering, scope: Scope, expression: Expression): Value {
  switch (expression.kind) {
    case 'literal':
      return { type: scalar(expression.type), known: String(expression.value), deps: [] };
    case 'name': {
      const found = findEntity(scope, expression.name);
      if (found?.kind === 'value') return found.value;
      if (!found) throw new WgslError(`\`${expression.name}\` is declared nowhere`, expression.line);
      return read(low, found.reference);
    }
    case 'call':
      return lowerCall(low, scope, expression);
    case 'unary':
      return lowerUnary(low, scope, expression);
    case 'binary':
      return lowerBinary(low, scope, expression);
    default: {
      const reference = findReference(low, scope, expression);
      return reference ? read(low, reference) : partOf(low, scope, expression);
    }
  }
}

const letters: Readonly<Record<string, number>> = { x: 0, y: 1, z: 2, w: 3, r: 0, g: 1, b: 2, a: 3 };

/** A member or an element of what is no place but a value. */
function partOf(low: Lowering, scope: Scope, expression: Extract<Expression, { kind: 'member' | 'index' }>): Value {
  const object = lowerExpression(low, scope, expression.object);
  const { type, deps } = object;
  const parts = Array.isArray(object.known) ? (object.known as readonly (Known | undefined)[]) : [];
  if (expression.kind === 'index') {
    const index = lowerExpression(low, scope, expression.index);
    const at = known(index);
    const of = type.kind === 'mat' ? vec(type.rows, type.of) : 'of' in type ? type.of : undefined;
    if (!of) throw new WgslError(`a ${nameOf(type)} has no elements`, expression.line);
    return { type: of, deps, known: at !== undefined && /^\d+$/.test(at) ? parts[Number(at)] : undefined };
  }
  if (type.kind === 'struct') {
    const index = type.members.findIndex(member => member.name === expression.name);
    const member = type.members[index];
    if (!member) throw new WgslError(`the struct ${type.name} has no member \`${expression.name}\``, expression.line);
    return { type: member.type, deps, known: parts[index] };
  }
  const lanes = [...expression.name].map(letter => letters[letter]);
  if (type.kind !== 'vec' || lanes.some(lane => lane === undefined))
    throw new WgslError(`a ${nameOf(type)} has no member \`${expression.name}\``, expression.line);
  if (lanes.length === 1) return { type: type.of, deps, known: parts[lanes[0] as number] };
  return { type: vec(lanes.length, type.of), deps, known: lanes.map(lane => parts[lane as number]) };
}

function lowerUnary(low: Lowering, scope: Scope, expression: Extract<Expression, { kind: 'unary' }>): Value {
  const { operator } = expression;
  if (operator === '*' || operator === '&') {
    const reference = findReference(low, scope, expression);
    if (!reference) throw new WgslError(`\`${operator}\` needs a place in memory`, expression.line);
    if (operator === '*') return read(low, reference);
    return { type: { kind: 'pointer', space: reference.space, of: reference.type }, deps: [] };
  }
  const operand = lowerExpression(low, scope, expression.operand);
  const { type } = operand;
  const each = (part: Known | undefined): Known | undefined => {
    if (part === undefined) return undefined;
    if (typeof part !== 'string') return part.map(each);
    return low.let(unaryJs(operator, scalarOf(type) ?? 'i32', part), [part]);
  };
  const result = each(operand.known);
  // A literal with a sign is a literal.
  if (expression.operand.kind === 'literal') return { type, deps: [], known: result };
  const category = operator === '-' ? 'arithmetic' : operator === '~' ? 'bitwise' : 'comparison';
  low.count(`${{ '-': 'neg', '~': 'not', '!': 'not' }[operator]} ${nameOf(type)}`, category);
  return { type, known: result, deps: operand.deps };
}

const opcodes: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '%': 'rem',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'shl',
  '>>': 'shr',
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '>': 'gt',
  '<=': 'le',
  '>=': 'ge',
};

const categoryOf = (operator: string): Category =>
  /^[-+*/%]$/.test(operator) ? 'arithmetic' : /^([&|^]|<<|>>)$/.test(operator) ? 'bitwise' : 'comparison';

function lowerBinary(low: Lowering, scope: Scope, expression: Extract<Expression, { kind: 'binary' }>): Value {
  const { operator } = expression;
  if (operator === '&&' || operator === '||') return lowerShortCircuit(low, scope, expression);
  const left = lowerExpression(low, scope, expression.left);
  const right = lowerExpression(low, scope, expression.right);
  return combine(low, operator, left, right);
}

/** An operator on two values, one instruction. Constant expressions are worked out by the compiler and cost nothing. */
export function combine(low: Lowering, operator: string, left: Value, right: Value): Value {
  const type = operator === '<<' || operator === '>>' ? left.type : resultType(operator, left.type, right.type);
  const comparison = categoryOf(operator) === 'comparison';
  const result: Type = comparison ? (type.kind === 'vec' ? vec(type.size, scalar('bool')) : scalar('bool')) : type;
  const value = combineKnown(low, operator, { left, right, type });
  if (isConstant(left) && isConstant(right) && value !== undefined) return { type: result, known: value, deps: [] };
  const category = categoryOf(operator);
  low.count(`${opcodes[operator]} ${nameOf(comparison ? type : result)}`, category);
  const flops = category === 'arithmetic' && isFloat(type) ? flopsOf(operator, left.type, right.type) : 0;
  const deps = [...left.deps, ...right.deps];
  return { type: result, known: value, deps: flops > 0 || deps.length > 4 ? [low.node(deps, flops)] : deps };
}

function resultType(operator: string, left: Type, right: Type): Type {
  if (operator === '*' && left.kind === 'mat') {
    if (right.kind === 'vec') return vec(left.rows, left.of);
    if (right.kind === 'mat') return { ...left, columns: right.columns };
    return left;
  }
  if (operator === '*' && right.kind === 'mat') return left.kind === 'vec' ? vec(right.columns, right.of) : right;
  // A vector with the element that is not abstract.
  const wider = rank(left) >= rank(right) ? left : right;
  const other = wider === left ? right : left;
  const abstract = /^abstract/.test(scalarOf(wider) ?? '');
  const name = scalarOf(other);
  if (!abstract || name === undefined || (/^abstract/.test(name) && scalarOf(wider) === 'abstract-float')) return wider;
  return wider.kind === 'vec' ? vec(wider.size, scalar(name)) : scalar(name);
}

/** A matrix product is as many multiplications and additions as its definition has (§8.7). */
function flopsOf(operator: string, left: Type, right: Type): number {
  if (operator === '*' && left.kind === 'mat' && right.kind === 'mat')
    return left.rows * right.columns * (2 * left.columns - 1);
  if (operator === '*' && left.kind === 'mat' && right.kind === 'vec') return left.rows * (2 * left.columns - 1);
  if (operator === '*' && left.kind === 'vec' && right.kind === 'mat') return right.columns * (2 * right.rows - 1);
  return Math.max(lanesOf(left), lanesOf(right));
}

function isConstant({ known: value }: Value): boolean {
  const literal = (part: Known | undefined): boolean =>
    typeof part === 'string' ? !isName(part) : (part?.every(literal) ?? false);
  return literal(value);
}

function combineKnown(
  low: Lowering,
  operator: string,
  { left, right, type }: { left: Value; right: Value; type: Type },
): Known | undefined {
  const name = scalarOf(type);
  if (name === undefined || type.kind === 'mat' || left.type.kind === 'mat' || right.type.kind === 'mat')
    return undefined;
  const one = (a: Known | undefined, b: Known | undefined): Known | undefined => {
    if (typeof a !== 'string' || typeof b !== 'string') return undefined;
    return low.let(binaryJs(operator, name, a, b), [a, b], patternOf(low, { operator, name, a, b }));
  };
  if (type.kind !== 'vec') return one(left.known, right.known);
  const lane = (value: Value, index: number): Known | undefined =>
    value.type.kind === 'vec' ? (value.known as readonly (Known | undefined)[] | undefined)?.[index] : value.known;
  return Array.from({ length: type.size }, (_, index) => one(lane(left, index), lane(right, index)));
}

/** Only whole numbers: the closed form would round differently. */
function patternOf(
  low: Lowering,
  { operator, name, a, b }: { operator: string; name: string; a: Atom; b: Atom },
): Pattern | undefined {
  if (!/^(i32|u32|abstract-int)$/.test(name) || !/^(<|<=|\+)$/.test(operator)) return undefined;
  return { operator: operator as Pattern['operator'], left: low.original(a), right: low.original(b) };
}

/** The right side runs only where the left side leaves the answer open. */
function lowerShortCircuit(low: Lowering, scope: Scope, expression: Extract<Expression, { kind: 'binary' }>): Value {
  const { operator, line } = expression;
  const left = lowerExpression(low, scope, expression.left);
  const type = scalar('bool');
  low.count(operator === '&&' ? 'and-then' : 'or-else', 'control-flow');
  const condition = known(left);
  let right: Value = { type, deps: [] };
  if (condition === undefined) {
    low.sink(left);
    low.depth++;
    low.inRegion('branch', line, () => {
      right = lowerExpression(low, scope, expression.right);
    });
    low.depth--;
    return { type, deps: [...left.deps, ...right.deps] };
  }
  const steps = low.collect(() => {
    right = lowerExpression(low, scope, expression.right);
  });
  const rest = steps.filter(({ op }) => op !== 'let');
  // Values have no effects: they may be computed before it is known whether they are wanted.
  low.steps.push(...steps.filter(({ op }) => op === 'let'));
  if (rest.length > 0) {
    const test = operator === '&&' ? condition : (low.let(`(!${condition})`, [condition]) as string);
    low.push({ op: 'if', condition: test, whenTrue: rest, otherwise: [] });
  }
  const other = known(right);
  if (other === undefined) low.sink(right);
  const value = other === undefined ? undefined : low.let(`(${condition} ${operator} ${other})`, [condition, other]);
  return { type, known: value, deps: [...left.deps, ...right.deps] };
}
