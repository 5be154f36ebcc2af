import { type Classified, classify } from '../../census/operations/classify.ts';
import type { Charge, FilePlan, Segment, Unit } from '../../census/operations/plan.ts';
import type { Values } from '../../census/operations/values.ts';
import { childrenOf } from '../../target/parse.ts';
import { type Binding, boundNames, isFunction, isLoop, type Node } from '../../target/scope.ts';
import { mathCall } from '../../target/syntax.ts';
import { type Block, type DataNode, isNode, type Leaf, type Value } from './graph.ts';

interface Source {
  readonly plan: FilePlan;
  readonly values: Values;
  /** How often a segment ran. */
  readonly countOf: (segment: Segment) => number;
}

type Parts = Pick<DataNode, 'kind' | 'label' | 'class' | 'inputs' | 'weight' | 'cell'>;

/** Where code is being followed. */
interface Place {
  readonly names: Map<Binding, Value>;
  readonly predicate: DataNode | undefined;
  /** Inside a function that was put in place of its call: how often, and under which key. */
  readonly inlined: { readonly count: number; readonly key: string } | undefined;
}

/**
 * The executed dataflow of a file as blocks: expressions and the uses of local names (copies propagated), with calls
 * of one-expression functions put in place, and stores under an `if` tied to its comparison. Flow through memory and
 * around loops is not followed.
 */
export function dataflow(source: Source): Block[] {
  const flow = new Flow(source);
  for (const unit of source.plan.units) flow.unit(unit);
  return flow.blocks.filter(({ nodes }) => nodes.some(({ count }) => count > 0));
}

class Flow {
  readonly #source: Source;
  readonly #charges = new Map<Node, Charge[]>();
  readonly #inline = new Map<Node, Node>();
  readonly #blocks = new Map<string, Block>();
  /** Stores so far to a cell, by its text: loads between two of them give one value. */
  readonly #epochs = new Map<string, number>();
  #function = '';

