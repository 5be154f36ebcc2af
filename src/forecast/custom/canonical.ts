import { type DataNode, isCommutative, isNode, type Value } from './graph.ts';

/** Constants that mean something by themselves; others are `k`. */
const telling = new Set([0, 1, 32, 255]);

/**
 * A part of a dataflow graph as text, the same for equal parts: operands of commutative operations in the order that
 * gives the smallest text, names by first occurrence. `a…` are values, `k…` constants, `m…` cells of memory, `T[x]` an
 * element that a value picks.
 */
export function canonical(part: readonly DataNode[]): string {
  const inside = new Set<Value>(part);
  const used = new Set(part.flatMap(node => [...node.inputs, ...(node.predicate ? [node.predicate] : [])]));
  const sinks = part.filter(node => !used.has(node));
  const swappable = part.filter(node => isCommutative(node) && node.inputs.length === 2);
  let best: string | undefined;
  for (const order of orders(sinks))
    for (let swaps = 0; swaps < 1 << swappable.length; swaps++) {
      const swapped = new Set(swappable.filter((_, bit) => swaps & (1 << bit)));
      const text = print(order, { inside, swapped });
      if (best === undefined || text.length < best.length || (text.length === best.length && text < best)) best = text;
    }
  return best!;
}

/** What makes two values from outside the same one: a cell that is read twice is one operand. */
export const identityOf = (value: Value): string | Value =>
  isNode(value) ? (value.label === 'load' ? `value ${value.cell}` : value) : value.name;

/** The orders in which what a part ends in may be written; it ends in few things. */
const orders = (sinks: readonly DataNode[]): readonly (readonly DataNode[])[] =>
  sinks.length === 2 ? [sinks, [...sinks].reverse()] : [sinks];

function print(
  sinks: readonly DataNode[],
  { inside, swapped }: { inside: ReadonlySet<Value>; swapped: ReadonlySet<DataNode> },
): string {
  const names = new Map<string | Value, string>();
  const counts = { a: 0, k: 0, m: 0, T: 0 };
  const named = (key: string | Value, stem: keyof typeof counts): string => {
    const known = names.get(key);
    if (known !== undefined) return known;
    const number = counts[stem]++;
    const name = stem === 'a' ? String.fromCharCode(97 + number) : `${stem}${number === 0 ? '' : number + 1}`;
    names.set(key, name);
    return name;
  };
  const show = (value: Value, isOuter = false): string => {
    if (!isNode(value)) {
      if (value.constant === undefined) return named(value.name, 'a');
      return telling.has(value.constant) ? String(value.constant) : named(value.name, 'k');
    }
    if (!inside.has(value)) return named(identityOf(value), 'a');
    const text = whole(value);
    return isOuter || /^(?!negate)\w+$/.test(value.label) ? text : `(${text})`;
  };
  const whole = (node: DataNode): string => {
    const inputs = swapped.has(node) ? [...node.inputs].reverse() : node.inputs;
    switch (node.label) {
      case 'load':
        return named(`cell ${node.cell}`, 'm');
      case 'table':
        return `${named(`table ${node.cell}`, 'T')}[${show(inputs[0]!, true)}]`;
      case 'store':
        return `${condition(node)}${named(`cell ${node.cell}`, 'm')} = ${show(inputs[0]!, true)}`;
      case 'scatter':
        return `${condition(node)}${named(`table ${node.cell}`, 'T')}[${show(inputs[0]!, true)}] = ${show(inputs[1]!, true)}`;
      case '?:':
        return `${show(inputs[0]!)} ? ${show(inputs[1]!)} : ${show(inputs[2]!)}`;
      case '~':
        return `~${show(inputs[0]!)}`;
      case 'negate':
        return `-${show(inputs[0]!)}`;
      default:
        if (/^\w+$/.test(node.label)) return `${node.label}(${inputs.map(input => show(input, true)).join(', ')})`;
        return inputs.map(input => show(input)).join(` ${node.label} `);
    }
  };
  const condition = ({ predicate }: DataNode): string =>
    predicate && inside.has(predicate) ? `if (${show(predicate, true)}) ` : '';
  return sinks.map(sink => whole(sink)).join('; ');
}
