import type { Binding, Node } from '../../target/scope.ts';
import { isArithmetic, isComparison, mathCall } from '../../target/syntax.ts';
import type { FilePlan } from './plan.ts';
import { kindBits } from './runtime.ts';
import type { OperationClass } from './types.ts';

/**
 * Where the numbers of an expression come from, as a set of bits. `number` is a number of no other origin: a fraction,
 * a field, an argument from outside the file. `other` is no number.
 */
export const origins = { integer: 1, single: 2, double: 4, number: 8, other: 16 } as const;

const { integer, single, double, number, other } = origins;
const bitwise = /^(\||&|\^|<<|>>|>>>)$/;

/**
 * Static inference of where a file's values come from, with the kinds of arrays seen while it ran. Least fixed point
 * over all names and results of functions: every origin has a witness in the source.
 */
export class Values {
  readonly #plan: FilePlan;
  readonly #seen: readonly number[];
  readonly #names = new Map<Binding, number>();
  readonly #results = new Map<Node, number>();
  #grew = true;

  /** @param seen kinds of objects by watch */
  constructor(plan: FilePlan, seen: readonly number[]) {
    this.#plan = plan;
    this.#seen = seen;
    while (this.#grew) {
      this.#grew = false;
      for (const binding of plan.scopes.bindings) this.#raise(this.#names, binding, this.#assigned(binding));
      for (const { node } of plan.units) this.#raise(this.#results, node, this.#returned(node));
    }
  }

  /** Kinds of the object that a member is of, as bits; 0 where it was never seen. */
  kindsOf(object: Node): number {
    const { watches, scopes } = this.#plan;
    const binding = object.type === 'Identifier' ? scopes.bindingOf.get(object) : undefined;
    const watch = watches.get(object) ?? (binding && watches.get(binding));
    return watch === undefined ? 0 : (this.#seen[watch] ?? 0);
  }

  /** Where the value of an expression comes from. */
  of(node: Node): number {
    const { scopes, slice } = this.#plan;
    switch (node.type) {
      case 'Literal':
        if (typeof node.value !== 'number') return typeof node.value === 'boolean' ? integer : other;
        return Number.isInteger(node.value) ? integer : number;
      case 'Identifier': {
        const binding = scopes.bindingOf.get(node);
        return binding ? (this.#names.get(binding) ?? 0) : number;
      }
      case 'BinaryExpression':
        return this.#binary(node);
      case 'UnaryExpression':
        if (node.operator === '~' || node.operator === '!') return integer;
        return node.operator === '-' || node.operator === '+' ? this.of(node.argument) : other;
      case 'UpdateExpression':
        return this.of(node.argument);
      case 'AssignmentExpression':
        if (node.operator === '=' || /^(&&|\|\||\?\?)=$/.test(node.operator)) return this.of(node.right);
        return this.#combined(node.operator.slice(0, -1), node.left, node.right);
      case 'SequenceExpression':
        return this.of(node.expressions.at(-1));
      case 'ConditionalExpression':
        return this.of(node.consequent) | this.of(node.alternate);
      case 'LogicalExpression':
        return this.of(node.left) | this.of(node.right);
      case 'AwaitExpression':
      case 'ChainExpression':
        return this.of(node.argument ?? node.expression);
      case 'MemberExpression':
        if (!node.computed) return /^(length|byteLength)$/.test(node.property.name) ? integer : number;
        return this.#element(node.object);
      case 'CallExpression': {
        const math = mathCall(node);
        if (math !== undefined && !scopes.bindingOf.has(node.callee.object)) return this.#math(math, node);
        const fn = slice.calleeOf(node);
        if (fn) return this.#results.get(fn) ?? 0;
        return node.callee.property?.name === 'charCodeAt' ? integer : number;
      }
      default:
        return /^(TemplateLiteral|ArrayExpression|ObjectExpression|.*Function|NewExpression|Class)/.test(node.type)
          ? other
          : number;
    }
  }

  /** The class of a step by one: an integer's, unless an array of fractions or a rounding to f32 says otherwise. */
  step(operand: Node): OperationClass {
    const from = this.of(operand);
    return from & double ? 'fp64' : from & single ? 'fp32' : 'int32';
  }

  /** The class of a sum, difference, product, sign or step. */
  arithmetic(node: Node, operands: readonly Node[]): OperationClass {
    if (this.becomesInteger(node)) return 'int32';
    const from = operands.reduce((all, operand) => all | this.of(operand), 0);
    if (from & double) return 'fp64';
    if (from & single) return 'fp32';
    if (from & other) return 'special';
    return from & number || from === 0 ? 'fp64' : 'int32';
  }

  /** Whether a result goes into a bitwise operator, at once or through sums and products. */
  becomesInteger(node: Node): boolean {
    const consumer = this.#plan.scopes.parent.get(node);
    if (consumer?.type === 'UnaryExpression') return consumer.operator === '~';
    if (consumer?.type === 'AssignmentExpression')
      return consumer.right === node && bitwise.test(consumer.operator.slice(0, -1));
    if (consumer?.type !== 'BinaryExpression') return false;
    return bitwise.test(consumer.operator) || (/^[-+*]$/.test(consumer.operator) && this.becomesInteger(consumer));
  }

  #raise<K>(map: Map<K, number>, key: K, origin: number): void {
    const known = map.get(key) ?? 0;
    if ((known | origin) === known) return;
    map.set(key, known | origin);
    this.#grew = true;
  }

  #binary(node: Node): number {
    if (isComparison(node)) return integer;
    if (!isArithmetic(node)) return integer;
    return this.becomesInteger(node) ? integer : this.#combined(node.operator, node.left, node.right);
  }

