import type { Binding, Node } from '../../target/scope.ts';
import { isArithmetic, isComparison, isInside, loopsAround } from '../../target/syntax.ts';
import { mostNests } from '../runtime/nests.ts';
import { setTime } from './assignments.ts';
import { effect, expression, unnamed } from './expressions.ts';
import { orFragment } from './fragments.ts';
import { findNest, type Nest } from './nest.ts';
import { outsideCells } from './nest-dependences.ts';
import { compilePattern } from './patterns.ts';
import { isProvenParallel } from './proof.ts';
import { declaration, declared, nested } from './statements.ts';
import { contains, type Unit } from './unit.ts';

/** Any loop, with its labels: counted, given times, and left properly however it ends. */
export function loop(unit: Unit, node: Node, labels: string): string {
  const suspends = contains(
    node,
    at => at.type === 'YieldExpression' || at.type === 'AwaitExpression' || at.await === true,
  );
  const id = (unit.clone && unit.regions.get(node)) ?? regionOf(unit, node, suspends);
  const name = unit.name('l');
  unit.body.loops.set(node, name);
  if (suspends) unit.unknown(node, 'the loop waits (yield or await): its iterations are not compared');
  const first = unit.table.sites.length;
  const inner = `const ${name} = ${unit.call(suspends ? 'ly' : 'lp', String(id))};`;
  const text = `{ ${inner} ${body(unit, node, { name, labels })} ${unit.call('lx', name)}; }`;
  if (unit.clone) {
    unit.clone.skip(unit.nestSites.get(node)!);
    return text;
  }
  const before = unit.table.sites.length;
  const nest = labels === '' ? findNest(unit, node) : undefined;
  unit.nestSites.set(node, unit.table.sites.length - before);
  unit.sitesOf.set(node, [first, unit.table.sites.length]);
  const general = orFragment(unit, node, text);
  if (nest && isProvenParallel(nest)) unit.table.regions[id]!.proven = true;
  if (!nest || !unit.table.hasNests || unit.table.nests.length >= mostNests) return general;
  const number = unit.table.nests.push(nest) - 1;
  if (contains(node, isWide)) {
    unit.wide.add(unit.body.node);
    unit.wideNests.set(node, number);
  }
  return asNest(unit, nest, number, general);
}

function regionOf(unit: Unit, node: Node, suspends: boolean): number {
  const { line, column } = node.loc!.start;
  const id = unit.table.region({
    kind: 'loop',
    functionName: ownerName(unit),
    file: unit.file,
    line,
    column: column + 1,
    depth: loopsAround(node, unit.scopes.parent).length,
    suspends,
    chases: findChases(unit, node),
    idle: !contains(node, at => costs(unit, at)),
    start: node.start,
    end: node.end,
  });
  unit.regions.set(node, id);
  return id;
}

/** A loop that no constant bounds. */
const isWide = (node: Node): boolean =>
  node.type === 'ForStatement' && [node.test?.left, node.test?.right].every(side => side?.type !== 'Literal');

/** Runs a nest by code made for it where that can be, and else the loop as it stands. */
function asNest(unit: Unit, nest: Nest, id: number, general: string): string {
  const read = [...nest.arrays.map(({ binding }) => binding), ...nest.scalars];
  const timeOf = (binding: Binding): string => {
    if (binding.kind === 'import') return `${unit.prefix}imports`;
    const name = unit.shadowName(binding);
    return unit.shadow(binding) === 'cell' ? `${name}.times` : name;
  };
  const timed = read.filter(binding => binding.kind === 'import' || unit.shadow(binding) !== 'none');
  const values = [...read, ...nest.carried].map(({ name }) => name).join(', ');
  const cells = outsideCells(nest).map(binding => unit.shadowName(binding));
  const given = `{ ready: [${timed.map(timeOf).join(', ')}], carried: [${nest.carried.map(timeOf).join(', ')}], cells: [${cells.join(', ')}] }`;
  const result = unit.temporary();
  const call = unit.call('nx', String(id), `{ ${values} }`, given);
  const after = nest.carried.map(
    (binding, at) => `${binding.name} = ${result}.values.${binding.name}; ${timeOf(binding)} = ${result}.times[${at}];`,
  );
  return `if (${unit.prefix}no[${id}] === 1 || !(${result} = ${call})) ${general} else { ${after.join(' ')} }`;
}

