import * as acorn from 'acorn';
import { childrenOf } from '../../target/parse.ts';
import type { Node } from '../../target/scope.ts';
import type { Block, Place } from '../runtime/block.ts';
import { BlockBuilder, endMark } from './block-builder.ts';
import { NotNumeric } from './unit.ts';

/** What a clone has become: its text, and the blocks that it calls as `<prefix>b<number>`. */
export interface Blocks {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Which arguments of a primitive are times. */
const timesAt: Record<string, readonly number[]> = {
  ...{ J: [1, 2], U: [1], A: [1, 2], o1: [1], o2: [1, 2], o3: [1, 2, 3], ex: [1, 2], ld: [4], up: [3, 4], cp: [1] },
  ...{
    set: [1],
    st: [3],
    wv: [1],
    rc: [0],
    br: [1],
    bx: [1],
    ct: [2],
    cd: [2],
    le: [1],
    nc: [2],
    rt: [],
    sc: [],
    rv: [],
  },
};
const timed = new Set(['J', 'U', 'A', 'o1', 'o2', 'o3', 'ex', 'ld', 'up', 'rt', 'sc', 'cp', 'set', 'rv', 'wv']);
const control: Place = { of: 'fixed', slot: 1 };
const returned: Place = { of: 'fixed', slot: 2 };

/**
 * Gathers what a clone does to times, dates and regions, primitive by primitive, into blocks: each becomes one function of
 * WebAssembly, called where the straight code ends with subscripts and outcomes. What stays in JavaScript is the program's own code.
 *
 * @param text a clone, as `numeric.ts` makes it
 * @throws NotNumeric where the order of the times' changes cannot be kept
 */
export function gatherBlocks(text: string, options: Options): Blocks {
  return new Gatherer(text, options).result();
}

interface Options {
  readonly prefix: string;
  /** Number of the clone's first block. */
  readonly first: number;
  /** Whether the function, or one that it calls, stores to an array under this name. */
  readonly isStored: (name: string) => boolean;
  /** The chain of a site's updates. */
  readonly chainOf: (site: number) => number;
  /** Where arrays have their numbers, by name. */
  readonly arrays: ReadonlyMap<string, Place>;
  /** Reads and writes are dated. */
  readonly isDated: boolean;
}

/** A loop of the clone: its region, and the first of its two slots. */
interface Loop {
  readonly region: number;
  readonly at: Place;
}

class Gatherer {
  readonly #text: string;
  readonly #prefix: string;
  readonly #options: Options;
  readonly #builder: BlockBuilder;
  /** Slots that are read by name: variables and parameters. Other results stay in their block. */
  readonly #variables = new Set<number>();
  readonly #timeNames = new Set<string>();
  readonly #controls = new Map<string, Place>();
  readonly #cells = new Map<string, Place>();
  readonly #loops = new Map<string, Loop>();
  readonly #frames = new Map<string, Place>();
  readonly #arrays = new Map<string, string>();
  readonly #forms = new Map<string, string>();
  readonly #names: string[] = [];

  constructor(text: string, options: Options) {
    this.#text = text;
    this.#prefix = options.prefix;
    this.#options = options;
    this.#builder = new BlockBuilder(options.prefix, options.first);
  }

