import * as acorn from 'acorn';
import { childrenOf } from '../../target/parse.ts';
import type { Node } from '../../target/scope.ts';
import type { Block, Instruction, Place } from '../runtime/block.ts';
import { isSound } from './block-order.ts';
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

/** A block that is being filled. */
interface Open {
  code: Instruction[];
  keys: string[];
  /** What temporaries stand for. */
  times: Map<string, number>;
  /** What has been read of slots. */
  slots: Map<string, number>;
  extends: boolean;
}

/**
 * Gathers what a clone does to times, primitive by primitive, into blocks: each becomes one function of WebAssembly, called
 * where the straight code ends. What stays in JavaScript is the program's own code, with the dates of reads and writes, and
 * the addresses of the elements that they are of.
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
}

class Gatherer {
  readonly #text: string;
  readonly #prefix: string;
  readonly #first: number;
  readonly #chainOf: (site: number) => number;
  readonly #isStored: (name: string) => boolean;
  /** Slots that are read by name: variables and parameters. Other results stay in their block. */
  readonly #variables = new Set<number>();
  readonly #blocks: { code: Instruction[]; keys: number; times: Map<string, number> }[] = [];
  readonly #timeNames = new Set<string>();
  /** Slots of temporaries that outlive their block. */
  readonly #homes = new Map<string, number>();
  readonly #controls = new Map<string, Place>();
  readonly #cells = new Map<string, Place>();
  readonly #loops = new Map<string, Place>();
  readonly #arrays = new Map<string, string>();
  readonly #handles = new Map<string, string>();
  readonly #names: string[] = [];
  #mostKeys = 0;
  #size = 0;
  #open: Open = this.#fresh();

  constructor(text: string, { prefix, first, chainOf, isStored }: Options) {
    this.#text = text;
    this.#prefix = prefix;
    this.#first = first;
    this.#chainOf = chainOf;
    this.#isStored = isStored;
  }

  result(): Blocks {
    const program = acorn.parse(this.#text, { ecmaVersion: 'latest', sourceType: 'module' }) as unknown as Node;
    const fn: Node = program.body[0];
    this.#findTimes(fn);
    const [end, ...rest] = fn.body.body as Node[];
    this.#size = end!.declarations[0].init.right.value;
    const entry = rest.findIndex(at => at.type === 'VariableDeclaration');
    const parts = rest.map(at => this.#statement(at));
    parts.push(this.#flushed());
    const blocks = this.#finished();
    const handles = [...this.#handles].map(([array, name]) => ` const ${name} = ${this.#prefix}sh(${array});`).join('');
    const keys = Array.from({ length: this.#mostKeys }, (_, at) => `${this.#prefix}k${at}`);
    const names = [...keys, ...this.#names];
    const declared = names.length > 0 ? ` let ${names.join(', ')};` : '';
    const head = this.#text.slice(0, fn.body.start);
    const marker = this.#text.slice(end!.end, rest[0]!.start);
    parts[entry] += handles + declared;
    return {
      text: `${head}{const ${this.#prefix}end = ${this.#prefix}frame + ${this.#size};${marker}${parts.join(' ')}}`,
      blocks,
    };
  }

  #fresh(): Open {
    return { code: [], keys: [], times: new Map(), slots: new Map(), extends: false };
  }

  /** What outlives its block goes to a slot of its own at the block's end. */
  #finished(): Block[] {
    return this.#blocks.map(({ code, keys, times }) => {
      const all = [...code];
      for (const [name, value] of times) {
        const home = this.#homes.get(name);
        if (home !== undefined) all.push({ do: 'write', to: { of: 'frame', slot: home }, on: [value] });
      }
      const placed = all.map(at => this.#placed(at));
      if (!isSound(placed)) throw new NotNumeric('its chains go on in an order that is not kept');
      return { code: placed, keys };
    });
  }

  /** Slots of the next frame lie behind this one, whose size is known now. */
  #placed(at: Instruction): Instruction {
    if (at.do !== 'write' || at.to.slot < endMark) return at;
    return { ...at, to: { of: 'frame', slot: this.#size + at.to.slot - endMark } };
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

  // Blocks

  #add(instruction: Instruction): number {
    const { code, slots } = this.#open;
    code.push(instruction);
    if (instruction.do === 'write' || instruction.do === 'wait' || instruction.do === 'copy') {
      const place = instruction.do === 'wait' ? instruction.at : instruction.to;
      slots.delete(`${place.of}${place.slot}`);
    }
    if (instruction.do === 'extend') this.#open.extends = true;
    return code.length - 1;
  }

  #key(address: string): { key: number; effect: string } {
    const { keys } = this.#open;
    const name = `${this.#prefix}k${keys.length}`;
    keys.push(name);
    this.#mostKeys = Math.max(this.#mostKeys, keys.length);
    return { key: keys.length - 1, effect: `${name} = ${address}` };
  }

  /** The call that does what has been gathered; empty where there is nothing. */
  #flush(): string {
    const { code, keys, times } = this.#open;
    this.#open = this.#fresh();
    if (code.length === 0) return '';
    const id = this.#first + this.#blocks.length;
    this.#blocks.push({ code, keys: keys.length, times });
    const prefix = this.#prefix;
    const call = `${prefix}b${id}(${[`${prefix}frame`, ...keys].join(', ')})`;
    // Stores to what is no element of an array are left to be done.
    return code.some(at => at.do === 'store') ? `${call}, ${prefix}so.count === 0 || ${prefix}sf()` : call;
  }

  #flushed(): string {
    const call = this.#flush();
    return call === '' ? '' : `${call};`;
  }

  #zero(): number {
    const { code } = this.#open;
    const known = code.findIndex(at => at.do === 'zero');
    return known >= 0 ? known : this.#add({ do: 'zero' });
  }

  #read(at: Place): number {
    const key = `${at.of}${at.slot}`;
    const known = this.#open.slots.get(key);
    if (known !== undefined) return known;
    const value = this.#add({ do: 'slot', at });
    this.#open.slots.set(key, value);
    return value;
  }

  /** A chain's state is kept where its result goes. */
  #write(to: Place, value: number): void {
    const { code } = this.#open;
    const under = code[value]!;
    const from = under.do === 'under' ? under.on[0] : value;
    const made = code[from]!;
    if (made.do === 'extend' && from >= code.length - 2) code[from] = { ...made, home: to };
    this.#add({ do: 'write', to, on: [value] });
  }

  // Times

  /** @param effects code that must run, in order */
  #time(node: Node, effects: string[]): number {
    switch (node.type) {
      case 'Literal':
        return node.value === 0 ? this.#zero() : this.#read({ of: 'fixed', slot: node.value });
      case 'BinaryExpression':
        return this.#read(this.#place(node));
      case 'Identifier':
        return this.#temporary(node.name);
      case 'AssignmentExpression': {
        const value = this.#time(node.right, effects);
        this.#open.times.set(node.left.name, value);
        return value;
      }
      case 'CallExpression':
        return this.#timeOfCall(node, effects);
      default:
        throw new NotNumeric(`a time that is a ${node.type}`);
    }
  }

  #temporary(name: string): number {
    const known = this.#open.times.get(name);
    if (known !== undefined) return known;
    if (!this.#homes.has(name)) this.#homes.set(name, this.#size++);
    return this.#read({ of: 'frame', slot: this.#homes.get(name)! });
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
    const prefix = this.#prefix;
    const time = (at: number): number => this.#time(args[at]!, effects);
    switch (name) {
      case 'J': {
        const [a, b] = [time(1), time(2)];
        return this.#join(a, b, 'only');
      }
      case 'A': {
        const [a, b] = [time(1), time(2)];
        return this.#join(a, b, 'first');
      }
      case 'U':
        return this.#add({ do: 'under', on: [time(1)] });
      case 'o1':
      case 'o2':
      case 'o3': {
        const on = timesAt[name]!.map(time);
        return this.#add({ do: 'operate', on });
      }
      case 'ex': {
        const [a, b] = [time(1), time(2)];
        return this.#add({ do: 'extend', on: [a, b], group: args[3]!.value, home: this.#place(args[0]!) });
      }
      case 'ld': {
        const address = time(4);
        const array = this.#arrays.get(args[1]!.name) ?? args[1]!.name;
        return this.#load(`${prefix}${this.#isStored(array) ? 'skl' : 'skr'}`, args, { site: 3, address }, effects);
      }
      case 'up': {
        const [operand, address] = [time(3), time(4)];
        const before = this.#load(`${prefix}sku`, args, { site: 5, address }, effects);
        const group = this.#chainOf(args[5]!.value);
        const joined = this.#join(operand, address, 'only');
        const after =
          group === 0
            ? this.#add({ do: 'operate', on: [before, joined] })
            : this.#add({ do: 'extend', on: [before, joined], group, home: this.#place(args[0]!) });
        const key = this.#open.keys.length - 1;
        const stored = this.#join(after, address, 'first');
        this.#store(key, stored);
        return after;
      }
      case 'rt':
        return this.#read(returned);
      case 'cp':
      case 'set': {
        const value = time(1);
        return this.#assign(args[0]!, name === 'set' ? this.#add({ do: 'under', on: [value] }) : value);
      }
      case 'rv':
        effects.push(`${prefix}scr(${args[0]!.name}, ${args[1]!.value})`);
        return this.#read(this.#cells.get(args[0]!.name)!);
      case 'wv': {
        const value = this.#add({ do: 'under', on: [time(1)] });
        effects.push(`${prefix}scw(${args[0]!.name}, ${args[2]!.value})`);
        this.#write(this.#cells.get(args[0]!.name)!, value);
        return value;
      }
      default:
        throw new NotNumeric(`${name} is no time`);
    }
  }

  /** Only what is a variable's slot, or an argument's, must be written: results stay where they are. */
  #assign(to: Node, value: number): number {
    if (to.type === 'BinaryExpression' && to.left.name === `${this.#prefix}end`) {
      this.#add({ do: 'write', to: { of: 'frame', slot: endMark + (to.right.value as number) }, on: [value] });
      return value;
    }
    const place = this.#place(to);
    if (this.#variables.has(place.slot)) this.#write(place, value);
    return value;
  }

  #join(a: number, b: number, keeps: 'only' | 'first'): number {
    const { code } = this.#open;
    if (a === b || code[b]!.do === 'zero') return a;
    if (code[a]!.do === 'zero') return b;
    return this.#add({ do: 'join', on: [a, b], keeps });
  }

  #load(
    primitive: string,
    args: readonly Node[],
    { site, address }: { site: number; address: number },
    effects: string[],
  ): number {
    const { key, effect } = this.#key(
      `${primitive}(${this.#handle(args[1]!)}, ${this.#js(args[2]!)}, ${args[site]!.value})`,
    );
    effects.push(effect);
    const element = this.#add({ do: 'element', key });
    return this.#add({ do: 'touch', on: [this.#join(element, address, 'first')] });
  }

  #store(key: number, value: number): void {
    const ready = this.#add({ do: 'under', on: [value] });
    const touched = this.#add({ do: 'touch', on: [ready] });
    this.#add({ do: 'store', key, on: [touched] });
  }

  /** The shadow of an array, looked up once at the function's entry. */
  #handle({ name }: Node): string {
    const array = this.#arrays.get(name) ?? name;
    const known = this.#handles.get(array);
    if (known !== undefined) return known;
    const made = `${this.#prefix}h${this.#handles.size}`;
    this.#handles.set(array, made);
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
      this.#add({ do: 'copy', to, from: control });
    } else this.#open.times.set(left.name, this.#time(right, effects));
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
    return this.#after(this.#js(node), [this.#flush()]);
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
    const primitive = this.#primitive(node);
    const effects: string[] = [];
    const site = (at: number): string => this.#text.slice(args[at]!.start, args[at]!.end);
    switch (primitive) {
      case undefined:
        return this.#patched(node);
      case 'st': {
        const value = this.#time(args[3]!, effects);
        const stored = this.#js(args[2]!);
        const { key, effect } = this.#key(
          `${prefix}sks(${this.#handle(args[0]!)}, ${this.#js(args[1]!)}, ${stored}, ${site(4)})`,
        );
        this.#store(key, value);
        return [...effects, effect].join(', ');
      }
      case 'rc':
        this.#add({ do: 'copy', to: control, from: this.#controls.get(args[0]!.name)! });
        return '';
      case 'br': {
        const value = this.#js(args[0]!);
        const condition = this.#time(args[1]!, effects);
        this.#add({ do: 'wait', at: control, on: [condition], certain: false });
        return `${prefix}sbr(${this.#after(value, [...effects, this.#flush()])}, ${site(2)})`;
      }
      case 'bx': {
        const value = this.#js(args[0]!);
        const condition = this.#time(args[1]!, effects);
        this.#add({ do: 'wait', at: control, on: [condition], certain: false });
        const past = args[4]!.value as number;
        for (const [at, loop] of (args[3]!.elements as Node[]).entries()) this.#hold(loop.name, condition, at < past);
        return `${prefix}sbx(${this.#after(value, [...effects, this.#flush()])}, ${site(2)}, ${site(3)})`;
      }
      case 'ct':
      case 'cd': {
        const value = this.#js(args[1]!);
        const condition = this.#time(args[2]!, effects);
        const certain = args[4]!.value as boolean;
        this.#add({ do: 'wait', at: control, on: [condition], certain });
        const { of, slot } = this.#loops.get(args[0]!.name)!;
        this.#add({ do: 'wait', at: { of, slot: slot + 1 }, on: [condition], certain });
        return `${prefix}s${primitive}(${site(0)}, ${this.#after(value, [...effects, this.#flush()])}, ${site(3)}, ${certain})`;
      }
      case 'it':
      case 'lx': {
        const before = this.#flush();
        const text = `${prefix}s${primitive}(${site(0)})`;
        return before === '' ? text : `(${before}, ${text})`;
      }
      case 'le': {
        const value = this.#time(args[1]!, effects);
        this.#add({ do: 'write', to: returned, on: [this.#add({ do: 'under', on: [value] })] });
        return [...effects, this.#flush(), `${prefix}sle(${site(0)})`].join(', ');
      }
      default:
        if (timed.has(primitive)) throw new NotNumeric(`${primitive} used as a value`);
        return this.#patched(node);
    }
  }

  /** Everything later in a loop waits for a condition, and what follows the loop if the branch can go past it. */
  #hold(loop: string, condition: number, past: boolean): void {
    const { of, slot } = this.#loops.get(loop)!;
    this.#add({ do: 'wait', at: { of, slot: slot + 1 }, on: [condition], certain: true });
    if (past) this.#add({ do: 'wait', at: { of, slot }, on: [condition], certain: true });
  }

  #clone(node: Node): string {
    const [end, ...args] = node.arguments as Node[];
    const frame = this.#text.slice(end!.start, end!.end);
    const texts = args.map(at => this.#js(at));
    const before = this.#flush();
    if (before === '') return `${node.callee.name}(${[frame, ...texts].join(', ')})`;
    if (texts.length === 0) return `(${before}, ${node.callee.name}(${frame}))`;
    texts.push(this.#after(texts.pop()!, [before]));
    return `${node.callee.name}(${[frame, ...texts].join(', ')})`;
  }

  // Statements

  #statement(node: Node): string {
    const text = this.#plainStatement(node);
    // What goes on with a chain must find its state in place.
    return this.#open.extends ? `${text} ${this.#flushed()}` : text;
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
        const update = node.update ? [this.#effect(node.update), this.#flush()].filter(text => text !== '') : [];
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
      if (primitive === 'lp') this.#loops.set(name, this.#place(args[1]!));
      if (primitive === 'nc') {
        const place = this.#place(args[0]!);
        const effects: string[] = [];
        this.#cells.set(name, place);
        this.#write(place, this.#time(args[2]!, effects));
        return [`${name} = (${[...effects, `${this.#prefix}snc(${args[1]!.value})`].join(', ')})`];
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

/** Marks slots beyond the frame, whose size is known at the end. */
const endMark = 2 ** 20;