  constructor(source: Source) {
    this.#source = source;
    for (const charge of source.plan.charges)
      this.#charges.set(charge.node, [...(this.#charges.get(charge.node) ?? []), charge]);
    for (const { node, region } of source.plan.units) {
      const body = inlinable(node);
      if (body && this.#isOnlyCalledHere(node, source.countOf(region.entries))) this.#inline.set(node, body);
    }
  }

  get blocks(): Block[] {
    return [...this.#blocks.values()];
  }

  unit({ node, region }: Unit): void {
    if (this.#inline.has(node)) return;
    this.#function = region.name;
    const place: Place = { names: new Map(), predicate: undefined, inlined: undefined };
    if (node.type === 'Program') this.#statements(node.body, place);
    else if (node.body.type === 'BlockStatement') this.#statements(node.body.body, place);
    else lives(this.#value(node.body, place));
    for (const value of place.names.values()) lives(value);
  }

  /** All of a function's calls are by its name, from places that are followed. */
  #isOnlyCalledHere(fn: Node, entries: number): boolean {
    let calls = 0;
    for (const { kind, node, segments } of this.#source.plan.charges)
      if (kind === 'call' && this.#source.plan.slice.calleeOf(node) === fn)
        calls += segments.reduce((sum, segment) => sum + this.#source.countOf(segment), 0);
    return calls === entries;
  }

  #statements(list: readonly Node[], place: Place): void {
    for (const node of list) this.#statement(node, place);
  }

  #statement(node: Node, place: Place): void {
    if (isLoop(node)) {
      this.#loop(node, place);
      return;
    }
    switch (node.type) {
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations as Node[]) {
          const value = init ? this.#value(init, place) : undefined;
          if (value) this.#set(id, value, place);
        }
        return;
      case 'BlockStatement':
        this.#statements(node.body, place);
        return;
      case 'IfStatement':
        this.#branch(node, place);
        return;
      case 'ReturnStatement':
      case 'ThrowStatement':
        if (node.argument) lives(this.#value(node.argument, place));
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration) this.#statement(node.declaration, place);
        return;
      case 'FunctionDeclaration':
        return;
      case 'ExpressionStatement':
        this.#value(node.expression, place);
        return;
      default:
        this.#elsewhere(node, place);
    }
  }

  /** Names that a loop changes have no known value in it, nor after it. */
  #loop(node: Node, place: Place): void {
    if (node.init?.type === 'VariableDeclaration') this.#statement(node.init, place);
    else if (node.init) this.#value(node.init, place);
    if (node.right) this.#value(node.right, place);
    this.#forget(node, place);
    const test = node.test && node.type !== 'DoWhileStatement' ? this.#value(node.test, place) : undefined;
    const within: Place = { ...place, names: new Map(place.names), predicate: isNode(test) ? test : undefined };
    this.#statement(node.body, within);
    if (node.type === 'DoWhileStatement') this.#value(node.test, within);
    if (node.update) this.#value(node.update, within);
    for (const [name, value] of within.names) if (place.names.get(name) !== value) lives(value);
    this.#forget(node, place);
  }

  #branch(node: Node, place: Place): void {
    const test = this.#value(node.test, place);
    for (const arm of [node.consequent, node.alternate] as (Node | null)[]) {
      if (!arm) continue;
      const predicate = arm === node.consequent && isNode(test) ? test : undefined;
      const within: Place = { ...place, names: new Map(place.names), predicate };
      this.#statement(arm, within);
      for (const [name, value] of within.names) if (place.names.get(name) !== value) lives(value);
    }
    if (isNode(test)) test.escapes = true;
    this.#forget(node.consequent, place);
    if (node.alternate) this.#forget(node.alternate, place);
  }

  /** Code whose flow is not followed: its operations are there, each for itself or within its expression. */
  #elsewhere(node: Node, place: Place): void {
    this.#forget(node, place);
    this.#operation(node, [], place);
    const within: Place = { ...place, names: new Map(place.names), predicate: undefined };
    for (const child of childrenOf(node) as Node[]) {
      if (isFunction(child) || /^Class/.test(child.type)) continue;
      if (/Statement$|Declaration$/.test(child.type)) this.#statement(child, within);
      else if (/^(SwitchCase|CatchClause)$/.test(child.type)) this.#elsewhere(child, within);
      else if (/Expression$|^(Identifier|Literal)$/.test(child.type)) lives(this.#value(child, within));
    }
    for (const value of within.names.values()) lives(value);
    this.#forget(node, place);
  }

  #forget(node: Node, place: Place): void {
    const { bindingOf } = this.#source.plan.scopes;
    const visit = (at: Node): void => {
      const target =
        at.type === 'AssignmentExpression' ? at.left : at.type === 'UpdateExpression' ? at.argument : undefined;
      const names = target && target.type !== 'MemberExpression' ? boundNames(target) : [];
      for (const name of names) {
        const binding = bindingOf.get(name);
        const known = binding && place.names.get(binding);
        if (known) lives(known);
        if (binding) place.names.delete(binding);
      }
      for (const child of childrenOf(at) as Node[]) visit(child);
    };
    visit(node);
  }

