import { childrenOf } from '../../target/parse.ts';
import type { Node } from '../../target/scope.ts';
import type { Place } from '../runtime/block.ts';
import { type BlockBuilder, endMark } from './block-builder.ts';
import { type CloneText, control, returned, timed } from './clone-text.ts';
import { type BlockOptions, CloneTimes } from './clone-times.ts';
import { NotNumeric } from './unit.ts';

/** A loop of the clone: its region, and the first of its two slots. */
interface Loop {
  readonly region: number;
  readonly at: Place;
}

/** Expressions of a clone: code for values, with the calls of blocks in it. */
export class CloneExpressions {
  readonly #clone: CloneText;
  readonly #options: BlockOptions;
  readonly #builder: BlockBuilder;
  readonly #times: CloneTimes;
  readonly #controls = new Map<string, Place>();
  readonly loops = new Map<string, Loop>();
  readonly frames = new Map<string, Place>();
  /** Names that must be declared. */
  readonly names: string[] = [];
  /** What iteration a loop's test begins. */
  which: 'first' | 'later' | 'keeps' | 'either' = 'either';

  constructor(clone: CloneText, options: BlockOptions, builder: BlockBuilder) {
    this.#clone = clone;
    this.#options = options;
    this.#builder = builder;
    this.#times = new CloneTimes(clone, { options, builder, js: node => this.js(node) });
  }

  get times(): CloneTimes {
    return this.#times;
  }

  /** Runs code for its effects: none where it only computes a time. */
  effect(node: Node): string {
    if (node.type === 'Identifier' || node.type === 'Literal') return '';
    if (node.type === 'SequenceExpression')
      return (node.expressions as Node[])
        .map(at => this.effect(at))
        .filter(text => text !== '')
        .join(', ');
    if (node.type === 'AssignmentExpression' && this.#clone.timeNames.has(node.left.name)) return this.#keep(node);
    if (this.#clone.isTime(node)) {
      const effects: string[] = [];
      this.#times.time(node, effects);
      return effects.join(', ');
    }
    return this.js(node);
  }

  /** A temporary takes a time. */
  #keep({ left, right }: Node): string {
    const effects: string[] = [];
    if (right.type === 'CallExpression' && this.#clone.primitive(right) === 'sc') {
      const to = this.#clone.place(right.arguments[0]);
      this.#controls.set(left.name, to);
      this.#builder.add({ do: 'copy', to, from: control });
    } else this.#builder.name(left.name, this.#times.time(right, effects));
    return effects.join(', ');
  }

  js(node: Node): string {
    switch (node.type) {
      case 'CallExpression':
        return this.#call(node);
      case 'SequenceExpression': {
        const list = node.expressions as Node[];
        const before = list
          .slice(0, -1)
          .map(at => this.effect(at))
          .filter(text => text !== '');
        return `(${[...before, this.js(list.at(-1)!)].join(', ')})`;
      }
      case 'LogicalExpression': {
        const left = this.settled(node.left);
        return `(${left} ${node.operator} ${this.settled(node.right)})`;
      }
      case 'ConditionalExpression': {
        const test = this.settled(node.test);
        const yes = this.settled(node.consequent);
        return `(${test} ? ${yes} : ${this.settled(node.alternate)})`;
      }
      case 'AssignmentExpression':
        if (this.#clone.timeNames.has(node.left.name)) throw new NotNumeric('a time used as a value');
        this.#times.alias(node);
        return this.#patched(node);
      default:
        return this.#patched(node);
    }
  }

  /** As written, but for what stands inside. */
  #patched(node: Node): string {
    let at = node.start;
    let out = '';
    for (const child of childrenOf(node) as Node[]) {
      out += this.#clone.text.slice(at, child.start) + this.js(child);
      at = child.end;
    }
    return out + this.#clone.text.slice(at, node.end);
  }