/** Variables that every iteration loads anew from an address made of their last value. */
function findChases(unit: Unit, node: Node): string[] {
  const found = new Set<string>();
  const through = (binding: Binding, value: Node, depth: number): boolean =>
    contains(value, at => {
      if (at.type !== 'MemberExpression') return depth < 2 && at.type === 'Identifier' && isCopyOf(at, binding, depth);
      const address = at.computed ? [at.object, at.property] : [at.object];
      return address.some(part =>
        contains(part as Node, use => use.type === 'Identifier' && unit.binding(use) === binding),
      );
    });
  const isCopyOf = (use: Node, binding: Binding, depth: number): boolean => {
    const copy = unit.binding(use);
    const init =
      copy && copy !== binding && isInside(copy.home, node) ? unit.scopes.parent.get(copy.declared)?.init : undefined;
    return init ? through(binding, init, depth + 1) : false;
  };
  for (const binding of unit.scopes.bindings)
    for (const { node: at, access } of binding.references) {
      const parent = unit.scopes.parent.get(at)!;
      if (access !== 'write' || parent.type !== 'AssignmentExpression' || !isInside(at, node)) continue;
      if (through(binding, parent.right, 0)) found.add(binding.name);
    }
  return [...found];
}

/** An operation on data, or a call, which may hold one. */
const costs = (unit: Unit, at: Node): boolean =>
  at.type === 'CallExpression' ||
  at.type === 'NewExpression' ||
  ((isArithmetic(at) ||
    isComparison(at) ||
    at.type === 'UpdateExpression' ||
    (at.type === 'AssignmentExpression' && at.operator !== '=')) &&
    !unit.slice.isFree(at));

function ownerName(unit: Unit): string {
  const region = unit.regions.get(unit.body.node);
  return region === undefined ? '(module)' : unit.table.regions[region]!.functionName;
}

interface Named {
  readonly name: string;
  readonly labels: string;
}

function body(unit: Unit, node: Node, { name, labels }: Named): string {
  const iterate = unit.call('it', name);
  switch (node.type) {
    case 'ForStatement': {
      const init =
        node.init === null
          ? ''
          : node.init.type === 'VariableDeclaration'
            ? declaration(unit, node.init)
            : effect(expression(unit, node.init));
      const test = node.test ? tested(unit, node, name) : 'true';
      const inner = nested(unit, node.body);
      const update = node.update ? effect(expression(unit, node.update)) : '';
      return `${labels}for (${init}; ${iterate}, ${test}; ${update}) ${inner}`;
    }
    case 'WhileStatement': {
      const test = tested(unit, node, name);
      return `${labels}while (${iterate}, ${test}) ${nested(unit, node.body)}`;
    }
    case 'DoWhileStatement': {
      const inner = nested(unit, node.body);
      return `${labels}do { ${iterate}; ${inner} } while (${tested(unit, node, '')});`;
    }
    default:
      return overEach(unit, node, { name, labels });
  }
}

/** A loop's test: what runs in the loop from now on waits for it. */
function tested(unit: Unit, node: Node, name: string): string {
  const code = expression(unit, node.test);
  const own = name === '' ? unit.body.loops.get(node)! : name;
  const failing = name === '' ? 'td' : 'tf';
  if (code.time === null) return unit.call(failing, own, code.value);
  const site = String(unit.site(node.test, unit.text(node.test)));
  return unit.call(name === '' ? 'cd' : 'ct', own, code.value, code.time, site, String(changes(unit, node)));
}

/**
 * Whether a loop's test depends on what its body computes. The test of a counter against a bound that the loop does
 * not change is the same for all schedules.
 */
function changes(unit: Unit, node: Node): boolean {
  const mentions = (at: Node): boolean => {
    if (at.type === 'CallExpression' && isOfArguments(unit, at)) return at.arguments.some(mentions);
    if (at.type === 'CallExpression' || at.type === 'AwaitExpression') return true;
    if (isComparison(at)) {
      const sides = [at.left, at.right] as Node[];
      const counter = sides.find(side => side.type === 'Identifier' && isOwnCounter(side));
      if (counter) return mentions(sides.find(side => side !== counter)!);
    }
    if (at.type === 'Identifier') {
      const binding = unit.binding(at);
      return (
        binding?.references.some(
          ({ node: use, access }) =>
            access !== 'read' && isInside(use, node) && !(node.init && isInside(use, node.init)),
        ) ?? false
      );
    }
    if (at.type === 'MemberExpression' && !at.computed) return mentions(at.object) || isStored(unit, at, node);
    if (at.type === 'MemberExpression') return mentions(at.object) || mentions(at.property) || isStored(unit, at, node);
    return contains(at, inner => inner !== at && inner.type !== 'Literal' && mentions(inner));
  };
  const isOwnCounter = (side: Node): boolean => {
    const binding = unit.binding(side);
    return binding !== undefined && unit.slice.isCounter(binding);
  };
  return mentions(node.test);
}