  #set(target: Node, value: Value, place: Place): void {
    const binding = target.type === 'Identifier' ? this.#source.plan.scopes.bindingOf.get(target) : undefined;
    if (!binding) {
      lives(value);
      return;
    }
    // A name that is used in another function, or declared further out, may be read at any time.
    if (binding.references.some(({ owner }) => owner !== binding.owner)) lives(value);
    place.names.set(binding, value);
  }

  /** The value of an expression; its operations become nodes on the way. */
  #value(node: Node, place: Place): Value {
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'number' ? constant(node.value) : leaf(`#${node.start}`);
      case 'Identifier': {
        const binding = this.#source.plan.scopes.bindingOf.get(node);
        return (binding && place.names.get(binding)) ?? leaf(binding ? `$${binding.id}` : node.name);
      }
      case 'AssignmentExpression':
        return this.#assignment(node, place);
      case 'UpdateExpression':
        return this.#step(node, place);
      case 'MemberExpression':
        return this.#load(node, place);
      case 'BinaryExpression':
      case 'UnaryExpression':
        return this.#operation(
          node,
          operandsOf(node).map(operand => this.#value(operand, place)),
          place,
        );
      case 'ConditionalExpression':
        return this.#choice(node, place);
      case 'SequenceExpression':
        return (node.expressions as Node[]).map(part => this.#value(part, place)).at(-1)!;
      case 'CallExpression':
        return this.#call(node, place);
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'ClassExpression':
        return leaf(`#${node.start}`);
      default:
        for (const child of childrenOf(node) as Node[])
          if (!/^(TemplateElement|Property|PrivateIdentifier)$/.test(child.type)) lives(this.#value(child, place));
          else if (child.type === 'Property' && child.value) lives(this.#value(child.value, place));
        return this.#operation(node, [], place);
    }
  }

  #chargeOf = (node: Node, kind: Charge['kind']): Charge | undefined =>
    this.#charges.get(node)?.find(charge => charge.kind === kind);

  #operation(node: Node, inputs: readonly Value[], place: Place): Value {
    const charge = this.#chargeOf(node, 'operation');
    if (!charge) return leaf(this.#textOf(node, inputs));
    const classified: Classified = classify(node, this.#source.values);
    const weight = charge.weight;
    const parts: Parts = { kind: 'operation', label: labelOf(node), class: classified.class, inputs, weight, cell: '' };
    return this.#node(charge, parts, place);
  }

  /** Free arithmetic, which only makes addresses: equal text, equal value. */
  #textOf(node: Node, inputs: readonly Value[]): string {
    if (inputs.some(isNode)) for (const input of inputs) lives(input);
    const { code } = this.#source.plan.parsed;
    return `#${code.slice(node.start, node.end)}`;
  }

  #load(node: Node, place: Place): Value {
    const charge = this.#chargeOf(node, 'load');
    if (node.object.type !== 'Identifier') lives(this.#value(node.object, place));
    const index = node.computed ? this.#value(node.property, place) : undefined;
    if (!charge || !node.computed) {
      lives(index);
      return leaf(`#${this.#source.plan.parsed.code.slice(node.start, node.end)}`);
    }
    return this.#node(charge, this.#access('load', node, { index, inputs: [] }), place);
  }

  /** A load or store: where its index is a value that was computed or loaded, it is a table's. */
  #access(
    kind: 'load' | 'store',
    node: Node,
    { index, inputs }: { index: Value | undefined; inputs: readonly Value[] },
  ): Parts {
    const { code } = this.#source.plan.parsed;
    const isTable = isNode(index) || (node.computed && isPicked(node.property));
    const label = isTable ? (kind === 'load' ? 'table' : 'scatter') : kind;
    const text = code.slice(isTable ? node.object.start : node.start, isTable ? node.object.end : node.end);
    const epoch = this.#epochs.get(text) ?? 0;
    if (kind === 'store') this.#epochs.set(text, epoch + 1);
    const cell = `${text}@${epoch}`;
    return { kind, label, class: undefined, inputs: isTable && index ? [index, ...inputs] : inputs, weight: 1, cell };
  }

  #store(target: Node, value: Value, place: Place): void {
    const charge = this.#chargeOf(target, 'store');
    const index = target.computed ? this.#value(target.property, place) : undefined;
    if (!charge || !target.computed) {
      lives(index);
      lives(value);
      return;
    }
    this.#node(charge, this.#access('store', target, { index, inputs: [value] }), place);
  }

  #assignment(node: Node, place: Place): Value {
    const { left, right, operator } = node;
    if (left.type !== 'Identifier' && left.type !== 'MemberExpression') {
      const value = this.#value(right, place);
      lives(value);
      this.#forget(node, place);
      return value;
    }
    const isPlain = operator === '=';
    const before = isPlain
      ? undefined
      : left.type === 'Identifier'
        ? this.#value(left, place)
        : this.#load(left, place);
    let value = this.#value(right, place);
    if (before) value = this.#operation(node, [before, value], place);
    if (left.type === 'MemberExpression') this.#store(left, value, place);
    else this.#set(left, value, place);
    return value;
  }

  #step(node: Node, place: Place): Value {
    const { argument } = node;
    const before = argument.type === 'MemberExpression' ? this.#load(argument, place) : this.#value(argument, place);
    const value = this.#operation(node, [before, constant(1)], place);
    if (argument.type === 'MemberExpression') this.#store(argument, value, place);
    else this.#set(argument, value, place);
    return node.prefix ? value : before;
  }

  /** Costs nothing, but belongs to a minimum or a choice that one instruction makes. */
  #choice(node: Node, place: Place): Value {
    const test = this.#value(node.test, place);
    const [yes, no] = [this.#value(node.consequent, place), this.#value(node.alternate, place)];
    if (!isNode(test) || [yes, no].some(arm => isNode(arm) && arm.block !== test.block)) {
      for (const value of [test, yes, no]) lives(value);
      return leaf(`#${node.start}`);
    }
    const choice: DataNode = {
      ...{ kind: 'choice', label: '?:', class: undefined, inputs: [test, yes, no], predicate: undefined },
      ...{ block: test.block, count: test.count, line: node.loc!.start.line, weight: 0, cell: '', escapes: false },
    };
    test.block.nodes.push(choice);
    return choice;
  }

  #call(node: Node, place: Place): Value {
    const fn = this.#source.plan.slice.calleeOf(node);
    const body = fn && this.#inline.get(fn);
    const given = (node.arguments as Node[]).map(argument => this.#value(argument, place));
    if (body) return this.#inlined(node, { fn, body, given }, place);
    if (mathCall(node) !== undefined) return this.#operation(node, given, place);
    if (node.callee.type === 'MemberExpression') lives(this.#value(node.callee.object, place));
    for (const value of given) lives(value);
    return this.#operation(node, [], place);
  }

  #inlined(node: Node, { fn, body, given }: { fn: Node; body: Node; given: readonly Value[] }, place: Place): Value {
    const charge = this.#chargeOf(node, 'call');
    const names = new Map<Binding, Value>();
    for (const [at, param] of (fn.params as Node[]).entries()) {
      const binding = this.#source.plan.scopes.bindingOf.get(param);
      if (binding) names.set(binding, given[at] ?? leaf('undefined'));
    }
    const { segments = [] } = charge ?? {};
    const inlined = place.inlined ?? { count: this.#countOf(segments), key: this.#keyOf(segments) };
    return this.#value(body, { names, predicate: place.predicate, inlined });
  }

  #countOf = (segments: readonly Segment[]): number =>
    segments.reduce((sum, segment) => sum + this.#source.countOf(segment), 0);

  #keyOf = (segments: readonly Segment[]): string =>
    segments.map(({ unit, counter }) => `${unit.region.number}:${counter}`).join('+');

  #node(charge: Charge, parts: Parts, { predicate, inlined }: Place): DataNode {
    const key = inlined?.key ?? this.#keyOf(charge.segments);
    const block = this.#blocks.get(key) ?? {
      ...{ key, file: this.#source.plan.parsed.file, function: this.#function, nodes: [] },
    };
    this.#blocks.set(key, block);
    const node: DataNode = {
      ...parts,
      predicate: parts.kind === 'store' ? predicate : undefined,
      block,
      count: inlined?.count ?? this.#countOf(charge.segments),
      line: charge.node.loc!.start.line,
      escapes: false,
    };
    for (const input of parts.inputs) if (isNode(input) && input.block !== block) lives(input);
    block.nodes.push(node);
    return node;
  }
}

