import type { Binding, Node } from '../../target/scope.ts';
import { isInside, loopsAround } from '../../target/syntax.ts';
import { type Nest, type NestLoop, somewhere } from './nest.ts';
import { insideOf, onlyUpdates, storesAlike } from './nest-repeats.ts';

/** What the code for a nest's times is made for. */
export interface NestForm {
  /** Lanes of the regions around the nest. */
  readonly outer: number;
  /** Nothing has been computed in the innermost region around it: the outermost loop shares its lane. */
  readonly shares: boolean;
  readonly families: readonly ('s' | 'r')[];
  /** By array: what it holds is older than every region around the nest. */
  readonly stale: readonly boolean[];
  /** By array: all that it holds is ready at one time, in each lane around the nest. */
  readonly alike: readonly boolean[];
}

/** Ready times of a value: a variable for each lane and family; a lane that is not there is older than its region. */
interface Value {
  readonly id: string;
  readonly lanes: ReadonlySet<string>;
  /** Later than the control of every lane that it has. */
  readonly fresh: boolean;
  /** Its lanes' high-water marks do not know of it yet. */
  pending: boolean;
}

/**
 * JavaScript that runs a nest and computes all times in local variables. The value's code is the user's own text.
 *
 * For each value and operation the times are those of `runtime/times.ts`: the latest operand and control, plus one, in
 * every active lane. Control does not change inside a nest without branches, so a lane's control is its base. What
 * makes it cheap is what can be left out: lanes of loops that begin where their parent's iteration begins; and all
 * outer lanes inside an iteration that uses nothing that was computed before it, where they only lag by a constant.
 *
 * Entries, iterations and work need no counting: how often a loop runs is known when the nest is entered. Times of a loop that
 * only goes on with running results are computed in one iteration and multiplied (`nest-repeats.ts`); its values are then the
 * user's own loop.
 *
 * Bound: for each operation, lane and family one comparison and one addition; at two lanes and two families about
 * 8 machine operations beside the user's own one.
 */
export function timesCode(nest: Nest, form: NestForm): { code: string; operations: readonly number[] } {
  const isWhole = form.stale.every((isOld, at) => isOld || form.alike[at] || nest.arrays[at]!.loads.length === 0);
  const writer = new Writer(nest, form, isWhole ? 'all' : 'around');
  return { code: writer.write(), operations: writer.operations };
}

/**
 * The lanes that code is for. Lanes know nothing of each other: where loads bring times that are newer than the regions around, the
 * lanes around are followed iteration by iteration, beside the values, but those of the nest's own loops by themselves, in which
 * the loads are as old as in any nest.
 */
type Part = 'all' | 'around' | 'own';

class Writer {
  readonly #nest: Nest;
  readonly #form: NestForm;
  readonly #p: string;
  readonly #values = new Map<Binding, Value>();
  readonly #lines: string[] = [];
  #active: string[];
  #names = 0;
  /** Operations in one iteration of each loop, outside of the loops in it. */
  readonly operations: number[];
  /** Operations or other lanes' times since the innermost iteration began. */
  #idle = true;
  #loop = -1;
  /** Loops around whose times are computed without their values, which follow as the user's own loop. */
  #timesOnly = 0;
  /** Those of them that only go on with running results, the outermost first. */
  readonly #updating: number[] = [];

  readonly #part: Part;

  constructor(nest: Nest, form: NestForm, part: Part) {
    this.#nest = nest;
    this.#form = form;
    this.#part = part;
    this.#p = nest.unit.prefix;
    this.operations = nest.loops.map(() => 0);
    this.#active = part === 'own' ? [] : Array.from({ length: form.outer }, (_, lane) => `o${lane}`);
    if (part === 'own') this.#timesOnly = 1;
  }

