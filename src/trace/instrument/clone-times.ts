import type { Node } from '../../target/scope.ts';
import type { Place } from '../runtime/block.ts';
import { type BlockBuilder, endMark } from './block-builder.ts';
import { type CloneText, isMade, returned, timesAt } from './clone-text.ts';
import { NotNumeric } from './unit.ts';

export interface BlockOptions {
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

/** What a clone does to times and dates, added to its blocks. */
export class CloneTimes {
  readonly #clone: CloneText;
  readonly #options: BlockOptions;
  readonly #builder: BlockBuilder;
  readonly #js: (node: Node) => string;
  readonly #cells = new Map<string, Place>();
  /** Temporaries that stand for arrays. */
  readonly #arrays = new Map<string, string>();
  /** What arrays make of a number: names of constants, by array. */
  readonly forms = new Map<string, string>();

  /** @param js code for a value */
  constructor(
    clone: CloneText,
    { options, builder, js }: { options: BlockOptions; builder: BlockBuilder; js: (node: Node) => string },
  ) {
    this.#clone = clone;
    this.#options = options;
    this.#builder = builder;
    this.#js = js;
  }

  /** A variable is made. @param args of the primitive: its slot and its time are the first and third @returns code */
  declare(name: string, args: readonly Node[]): string {
    const place = this.#clone.place(args[0]!);
    const made = args[2]!;
    const isDefault = isMade(made);
    const effects: string[] = [];
    const value = this.time(isDefault ? made.alternate : made, effects);
    this.#cells.set(name, place);
    this.#builder.add({ do: 'make', at: place });
    this.#builder.write(place, value);
    if (!isDefault) return effects.join(', ');
    // What was not given is made: `p === void 0 ? (p = value, its time) : given`.
    const test = this.#js(made.test);
    effects.push(this.#builder.flush());
    const [assigned, time] = made.consequent.expressions as [Node, Node];
    const inner = [this.#js(assigned)];
    this.#builder.write(place, this.time(time, inner));
    inner.push(this.#builder.flush());
    return [...effects, `${test} && (${inner.join(', ')})`].filter(text => text !== '').join(', ');
  }

  #subscript(node: Node): { at: number; name: string; effect: string } {
    const text = this.#js(node);
    const { at, name } = this.#builder.subscript('subscript');
    const given = isNumber(node)
      ? text
      : `typeof (${name} = ${text}) === 'number' ? ${name} : ${this.#clone.prefix}sbad()`;
    return { at, name, effect: `${name} = ${given}` };
  }

  /** @param effects code that must run, in order */
  time(node: Node, effects: string[]): number {
    switch (node.type) {
      case 'Literal':
        return node.value === 0 ? this.#builder.zero() : this.#builder.read({ of: 'fixed', slot: node.value });
      case 'BinaryExpression':
        return this.#builder.read(this.#clone.place(node));
      case 'Identifier':
        return this.#builder.named(node.name);
      case 'AssignmentExpression': {
        const value = this.time(node.right, effects);
        this.#builder.name(node.left.name, value);
        return value;
      }
      case 'CallExpression':
        return this.#timeOfCall(node, effects);
      default:
        throw new NotNumeric(`a time that is a ${node.type}`);
    }
  }

  #timeOfCall(node: Node, effects: string[]): number {
    const name = this.#clone.primitive(node);
    const args = node.arguments as Node[];
    const builder = this.#builder;
    const time = (at: number): number => this.time(args[at]!, effects);
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
        return builder.add({ do: 'extend', on: [a, b], group: args[3]!.value, home: this.#clone.place(args[0]!) });
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
            : builder.add({ do: 'extend', on: [before, joined], group, home: this.#clone.place(args[0]!) });
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
    if (to.type === 'BinaryExpression' && to.left.name === `${this.#clone.prefix}end`) {
      this.#builder.add({
        do: 'write',
        to: { of: 'frame', slot: endMark + (to.right.value as number) },
        on: [value],
      });
      return value;
    }
    const place = this.#clone.place(to);
    if (this.#clone.variables.has(place.slot)) this.#builder.write(place, value);
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
  stored([array, key, value, time, site]: readonly Node[], effects: string[]): string {
    const ready = this.time(time!, effects);
    const name = this.#arrayOf(array!);
    const stored = this.#js(value!);
    const { at, name: subscript, effect } = this.#subscript(key!);
    effects.push(effect);
    let silent: number | undefined;
    if (this.#options.isDated) {
      const given = this.#builder.subscript('outcome');
      effects.push(`${given.name} = ${this.#clone.prefix}sq(${this.#form(name)}, ${name}, ${subscript}, ${stored})`);
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
    const known = this.forms.get(array);
    if (known !== undefined) return known;
    const made = `${this.#clone.prefix}f${this.forms.size}`;
    this.forms.set(array, made);
    return made;
  }

  /** A temporary that names an array. */
  alias({ left, right }: Node): void {
    let value: Node = right;
    while (value.type === 'CallExpression' && value.callee.name === `${this.#clone.prefix}V`)
      value = value.arguments[0];
    if (left.type === 'Identifier' && value.type === 'Identifier') this.#arrays.set(left.name, value.name);
  }
}

/** Whether an expression on numbers, booleans and undefined is a number by its text. */
function isNumber(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'number';
  if (node.type === 'AssignmentExpression') return node.operator !== '=' || isNumber(node.right);
  if (node.type === 'BinaryExpression') return /^([-+*/%&|^]|\*\*|<<|>>>?)$/.test(node.operator);
  return node.type === 'UpdateExpression' || (node.type === 'UnaryExpression' && /^[-+~]$/.test(node.operator));
}
