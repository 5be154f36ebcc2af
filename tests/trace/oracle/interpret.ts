import * as acorn from 'acorn';
import { Cell, Graph, type LoopEntry } from './graph.ts';

/** A value and the nodes that it is ready after. */
interface Tagged {
  readonly value: unknown;
  readonly after: readonly number[];
}

// biome-ignore lint/suspicious/noExplicitAny: nodes are taken apart by their kind, as ESTree names it.
type Node = any;
type Native = (...args: Node[]) => unknown;

class Closure {
  readonly node: Node;
  readonly scope: Scope;
  readonly self: Tagged | undefined;
  constructor(node: Node, scope: Scope, self?: Tagged) {
    this.node = node;
    this.scope = scope;
    this.self = self;
  }
}

class ClassValue {
  readonly node: Node;
  readonly scope: Scope;
  constructor(node: Node, scope: Scope) {
    this.node = node;
    this.scope = scope;
  }
}

class Scope {
  readonly names = new Map<string, Cell>();
  readonly outer: Scope | undefined;
  constructor(outer?: Scope) {
    this.outer = outer;
  }
  find(name: string): Cell | undefined {
    return this.names.get(name) ?? this.outer?.find(name);
  }
}

/** How a statement ended. */
type Completion =
  | { kind: 'normal' }
  | { kind: 'break' | 'continue'; label?: string }
  | { kind: 'return'; result: Tagged };

const normal: Completion = { kind: 'normal' };
const ready = (value: unknown): Tagged => ({ value, after: [] });

/** Names that are counters, sizes and bounds by convention: free, and ready at once. */
const counters = new Set([
  'i',
  'j',
  'k',
  'l',
  'n',
  'm',
  't',
  'ii',
  'jj',
  'kk',
  'len',
  'half',
  'w',
  'h',
  'nx',
  'ny',
  'nz',
  'b',
  'steps',
  'size',
  'stride',
  'gap',
]);

/**
 * Runs a small part of JavaScript while building the graph of what waits for what (DESIGN §3, read word for word):
 * a second opinion on work, span and dependences.
 */
export class Interpreter {
  readonly graph = new Graph();
  readonly #addresses: ReadonlySet<string>;
  /** Conditions in force. */
  #control: readonly number[] = [];
  #loops: { readonly entry: LoopEntry; control: readonly number[]; waits: number }[] = [];
  readonly #elements = new WeakMap<object, Map<unknown, Cell>>();
  readonly #module = new Scope();