  #combined(operator: string, left: Node, right: Node): number {
    if (bitwise.test(operator)) return integer;
    const from = this.of(left) | this.of(right);
    if (operator === '/' || operator === '**') return from === integer ? number : from;
    return from;
  }

  #math(name: string, { arguments: given }: Node): number {
    if (name === 'fround') return single;
    if (name === 'imul' || name === 'clz32') return integer;
    const from = (given as Node[]).reduce((all, each) => all | this.of(each), 0);
    if (/^(min|max|abs|floor|ceil|round|trunc|sign)$/.test(name)) return from;
    return from & ~integer || number;
  }

  #element(object: Node): number {
    const kinds = this.kindsOf(object);
    let from = 0;
    if (kinds & (kindBits.int8 | kindBits.int16 | kindBits.int32)) from |= integer;
    if (kinds & (kindBits.float32 | kindBits.float16)) from |= single;
    if (kinds & (kindBits.float64 | kindBits.array)) from |= double;
    if (kinds & (kindBits.string | kindBits.bigint64)) from |= other;
    return from === 0 ? number : from;
  }

  /** What is assigned to a name, anywhere. What serves as a subscript is an integer where nothing says otherwise. */
  #assigned(binding: Binding): number {
    const from = this.#written(binding);
    return from & number && binding.references.some(({ node }) => this.#isSubscript(node))
      ? (from & ~number) | integer
      : from;
  }

  #isSubscript(node: Node): boolean {
    const parent = this.#plan.scopes.parent.get(node)!;
    if (parent.type === 'MemberExpression') return parent.computed && parent.property === node;
    return (isArithmetic(parent) || parent.type === 'UpdateExpression') && this.#isSubscript(parent);
  }

  #written(binding: Binding): number {
    const { scopes } = this.#plan;
    if (/^(import|catch)$/.test(binding.kind)) return number;
    if (/^(function|class)$/.test(binding.kind)) return other;
    let from = binding.kind === 'param' ? this.#given(binding) : 0;
    for (const { node, access } of binding.references) {
      if (access === 'read') continue;
      const parent = scopes.parent.get(node)!;
      if (parent.type === 'VariableDeclarator' && parent.id === node) {
        const loop = scopes.parent.get(scopes.parent.get(parent)!)!;
        if (loop.type === 'ForOfStatement' && loop.left === scopes.parent.get(parent))
          from |= this.#element(loop.right);
        else if (parent.init) from |= this.of(parent.init);
      } else if (parent.type === 'AssignmentExpression' && parent.left === node) from |= this.of(parent);
      else if (parent.type === 'UpdateExpression' || node === binding.declared) continue;
      else from |= number;
    }
    const place = scopes.parent.get(binding.declared);
    if (binding.kind !== 'param' && place?.type !== 'VariableDeclarator') from |= number;
    return from;
  }

  /** What callers hand over. */
  #given(binding: Binding): number {
    const { scopes, slice } = this.#plan;
    const { params } = binding.owner as { params?: Node[] };
    const place = params?.findIndex(param => param === binding.declared || param.left === binding.declared) ?? -1;
    if (place < 0) return number;
    const initial = params?.[place]?.type === 'AssignmentPattern' ? this.of(params[place].right) : 0;
    const names = scopes.bindings.filter(
      each => each.declared === binding.owner || isInitOf(each, binding.owner, scopes),
    );
    let from = initial;
    if (names.length === 0) from |= number;
    for (const name of names) {
      if (name.exported) from |= number;
      for (const { node, access } of name.references) {
        if (access !== 'read') continue;
        const call = scopes.parent.get(node)!;
        const argument = call.type === 'CallExpression' && call.callee === node ? call.arguments[place] : undefined;
        if (argument && slice.calleeOf(call) === binding.owner) from |= this.of(argument);
        else if (call.type !== 'CallExpression' || call.callee !== node) from |= number;
      }
    }
    return from;
  }

  #returned(fn: Node): number {
    if (fn.type === 'Program') return 0;
    if (fn.body.type !== 'BlockStatement') return this.of(fn.body);
    let from = 0;
    for (const statement of this.#returnsOf(fn)) if (statement.argument) from |= this.of(statement.argument);
    return from;
  }

  readonly #returns = new Map<Node, Node[]>();

  #returnsOf(fn: Node): readonly Node[] {
    const known = this.#returns.get(fn);
    if (known) return known;
    const found: Node[] = [];
    for (const [node] of this.#plan.scopes.parent) {
      if (node.type !== 'ReturnStatement') continue;
      let at = this.#plan.scopes.parent.get(node);
      while (at && !/Function|Program/.test(at.type)) at = this.#plan.scopes.parent.get(at);
      if (at === fn) found.push(node);
    }
    this.#returns.set(fn, found);
    return found;
  }
}

const isInitOf = (binding: Binding, fn: Node, { parent }: FilePlan['scopes']): boolean =>
  parent.get(binding.declared)?.init === fn;
