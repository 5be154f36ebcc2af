import { childrenOf } from '../../target/parse.ts';
import type { Node } from '../../target/scope.ts';
import type { Place } from '../runtime/block.ts';
import { NotNumeric } from './unit.ts';

/** Which arguments of a primitive are times. */
export const timesAt: Record<string, readonly number[]> = {
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
export const timed = new Set(['J', 'U', 'A', 'o1', 'o2', 'o3', 'ex', 'ld', 'up', 'rt', 'sc', 'cp', 'set', 'rv', 'wv']);
export const control: Place = { of: 'fixed', slot: 1 };
export const returned: Place = { of: 'fixed', slot: 2 };

/** The time of what was not given: `p === void 0 ? (p = value, its time) : given`. */
export const isMade = (node: Node): boolean =>
  node.type === 'ConditionalExpression' &&
  node.consequent.type === 'SequenceExpression' &&
  node.consequent.expressions.length === 2 &&
  node.consequent.expressions[0].type === 'AssignmentExpression';

/** A clone's text before its blocks are gathered: what is a time in it. */
export class CloneText {
  readonly text: string;
  readonly prefix: string;
  /** Slots that are read by name: variables and parameters. Other results stay in their block. */
  readonly variables = new Set<number>();
  readonly timeNames = new Set<string>();

  constructor(text: string, prefix: string) {
    this.text = text;
    this.prefix = prefix;
  }

  findTimes(node: Node): void {
    const name = node.type === 'CallExpression' ? this.primitive(node) : undefined;
    for (const at of (name !== undefined && timesAt[name]) || []) {
      let argument: Node | undefined = node.arguments[at];
      // Of a default: what is made, its time last.
      if (argument && isMade(argument)) {
        const made: Node = argument.consequent.expressions.at(-1);
        if (made.type === 'Identifier') this.timeNames.add(made.name);
        if (made.type === 'BinaryExpression') this.variables.add(made.right.value);
        argument = argument.alternate as Node;
      }
      while (argument?.type === 'AssignmentExpression') {
        this.timeNames.add(argument.left.name);
        argument = argument.right as Node;
      }
      if (argument?.type === 'Identifier') this.timeNames.add(argument.name);
      if (argument?.type === 'BinaryExpression') this.variables.add(argument.right.value);
    }
    if (name === 'nc') this.variables.add(node.arguments[0].right.value);
    if (node.type === 'AssignmentExpression' && node.right.type === 'CallExpression' && this.isTime(node.right))
      this.timeNames.add(node.left.name);
    for (const child of childrenOf(node) as Node[]) this.findTimes(child);
  }

  /** The name of a clone's primitive. */
  primitive({ callee }: Node): string | undefined {
    const start = `${this.prefix}s`;
    return callee.type === 'Identifier' && callee.name.startsWith(start) ? callee.name.slice(start.length) : undefined;
  }

  isTime(node: Node): boolean {
    if (node.type === 'CallExpression') return timed.has(this.primitive(node) ?? '');
    if (node.type === 'Identifier') return this.timeNames.has(node.name);
    return (
      node.type === 'BinaryExpression' &&
      (node.left.name === `${this.prefix}frame` || node.left.name === `${this.prefix}end`)
    );
  }

  /** A slot's place: `frame + n`, `end + n`, or a number. */
  place(node: Node): Place {
    if (node.type === 'Literal') return { of: 'fixed', slot: node.value };
    if (node.type !== 'BinaryExpression' || node.left.name !== `${this.prefix}frame`)
      throw new NotNumeric('a time without a place');
    return { of: 'frame', slot: node.right.value };
  }
}
