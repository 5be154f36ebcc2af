import type { Node } from '../../target/scope.ts';
import { mathCall, placeOfCall } from '../../target/syntax.ts';
import { latencyOfMath } from '../latencies.ts';
import { lengthChain, reducerChain } from './chains.ts';
import { expression, inOrder, joined, operated, sealed, timeless, unnamed } from './expressions.ts';
import { isMove } from './number-rules.ts';
import type { CloneBody } from './numeric.ts';
import type { Code, Unit } from './unit.ts';

export function callExpression(unit: Unit, node: Node): Code {
  const { callee } = node;
  if (callee.type === 'Super') return superCall(unit, node);
  if (callee.type === 'Identifier' && callee.name === 'eval' && !unit.binding(callee)) {
    unit.unknown(node, 'eval: the code it runs is not traced');
    return { value: unit.text(node), time: null, pure: false, simple: false };
  }
  const math = mathCall(node);
  if (math && math !== 'random' && !unit.binding(callee.object)) return mathOperation(unit, node);
  const fn = unit.slice.calleeOf(node);
  if (fn && !fn.generator && !hasSpread(node)) return directCall(unit, node);
  if (unit.clone && isMove(unit, node)) return moveCall(unit, node, unit.clone);
  if (callee.type === 'MemberExpression' && callee.object.type !== 'Super') return methodCall(unit, node);
  if (callee.type === 'MemberExpression') {
    const value = callee.computed ? `super[${expression(unit, callee.property).value}]` : unit.text(callee);
    return dynamic(unit, node, { fn: value, self: 'this' });
  }
  // `(a?.b)()` calls on `a` like `a?.b()`, but does not skip the call where there is no `a`.
  const inner = callee.type === 'ChainExpression' ? callee.expression : undefined;
  if (inner?.type === 'MemberExpression' && inner.object.type !== 'Super') return methodCall(unit, node, inner);
  // A name may be called with `arguments` and `this` untouched; any other callee is evaluated once.
  return dynamic(unit, node, { fn: expression(unit, callee).value, self: 'undefined' });
}

const hasSpread = (node: Node): boolean => node.arguments.some(({ type }: Node) => type === 'SpreadElement');

function mathOperation(unit: Unit, node: Node): Code {
  if (hasSpread(node)) return methodCall(unit, node);
  const codes = inOrder(unit, node.arguments);
  const value = unit.patch(
    node,
    codes.map((code, at) => [node.arguments[at], code.value] as const),
  );
  const pure = codes.every(code => code.pure);
  if (unit.slice.isFree(node)) return { value, time: joined(unit, codes), pure, simple: false };
  const latency = latencyOfMath(mathCall(node)!);
  const update = unit.updates.get(node);
  if (update) {
    const [left, right] = codes.map(code => unit.timeOf(code)) as [string, string];
    const [running, operand] = update.side === 'left' ? [left, right] : [right, left];
    return { value, time: unit.operation('ex', latency, running, operand, String(update.group)), pure, simple: false };
  }
  return { value, ...operated(unit, codes, latency), pure, simple: false };
}

/** A call of a known function: its times are handed over just before it runs. */
function directCall(unit: Unit, node: Node): Code {
  const args: Node[] = node.arguments;
  const codes = inOrder(unit, args).map(code => sealed(unit, code));
  if (unit.clone) return taken(unit, unit.clone.directCall(unit.slice.calleeOf(node)!, codes));
  const times = `[${[unit.zero, ...codes.map(code => unit.timeOf(code))].join(', ')}]`;
  const hand = unit.call('pa', times);
  const values = codes.map(({ value }) => value);
  const name = node.callee.name;
  const value =
    values.length === 0
      ? `(${hand}, ${name}())`
      : `${name}(${[...values.slice(0, -1), unit.call('V', values.at(-1)!, hand)].join(', ')})`;
  return taken(unit, value);
}

/** In a clone: what `methodCall` is elsewhere, for a built-in that moves elements. */
function moveCall(unit: Unit, node: Node, clone: CloneBody): Code {
  const { callee } = node;
  const codes = inOrder(unit, [callee.object, ...node.arguments]).map(code => sealed(unit, code));
  const site = String(unit.site(placeOfCall(node), printed(unit, callee)));
  return { value: clone.moveCall(callee.property.name, codes, site), time: null, pure: false, simple: false };
}

/** The time of what a call returned is read at once: the next call overwrites it. */
function taken(unit: Unit, value: string): Code {
  const time = unit.temporary();
  return { value: unit.call('V', value, `${time} = ${unit.call('rt')}`), time, pure: false, simple: false };
}

function methodCall(unit: Unit, node: Node, callee: Node = node.callee): Code {
  const object = sealed(unit, expression(unit, callee.object));
  const isSteady = object.simple && steadyName(unit, callee.object);
  const holder = isSteady ? object.value : unit.temporary();
  const start = isSteady ? holder : `(${holder} = ${unnamed(object)})`;
  const skip = callee.optional ? '?.' : '';
  const property = callee.computed
    ? `${skip}[${expression(unit, callee.property).value}]`
    : `${skip || '.'}${unit.text(callee.property)}`;
  return dynamic(unit, node, { fn: `${start}${property}`, self: holder, time: object.time });
}

/** A name that no argument can change before the call happens. */
function steadyName(unit: Unit, node: Node): boolean {
  if (node.type === 'ThisExpression') return true;
  const binding = node.type === 'Identifier' ? unit.binding(node) : undefined;
  if (node.type === 'Identifier' && !binding) return true;
  return binding?.references.every(({ node: at, access }) => access === 'read' || at === binding.declared) ?? false;
}

interface Dynamic {
  readonly fn: string;
  readonly self: string;
  readonly time?: string | null;
}