/** The language's own functions that are decided by their arguments alone: `i <= Math.sqrt(x)`, `i < BigInt(n)`. */
const isOfArguments = (unit: Unit, { callee }: Node): boolean => {
  const name = callee.type === 'MemberExpression' ? callee.object : callee;
  if (name.type !== 'Identifier' || unit.binding(name)) return false;
  if (name === callee) return /^(BigInt|Boolean|Number|String|isNaN|isFinite|parseFloat|parseInt)$/.test(name.name);
  return name.name === 'Math' && !callee.computed && callee.property.name !== 'random';
};

/** Whether a loop assigns to a field or element written the same way. */
function isStored(unit: Unit, member: Node, node: Node): boolean {
  const text = unit.text(member.object);
  return contains(
    node.body,
    at =>
      (at.type === 'AssignmentExpression' &&
        at.left.type === 'MemberExpression' &&
        unit.text(at.left.object) === text) ||
      (at.type === 'UpdateExpression' &&
        at.argument.type === 'MemberExpression' &&
        unit.text(at.argument.object) === text),
  );
}

/** `for … of` and `for … in`. */
function overEach(unit: Unit, node: Node, { name, labels }: Named): string {
  const source = unit.temporary();
  const right = expression(unit, node.right);
  const time = right.time === null ? unit.zero : unit.temporary();
  const over =
    right.time === null
      ? `(${source} = ${unnamed(right)})`
      : `(${source} = ${right.value}, ${time} = ${right.time}, ${source})`;
  const word = node.type === 'ForInStatement' ? 'in' : node.await ? 'of' : 'of';
  const site = String(unit.site(node.right, unit.text(node.right)));
  const element = node.type === 'ForInStatement' ? time : unit.call('fe', name, source, time, site);
  const item = unit.name('x');
  const begin: string[] = [`${unit.call('it', name)};`];
  const { left } = node;
  let head: string;
  if (left.type === 'VariableDeclaration') {
    const { id } = left.declarations[0];
    if (id.type === 'Identifier') {
      head = `${left.kind} ${id.name}`;
      if (left.kind === 'var') {
        const binding = unit.binding(id)!;
        const set = setTime(unit, binding, element, site);
        begin.push(`${set ?? element};`);
      } else {
        const shadow = declared(unit, id, element);
        begin.push(shadow.length > 0 ? `let ${shadow.join(', ')};` : `${element};`);
      }
    } else {
      const kept = unit.temporary();
      const { text, shadows, resets } = compilePattern(unit, id, item, kept);
      head = `const ${item}`;
      const names = shadows.flatMap(({ target, time: at }) => (left.kind === 'var' ? [] : declared(unit, target, at)));
      begin.push(`${resets}${kept} = ${element}; ${left.kind} ${[`${text} = ${item}`, ...names].join(', ')};`);
      if (left.kind === 'var')
        for (const { target, time: at } of shadows) {
          const binding = unit.binding(target);
          const set = binding ? setTime(unit, binding, at, site) : null;
          if (set !== null) begin.push(`${set};`);
        }
    }
  } else {
    head = `const ${item}`;
    begin.push(`${toTarget(unit, left, { item, element, site })};`);
  }
  const awaited = node.await ? 'for await' : 'for';
  return `${labels}${awaited} (${head} ${word} ${over}) { ${begin.join(' ')} ${nested(unit, node.body)} }`;
}

function toTarget(unit: Unit, left: Node, at: { item: string; element: string; site: string }): string {
  if (left.type === 'Identifier') {
    const binding = unit.binding(left);
    const set = binding ? setTime(unit, binding, at.element, at.site) : null;
    return `${left.name} = ${at.item}${set === null ? `, ${at.element}` : `, ${set}`}`;
  }
  if (left.type === 'MemberExpression') {
    const object = left.object.type === 'Super' ? 'super' : expression(unit, left.object).value;
    const key = left.computed ? `[${expression(unit, left.property).value}]` : `.${unit.text(left.property)}`;
    return `${object}${key} = ${at.item}, ${at.element}`;
  }
  const source = unit.temporary();
  const { text, resets } = compilePattern(unit, left, source, at.element);
  return `(${resets}${source} = ${at.item}, ${text} = ${source})`;
}
