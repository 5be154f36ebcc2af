import type { AddressSlice } from '../../target/address-slice.ts';
import { childrenOf, type ParsedFile } from '../../target/index.ts';
import { type Binding, boundNames, isFunction, isLoop, type Node, type Scopes } from '../../target/scope.ts';
import { isArithmetic, isComparison, mathCall, placeOfCall } from '../../target/syntax.ts';
import { Edits, skipTrivia } from './edits.ts';
import type { Charge, Offsets, Region, Segment, Unit } from './plan.ts';
import { recorderName as R } from './runtime.ts';
import { continuesOuter, functionName, mayCall, mayEnd, mayLeave } from './syntax.ts';

/** What a function's instrumentation adds to its head. */
interface Frame {
  readonly unit: Unit;
  /** Loops around the place that is being walked. */
  loops: readonly Region[];
  /** Counters of loops may be variables: the function is surely left once it is entered. */
  readonly local: boolean;
  /** It calls nothing, so the active regions stay as they are. */
  readonly leaf: boolean;
  readonly locals: Set<number>;
  readonly temporaries: string[];
  /** Name of the set of regions that is active here. */
  expected: string;
  /** Inside a parameter's default, where the function's own variables are not there yet. */
  inParameters: boolean;
  inField: boolean;
  inTry: boolean;
}

interface Parts {
  readonly parsed: ParsedFile;
  readonly scopes: Scopes;
  readonly slice: AddressSlice;
  readonly offsets: Offsets;
}

/** Methods of lists that call back for each element. */
const iterating = /^(map|forEach|filter|reduce)$/;