  /** @param addresses names of the program that only hold positions: free, and as late as where they came from */
  constructor(code: string, addresses: readonly string[] = []) {
    this.#addresses = new Set(addresses);
    const program = acorn.parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true }) as Node;
    for (const statement of program.body as Node[]) {
      const inner: Node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      if (inner.type === 'FunctionDeclaration')
        this.#declare(this.#module, inner.id.name, ready(new Closure(inner, this.#module)));
      else if (inner.type === 'ClassDeclaration')
        this.#declare(this.#module, inner.id.name, ready(new ClassValue(inner, this.#module)));
      else if (inner.type === 'VariableDeclaration' && inner.declarations[0].id.name !== 'inputs')
        this.#statement(inner, this.#module);
    }
  }

  run(name: string, args: readonly unknown[]): unknown {
    return this.#apply(this.#module.find(name)!.value, args.map(ready), ready(undefined)).value;
  }

  #declare(scope: Scope, name: string, { value, after }: Tagged): void {
    scope.names.set(name, new Cell(value, this.#union(after, this.#control)));
  }

  #union(...lists: readonly (readonly number[])[]): readonly number[] {
    const filled = lists.filter(list => list.length > 0);
    if (filled.length <= 1) return filled[0] ?? [];
    return [...new Set(filled.flat())];
  }

  #operation(...operands: readonly Tagged[]): readonly number[] {
    return [this.graph.add(true, this.#union(...operands.map(({ after }) => after), this.#control))];
  }

  // Memory

  #cell(object: object, key: unknown): Cell {
    let cells = this.#elements.get(object);
    if (!cells) {
      cells = new Map();
      this.#elements.set(object, cells);
    }
    let cell = cells.get(key);
    if (!cell) {
      cell = new Cell(undefined);
      cells.set(key, cell);
    }
    return cell;
  }

  #load(object: Tagged, key: Tagged, line: number): Tagged {
    const { value } = object;
    if (key.value === 'length' || typeof value === 'string')
      return { value: (value as Node)[key.value as PropertyKey], after: this.#union(object.after, key.after) };
    const cell = this.#cell(value as object, key.value);
    this.graph.read(cell, line);
    const node = this.graph.add(false, this.#union(cell.after, object.after, key.after, this.#control));
    return { value: (value as Node)[key.value as PropertyKey], after: [node] };
  }

  #store(object: Tagged, key: Tagged, stored: Tagged, line: number): void {
    const cell = this.#cell(object.value as object, key.value);
    this.graph.write(cell, line);
    const after = this.#union(stored.after, object.after, key.after, this.#control);
    cell.after = [this.graph.add(false, after)];
    (object.value as Node)[key.value as PropertyKey] = stored.value;
  }

  // Functions

  #apply(fn: unknown, args: readonly Tagged[], self: Tagged): Tagged {
    if (!(fn instanceof Closure)) throw new Error(`not a function of the program: ${String(fn)}`);
    const { node } = fn;
    const scope = new Scope(fn.scope);
    const isArrow = node.type === 'ArrowFunctionExpression';
    if (!isArrow) this.#declareQuietly(scope, 'this', self);
    for (const [at, param] of (node.params as Node[]).entries()) {
      const given = args[at] ?? ready(undefined);
      if (param.type === 'Identifier') this.#declareQuietly(scope, param.name, given);
      else this.#bind(param, given, scope, true);
    }
    const control = this.#control;
    const [loops, afterLoops] = [this.#loops, this.#afterLoops];
    this.#loops = [];
    this.#afterLoops = [];
    let result: Tagged = ready(undefined);
    if (node.body.type !== 'BlockStatement') result = this.#expression(node.body, scope);
    else {
      const ended = this.#block(node.body.body, scope);
      if (ended.kind === 'return') result = ended.result;
    }
    result = { value: result.value, after: this.#union(result.after, this.#control) };
    this.#control = control;
    this.#loops = loops;
    this.#afterLoops = afterLoops;
    return result;
  }

  #declareQuietly(scope: Scope, name: string, { value, after }: Tagged): void {
    scope.names.set(name, new Cell(value, after));
  }

  #construct(value: unknown, args: readonly Tagged[]): Tagged {
    if (!(value instanceof ClassValue)) {
      const made = Reflect.construct(
        value as Native,
        args.map(arg => arg.value),
      );
      const [source] = args;
      if (source && typeof source.value === 'object' && source.value !== null && 'length' in source.value)
        for (let at = 0; at < (source.value as Node).length; at++) {
          const from = this.#load(source, ready(at), 0);
          this.#store(ready(made), ready(at), from, 0);
        }
      return ready(made);
    }
    const made = {};
    Object.defineProperty(made, 'class', { value, enumerable: false });
    const scope = new Scope(value.scope);
    this.#declareQuietly(scope, 'this', ready(made));
    let builder: Node | undefined;
    for (const member of value.node.body.body as Node[]) {
      if (member.type === 'PropertyDefinition' && member.value)
        this.#store(ready(made), ready(member.key.name), this.#expression(member.value, scope), member.loc.start.line);
      if (member.type === 'MethodDefinition' && member.kind === 'constructor') builder = member.value;
    }
    if (builder) this.#apply(new Closure(builder, value.scope), args, ready(made));
    return ready(made);
  }

  #method(object: unknown, name: string): Closure | undefined {
    const type = (object as { class?: ClassValue } | null)?.class;
    const found = (type?.node.body.body as Node[] | undefined)?.find(
      member => member.type === 'MethodDefinition' && member.key.name === name,
    );
    return found ? new Closure(found.value, type!.scope) : undefined;
  }

  // Statements

  #block(list: readonly Node[], outer: Scope): Completion {
    const scope = new Scope(outer);
    for (const node of list)
      if (node.type === 'FunctionDeclaration')
        this.#declareQuietly(scope, node.id.name, ready(new Closure(node, scope)));
    for (const node of list) {
      const ended = this.#statement(node, scope);
      if (ended.kind !== 'normal') return ended;
    }
    return normal;
  }

  #statement(node: Node, scope: Scope, label?: string): Completion {
    switch (node.type) {
      case 'EmptyStatement':
      case 'FunctionDeclaration':
        return normal;
      case 'ExpressionStatement':
        this.#expression(node.expression, scope);
        return normal;
      case 'BlockStatement':
        return this.#block(node.body, scope);
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations as Node[]) {
          const free = id.type === 'Identifier' && this.#isFree(id.name);
          const value = init ? this.#expression(init, scope, free) : ready(undefined);
          if (id.type === 'Identifier')
            this.#declare(scope, id.name, counters.has(id.name) ? ready(value.value) : value);
          else this.#bind(id, value, scope, true);
        }
        return normal;
      case 'ReturnStatement': {
        const result = node.argument ? this.#expression(node.argument, scope) : ready(undefined);
        return { kind: 'return', result };
      }
      case 'BreakStatement':
        return { kind: 'break', ...(node.label ? { label: node.label.name } : {}) };
      case 'ContinueStatement':
        return { kind: 'continue', ...(node.label ? { label: node.label.name } : {}) };
      case 'LabeledStatement':
        return this.#statement(node.body, scope, node.label.name);
      case 'IfStatement':
        return this.#branch(node, scope);
      default:
        return this.#loop(node, scope, label);
    }
  }

  #branch(node: Node, scope: Scope): Completion {
    const before = this.#control;
    const test = this.#condition(node.test, scope);
    this.#control = this.#union(before, test.after);
    const chosen: Node | null = test.value ? node.consequent : node.alternate;
    const exits = exitsOf(node);
    if (test.data && exits !== undefined) this.#waitFor(exits, test.after, node.loc.start.line);
    const ended = chosen ? this.#statement(chosen, scope) : normal;
    // What can leave holds up the rest of the iteration; else the condition's hold ends here.
    if (!test.data || exits === undefined) this.#control = before;
    return ended;
  }

  /** Everything later in the loops that can be left waits for the condition. */
  #waitFor(exits: 'iteration' | 'loop' | 'function', after: readonly number[], line: number): void {
    const left = exits === 'iteration' ? [] : exits === 'loop' ? this.#loops.slice(-1) : this.#loops;
    for (const loop of left) {
      loop.control = this.#union(loop.control, after);
      loop.waits = line;
    }
    if (exits === 'function') this.#afterLoops = this.#union(this.#afterLoops, after);
  }

  #afterLoops: readonly number[] = [];

  #loop(node: Node, outer: Scope, label: string | undefined): Completion {
    const scope = new Scope(outer);
    if (node.type === 'ForOfStatement') return this.#overEach(node, scope, label);
    if (node.type === 'ForStatement' && node.init) {
      if (node.init.type === 'VariableDeclaration') this.#statement(node.init, scope);
      else this.#expression(node.init, scope);
    }
    const isDo = node.type === 'DoWhileStatement';
    return this.#repeat(node, label, (first, own) => {
      if (!(isDo && first) && !this.#test(node, scope, own)) return 'done';
      const ended = this.#statement(node.body, scope);
      if (
        ended.kind === 'normal' ||
        (ended.kind === 'continue' && (ended.label === undefined || ended.label === label))
      ) {
        if (node.type === 'ForStatement' && node.update) this.#expression(node.update, scope, true);
        return normal;
      }
      return ended;
    });
  }

  #test(node: Node, scope: Scope, own: { control: readonly number[]; waits: number }): boolean {
    if (!node.test) return true;
    const side = (name: (at: Node) => boolean) =>
      node.test.type === 'BinaryExpression' &&
      [node.test.left, node.test.right].some((at: Node) => at.type === 'Identifier' && name(at));
    // A loop's bound: free, whatever it has to wait for.
    const isMoved = side(at => this.#addresses.has(at.name));
    if (isMoved || side(at => counters.has(at.name))) {
      const bound = this.#expression(node.test, scope, true);
      own.control = this.#union(own.control, bound.after);
      this.#control = this.#union(this.#control, bound.after);
      if (isMoved) own.waits = node.test.loc.start.line;
      return Boolean(bound.value);
    }
    const test = this.#condition(node.test, scope);
    if (test.data) {
      own.control = this.#union(own.control, test.after);
      this.#control = this.#union(this.#control, test.after);
      own.waits = node.test.loc.start.line;
    }
    return Boolean(test.value);
  }

  #repeat(
    node: Node,
    label: string | undefined,
    step: (first: boolean, own: { control: readonly number[]; waits: number }) => Completion | 'done',
  ): Completion {
    const entry = this.graph.enter(placeOf(node));
    const outer = this.#control;
    const own = { entry, control: outer, waits: 0 };
    this.#loops.push(own);
    let trips = 0;
    let result: Completion = normal;
    for (let first = true; ; first = false) {
      if (own.waits > 0 && !first) this.graph.control(entry, own.waits);
      this.graph.iterate(entry);
      this.#control = own.control;
      const ended = step(first, own);
      if (ended === 'done') break;
      trips++;
      if (
        ended.kind === 'normal' ||
        (ended.kind === 'continue' && (ended.label === undefined || ended.label === label))
      )
        continue;
      if (own.waits > 0) this.graph.control(entry, own.waits);
      if (!(ended.kind === 'break' && (ended.label === undefined || ended.label === label))) result = ended;
      break;
    }
    this.#loops.pop();
    this.graph.leave(entry, trips);
    this.#control = this.#union(outer, this.#afterLoops);
    if (this.#loops.length === 0) this.#afterLoops = [];
    return result;
  }

  #overEach(node: Node, scope: Scope, label: string | undefined): Completion {
    const source = this.#expression(node.right, scope);
    const list = source.value as unknown[];
    let at = 0;
    const { id } = node.left.declarations[0];
    return this.#repeatExactly(node, label, list.length, () => {
      const inner = new Scope(scope);
      const item = this.#load(source, ready(at++), node.right.loc.start.line);
      if (id.type === 'Identifier') this.#declare(inner, id.name, item);
      else this.#bind(id, item, inner, true);
      return this.#statement(node.body, inner);
    });
  }

  #repeatExactly(node: Node, label: string | undefined, count: number, body: () => Completion): Completion {
    let done = 0;
    if (count === 0) return normal;
    const entry = this.graph.enter(placeOf(node));
    const outer = this.#control;
    const own = { entry, control: outer, waits: 0 };
    this.#loops.push(own);
    let result: Completion = normal;
    while (done < count) {
      if (own.waits > 0 && done > 0) this.graph.control(entry, own.waits);
      this.graph.iterate(entry);
      this.#control = own.control;
      const ended = body();
      done++;
      if (
        ended.kind === 'normal' ||
        (ended.kind === 'continue' && (ended.label === undefined || ended.label === label))
      )
        continue;
      if (own.waits > 0) this.graph.control(entry, own.waits);
      if (!(ended.kind === 'break' && (ended.label === undefined || ended.label === label))) result = ended;
      break;
    }
    this.#loops.pop();
    this.graph.leave(entry, done);
    this.#control = this.#union(outer, this.#afterLoops);
    if (this.#loops.length === 0) this.#afterLoops = [];
    return result;
  }

  // Expressions

  #isFree = (name: string): boolean => counters.has(name) || this.#addresses.has(name);

  /** Made of counters, sizes and numbers only: free, and ready at time 0. */
  #isIndexLike(node: Node): boolean {
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'number' || typeof node.value === 'boolean';
      case 'Identifier':
        return counters.has(node.name);
      case 'MemberExpression':
        return !node.computed && node.property.name === 'length';
      case 'BinaryExpression':
      case 'LogicalExpression':
        return this.#isIndexLike(node.left) && this.#isIndexLike(node.right);
      case 'UnaryExpression':
        return this.#isIndexLike(node.argument);
      default:
        return false;
    }
  }

  #condition(node: Node, scope: Scope): Tagged & { data: boolean } {
    const found = this.#expression(node, scope, this.#isIndexLike(node));
    return this.#isIndexLike(node) ? { ...found, after: [], data: false } : { ...found, data: true };
  }

  #expression(node: Node, scope: Scope, free = false): Tagged {
    switch (node.type) {
      case 'Literal':
        return ready(node.value);
      case 'ThisExpression':
        return this.#name('this', scope);
      case 'Identifier':
        return node.name === 'undefined'
          ? ready(undefined)
          : node.name === 'Infinity'
            ? ready(Infinity)
            : this.#name(node.name, scope, node.loc.start.line);
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return ready(new Closure(node, scope));
      case 'SequenceExpression':
        return (node.expressions as Node[]).map(part => this.#expression(part, scope, free)).at(-1)!;
      case 'ArrayExpression': {
        const made: unknown[] = [];
        for (const [at, part] of (node.elements as Node[]).entries())
          this.#fill(made, at, this.#expression(part, scope));
        return ready(made);
      }
      case 'ObjectExpression': {
        const made: Record<string, unknown> = {};
        for (const { key, value } of node.properties as Node[])
          this.#fill(made, key.name, this.#expression(value, scope));
        return ready(made);
      }
      case 'UnaryExpression': {
        const argument = this.#expression(node.argument, scope, free);
        const value = unary[node.operator]!(argument.value);
        const costs = (node.operator === '-' || node.operator === '~') && !free && node.argument.type !== 'Literal';
        return { value, after: costs ? this.#operation(argument) : argument.after };
      }
      case 'BinaryExpression': {
        const isFree =
          free || (/^[<>=!]/.test(node.operator) && !/^(<<|>>)/.test(node.operator) && this.#isIndexLike(node));
        const left = this.#expression(node.left, scope, isFree);
        const right = this.#expression(node.right, scope, isFree);
        const value = binary[node.operator]!(left.value, right.value);
        return { value, after: isFree ? this.#union(left.after, right.after) : this.#operation(left, right) };
      }
      case 'LogicalExpression':
      case 'ConditionalExpression':
        return this.#choice(node, scope, free);
      case 'AssignmentExpression':
        return this.#assign(node, scope);
      case 'UpdateExpression':
        return this.#update(node, scope, free);
      case 'MemberExpression': {
        const { object, key } = this.#place(node, scope);
        return this.#load(object, key, node.loc.start.line);
      }
      case 'NewExpression':
        return this.#new(node, scope);
      case 'CallExpression':
        return this.#call(node, scope, free);
      default:
        throw new Error(`the oracle does not know ${node.type} (line ${node.loc?.start.line})`);
    }
  }

  #fill(object: object, key: unknown, { value, after }: Tagged): void {
    (object as Node)[key as PropertyKey] = value;
    this.#cell(object, key).after = after;
  }

  #name(name: string, scope: Scope, line = 0): Tagged {
    const cell = scope.find(name);
    if (!cell) return ready((globalThis as Node)[name]);
    if (!counters.has(name)) this.graph.read(cell, line);
    return { value: cell.value, after: cell.after };
  }

  #place(node: Node, scope: Scope): { object: Tagged; key: Tagged } {
    const object = this.#expression(node.object, scope);
    const key = node.computed ? this.#expression(node.property, scope, true) : ready(node.property.name);
    return { object, key };
  }

  #choice(node: Node, scope: Scope, free: boolean): Tagged {
    const before = this.#control;
    if (node.type === 'ConditionalExpression') {
      const test = this.#condition(node.test, scope);
      this.#control = this.#union(before, test.after);
      const chosen = this.#expression(test.value ? node.consequent : node.alternate, scope, free);
      const after = test.data ? this.#union(chosen.after, this.#control) : chosen.after;
      this.#control = before;
      return { value: chosen.value, after };
    }
    const left = this.#expression(node.left, scope, free);
    const goesOn = node.operator === '&&' ? left.value : node.operator === '||' ? !left.value : left.value == null;
    if (!goesOn) return left;
    const isData = left.after.length > 0 || !this.#isIndexLike(node.left);
    if (isData) this.#control = this.#union(before, left.after);
    const right = this.#expression(node.right, scope, free);
    const after = isData ? this.#union(right.after, this.#control) : right.after;
    this.#control = before;
    return { value: right.value, after };
  }

  #assign(node: Node, scope: Scope): Tagged {
    const { left, operator } = node;
    const line = node.loc.start.line;
    if (left.type === 'ArrayPattern' || left.type === 'ObjectPattern') {
      const right = this.#expression(node.right, scope);
      this.#bind(left, right, scope, false);
      return right;
    }
    if (left.type === 'Identifier') {
      const free = this.#isFree(left.name);
      const before = operator === '=' ? undefined : this.#name(left.name, scope, line);
      const right = this.#expression(node.right, scope, free);
      const value = before ? binary[operator.slice(0, -1)]!(before.value, right.value) : right.value;
      const after = !before
        ? right.after
        : free
          ? this.#union(before.after, right.after)
          : this.#operation(before, right);
      this.#set(left.name, { value, after }, scope, line);
      return { value, after };
    }
    const { object, key } = this.#place(left, scope);
    const before = operator === '=' ? undefined : this.#load(object, key, left.loc.start.line);
    const right = this.#expression(node.right, scope);
    const value = before ? binary[operator.slice(0, -1)]!(before.value, right.value) : right.value;
    const stored = { value, after: before ? this.#operation(before, right) : right.after };
    this.#store(object, key, stored, left.loc.start.line);
    return stored;
  }

  #set(name: string, { value, after }: Tagged, scope: Scope, line: number): void {
    const cell = scope.find(name)!;
    if (!counters.has(name)) this.graph.write(cell, line);
    cell.value = value;
    cell.after = counters.has(name) ? [] : this.#union(after, this.#control);
  }

  #update(node: Node, scope: Scope, free: boolean): Tagged {
    const by = node.operator === '++' ? 1 : -1;
    const line = node.loc.start.line;
    const target: Node = node.argument;
    if (target.type === 'Identifier') {
      const old = this.#name(target.name, scope, line);
      const isFree = free || this.#isFree(target.name);
      const after = isFree ? old.after : this.#operation(old);
      const value = (old.value as number) + by;
      this.#set(target.name, { value, after }, scope, line);
      return node.prefix ? { value, after } : old;
    }
    const { object, key } = this.#place(target, scope);
    const old = this.#load(object, key, line);
    const made = { value: (old.value as number) + by, after: this.#operation(old) };
    this.#store(object, key, made, line);
    return node.prefix ? made : old;
  }

  /** Takes a value apart, and only then assigns: `[a, b] = [b, a]`. */
  #bind(pattern: Node, source: Tagged, scope: Scope, declares: boolean): void {
    const parts: [Node, Tagged][] = [];
    const walk = (at: Node, value: Tagged): void => {
      if (at.type === 'ArrayPattern') {
        for (const [place, part] of (at.elements as (Node | null)[]).entries())
          if (part) walk(part, this.#load(value, ready(place), at.loc.start.line));
      } else if (at.type === 'ObjectPattern') {
        for (const { key, value: part } of at.properties as Node[])
          walk(part, this.#load(value, ready(key.name), at.loc.start.line));
      } else parts.push([at, value]);
    };
    walk(pattern, source);
    for (const [at, value] of parts) {
      if (at.type === 'MemberExpression') {
        const { object, key } = this.#place(at, scope);
        this.#store(object, key, value, at.loc.start.line);
      } else if (declares) this.#declare(scope, at.name, value);
      else this.#set(at.name, value, scope, at.loc.start.line);
    }
  }

  #new(node: Node, scope: Scope): Tagged {
    const value: unknown =
      node.callee.type === 'Identifier'
        ? (scope.find(node.callee.name)?.value ?? (globalThis as Node)[node.callee.name])
        : undefined;
    const isSize = !(value instanceof ClassValue);
    return this.#construct(
      value,
      (node.arguments as Node[]).map(arg => this.#expression(arg, scope, isSize)),
    );
  }

  #call(node: Node, scope: Scope, free: boolean): Tagged {
    const { callee } = node;
    const args = node.arguments as Node[];
    if (callee.type === 'MemberExpression' && callee.object.name === 'Math' && !scope.find('Math')) {
      const given = args.map(arg => this.#expression(arg, scope, free));
      const value = (Math as Node)[callee.property.name](...given.map(arg => arg.value));
      return { value, after: free ? this.#union(...given.map(({ after }) => after)) : this.#operation(...given) };
    }
    if (callee.type === 'MemberExpression' && callee.object.name === 'Array' && callee.property.name === 'from')
      return this.#from(node, scope);
    if (callee.type === 'MemberExpression') {
      const object = this.#expression(callee.object, scope);
      const method = this.#method(object.value, callee.property.name);
      if (method)
        return this.#apply(
          method,
          args.map(arg => this.#expression(arg, scope)),
          object,
        );
      if (Array.isArray(object.value) || ArrayBuffer.isView(object.value)) return this.#listMethod(node, object, scope);
      const fn = this.#load(object, ready(callee.property.name), callee.loc.start.line);
      return this.#apply(
        fn.value,
        args.map(arg => this.#expression(arg, scope)),
        object,
      );
    }
    const fn = this.#expression(callee, scope);
    return this.#apply(
      fn.value,
      args.map(arg => this.#expression(arg, scope)),
      ready(undefined),
    );
  }

  #from(node: Node, scope: Scope): Tagged {
    const [source, callback] = (node.arguments as Node[]).map(arg => (arg.type === 'ObjectExpression' ? arg : arg));
    const length = Number(this.#expression(source!.properties[0].value, scope, true).value);
    const made: unknown[] = [];
    const fn = this.#expression(callback!, scope);
    this.#repeatCalls(node, length, at => {
      const item = this.#apply(fn.value, [ready(undefined), ready(at)], ready(undefined));
      this.#store(ready(made), ready(at), item, node.loc.start.line);
    });
    return ready(made);
  }

  #repeatCalls(node: Node, count: number, body: (at: number) => void): void {
    let at = 0;
    this.#repeatExactly(node, undefined, count, () => {
      body(at++);
      return normal;
    });
  }

  #listMethod(node: Node, list: Tagged, scope: Scope): Tagged {
    const line = node.loc.start.line;
    const name: string = node.callee.property.name;
    const given = (node.arguments as Node[]).map(arg => this.#expression(arg, scope));
    const { length } = list.value as unknown[];
    const call = (at: number, ...before: Tagged[]) =>
      this.#apply(given[0]!.value, [...before, this.#load(list, ready(at), line), ready(at), list], ready(undefined));
    switch (name) {
      case 'fill':
        for (let at = 0; at < length; at++) this.#store(list, ready(at), given[0]!, line);
        return list;
      case 'forEach':
        this.#repeatCalls(node, length, at => void call(at));
        return ready(undefined);
      case 'map': {
        const made: Node = Array.isArray(list.value) ? [] : new (list.value as Node).constructor(length);
        this.#repeatCalls(node, length, at => this.#store(ready(made), ready(at), call(at), line));
        return ready(made);
      }
      case 'reduce': {
        const running = new Cell(undefined);
        let start = given[1];
        const first = start ? 0 : 1;
        start ??= this.#load(list, ready(0), line);
        running.value = start.value;
        running.after = start.after;
        this.#repeatCalls(node, length - first, at => {
          this.graph.read(running, line);
          const next = call(at + first, { value: running.value, after: running.after });
          this.graph.write(running, line);
          running.value = next.value;
          running.after = this.#union(next.after, this.#control);
        });
        return { value: running.value, after: running.after };
      }
      default:
        throw new Error(`the oracle does not know .${name}()`);
    }
  }
}