const leaf = (name: string): Leaf => ({ kind: 'leaf', name });
const constant = (value: number): Leaf => ({ kind: 'leaf', name: `=${value}`, constant: value });

function lives(value: Value | undefined): void {
  if (isNode(value)) value.escapes = true;
}

/** A subscript that is cut out of a word, or loaded: a value picks the element, not a counter. */
const isPicked = (node: Node): boolean =>
  (node.type === 'BinaryExpression' &&
    (/^(&|>>>?)$/.test(node.operator) || isPicked(node.left) || isPicked(node.right))) ||
  (node.type === 'MemberExpression' && node.computed);

const operandsOf = (node: Node): Node[] =>
  node.type === 'UnaryExpression'
    ? [node.argument]
    : [node.left, node.right].filter(({ type }) => type !== 'PrivateIdentifier');

function labelOf(node: Node): string {
  if (node.type === 'UnaryExpression') return node.operator === '-' ? 'negate' : node.operator;
  if (node.type === 'UpdateExpression') return node.operator[0];
  if (node.type === 'AssignmentExpression') return node.operator.slice(0, -1);
  if (node.type === 'BinaryExpression') return node.operator;
  return mathCall(node) ?? 'call';
}

/** The expression of a function that is nothing else, and runs all of it every time. */
function inlinable(fn: Node): Node | undefined {
  if (!isFunction(fn) || fn.generator || fn.async || fn.type === 'StaticBlock') return undefined;
  if ((fn.params as Node[]).some(({ type }) => type !== 'Identifier')) return undefined;
  const statements: Node[] | undefined = fn.body.type === 'BlockStatement' ? fn.body.body : undefined;
  const body: Node | undefined = statements
    ? statements.length === 1 && statements[0]?.type === 'ReturnStatement'
      ? statements[0].argument
      : undefined
    : fn.body;
  return body && isPure(body) ? body : undefined;
}

const isPure = (node: Node): boolean =>
  /^(Identifier|Literal|BinaryExpression|UnaryExpression|MemberExpression)$/.test(node.type)
    ? (childrenOf(node) as Node[]).every(isPure)
    : node.type === 'CallExpression' && mathCall(node) !== undefined && (node.arguments as Node[]).every(isPure);