  result(): Blocks {
    const program = acorn.parse(this.#text, { ecmaVersion: 'latest', sourceType: 'module' }) as unknown as Node;
    const fn: Node = program.body[0];
    const prefix = this.#prefix;
    const builder = this.#builder;
    this.#findTimes(fn);
    const [end, ...rest] = fn.body.body as Node[];
    builder.size = end!.declarations[0].init.right.value;
    const parts = rest.map(at => this.#statement(at));
    parts.push(this.#flushed());
    const blocks = builder.finished();
    const forms = [...this.#forms].map(([array, name]) => ` const ${name} = ${prefix}sfo(${array});`).join('');
    const subscripts = Array.from({ length: builder.mostSubscripts }, (_, at) => `${prefix}k${at}`);
    const names = [...subscripts, ...this.#names];
    const declared = names.length > 0 ? ` let ${names.join(', ')};` : '';
    const head = this.#text.slice(0, fn.body.start);
    const marker = this.#text.slice(end!.end, rest[0]!.start);
    const ends = `const ${prefix}end = ${prefix}frame + ${builder.size};`;
    return { text: `${head}{${ends}${marker}${forms}${declared} ${parts.join(' ')}}`, blocks };
  }

  #findTimes(node: Node): void {
    const name = node.type === 'CallExpression' ? this.#primitive(node) : undefined;
    for (const at of (name !== undefined && timesAt[name]) || []) {
      let argument: Node | undefined = node.arguments[at];
      while (argument?.type === 'AssignmentExpression') {
        this.#timeNames.add(argument.left.name);
        argument = argument.right as Node;
      }
      if (argument?.type === 'Identifier') this.#timeNames.add(argument.name);
      if (argument?.type === 'BinaryExpression') this.#variables.add(argument.right.value);
    }
    if (name === 'nc') this.#variables.add(node.arguments[0].right.value);
    if (node.type === 'AssignmentExpression' && node.right.type === 'CallExpression' && this.#isTime(node.right))
      this.#timeNames.add(node.left.name);
    for (const child of childrenOf(node) as Node[]) this.#findTimes(child);
  }

  /** The name of a clone's primitive. */
  #primitive({ callee }: Node): string | undefined {
    const start = `${this.#prefix}s`;
    return callee.type === 'Identifier' && callee.name.startsWith(start) ? callee.name.slice(start.length) : undefined;
  }

  #name(stem: string): string {
    const name = `${this.#prefix}${stem}x${this.#names.length}`;
    this.#names.push(name);
    return name;
  }

  #flushed(): string {
    const call = this.#builder.flush();
    return call === '' ? '' : `${call};`;
  }

  /** A subscript that the block is given: for what is no number the run starts again without clones. */
  #subscript(node: Node): { at: number; name: string; effect: string } {
    const text = this.#js(node);
    const { at, name } = this.#builder.subscript('subscript');
    const given = isNumber(node) ? text : `typeof (${name} = ${text}) === 'number' ? ${name} : ${this.#prefix}sbad()`;
    return { at, name, effect: `${name} = ${given}` };
  }

  // Times

  /** @param effects code that must run, in order */
  #time(node: Node, effects: string[]): number {
    switch (node.type) {
      case 'Literal':
        return node.value === 0 ? this.#builder.zero() : this.#builder.read({ of: 'fixed', slot: node.value });
      case 'BinaryExpression':
        return this.#builder.read(this.#place(node));
      case 'Identifier':
        return this.#builder.named(node.name);
      case 'AssignmentExpression': {
        const value = this.#time(node.right, effects);
        this.#builder.name(node.left.name, value);
        return value;
      }
      case 'CallExpression':
        return this.#timeOfCall(node, effects);
      default:
        throw new NotNumeric(`a time that is a ${node.type}`);
    }
  }

  /** A slot's place: `frame + n`, `end + n`, or a number. */
  #place(node: Node): Place {
    if (node.type === 'Literal') return { of: 'fixed', slot: node.value };
    if (node.type !== 'BinaryExpression' || node.left.name !== `${this.#prefix}frame`)
      throw new NotNumeric('a time without a place');
    return { of: 'frame', slot: node.right.value };
  }

  #timeOfCall(node: Node, effects: string[]): number {
    const name = this.#primitive(node);
    const args = node.arguments as Node[];
    const builder = this.#builder;
    const time = (at: number): number => this.#time(args[at]!, effects);
    switch (name) {
      case 'J': {
        const [a, b] = [time(1), time(2)];
        return builder.join(a, b, 'only');
      }
      case 'A': {
        const [a, b] = [time(1), time(2)];
        return builder.join(a, b, 'first');
      }
      case 'U':
        return builder.add({ do: 'under', on: [time(1)] });
      case 'o1':
      case 'o2':
      case 'o3': {
        const on = timesAt[name]!.map(time);
        return builder.add({ do: 'operate', on });
      }
      case 'ex': {
        const [a, b] = [time(1), time(2)];
        return builder.add({ do: 'extend', on: [a, b], group: args[3]!.value, home: this.#place(args[0]!) });
      }
      case 'ld': {
        const address = time(4);
        const how = this.#options.isStored(this.#arrayOf(args[1]!)) ? 'load' : 'load-only';
        return this.#element(this.#access(how, args, args[3]!.value, effects), address);
      }
      case 'up': {
        const [operand, address] = [time(3), time(4)];
        const site = args[5]!.value as number;
        const access = this.#access('update', args, site, effects);
        const before = this.#element(access, address);
        const group = this.#options.chainOf(site);
        const joined = builder.join(operand, address, 'only');
        const after =
          group === 0
            ? builder.add({ do: 'operate', on: [before, joined] })
            : builder.add({ do: 'extend', on: [before, joined], group, home: this.#place(args[0]!) });
        this.#store(access, builder.join(after, address, 'first'));
        return after;
      }
      case 'rt':
        return builder.read(returned);
      case 'cp':
      case 'set': {
        const value = time(1);
        return this.#assign(args[0]!, name === 'set' ? builder.add({ do: 'under', on: [value] }) : value);
      }
      case 'rv': {
        const at = this.#cells.get(args[0]!.name)!;
        builder.add({ do: 'read', at, site: args[1]!.value });
        return builder.read(at);
      }
      case 'wv': {
        const at = this.#cells.get(args[0]!.name)!;
        const value = builder.add({ do: 'under', on: [time(1)] });
        builder.add({ do: 'change', at, site: args[2]!.value });
        builder.write(at, value);
        return value;
      }
      default:
        throw new NotNumeric(`${name} is no time`);
    }
  }

  /** Only what is a variable's slot, or an argument's, must be written: results stay where they are. */
  #assign(to: Node, value: number): number {
    if (to.type === 'BinaryExpression' && to.left.name === `${this.#prefix}end`) {
      this.#builder.add({
        do: 'write',
        to: { of: 'frame', slot: endMark + (to.right.value as number) },
        on: [value],
      });
      return value;
    }
    const place = this.#place(to);
    if (this.#variables.has(place.slot)) this.#builder.write(place, value);
    return value;
  }

  /** An array's own name: a temporary may stand for it. */
  #arrayOf({ name }: Node): string {
    return this.#arrays.get(name) ?? name;
  }