/** Walks a file as it runs: what is counted goes to segments, and segments get counters where they are used. */
export class Walker {
  readonly regions: Region[] = [];
  readonly units: Unit[] = [];
  readonly charges: Charge[] = [];
  readonly watches = new Map<Binding | Node, number>();
  readonly uncertain: { readonly line: number; readonly reason: string }[] = [];
  readonly edits = new Edits();
  readonly #parts: Parts;
  readonly #prefix: string;
  readonly #used = new Set<Segment>();
  readonly #watchable = new Set<Binding>();
  #frame!: Frame;
  #chains = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    let prefix = '$pg';
    while (parts.parsed.code.replaceAll(R, '').includes(prefix)) prefix += '$';
    this.#prefix = prefix;
    for (const binding of parts.scopes.bindings) {
      if (/^(import|function|class|catch)$/.test(binding.kind)) continue;
      const isWatched = binding.references.some(({ node }) => {
        const parent = parts.scopes.parent.get(node)!;
        return (
          (parent.type === 'MemberExpression' && parent.computed && parent.object === node) ||
          (parent.type === 'ForOfStatement' && parent.right === node)
        );
      });
      if (isWatched) this.#watchable.add(binding);
    }
  }

  /** The top level of the file. */
  file(): void {
    const { ast, code } = this.#parts.parsed;
    const program = ast as Node;
    const region = this.#region('function', program, '(module)');
    this.#open({ node: program, region, counters: 0 }, { local: false, leaf: false });
    const entry = this.#segment();
    this.#used.add(entry);
    region.entries = region.body = entry;
    this.#statements(program.body, [entry]);
    const { temporaries } = this.#frame;
    const names = temporaries.length > 0 ? `let ${temporaries.join()};` : '';
    const head = `const ${this.#name('O')}=${R}.s,${this.#name('A')}=${R}.in(${region.number}),${this.#name('F')}=${R}.s;${this.#name('A')}[0]++;${names}`;
    const directives = (program.body as Node[]).filter(({ directive }) => directive !== undefined);
    const hashbang = /^#!.*/.exec(code)?.[0].length ?? 0;
    const at = directives.at(-1)?.end ?? hashbang;
    const tail = `\n;${R}.s=${this.#name('O')};`;
    // Where nothing follows, what closes would stand before what opens.
    const isEmpty = at === code.length;
    this.edits.first(at, `${directives.length > 0 ? ';' : hashbang > 0 ? '\n' : ''}${head}${isEmpty ? tail : ''}`);
    if (!isEmpty) this.edits.after(code.length, tail);
  }

  #name = (stem: string): string => `${this.#prefix}${stem}`;

  #text = (node: Node): string => this.#parts.parsed.code.slice(node.start, node.end);

  #region(kind: Region['kind'], node: Node, name: string): Region {
    const { line, column } = node.type === 'Program' ? { line: 1, column: 0 } : node.loc!.start;
    const number = this.#parts.offsets.regions + this.regions.length;
    const depth = kind === 'loop' ? this.#frame.loops.length : 0;
    const endLine = node.loc!.end.line;
    const region = { number, kind, name, line, column: column + 1, endLine, depth } as Region;
    this.regions.push(region);
    return region;
  }

  #open(unit: Unit, kind: Pick<Frame, 'local' | 'leaf'>): void {
    this.units.push(unit);
    const inside = { inParameters: false, inField: false, inTry: false };
    this.#frame = {
      unit,
      loops: [],
      locals: new Set(),
      temporaries: [],
      expected: this.#name('F'),
      ...kind,
      ...inside,
    };
  }

  #segment(): Segment {
    const { unit, loops } = this.#frame;
    return { unit, counter: unit.counters++, loops };
  }

  /** Code that counts a segment. */
  #count({ unit, counter, loops }: Segment): string {
    const frame = this.#frame;
    if (frame.inParameters) return `${R}.d(${unit.region.number},${counter})`;
    if (!frame.local || frame.inField || loops.length === 0) return `${this.#name('A')}[${counter}]++`;
    frame.locals.add(counter);
    return `${this.#name('N')}${counter}++`;
  }

  #charge(kind: Charge['kind'], node: Node, segments: readonly Segment[], weight = 1): void {
    for (const segment of segments) this.#used.add(segment);
    this.charges.push({ kind, node, segments, loops: this.#frame.loops, weight });
  }

  #watch(what: Binding | Node): number {
    const known = this.watches.get(what);
    if (known !== undefined) return known;
    const number = this.#parts.offsets.watches + this.watches.size;
    this.watches.set(what, number);
    return number;
  }

  /** Statements one after another: whatever may leave begins a new segment. */
  #statements(list: readonly Node[], segments: readonly Segment[]): void {
    let at = segments;
    let begun: { segment: Segment; node: Node } | undefined;
    let isNew = false;
    const place = () => {
      if (begun && this.#used.has(begun.segment)) this.edits.before(begun.node.start, `${this.#count(begun.segment)};`);
    };
    for (const node of list) {
      if (node.directive !== undefined) continue;
      if (isNew) {
        place();
        begun = { segment: this.#segment(), node };
        at = [begun.segment];
      }
      this.#statement(node, at);
      isNew = mayLeave(node) || node.type === 'TryStatement' || (this.#frame.inTry && mayCall(node));
    }
    place();
  }

  #statement(node: Node, at: readonly Segment[]): void {
    switch (node.type) {
      case 'ExpressionStatement':
        this.#expression(node.expression, at);
        return;
      case 'BlockStatement':
        this.#statements(node.body, at);
        return;
      case 'VariableDeclaration':
        this.#declaration(node, at);
        return;
      case 'FunctionDeclaration':
        this.#function(node);
        return;
      case 'ClassDeclaration':
        this.#class(node, at);
        return;
      case 'IfStatement':
        this.#expression(node.test, at);
        this.#block(node.consequent);
        if (node.alternate) this.#block(node.alternate);
        return;
      case 'ReturnStatement':
      case 'ThrowStatement':
        if (node.argument) this.#expression(node.argument, at);
        return;
      case 'TryStatement':
        this.#try(node, at);
        return;
      case 'SwitchStatement':
        this.#switch(node, at);
        return;
      case 'LabeledStatement':
        this.#labelled(node, at);
        return;
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
        if (!node.declaration) return;
        if (/Declaration$/.test(node.declaration.type)) this.#statement(node.declaration, at);
        else this.#expression(node.declaration, at);
        return;
      default:
        if (isLoop(node)) this.#loop(node, node, at);
    }
  }

  /** A statement with a segment of its own. */
  #block(node: Node, begin = '', isCounted = false): Segment {
    const segment = this.#segment();
    if (isCounted) this.#used.add(segment);
    this.#statement(node, [segment]);
    const text = `${begin}${this.#used.has(segment) ? `${this.#count(segment)};` : ''}`;
    if (text !== '') this.#atBeginning(node, text);
    return segment;
  }

  #atBeginning(node: Node, text: string): void {
    if (node.type === 'BlockStatement') this.edits.first(node.start + 1, text);
    else this.edits.around(node, `{${text}`, '}');
  }

  #try(node: Node, at: readonly Segment[]): void {
    const frame = this.#frame;
    const outer = frame.inTry;
    frame.inTry = true;
    this.#statements(node.block.body, at);
    frame.inTry = outer;
    const reset = frame.leaf ? '' : `${R}.s=${frame.expected};`;
    if (node.handler) {
      if (node.handler.param) this.#pattern(node.handler.param, at);
      this.#charge('catch', node, [this.#block(node.handler.body, reset, true)]);
    }
    if (node.finalizer) this.#block(node.finalizer, reset);
  }

  #switch(node: Node, at: readonly Segment[]): void {
    this.#expression(node.discriminant, at);
    if (!this.#isTimeless(node.discriminant)) this.#charge('operation', node, at);
    for (const { test, consequent } of node.cases as Node[]) {
      if (test) this.#arm(test);
      if (consequent.length === 0) continue;
      const segment = this.#segment();
      this.#statements(consequent, [segment]);
      if (this.#used.has(segment)) this.edits.first(consequent[0].start, `${this.#count(segment)};`);
    }
  }

  #labelled(node: Node, at: readonly Segment[]): void {
    let inner = node;
    while (inner.type === 'LabeledStatement') inner = inner.body;
    if (isLoop(inner)) {
      this.#loop(inner, node, at);
      return;
    }
    this.#statement(inner, at);
    if (!this.#frame.leaf) this.edits.after(node.end, `${R}.s=${this.#frame.expected};`);
  }

  /** @param outer the loop with its labels */
  #loop(node: Node, outer: Node, at: readonly Segment[]): void {
    const frame = this.#frame;
    const region = this.#region('loop', node, frame.unit.region.name);
    const over = /^For(Of|In)Statement$/.test(node.type);
    if (node.type === 'ForStatement' && node.init)
      if (node.init.type === 'VariableDeclaration') this.#declaration(node.init, at);
      else this.#expression(node.init, at);
    if (over) this.#expression(node.right, at);
    for (const segment of at) this.#used.add(segment);
    const [loops, expected] = [frame.loops, frame.expected];
    const changes = !frame.leaf && mayCall(node);
    frame.loops = [...loops, region];
    if (changes) {
      const [before, within] = [`${this.#name('L')}${region.number}`, `${this.#name('M')}${region.number}`];
      frame.expected = within;
      this.edits.around(
        outer,
        `{const ${before}=${R}.s,${within}=${R}.to(${before},${region.number});${R}.s=${within};`,
        `${R}.s=${before};}`,
      );
    }
    const body = this.#segment();
    this.#used.add(body);
    region.entries = at[0]!;
    region.body = body;
    const begin = changes && continuesOuter(node.body) ? `${R}.s=${frame.expected};` : '';
    this.#atBeginning(node.body, `${begin}${this.#count(body)};${over ? this.#observeNames(node.left) : ''}`);
    const ends = mayEnd(node.body);
    if (over)
      this.#pattern(node.left.type === 'VariableDeclaration' ? node.left.declarations[0].id : node.left, [body]);
    if (node.test) {
      // A test runs once for each entry and again after each full iteration.
      if (node.type === 'DoWhileStatement') this.#part(node.test, mayLeave(node.body) ? undefined : [body]);
      else this.#part(node.test, ends ? undefined : [...at, body]);
    }
    if (node.update) this.#part(node.update, ends ? undefined : [body]);
    this.#statement(node.body, [body]);
    frame.loops = loops;
    frame.expected = expected;
  }

  /** An expression that runs as often as given segments, or gets a counter of its own. */
  #part(node: Node, segments: readonly Segment[] | undefined): void {
    if (segments) this.#expression(node, segments);
    else this.#arm(node);
  }

  /** An expression that runs on a condition. */
  #arm(node: Node): void {
    const segment = this.#segment();
    this.#expression(node, [segment]);
    if (this.#used.has(segment)) this.edits.around(node, `(${this.#count(segment)},`, ')');
  }

  #declaration(node: Node, at: readonly Segment[]): void {
    for (const { id, init } of node.declarations as Node[]) {
      if (init) {
        this.#observed(id, init);
        this.#expression(init, at);
      }
      this.#pattern(id, at);
      if (init && id.type !== 'Identifier' && /^(Block|Program|Switch|Static)/.test(this.#around(node).type))
        this.edits.after(node.end, `;${this.#observeNames(id)}`, node.end - node.start + 1);
    }
  }

  #around = (node: Node): Node => {
    const parent = this.#parts.scopes.parent.get(node)!;
    return parent.type === 'ExportNamedDeclaration' ? this.#parts.scopes.parent.get(parent)! : parent;
  };

  /** A value that goes to a watched name is looked at. */
  #observed(target: Node, value: Node): void {
    const binding = target.type === 'Identifier' ? this.#parts.scopes.bindingOf.get(target) : undefined;
    if (!binding || !this.#watchable.has(binding) || isFunction(value) || /^Class/.test(value.type)) return;
    this.edits.around(value, `${R}.t(${this.#watch(binding)},(`, '))');
  }

  #observeNames(pattern: Node): string {
    const target = pattern.type === 'VariableDeclaration' ? pattern.declarations[0].id : pattern;
    if (target.type === 'MemberExpression') return '';
    return boundNames(target)
      .map(name => this.#parts.scopes.bindingOf.get(name))
      .filter(binding => binding !== undefined && this.#watchable.has(binding))
      .map(binding => `${R}.t(${this.#watch(binding!)},${binding!.name});`)
      .join('');
  }

  /** What a pattern, declaration or assignment target reads and runs. */
  #pattern(node: Node, at: readonly Segment[]): void {
    switch (node.type) {
      case 'MemberExpression':
        this.#member(node, at, 'write');
        return;
      case 'AssignmentPattern':
        this.#pattern(node.left, at);
        this.#arm(node.right);
        return;
      case 'RestElement':
        this.#pattern(node.argument, at);
        return;
      case 'ArrayPattern':
        for (const element of node.elements as (Node | null)[]) {
          if (!element) continue;
          this.#charge('load', element, at);
          this.#pattern(element, at);
        }
        return;
      case 'ObjectPattern':
        for (const property of node.properties as Node[]) {
          if (property.type === 'RestElement') continue;
          if (property.computed) this.#expression(property.key, at);
          this.#charge('load', property, at);
          this.#pattern(property.value, at);
        }
    }
  }

  #expression(node: Node, at: readonly Segment[]): void {
    switch (node.type) {
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.#function(node);
        return;
      case 'ClassExpression':
        this.#class(node, at);
        return;
      case 'ConditionalExpression':
        this.#expression(node.test, at);
        this.#arm(node.consequent);
        this.#arm(node.alternate);
        return;
      case 'LogicalExpression':
        this.#expression(node.left, at);
        this.#arm(node.right);
        return;
      case 'AssignmentExpression':
        this.#assignment(node, at);
        return;
      case 'UpdateExpression':
        if (node.argument.type === 'MemberExpression') this.#member(node.argument, at, 'update');
        if (!this.#parts.slice.isFree(node)) this.#charge('operation', node, at);
        return;
      case 'BinaryExpression':
        if (node.left.type !== 'PrivateIdentifier') this.#expression(node.left, at);
        this.#expression(node.right, at);
        if ((isArithmetic(node) || isComparison(node)) && !this.#parts.slice.isFree(node))
          this.#charge('operation', node, at);
        return;
      case 'UnaryExpression':
        this.#expression(node.argument, at);
        if (/^[-~]$/.test(node.operator) && !this.#parts.slice.isFree(node)) this.#charge('operation', node, at);
        return;
      case 'TemplateLiteral':
        for (const part of node.expressions) this.#expression(part, at);
        if (node.expressions.length > 0) this.#charge('operation', node, at, node.expressions.length);
        return;
      case 'MemberExpression':
        this.#member(node, at, 'read');
        return;
      case 'CallExpression':
        this.#call(node, at);
        return;
      case 'ChainExpression':
        this.#chain(node, at);
        return;
      case 'YieldExpression':
      case 'AwaitExpression':
        this.#suspension(node, at);
        return;
      case 'ObjectExpression':
        for (const property of node.properties as Node[]) {
          if (property.type === 'SpreadElement') this.#expression(property.argument, at);
          else {
            if (property.computed) this.#expression(property.key, at);
            if (property.kind !== 'init' || property.method) this.#function(property.value, property);
            else this.#expression(property.value, at);
          }
        }
        return;
      default:
        for (const child of childrenOf(node) as Node[])
          if (child.type !== 'TemplateElement') this.#expression(child, at);
    }
  }

  #assignment(node: Node, at: readonly Segment[]): void {
    const { left, right, operator } = node;
    if (/^(&&|\|\||\?\?)=$/.test(operator)) {
      if (left.type === 'MemberExpression') this.#member(left, at, 'update');
      this.#arm(right);
      return;
    }
    if (left.type === 'MemberExpression') this.#member(left, at, operator === '=' ? 'write' : 'update');
    else if (left.type !== 'Identifier') this.#pattern(left, at);
    if (operator === '=') this.#observed(left, right);
    this.#expression(right, at);
    if (operator !== '=' && left.object?.type !== 'Super' && !this.#parts.slice.isFree(node))
      this.#charge('operation', node, at);
  }

  #member(node: Node, at: readonly Segment[], use: 'read' | 'write' | 'update' | 'callee'): void {
    const { object, property, computed } = node;
    if (object.type !== 'Super') this.#expression(object, at);
    if (computed) this.#expression(property, at);
    if (use === 'callee' || object.type === 'Super') return;
    if (!computed && /^(length|byteLength)$/.test(property.name)) return;
    const binding = this.#parts.scopes.bindingOf.get(object);
    if (object.type === 'Identifier' && !binding && !computed) return;
    if (use !== 'write') this.#charge('load', node, at);
    if (use !== 'read') this.#charge('store', node, at);
    if (computed && this.#chains === 0 && !(binding && this.#watchable.has(binding)))
      this.edits.around(object, `${R}.t(${this.#watch(object)},(`, '))');
  }

  #chain(node: Node, at: readonly Segment[]): void {
    const before = this.charges.length;
    this.#chains++;
    this.#expression(node.expression, at);
    this.#chains--;
    if (this.charges.slice(before).some(({ kind }) => kind === 'operation'))
      this.uncertain.push({
        line: node.loc!.start.line,
        reason: 'operations behind `?.` are counted as if nothing were missing',
      });
  }

  #call(node: Node, at: readonly Segment[]): void {
    const { callee } = node;
    const { slice, scopes } = this.#parts;
    const isMath = mathCall(node) !== undefined && !scopes.bindingOf.has(callee.object);
    const isMember = callee.type === 'MemberExpression';
    if (isMember) this.#member(callee, at, 'callee');
    else if (callee.type !== 'Super') this.#expression(callee, at);
    for (const argument of node.arguments as Node[]) this.#expression(argument, at);
    if (isMath) {
      if (!slice.isFree(node)) this.#charge('operation', node, at);
      return;
    }
    const hidden = this.#chains > 0 || this.#frame.inParameters || this.#frame.inField;
    if (slice.calleeOf(node)) this.#charge('call', node, at);
    if (slice.calleeOf(node) || hidden || callee.name === 'eval') return;
    if (!isMember && callee.type !== 'Identifier') return;
    if (isMember && callee.object.type === 'Super') return;
    const segment = this.#segment();
    this.#charge('operation', node, [segment]);
    if (isMember && iterating.test(callee.property.name) && !callee.computed) this.#hookIteration(node, segment);
    else if (isMember) this.#hookMethod(node, segment, 'k');
    else this.edits.around(callee, `${R}.k(`, `,${this.#name('A')},${segment.counter})`);
  }

  /** `list.map(f)` is a loop that stands where the call stands, if `list` turns out to be one. */
  #hookIteration(node: Node, segment: Segment): void {
    const region = this.#region('loop', placeOfCall(node), this.#frame.unit.region.name);
    region.entries = this.#segment();
    region.body = this.#segment();
    const outer = `${this.#name('T')}${region.entries.counter}`;
    this.#frame.temporaries.push(outer);
    this.edits.around(node, `${R}.w((${outer}=${R}.s,`, `),${outer})`);
    // It begins when its arguments are there.
    const last = node.arguments.at(-1) as Node | undefined;
    const argument = last?.type === 'SpreadElement' ? last.argument : last;
    if (argument) this.edits.around(argument, `${R}.e((`, `),${region.number})`);
    this.#hookMethod(node, segment, 'l');
  }

  /** `o.m(a)` becomes `(t=o,k(t.m,…,t)).call(t,a)`. */
  #hookMethod({ callee, arguments: given, end }: Node, { counter }: Segment, hook: 'k' | 'l'): void {
    const { code } = this.#parts.parsed;
    const temporary = `${this.#name('T')}${counter}`;
    this.#frame.temporaries.push(temporary);
    const extent = callee.end - callee.start;
    const afterObject = skipTrivia(code, callee.object.end, ')');
    this.edits.open(callee.start, `(${temporary}=(`, extent);
    this.edits.after(afterObject, `),${R}.${hook}(${temporary}`, extent);
    this.edits.after(callee.end, `,${this.#name('A')},${counter},${temporary})).call`, extent);
    const parenthesis = skipTrivia(code, callee.end, ')');
    if (code[parenthesis] !== '(' || parenthesis >= end) throw new Error(`no arguments at ${this.#text(callee)}`);
    this.edits.first(parenthesis + 1, `${temporary}${given.length > 0 ? ',' : ''}`);
  }

  /** While a function is suspended, others run: the active regions are put right on either side. */
  #suspension(node: Node, at: readonly Segment[]): void {
    if (node.argument) this.#expression(node.argument, at);
    const { unit, expected } = this.#frame;
    const within = `,${expected})`;
    this.edits.around(node, `${R}.w(`, within);
    if (node.argument && unit.node.type !== 'Program')
      this.edits.around(node.argument, `${R}.w((`, `),${this.#name('O')})`);
  }

  #class(node: Node, at: readonly Segment[]): void {
    if (node.superClass) this.#expression(node.superClass, at);
    const frame = this.#frame;
    for (const member of node.body.body as Node[]) {
      if (member.computed) this.#expression(member.key, at);
      if (member.type === 'MethodDefinition') this.#function(member.value, member);
      const outer = frame.inField;
      frame.inField = true;
      if (member.type === 'PropertyDefinition' && member.value) this.#arm(member.value);
      if (member.type === 'StaticBlock') this.#statements(member.body, at);
      frame.inField = outer;
    }
  }

  #function(node: Node, property?: Node): void {
    const outer = this.#frame;
    const { parsed, scopes } = this.#parts;
    const region = this.#region('function', property ?? node, functionName(node, property, scopes, parsed.code));
    const suspends = Boolean(node.generator || node.async);
    this.#open({ node, region, counters: 0 }, { local: !suspends, leaf: !suspends && !mayCall(node.body) });
    const frame = this.#frame;
    const entry = this.#segment();
    region.entries = region.body = entry;
    frame.inParameters = true;
    for (const param of node.params as Node[]) this.#pattern(param, [entry]);
    frame.inParameters = false;
    if (node.body.type === 'BlockStatement') this.#statements(node.body.body, [entry]);
    else this.#expression(node.body, [entry]);
    const observed = (node.params as Node[]).map(param => this.#observeNames(param)).join('');
    this.#wrap(node, observed);
    this.#frame = outer;
  }

  #wrap(node: Node, observed: string): void {
    const { unit, leaf, locals, temporaries } = this.#frame;
    const { number } = unit.region;
    const [array, outer, inside, error] = ['A', 'O', 'F', 'E'].map(this.#name);
    const variables = [...[...locals].map(counter => `${this.#name('N')}${counter}=0`), ...temporaries];
    const declared = variables.length > 0 ? `let ${variables.join()};` : '';
    const flush = [...locals].map(counter => `${array}[${counter}]+=${this.#name('N')}${counter};`).join('');
    const begin = leaf
      ? `const ${array}=${R}.at(${number});`
      : `const ${outer}=${R}.s,${array}=${R}.in(${number}),${inside}=${R}.s;`;
    const isGuarded = !leaf || locals.size > 0;
    const head = `${begin}${array}[0]++;${declared}${observed}${isGuarded ? 'try{' : ''}`;
    const passing = leaf ? '' : `catch(${error}){${R}.x(${number});throw ${error}}`;
    const tail = isGuarded ? `}${passing}finally{${leaf ? '' : `${R}.s=${outer};`}${flush}}` : '';
    if (node.body.type === 'BlockStatement') {
      const directive = (node.body.body as Node[]).findLast(at => at.directive !== undefined);
      this.edits.first(directive?.end ?? node.body.start + 1, `${directive ? ';' : ''}${head}`);
      this.edits.after(node.body.end - 1, tail);
      return;
    }
    this.edits.first(this.#arrowOf(node), `{${head}return (`);
    // Inside of whatever is put around the function as a whole.
    this.edits.after(node.end, `);${tail}}`, node.end - node.start - 1);
  }

  /** Where the body of `x => E` begins, its parentheses included. */
  #arrowOf({ params, start, body }: Node): number {
    const { code } = this.#parts.parsed;
    let at = (params.at(-1)?.end as number | undefined) ?? start;
    while (at < body.start && !code.startsWith('=>', at)) at = Math.max(skipTrivia(code, at), at + 1);
    return at + 2;
  }

  /** Whether the trace takes a value as ready from the start, so that a `switch` on it decides nothing on data. */
  #isTimeless(node: Node): boolean {
    const { slice, scopes } = this.#parts;
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
        return (!/^[-~]$/.test(node.operator) || slice.isFree(node)) && this.#isTimeless(node.argument);
      case 'BinaryExpression':
        if ((isArithmetic(node) || isComparison(node)) && !slice.isFree(node)) return false;
        if (isComparison(node) && slice.isIndexLike(node)) return true;
        return this.#isTimeless(node.left) && this.#isTimeless(node.right);
      case 'CallExpression':
        return mathCall(node) !== undefined && slice.isFree(node) && node.arguments.every(this.#isTimeless, this);
      case 'LogicalExpression':
        return this.#isTimeless(node.left) && this.#isTimeless(node.right);
      case 'ConditionalExpression':
        return [node.test, node.consequent, node.alternate].every(this.#isTimeless, this);
      default:
        return false;
    }
  }
}