function dynamic(unit: Unit, node: Node, target: Dynamic): Code {
  return taken(unit, dynamicCall(unit, node, target));
}

/** A call through the runtime, which knows what native functions do. */
export function dynamicCall(unit: Unit, node: Node, { fn, self, time }: Dynamic): string {
  const reducer = reducerChain(unit, node);
  for (const [update, side] of reducer?.updates ?? []) unit.updates.set(update, { group: reducer!.group, side });
  const { values, times } = callArguments(unit, node.arguments);
  const chain = reducer ? { chain: reducer.group } : positionChain(unit, node);
  const site = String(
    unit.site(placeOfCall(node), printed(unit, node.callee), { call: true, ...chain, ...resultOf(unit, node) }),
  );
  return unit.call('cl', fn, self, values, `[${[time ?? unit.zero, ...times].join(', ')}]`, site);
}

/** What is made there is known by this name, before anything else has been done with it. */
function resultOf(unit: Unit, node: Node): { result?: string } {
  const parent = unit.scopes.parent.get(node);
  return parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? { result: parent.id.name } : {};
}

/** Where `push` puts an element is a running count, and so is where `filter` puts what it keeps. */
function positionChain(unit: Unit, { callee, start }: Node): { chain?: number; scan?: boolean } {
  if (callee.type !== 'MemberExpression' || callee.computed) return {};
  if (callee.property.name === 'filter') return { chain: unit.chain(`filter@${start}`), scan: true };
  if (callee.property.name !== 'push') return {};
  return lengthChain(unit, callee.object);
}

/** A callee as V8 prints it in `… is not a function`. */
function printed(unit: Unit, node: Node): string {
  switch (node.type) {
    case 'Identifier':
    case 'Super':
    case 'ThisExpression':
    case 'Literal':
      return unit.text(node);
    case 'ChainExpression':
      return printed(unit, node.expression);
    case 'MemberExpression': {
      const object = printed(unit, node.object);
      if (!node.computed) return `${object}${node.optional ? '?.' : '.'}${unit.text(node.property)}`;
      if (typeof node.property.value === 'string') return `${object}.${node.property.value}`;
      return `${object}[${node.property.type === 'Literal' ? unit.text(node.property) : printed(unit, node.property)}]`;
    }
    case 'CallExpression':
      return `${printed(unit, node.callee)}(...)`;
    default:
      return '(intermediate value)';
  }
}

function callArguments(unit: Unit, args: readonly Node[]): { values: string; times: string[] } {
  const codes = inOrder(unit, args, (u, argument) =>
    expression(u, argument.type === 'SpreadElement' ? argument.argument : argument),
  ).map(code => sealed(unit, code));
  const values: string[] = [];
  const times: string[] = [];
  for (const [at, argument] of args.entries()) {
    const code = codes[at]!;
    if (argument.type !== 'SpreadElement') {
      values.push(isFunctionValue(argument) ? unit.call('fn', code.value) : unnamed(code));
      times.push(unit.timeOf(code));
      continue;
    }
    const source = unit.temporary();
    values.push(`...(${source} = [...${code.value}])`);
    times.push(`...${source}.map(() => ${unit.timeOf(code)})`);
  }
  return { values: `[${values.join(', ')}]`, times };
}

const isFunctionValue = ({ type }: Node): boolean =>
  type === 'FunctionExpression' || type === 'ArrowFunctionExpression';

export function newExpression(unit: Unit, node: Node): Code {
  const callee = expression(unit, node.callee);
  const { values, times } = callArguments(unit, node.arguments);
  const site = String(unit.site(node, printed(unit, node.callee), { call: true, ...resultOf(unit, node) }));
  return taken(unit, unit.call('nw', callee.value, values, `[${[unit.zero, ...times].join(', ')}]`, site));
}

function superCall(unit: Unit, node: Node): Code {
  if (!hasSpread(node)) {
    const codes = inOrder(unit, node.arguments).map(code => sealed(unit, code));
    const hand = unit.call('ps', `[${[unit.zero, ...codes.map(code => unit.timeOf(code))].join(', ')}]`);
    const values = codes.map(unnamed);
    const value =
      values.length === 0
        ? `(${hand}, super())`
        : `super(${[...values.slice(0, -1), unit.call('V', values.at(-1)!, hand)].join(', ')})`;
    return { value, time: null, pure: false, simple: false };
  }
  const { values, times } = callArguments(unit, node.arguments);
  const list = unit.temporary();
  // The parent's constructor may be native or uninstrumented, which the runtime finds out.
  const hand = unit.call('ps', `[${[unit.zero, ...times].join(', ')}]`);
  return {
    value: `(${list} = ${values}, ${hand}, super(...${list}))`,
    time: null,
    pure: false,
    simple: false,
  };
}

export function taggedTemplate(unit: Unit, node: Node): Code {
  const tag = node.tag;
  const code: Code =
    tag.type === 'MemberExpression' && tag.object.type !== 'Super'
      ? {
          ...timeless(
            `${expression(unit, tag.object).value}${tag.computed ? `[${expression(unit, tag.property).value}]` : `.${unit.text(tag.property)}`}`,
          ),
        }
      : tag.type === 'Identifier'
        ? timeless(tag.name)
        : expression(unit, tag);
  const codes = inOrder(unit, node.quasi.expressions).map(part => sealed(unit, part));
  const quasi = unit.patch(
    node.quasi,
    codes.map((part, at) => [node.quasi.expressions[at], part.value] as const),
  );
  unit.unknown(node, 'a tagged template: its tag gets its values with the times of none');
  return { value: `${code.value}${quasi}`, time: null, pure: false, simple: false };
}