  #numberOf(array: string): Place {
    const place = this.#options.arrays.get(array);
    if (place === undefined) throw new NotNumeric(`${array} has no place`);
    return place;
  }

  /** @param args of the primitive: the array and the subscript are the second and third */
  #access(how: 'load' | 'load-only' | 'update', args: readonly Node[], site: number, effects: string[]): number {
    const array = this.#numberOf(this.#arrayOf(args[1]!));
    const { at, effect } = this.#subscript(args[2]!);
    effects.push(effect);
    return this.#builder.add({ do: 'access', how, array, subscript: at, silent: undefined, site });
  }

  #element(access: number, address: number): number {
    const builder = this.#builder;
    const element = builder.add({ do: 'element', access });
    return builder.add({ do: 'touch', on: [builder.join(element, address, 'first')] });
  }

  #store(access: number, value: number): void {
    const ready = this.#builder.add({ do: 'under', on: [value] });
    const touched = this.#builder.add({ do: 'touch', on: [ready] });
    this.#builder.add({ do: 'store', access, on: [touched] });
  }

  /** `array[key] = value`. */
  #stored([array, key, value, time, site]: readonly Node[], effects: string[]): string {
    const ready = this.#time(time!, effects);
    const name = this.#arrayOf(array!);
    const stored = this.#js(value!);
    const { at, name: subscript, effect } = this.#subscript(key!);
    effects.push(effect);
    let silent: number | undefined;
    if (this.#options.isDated) {
      const given = this.#builder.subscript('outcome');
      effects.push(`${given.name} = ${this.#prefix}sq(${this.#form(name)}, ${name}, ${subscript}, ${stored})`);
      silent = given.at;
    } else if (value!.type !== 'Identifier') effects.push(stored);
    const access = this.#builder.add({
      ...{ do: 'access', how: 'store', array: this.#numberOf(name), subscript: at, silent },
      site: site!.value as number,
    });
    this.#store(access, ready);
    return effects.join(', ');
  }

  /** What an array makes of a number, looked up once at the function's entry. */
  #form(array: string): string {
    const known = this.#forms.get(array);
    if (known !== undefined) return known;
    const made = `${this.#prefix}f${this.#forms.size}`;
    this.#forms.set(array, made);
    return made;
  }

  // Code

  #isTime(node: Node): boolean {
    if (node.type === 'CallExpression') return timed.has(this.#primitive(node) ?? '');
    if (node.type === 'Identifier') return this.#timeNames.has(node.name);
    return (
      node.type === 'BinaryExpression' &&
      (node.left.name === `${this.#prefix}frame` || node.left.name === `${this.#prefix}end`)
    );
  }

  /** Runs code for its effects: none where it only computes a time. */
  #effect(node: Node): string {
    if (node.type === 'Identifier' || node.type === 'Literal') return '';
    if (node.type === 'SequenceExpression')
      return (node.expressions as Node[])
        .map(at => this.#effect(at))
        .filter(text => text !== '')
        .join(', ');
    if (node.type === 'AssignmentExpression' && this.#timeNames.has(node.left.name)) return this.#keep(node);
    if (this.#isTime(node)) {
      const effects: string[] = [];
      this.#time(node, effects);
      return effects.join(', ');
    }
    return this.#js(node);
  }

  /** A temporary takes a time. */
  #keep({ left, right }: Node): string {
    const effects: string[] = [];
    if (right.type === 'CallExpression' && this.#primitive(right) === 'sc') {
      const to = this.#place(right.arguments[0]);
      this.#controls.set(left.name, to);
      this.#builder.add({ do: 'copy', to, from: control });
    } else this.#builder.name(left.name, this.#time(right, effects));
    return effects.join(', ');
  }

  #js(node: Node): string {
    switch (node.type) {
      case 'CallExpression':
        return this.#call(node);
      case 'SequenceExpression': {
        const list = node.expressions as Node[];
        const before = list
          .slice(0, -1)
          .map(at => this.#effect(at))
          .filter(text => text !== '');
        return `(${[...before, this.#js(list.at(-1)!)].join(', ')})`;
      }
      case 'LogicalExpression': {
        const left = this.#settled(node.left);
        return `(${left} ${node.operator} ${this.#settled(node.right)})`;
      }
      case 'ConditionalExpression': {
        const test = this.#settled(node.test);
        const yes = this.#settled(node.consequent);
        return `(${test} ? ${yes} : ${this.#settled(node.alternate)})`;
      }
      case 'AssignmentExpression':
        if (this.#timeNames.has(node.left.name)) throw new NotNumeric('a time used as a value');
        this.#alias(node);
        return this.#patched(node);
      default:
        return this.#patched(node);
    }
  }

  /** A temporary that names an array. */
  #alias({ left, right }: Node): void {
    let value: Node = right;
    while (value.type === 'CallExpression' && value.callee.name === `${this.#prefix}V`) value = value.arguments[0];
    if (left.type === 'Identifier' && value.type === 'Identifier') this.#arrays.set(left.name, value.name);
  }

  /** As written, but for what stands inside. */
  #patched(node: Node): string {
    let at = node.start;
    let out = '';
    for (const child of childrenOf(node) as Node[]) {
      out += this.#text.slice(at, child.start) + this.#js(child);
      at = child.end;
    }
    return out + this.#text.slice(at, node.end);
  }

  /** A value, once all that was gathered has been done. */
  #settled(node: Node): string {
    return this.#after(this.#js(node), [this.#builder.flush()]);
  }

  /** A value, then effects. */
  #after(value: string, effects: readonly string[]): string {
    const list = effects.filter(text => text !== '');
    if (list.length === 0) return value;
    const name = this.#name('c');
    return `(${[`${name} = ${value}`, ...list, name].join(', ')})`;
  }

  #call(node: Node): string {
    const args = node.arguments as Node[];
    const prefix = this.#prefix;
    const { name } = node.callee;
    if (name === `${prefix}V`) {
      const value = this.#js(args[0]!);
      return this.#after(
        value,
        args.slice(1).map(at => this.#effect(at)),
      );
    }
    if (new RegExp(`^${prefix.replaceAll('$', '\\$')}clone\\d+$`).test(name ?? '')) return this.#clone(node);
    const timeless = this.#timeless(node);
    if (timeless !== undefined) return timeless;
    const primitive = this.#primitive(node);
    const effects: string[] = [];
    const builder = this.#builder;
    switch (primitive) {
      case undefined:
        return this.#patched(node);
      case 'st':
        return this.#stored(args, effects);
      case 'rc':
        builder.add({ do: 'copy', to: control, from: this.#controls.get(args[0]!.name)! });
        return '';
      case 'br':
      case 'bx': {
        const value = this.#js(args[0]!);
        const condition = this.#time(args[1]!, effects);
        builder.add({ do: 'wait', at: control, on: [condition], certain: false });
        const loops = ((args[3]?.elements ?? []) as Node[]).map(({ name }) => this.#loops.get(name)!);
        for (const [at, loop] of loops.entries()) this.#hold(loop, condition, at < (args[4]!.value as number));
        return this.#told(value, effects, outcome =>
          builder.step({ do: 'branch', site: args[2]!.value as number, outcome, loops: loops.map(({ at }) => at) }),
        );
      }
      case 'ct':
      case 'cd': {
        const value = this.#js(args[1]!);
        const condition = this.#time(args[2]!, effects);
        const carried = args[4]!.value as boolean;
        const site = args[3]!.value as number;
        const { at } = this.#loops.get(args[0]!.name)!;
        builder.add({ do: 'wait', at: control, on: [condition], certain: carried });
        builder.add({ do: 'wait', at: next(at), on: [condition], certain: carried });
        if (primitive === 'ct')
          return this.#told(value, effects, outcome => builder.step({ do: 'test', at, site, carried, outcome }));
        builder.step({ do: 'test', at, site, carried, outcome: undefined });
        return this.#after(value, [...effects, builder.flush()]);
      }
      case 'it': {
        const { at, region } = this.#loops.get(args[0]!.name)!;
        builder.step({ do: 'iterate', at, region });
        return '';
      }
      case 'lx':
        builder.step({ do: 'leave-loop', at: this.#loops.get(args[0]!.name)!.at });
        return '';
      case 'le': {
        const value = this.#time(args[1]!, effects);
        builder.add({ do: 'write', to: returned, on: [builder.add({ do: 'under', on: [value] })] });
        builder.step({ do: 'leave', at: this.#frames.get(args[0]!.name)! });
        return [...effects, builder.flush()].join(', ');
      }
      default:
        if (timed.has(primitive)) throw new NotNumeric(`${primitive} used as a value`);
        return this.#patched(node);
    }
  }

  /** Branches and tests on what is always ready; undefined for anything else. */
  #timeless({ callee, arguments: args }: Node): string | undefined {
    const prefix = this.#prefix;
    const builder = this.#builder;
    switch (callee.name) {
      case `${prefix}bp`:
        return this.#told(this.#js(args[0]), [], outcome =>
          builder.step({ do: 'branch', site: args[1].value, outcome, loops: [] }),
        );
      case `${prefix}bc`:
        builder.step({ do: 'case', site: args[0].value, way: args[1].value + 2 });
        return '';
      case `${prefix}tf`: {
        const { at } = this.#loops.get(args[0].name)!;
        return this.#told(this.#js(args[1]), [], outcome =>
          builder.step({ do: 'test', at, site: 0, carried: false, outcome }),
        );
      }
      case `${prefix}td`:
        return this.#settled(args[1]);
      default:
        return undefined;
    }
  }

  /** A condition, of which the block is told how it came out. */
  #told(value: string, effects: readonly string[], add: (outcome: number) => void): string {
    const name = this.#name('c');
    add(this.#builder.outcome(name));
    return `(${[`${name} = ${value}`, ...effects, this.#builder.flush(), name].filter(text => text !== '').join(', ')})`;
  }

  /** Everything later in a loop waits for a condition. */
  #hold({ at }: Loop, condition: number, past: boolean): void {
    this.#builder.add({ do: 'wait', at: next(at), on: [condition], certain: true });
    if (past) this.#builder.add({ do: 'wait', at, on: [condition], certain: true });
  }

  #clone(node: Node): string {
    const [end, ...args] = node.arguments as Node[];
    const frame = this.#text.slice(end!.start, end!.end);
    const texts = args.map(at => this.#js(at));
    for (const [at, argument] of args.entries()) {
      const array = this.#options.arrays.get(namedBy(argument, this.#prefix) ?? '');
      if (array !== undefined) this.#builder.add({ do: 'hand', to: { of: 'frame', slot: endMark + at }, from: array });
    }
    const before = this.#builder.flush();
    if (before === '') return `${node.callee.name}(${[frame, ...texts].join(', ')})`;
    if (texts.length === 0) return `(${before}, ${node.callee.name}(${frame}))`;
    texts.push(this.#after(texts.pop()!, [before]));
    return `${node.callee.name}(${[frame, ...texts].join(', ')})`;
  }

  // Statements

  #statement(node: Node): string {
    const text = this.#plainStatement(node);
    // What goes on with a chain must find its state in place.
    if (this.#builder.extends) this.#builder.split();
    return text;
  }

  #list(nodes: readonly Node[]): string {
    return nodes.map(at => this.#statement(at)).join(' ');
  }

  /** A statement of its own, at whose end nothing is left to do. */
  #whole(node: Node): string {
    const text = this.#statement(node);
    return `{ ${text} ${this.#flushed()} }`;
  }

  #plainStatement(node: Node): string {
    switch (node.type) {
      case 'BlockStatement':
        return `{ ${this.#list(node.body)} }`;
      case 'VariableDeclaration':
        return this.#declaration(node);
      case 'ExpressionStatement': {
        const text = this.#effect(node.expression);
        return text === '' ? ';' : `${/^[({]/.test(text) ? ';' : ''}${text};`;
      }
      case 'IfStatement': {
        const test = this.#settled(node.test);
        const yes = this.#whole(node.consequent);
        const no = node.alternate ? ` else ${this.#whole(node.alternate)}` : '';
        return `if (${test}) ${yes}${no}`;
      }
      case 'ForStatement': {
        const init = node.init
          ? node.init.type === 'VariableDeclaration'
            ? this.#declaration(node.init)
            : `${this.#effect(node.init)};`
          : '';
        const before = this.#flushed();
        const test = node.test ? this.#settled(node.test) : '';
        const inner = this.#whole(node.body);
        const update = node.update
          ? [this.#effect(node.update), this.#builder.flush()].filter(text => text !== '')
          : [];
        return `{ ${init} ${before} for (; ${test}; ${update.join(', ')}) ${inner} }`;
      }
      case 'WhileStatement': {
        const before = this.#flushed();
        const test = this.#settled(node.test);
        return `${before} while (${test}) ${this.#whole(node.body)}`;
      }
      case 'DoWhileStatement': {
        const before = this.#flushed();
        const inner = this.#whole(node.body);
        return `${before} do ${inner} while (${this.#settled(node.test)});`;
      }
      case 'SwitchStatement':
        return this.#switch(node);
      case 'ReturnStatement':
        return node.argument ? `return ${this.#settled(node.argument)};` : `${this.#flushed()} return;`;
      case 'BreakStatement':
      case 'ContinueStatement':
        return `${this.#flushed()} ${this.#text.slice(node.start, node.end)}`;
      case 'EmptyStatement':
        return ';';
      default:
        throw new NotNumeric(`a ${node.type} in a clone`);
    }
  }

  #switch(node: Node): string {
    const on = this.#settled(node.discriminant);
    const cases = (node.cases as Node[]).map(({ test, consequent }) => {
      const label = test ? `case ${this.#settled(test)}:` : 'default:';
      const text = this.#list(consequent);
      return `${label} ${text} ${this.#flushed()}`;
    });
    return `switch (${on}) { ${cases.join(' ')} }`;
  }

  #declaration(node: Node): string {
    const parts = (node.declarations as Node[]).flatMap(({ id, init }) => {
      const { name } = id as { name: string };
      if (init === null) return [name];
      const primitive = init.type === 'CallExpression' ? this.#primitive(init) : undefined;
      const args = (init.arguments ?? []) as Node[];
      const effects: string[] = [];
      const builder = this.#builder;
      if (primitive === 'lp') {
        const at = this.#place(args[1]!);
        this.#loops.set(name, { at, region: args[0]!.value });
        builder.add({ do: 'prepare', at });
        return [];
      }
      if (primitive === 'en') {
        const at = this.#place(args[1]!);
        this.#frames.set(name, at);
        builder.step({ do: 'enter', region: args[0]!.value, at, size: 0 });
        return [];
      }
      if (primitive === 'nc') {
        const place = this.#place(args[0]!);
        this.#cells.set(name, place);
        const value = this.#time(args[2]!, effects);
        builder.add({ do: 'make', at: place });
        builder.write(place, value);
        return effects.length === 0 ? [] : [`${name} = (${effects.join(', ')})`];
      }
      if (this.#isTime(init)) {
        const text = this.#effect(init);
        return text === '' ? [] : [`${name} = (${text})`];
      }
      return [`${name} = ${this.#js(init)}`];
    });
    return parts.length === 0 ? '' : `${node.kind} ${parts.join(', ')};`;
  }
}

/** The slot behind another. */
const next = ({ of, slot }: Place): Place => ({ of, slot: slot + 1 });

/** The name that an argument is, whatever is done beside it. */
function namedBy(node: Node, prefix: string): string | undefined {
  let at = node;
  while (at.type === 'CallExpression' && at.callee.name === `${prefix}V`) at = at.arguments[0];
  return at.type === 'Identifier' ? at.name : undefined;
}

/** Whether an expression on numbers, booleans and undefined is a number by its text. */
function isNumber(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'number';
  if (node.type === 'AssignmentExpression') return node.operator !== '=' || isNumber(node.right);
  if (node.type === 'BinaryExpression') return /^([-+*/%&|^]|\*\*|<<|>>>?)$/.test(node.operator);
  return node.type === 'UpdateExpression' || (node.type === 'UnaryExpression' && /^[-+~]$/.test(node.operator));
}