/** A loop's place; of a chained call, its method's name. */
function placeOf(node: Node): string {
  const at = node.callee?.object?.type === 'CallExpression' ? node.callee.property : node;
  return `${at.loc.start.line}:${at.loc.start.column + 1}`;
}

/** What a branch can leave: the iteration, the innermost loop, or the function. */
function exitsOf(branch: Node): 'iteration' | 'loop' | 'function' | undefined {
  let found: 'iteration' | 'loop' | 'function' | undefined;
  const order = ['iteration', 'loop', 'function'];
  const visit = (node: Node, isNested: boolean): void => {
    if (/Function/.test(node.type)) return;
    const inside = isNested || /^(For|While|DoWhile)/.test(node.type);
    const kind =
      node.type === 'ReturnStatement'
        ? 'function'
        : isNested
          ? undefined
          : node.type === 'BreakStatement'
            ? 'loop'
            : node.type === 'ContinueStatement'
              ? 'iteration'
              : undefined;
    if (kind && (found === undefined || order.indexOf(kind) > order.indexOf(found))) found = kind;
    for (const key of Object.keys(node)) {
      const child = node[key];
      for (const part of Array.isArray(child) ? child : [child])
        if (part && typeof part.type === 'string') visit(part, inside);
    }
  };
  for (const arm of [branch.consequent, branch.alternate]) if (arm) visit(arm, false);
  return found;
}

const unary: Record<string, (a: Node) => unknown> = {
  '-': a => -a,
  '+': a => +a,
  '~': a => ~a,
  '!': a => !a,
};

const binary: Record<string, (a: Node, b: Node) => unknown> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '===': (a, b) => a === b,
  '!==': (a, b) => a !== b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};