  /** Lanes of the nest's own loops alone. */
  own(): string {
    const head: string[] = [];
    for (const [at, binding] of this.#nest.carried.entries()) this.#takeCarried(binding, at, head, []);
    this.#loopCode(this.#nest.loops[0]!);
    return ['{', ...head, ...this.#lines, '}'].join('\n');
  }

  write(): string {
    const { arrays, scalars, carried, loops } = this.#nest;
    const { families, outer, stale } = this.#form;
    const p = this.#p;
    const head: string[] = [];
    const tail: string[] = [];
    const names = [...arrays.map(({ binding }) => binding), ...scalars, ...carried].map(({ name }) => name);
    head.push(`let { ${names.join(', ')} } = ${p}n.values;`);
    for (const [f, family] of families.entries())
      for (let lane = 0; lane < outer; lane++) {
        const at = f * outer + lane;
        head.push(`const ${this.#control(`o${lane}`, family)} = ${p}n.control[${at}] | 0;`);
        head.push(`let ${this.#high(`o${lane}`, family)} = ${p}n.high[${at}] | 0;`);
        tail.push(`${p}n.high[${at}] = ${this.#high(`o${lane}`, family)};`);
      }
    for (const [at, { stores }] of arrays.entries())
      if (stores.length > 0 || !stale[at]) {
        head.push(`const ${p}d${at} = ${p}n.offsets[${at}] | 0;`);
        for (let field = 0; field < families.length * outer; field++)
          head.push(`const ${p}S${at}_${field} = ${p}n.shadows[${at}][${field}];`);
        if (this.#form.alike[at])
          for (let field = 0; field < families.length * outer; field++)
            head.push(`const ${p}U${at}_${field} = ${p}n.shadows[${at}][${field}][${p}d${at}] | 0;`);
      }
    for (let at = 0; at < loops.length; at++) head.push(`const ${p}N${at} = ${p}n.trips[${at}];`);
    for (let at = 0; at < loops.length; at++)
      for (const family of families) {
        head.push(
          `let ${this.#high(`e${at}`, family)} = 0, ${this.#high(`i${at}`, family)} = 0, ${p}S${at}${family} = 0;`,
        );
        // In lanes of a loop's own, times only pass while it runs.
        tail.push(`${p}n.spans.${family}[${at}] = ${p}S${at}${family} + ${this.#high(`e${at}`, family)};`);
        tail.push(`${p}n.parts.${family}[${at}] = ${this.#high(`i${at}`, family)};`);
      }
    for (const [at, binding] of carried.entries()) this.#takeCarried(binding, at, head, tail);
    tail.push(carried.map(({ name }) => `${p}n.values.${name} = ${name};`).join(' '));
    if (this.#part === 'around') {
      const own = new Writer(this.#nest, { ...this.#form, stale: stale.map(() => true) }, 'own');
      this.#emit(own.own());
      this.#aroundCode(loops[0]!);
    } else this.#loopCode(loops[0]!);
    return `'use strict'; return ${p}n => {\n${[...head, ...this.#lines, ...tail].join('\n')}\n};`;
  }

  // Names

  #control = (lane: string, family: string): string => `${this.#p}c_${lane}_${family}`;
  #high = (lane: string, family: string): string => `${this.#p}h_${lane}_${family}`;
  #time = (value: Value, lane: string, family: string): string => `${this.#p}${value.id}_${lane}_${family}`;
  #chain = (value: Value, lane: string, part: 'l' | 'q' | 'n'): string => `${this.#p}${value.id}_${lane}_${part}`;

  #emit(text: string): void {
    this.#lines.push(text);
  }

  /** The user's own code, which a repeated loop runs as a whole. */
  #value(text: string): void {
    if (this.#timesOnly === 0) this.#emit(text);
  }

  /** Lanes in which a variable can get a time: those active where it lives, and of the loops that assign it. */
  #variable(binding: Binding, lanes: readonly string[]): Value {
    const { loops } = this.#nest;
    const { parent } = this.#nest.unit.scopes;
    const all = new Set(lanes);
    for (const { node, access } of binding.references) {
      if (access === 'read' || node === binding.declared) continue;
      for (const around of loopsAround(node, parent)) {
        const at = loops.findIndex(({ node: loop }) => loop === around);
        if (at < 0 || isInside(binding.declared, around.body)) break;
        if (this.#part === 'around') continue;
        all.add(`e${at}`);
        all.add(`i${at}`);
      }
    }
    return { id: `x${this.#names++}`, lanes: all, fresh: false, pending: false };
  }

  #declare(binding: Binding, value: Value, skip: ReadonlySet<string> = new Set(), found?: Value): string {
    const group = this.#nest.groupOf.get(binding);
    const parts: string[] = [];
    for (const lane of value.lanes) {
      if (skip.has(lane)) continue;
      for (const family of this.#form.families) {
        const start = found?.lanes.has(lane) && this.#active.includes(lane) ? this.#time(found, lane, family) : '0';
        parts.push(`${this.#time(value, lane, family)} = ${start}`);
      }
      if (group !== undefined && this.#form.families.includes('r'))
        for (const part of ['l', 'q', 'n'] as const) parts.push(`${this.#chain(value, lane, part)} = 0`);
    }
    return parts.length > 0 ? `let ${parts.join(', ')};` : '';
  }

  /** A variable from outside comes with its times and chain in the outer lanes, and leaves with them. */
  #takeCarried(binding: Binding, at: number, head: string[], tail: string[]): void {
    const outer = [...this.#active];
    const value = this.#variable(binding, outer);
    this.#values.set(binding, value);
    head.push(this.#declare(binding, value, new Set(outer)));
    const group = this.#nest.groupOf.get(binding);
    const place = (f: number, lane: number) => `${this.#p}n.carried[${at}][${f * outer.length + lane}]`;
    for (const [lane, name] of outer.entries()) {
      for (const [f, family] of this.#form.families.entries()) {
        head.push(`let ${this.#time(value, name, family)} = ${place(f, lane)} | 0;`);
        tail.push(`${place(f, lane)} = ${this.#time(value, name, family)};`);
      }
      if (group === undefined || !this.#form.families.includes('r')) continue;
      for (const [k, part] of (['l', 'q', 'n'] as const).entries()) {
        const chained = `${this.#p}n.chains[${at}][${k * outer.length + lane}]`;
        head.push(`let ${this.#chain(value, name, part)} = ${chained} | 0;`);
        tail.push(`${chained} = ${this.#chain(value, name, part)};`);
      }
    }
  }

  // Loops

  /**
   * Lanes that follow the own one of an iteration that uses no variable from before it at a fixed distance, because nothing
   * computed before it is used in it that is not older than the lane's region: all but the iteration's own,
   * without the lanes around the nest if it loads from an array that is not older than these.
   */
  #following({ node }: NestLoop, lanes: readonly string[]): string[] {
    const { arrays } = this.#nest;
    const loadsNew = somewhere(node.body, at =>
      arrays.some(({ loads }, array) => !this.#form.stale[array] && loads.includes(at)),
    );
    return loadsNew ? lanes.filter(lane => lane[0] !== 'o') : [...lanes];
  }

  /** Whether an iteration uses a variable from before it. */
  #usesEarlier({ node: { body } }: NestLoop): boolean {
    const { unit } = this.#nest;
    return somewhere(body, at => {
      const binding = at.type === 'Identifier' ? unit.binding(at) : undefined;
      return binding !== undefined && this.#values.has(binding) && !isInside(binding.declared, body);
    });
  }

  /** A loop with the lanes around the nest alone. */
  #aroundCode({ node, parent }: NestLoop): void {
    const { families, shares, outer } = this.#form;
    const p = this.#p;
    const text = (part: Node) => this.#nest.unit.text(part);
    const isShared = parent < 0 && shares;
    const innermost = (family: string) => this.#high(`o${outer - 1}`, family);
    const outside = this.#loop;
    this.#loop = this.#nest.loops.findIndex(loop => loop.node === node);
    this.#emit('{');
    if (isShared) for (const family of families) this.#emit(`const ${p}b0${family} = ${innermost(family)};`);
    this.#emit(`for (${text(node.init)}; ${text(node.test)}; ${text(node.update)}) {`);
    this.#statement(node.body);
    this.#emit('}');
    if (isShared)
      for (const family of families) this.#emit(`${p}S0${family} += ${innermost(family)} - ${p}b0${family};`);
    this.#emit('}');
    this.#loop = outside;
  }

  #loopCode(loop: NestLoop): void {
    const p = this.#p;
    const at = this.#nest.loops.indexOf(loop);
    const { families, shares } = this.#form;
    const around = this.#active;
    const parent = around.at(-1);
    const merged = loop.parent < 0 ? shares : this.#idle;
    this.#emit('{');
    // Without a lane around it, the outermost loop has none that it shares.
    const entry = merged ? parent : `e${at}`;
    const own = `i${at}`;
    const chained = this.#chainedIn(loop);
    for (const family of entry === undefined ? [] : families) {
      const begun = merged ? `${p}b${at}${family}` : this.#control(entry!, family);
      this.#emit(`const ${begun} = ${this.#high(entry!, family)};`);
    }
    if (!merged) for (const value of chained) this.#emit(`${this.#chain(value, entry!, 'n')} = 0;`);
    const { init, test, update, body } = loop.node;
    const text = (node: Node) => this.#nest.unit.text(node);
    const wholeActive = merged ? around : [...around, entry!];
    const usesEarlier = this.#usesEarlier(loop);
    const following = usesEarlier ? [] : this.#following(loop, wholeActive);
    // Iterations that use nothing from before them are alike, and so are those that only go on with running results: what they load
    // is as old as can be, or ready at one time (else the part would be another).
    const isAlone = !usesEarlier && (this.#timesOnly > 0 || storesAlike(this.#nest, loop));
    const isUpdating = this.#updating.length > 0 || (usesEarlier && onlyUpdates(this.#nest, loop));
    const isRepeated = isAlone || isUpdating;
    const isWhole = isRepeated && this.#timesOnly === 0;
    if (isWhole) this.#declareStored(loop);
    if (isUpdating) this.#updating.push(at);
    if (isRepeated || this.#timesOnly > 0) this.#timesOnly++;
    const again =
      this.#timesOnly > 0
        ? `let ${p}y = 0; ${p}y < ${p}N${at}; ${p}y++`
        : `${text(init)}; ${text(test)}; ${text(update)}`;
    this.#emit(isRepeated ? `if (${p}N${at} > 0) {` : `for (${again}) {`);
    const sums = isRepeated ? this.#sumsIn(loop) : [];
    for (const [k, sum] of sums.entries()) this.#emit(`const ${p}z${at}_${k} = ${sum};`);
    for (const family of families) this.#emit(`const ${this.#control(own, family)} = ${this.#high(own, family)};`);
    for (const value of chained) this.#emit(`${this.#chain(value, own, 'n')} = 0;`);
    const outside = { idle: this.#idle, loop: this.#loop };
    this.#active = [...wholeActive.filter(lane => !following.includes(lane)), own];
    this.#idle = true;
    this.#loop = at;
    const before = this.#lines.length;
    this.#statement(body);
    if (this.#lines.length > before)
      for (const family of families)
        for (const lane of following) {
          const lag = `${this.#control(lane, family)} + (${this.#high(own, family)} - ${this.#control(own, family)})`;
          this.#emit(`if (${lag} > ${this.#high(lane, family)}) ${this.#high(lane, family)} = ${lag};`);
        }
    for (const [k, sum] of sums.entries()) {
      const before = `${p}z${at}_${k}`;
      this.#emit(`${sum} = ${before} + ${p}N${at} * (${sum} - ${before});`);
    }
    this.#emit('}');
    if (isUpdating) this.#updating.pop();
    if (this.#timesOnly > 0) this.#timesOnly--;
    if (isWhole) this.#emit(this.#withShadows(loop));
    this.#active = around;
    this.#idle = false;
    this.#loop = outside.loop;
    if (merged && entry !== undefined)
      for (const family of families)
        this.#emit(`${p}S${at}${family} += ${this.#high(entry, family)} - ${p}b${at}${family};`);
    this.#emit('}');
  }

  /** What an iteration of a loop adds to: the marks of its own lane and of those of the loops in it, and their spans. */
  #sumsIn(loop: NestLoop): string[] {
    const { loops } = this.#nest;
    const own = loops.indexOf(loop);
    const inner = insideOf(this.#nest, loop).map(other => loops.indexOf(other));
    return this.#form.families.flatMap(family => [
      this.#high(`i${own}`, family),
      ...inner.flatMap(at => [this.#high(`e${at}`, family), this.#high(`i${at}`, family), `${this.#p}S${at}${family}`]),
    ]);
  }

  /** A store's time in the lanes around the nest, which is the same wherever it goes. */
  #stored = (array: number, field: number): string => `${this.#p}K${array}_${field}`;

  #storesIn({ node }: NestLoop): { readonly array: number; readonly store: Node }[] {
    return this.#nest.arrays.flatMap(({ stores }, array) =>
      stores.filter(store => isInside(store, node)).map(store => ({ array, store })),
    );
  }

  get #fields(): number {
    return this.#form.families.length * this.#form.outer;
  }

  #declareStored(loop: NestLoop): void {
    for (const { array } of this.#storesIn(loop))
      for (let field = 0; field < this.#fields; field++) this.#emit(`let ${this.#stored(array, field)} = 0;`);
  }

  /** The user's loop, in which each store also leaves its time. */
  #withShadows(loop: NestLoop): string {
    const { unit } = this.#nest;
    const p = this.#p;
    const parts = this.#storesIn(loop).map(({ array, store: { left, right }, store }) => {
      const shadows = Array.from(
        { length: this.#fields },
        (_, field) => `${p}S${array}_${field}[${p}j + ${p}d${array}] = ${this.#stored(array, field)};`,
      );
      const values = `const ${p}j = ${unit.text(left.property)}; ${left.object.name}[${p}j] = ${unit.text(right)};`;
      return [unit.scopes.parent.get(store)!, `{ ${values} ${shadows.join(' ')} }`] as const;
    });
    return unit.patch(loop.node, parts);
  }

  /** How often a repeated iteration updates a running result while a lane stays: a product of trip counts, 1 for once. */
  #count(lane: string): string {
    const at = this.#updating.indexOf(Number(lane.slice(1)));
    const from = lane[0] === 'o' || at < 0 ? 0 : lane[0] === 'i' ? at + 1 : at;
    const loops = this.#updating.slice(from).map(loop => `${this.#p}N${loop}`);
    return loops.length === 0 ? '1' : loops.join(' * ');
  }

  /** Running results from outside a loop that it updates. */
  #chainedIn({ node }: NestLoop): Value[] {
    if (!this.#form.families.includes('r')) return [];
    return [...this.#values].flatMap(([binding, value]) =>
      this.#nest.groupOf.has(binding) &&
      !isInside(binding.declared, node.body) &&
      binding.references.some(({ node: at, access }) => access !== 'read' && isInside(at, node.body))
        ? [value]
        : [],
    );
  }

  // Statements

  #statement(node: Node): void {
    switch (node.type) {
      case 'BlockStatement':
        this.#emit('{');
        for (const inner of node.body as Node[]) this.#statement(inner);
        this.#emit('}');
        return;
      case 'EmptyStatement':
        return;
      case 'ForStatement': {
        const loop = this.#nest.loops.find(({ node: known }) => known === node)!;
        if (this.#part === 'around') this.#aroundCode(loop);
        else this.#loopCode(loop);
        return;
      }
      case 'VariableDeclaration':
        for (const declarator of node.declarations as Node[]) this.#declaration(node.kind, declarator);
        return;
      default:
        this.#effect(node.expression);
    }
  }

  #declaration(kind: string, { id, init }: Node): void {
    const { unit } = this.#nest;
    const binding = unit.binding(id)!;
    this.#value(`${kind} ${id.name}${init ? ` = ${unit.text(init)}` : ''};`);
    const found = init ? this.#expression(init) : undefined;
    if (found) this.#settle(found);
    if (unit.shadow(binding) === 'none') return;
    const isFixed = binding.references.every(({ access, node }) => access === 'read' || node === binding.declared);
    if (isFixed) {
      if (found) this.#values.set(binding, isVariable(found) ? this.#copy(found) : found);
      return;
    }
    const value = this.#variable(binding, this.#active);
    this.#values.set(binding, value);
    this.#emit(this.#declare(binding, value, new Set(), found));
  }

  #effect(node: Node): void {
    const { unit, chains, groupOf } = this.#nest;
    const p = this.#p;
    if (node.type === 'UpdateExpression') {
      const binding = unit.binding(node.argument)!;
      this.#extend(this.#values.get(binding)!, undefined);
      this.#value(`${unit.text(node)};`);
      return;
    }
    const { left, right, operator } = node;
    const chain = chains.get(node);
    if (chain) {
      const operands = chain.operands.map(operand => this.#expression(operand));
      for (const operand of operands) this.#extend(this.#values.get(unit.binding(left)!)!, operand);
      this.#value(`${unit.text(node)};`);
      return;
    }
    let found = this.#expression(right);
    if (left.type === 'Identifier') {
      const binding = unit.binding(left)!;
      const value = this.#values.get(binding);
      if (operator !== '=') found = this.#operation([value, found]);
      if (found) this.#settle(found);
      if (value) {
        this.#set(value, found);
        if (groupOf.has(binding) && this.#form.families.includes('r'))
          for (const lane of this.#active) this.#emit(`${this.#chain(value, lane, 'n')} = 0;`);
      }
      this.#value(`${unit.text(node)};`);
      return;
    }
    const address = this.#expression(left.property);
    const stored = this.#join(found, address);
    if (stored) this.#settle(stored);
    const array = this.#nest.arrays.findIndex(({ stores }) => stores.includes(node));
    if (this.#part === 'own') return;
    if (this.#timesOnly > 0) {
      for (const [f, family] of this.#form.families.entries())
        for (let lane = 0; lane < this.#form.outer; lane++)
          this.#emit(`${this.#stored(array, f * this.#form.outer + lane)} = ${this.#inOuter(stored, lane, family)};`);
      return;
    }
    this.#emit(`const ${p}j${this.#names} = ${unit.text(left.property)};`);
    this.#emit(`${left.object.name}[${p}j${this.#names}] = ${unit.text(right)};`);
    const index = `${p}j${this.#names} + ${p}d${array}`;
    this.#names++;
    for (const [f, family] of this.#form.families.entries())
      for (let lane = 0; lane < this.#form.outer; lane++)
        this.#emit(`${p}S${array}_${f * this.#form.outer + lane}[${index}] = ${this.#inOuter(stored, lane, family)};`);
  }

  /** A value's time in a lane around the nest, which the innermost closed iterations follow at fixed distances. */
  #inOuter(value: Value | undefined, lane: number, family: 's' | 'r'): string {
    const name = `o${lane}`;
    const control = this.#control(name, family);
    if (!value) return control;
    if (this.#active.includes(name)) {
      if (!value.lanes.has(name)) return control;
      const time = this.#time(value, name, family);
      return value.fresh ? time : `${time} > ${control} ? ${time} : ${control}`;
    }
    const [top] = this.#active as [string];
    if (!value.lanes.has(top)) return control;
    const time = this.#time(value, top, family);
    const base = this.#control(top, family);
    return value.fresh
      ? `${control} + (${time} - ${base})`
      : `${control} + (${time} > ${base} ? ${time} - ${base} : 0)`;
  }

  #set(value: Value, found: Value | undefined): void {
    for (const lane of this.#active)
      for (const family of this.#form.families)
        this.#emit(
          `${this.#time(value, lane, family)} = ${found?.lanes.has(lane) ? this.#time(found, lane, family) : '0'};`,
        );
  }

  // Times of expressions

  #expression(node: Node): Value | undefined {
    const { unit, arrays } = this.#nest;
    switch (node.type) {
      case 'Identifier': {
        const binding = unit.binding(node);
        return binding && this.#values.get(binding);
      }
      case 'UnaryExpression': {
        const inner = this.#expression(node.argument);
        return node.operator === '+' || unit.slice.isFree(node) ? inner : this.#operation([inner]);
      }
      case 'BinaryExpression': {
        const sides = [this.#expression(node.left), this.#expression(node.right)];
        return unit.slice.isFree(node) ? this.#join(...sides) : this.#operation(sides);
      }
      case 'CallExpression': {
        const parts = (node.arguments as Node[]).map(argument => this.#expression(argument));
        return unit.slice.isFree(node) ? this.#join(...parts) : this.#operation(parts);
      }
      case 'MemberExpression': {
        const array = arrays.findIndex(({ loads }) => loads.includes(node));
        if (array < 0) return undefined;
        const address = this.#expression(node.property);
        if (address?.pending) this.#settle(address);
        return this.#form.stale[array] ? address : this.#join(this.#load(array, node), address);
      }
      default:
        return undefined;
    }
  }

  #load(array: number, node: Node): Value | undefined {
    const lanes = this.#active.filter(lane => lane[0] === 'o');
    if (lanes.length === 0) return undefined;
    const p = this.#p;
    const value: Value = { id: `t${this.#names++}`, lanes: new Set(lanes), fresh: false, pending: false };
    const index = `${this.#nest.unit.text(node.property)}`;
    for (const lane of lanes)
      for (const [f, family] of this.#form.families.entries()) {
        const field = `${array}_${f * this.#form.outer + Number(lane.slice(1))}`;
        const loaded = this.#form.alike[array] ? `${p}U${field}` : `${p}S${field}[(${index}) + ${p}d${array}] | 0`;
        this.#emit(`const ${this.#time(value, lane, family)} = ${loaded};`);
      }
    return value;
  }

  /** What a variable's times are now. */
  #copy(of: Value): Value {
    const lanes = new Set([...of.lanes].filter(lane => this.#active.includes(lane)));
    const value: Value = { id: `t${this.#names++}`, lanes, fresh: false, pending: false };
    for (const lane of lanes)
      for (const family of this.#form.families)
        this.#emit(`const ${this.#time(value, lane, family)} = ${this.#time(of, lane, family)};`);
    return value;
  }

  /** The later of several, at no cost. */
  #join(...parts: (Value | undefined)[]): Value | undefined {
    const known = [...new Set(parts.filter(part => part !== undefined))];
    if (known.length <= 1) return known[0];
    for (const part of known) if (part.pending) this.#settle(part);
    const lanes = new Set(known.flatMap(({ lanes: own }) => [...own]).filter(lane => this.#active.includes(lane)));
    const value: Value = { id: `t${this.#names++}`, lanes, fresh: false, pending: false };
    for (const lane of lanes)
      for (const family of this.#form.families) {
        const times = known.filter(part => part.lanes.has(lane)).map(part => this.#time(part, lane, family));
        this.#emit(`const ${this.#time(value, lane, family)} = ${latest(times)};`);
      }
    return value;
  }

  #operation(operands: readonly (Value | undefined)[]): Value {
    const known = [...new Set(operands.filter(operand => operand !== undefined))];
    const value: Value = { id: `t${this.#names++}`, lanes: new Set(this.#active), fresh: true, pending: true };
    for (const lane of this.#active)
      for (const family of this.#form.families) {
        const those = known.filter(part => part.lanes.has(lane));
        const times = those.map(part => this.#time(part, lane, family));
        if (!those.some(part => part.fresh)) times.push(this.#control(lane, family));
        this.#emit(`const ${this.#time(value, lane, family)} = (${latest(times)}) + 1;`);
      }
    // It is later than what it uses, so their times can raise no mark any more.
    for (const part of known) part.pending = false;
    this.operations[this.#loop]!++;
    this.#idle = false;
    return value;
  }

  #raise(time: string, lane: string, family: string): void {
    this.#emit(`if (${time} > ${this.#high(lane, family)}) ${this.#high(lane, family)} = ${time};`);
  }

  #settle(value: Value): void {
    if (!value.pending) return;
    value.pending = false;
    for (const lane of value.lanes)
      for (const family of this.#form.families) this.#raise(this.#time(value, lane, family), lane, family);
  }

  /** The only assignment in an innermost loop's body: before it, the variable is older than the iteration. */
  #isOnlyUpdate(value: Value): boolean {
    const { body } = this.#nest.loops[this.#loop]!.node;
    if (somewhere(body, at => at.type === 'ForStatement')) return false;
    const [binding] = [...this.#values].find(([, known]) => known === value) ?? [];
    if (!binding || isInside(binding.declared, body)) return false;
    const writes = binding.references.filter(({ access, node }) => access !== 'read' && isInside(node, body));
    const chain = this.#nest.chains.get(this.#nest.unit.scopes.parent.get(writes[0]!.node)!);
    return writes.length === 1 && (chain?.operands.length ?? 1) === 1;
  }

  /** One more operand of a running result: source order in `s`, and in `r` as `extend` of the time kit. */
  #extend(value: Value, operand: Value | undefined): void {
    this.operations[this.#loop]!++;
    this.#idle = false;
    if (operand) operand.pending = false;
    const only = this.#isOnlyUpdate(value) ? `i${this.#loop}` : undefined;
    for (const lane of this.#active) {
      const has = operand?.lanes.has(lane) ?? false;
      for (const family of this.#form.families) {
        const time = this.#time(value, lane, family);
        const ready = has ? this.#time(operand!, lane, family) : this.#control(lane, family);
        const bound =
          has && !operand!.fresh
            ? `(${ready} > ${this.#control(lane, family)} ? ${ready} : ${this.#control(lane, family)})`
            : ready;
        if (lane === only) {
          this.#emit(`${time} = ${bound} + 1;`);
          this.#raise(time, lane, family);
          continue;
        }
        const count = this.#count(lane);
        if (family === 's') {
          this.#emit(`${time} = (${latest([time, bound])}) + ${count};`);
          this.#raise(time, lane, family);
          continue;
        }
        const [l, q, n] = (['l', 'q', 'n'] as const).map(part => this.#chain(value, lane, part)) as [
          string,
          string,
          string,
        ];
        const o = `${this.#p}o${this.#names++}`;
        this.#emit(`const ${o} = ${bound};`);
        if (count !== '1') {
          // The same, so many times: the latest operand stays, each update adds one to the source order and to m.
          this.#emit(
            `const ${o}n = ${count}; if (${n} > 0) { ${n} += ${o}n; ${q} = (${q} > ${o} ? ${q} : ${o}) + ${o}n; if (${o} > ${l}) ${l} = ${o}; } else { ${n} = ${o}n; ${l} = ${time} > ${o} ? ${time} : ${o}; ${q} = ${l} + ${o}n; }`,
          );
          this.#emit(`${time} = ${l} + 32 - Math.clz32(${n}); if (${q} < ${time}) ${time} = ${q};`);
          this.#raise(time, lane, family);
          continue;
        }
        this.#emit(
          `if (${n} > 0) { ${n}++; ${q} = (${q} > ${o} ? ${q} : ${o}) + 1; if (${o} > ${l}) ${l} = ${o}; ${time} = ${l} + 32 - Math.clz32(${n}); if (${q} < ${time}) ${time} = ${q}; }`,
        );
        this.#emit(`else { ${n} = 1; ${l} = ${time} > ${o} ? ${time} : ${o}; ${q} = ${l} + 1; ${time} = ${q}; }`);
        this.#raise(time, lane, family);
      }
    }
  }
}

const isVariable = ({ id }: Value): boolean => id[0] === 'x';

/** A maximum without a call: measured faster than `Math.max`. */
function latest(times: readonly string[]): string {
  const [first, ...rest] = times as [string, ...string[]];
  if (rest.length === 0) return first;
  const other = latest(rest);
  return rest.length === 1 ? `${first} > ${other} ? ${first} : ${other}` : `Math.max(${times.join(', ')})`;
}