  /** A value, once all that was gathered has been done. */
  settled(node: Node): string {
    return this.after(this.js(node), [this.#builder.flush()]);
  }

  /** A value, then effects. */
  after(value: string, effects: readonly string[]): string {
    const list = effects.filter(text => text !== '');
    if (list.length === 0) return value;
    const name = this.#name('c');
    return `(${[`${name} = ${value}`, ...list, name].join(', ')})`;
  }

  #name(stem: string): string {
    const name = `${this.#clone.prefix}${stem}x${this.names.length}`;
    this.names.push(name);
    return name;
  }

  #call(node: Node): string {
    const args = node.arguments as Node[];
    const prefix = this.#clone.prefix;
    const { name } = node.callee;
    if (name === `${prefix}V`) {
      const value = this.js(args[0]!);
      return this.after(
        value,
        args.slice(1).map(at => this.effect(at)),
      );
    }
    if (new RegExp(`^${prefix.replaceAll('$', '\\$')}clone\\d+$`).test(name ?? '')) return this.#cloneCall(node);
    const timeless = this.#timeless(node);
    if (timeless !== undefined) return timeless;
    const primitive = this.#clone.primitive(node);
    const effects: string[] = [];
    const builder = this.#builder;
    switch (primitive) {
      case undefined:
        return this.#patched(node);
      case 'st':
        return this.#times.stored(args, effects);
      case 'rc':
        builder.add({ do: 'copy', to: control, from: this.#controls.get(args[0]!.name)! });
        return '';
      case 'br':
      case 'bx': {
        const value = this.js(args[0]!);
        const condition = this.#times.time(args[1]!, effects);
        builder.add({ do: 'wait', at: control, on: [condition], certain: false });
        const loops = ((args[3]?.elements ?? []) as Node[]).map(({ name }) => this.loops.get(name)!);
        for (const [at, loop] of loops.entries()) this.#hold(loop, condition, at < (args[4]!.value as number));
        return this.#told(value, effects, outcome =>
          builder.step({ do: 'branch', site: args[2]!.value as number, outcome, loops: loops.map(({ at }) => at) }),
        );
      }
      case 'ct':
      case 'cd': {
        const value = this.js(args[1]!);
        const condition = this.#times.time(args[2]!, effects);
        const carried = args[4]!.value as boolean;
        const site = args[3]!.value as number;
        const { at } = this.loops.get(args[0]!.name)!;
        builder.add({ do: 'wait', at: control, on: [condition], certain: carried });
        builder.add({ do: 'wait', at: next(at), on: [condition], certain: carried });
        if (primitive === 'ct')
          return this.#told(value, effects, outcome => builder.step({ do: 'test', at, site, carried, outcome }));
        builder.step({ do: 'test', at, site, carried, outcome: undefined });
        return this.after(value, [...effects, builder.flush()]);
      }
      case 'it': {
        const { at, region } = this.loops.get(args[0]!.name)!;
        builder.step({ do: 'iterate', at, region, which: this.which });
        return '';
      }
      case 'lx':
        builder.step({ do: 'leave-loop', at: this.loops.get(args[0]!.name)!.at });
        return '';
      case 'le': {
        const value = this.#times.time(args[1]!, effects);
        builder.add({ do: 'write', to: returned, on: [builder.add({ do: 'under', on: [value] })] });
        builder.step({ do: 'leave', at: this.frames.get(args[0]!.name)! });
        return [...effects, builder.flush()].join(', ');
      }
      default:
        if (timed.has(primitive)) throw new NotNumeric(`${primitive} used as a value`);
        return this.#patched(node);
    }
  }

  /** Branches and tests on what is always ready; undefined for anything else. */
  #timeless({ callee, arguments: args }: Node): string | undefined {
    const prefix = this.#clone.prefix;
    const builder = this.#builder;
    switch (callee.name) {
      case `${prefix}bp`:
        return this.#told(this.js(args[0]), [], outcome =>
          builder.step({ do: 'branch', site: args[1].value, outcome, loops: [] }),
        );
      case `${prefix}bc`:
        builder.step({ do: 'case', site: args[0].value, way: args[1].value + 2 });
        return '';
      case `${prefix}tf`: {
        const { at } = this.loops.get(args[0].name)!;
        return this.#told(this.js(args[1]), [], outcome =>
          builder.step({ do: 'test', at, site: 0, carried: false, outcome }),
        );
      }
      case `${prefix}td`:
        return this.settled(args[1]);
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

  #cloneCall(node: Node): string {
    const [end, ...args] = node.arguments as Node[];
    const frame = this.#clone.text.slice(end!.start, end!.end);
    const texts = args.map(at => this.js(at));
    this.#builder.changes++;
    for (const [at, argument] of args.entries()) {
      const array = this.#options.arrays.get(namedBy(argument, this.#clone.prefix) ?? '');
      if (array !== undefined) this.#builder.add({ do: 'hand', to: { of: 'frame', slot: endMark + at }, from: array });
    }
    const before = this.#builder.flush();
    if (before === '') return `${node.callee.name}(${[frame, ...texts].join(', ')})`;
    if (texts.length === 0) return `(${before}, ${node.callee.name}(${frame}))`;
    texts.push(this.after(texts.pop()!, [before]));
    return `${node.callee.name}(${[frame, ...texts].join(', ')})`;
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
