import type { Node } from '../../target/scope.ts';
import { isArithmetic, isComparison } from '../../target/syntax.ts';
import { latencies, latencyOfOperator } from '../latencies.ts';
import { assignment, update } from './assignments.ts';
import { callExpression, dynamicCall, newExpression, taggedTemplate } from './calls.ts';
import { formulaOf, timeOfFormula } from './formulas.ts';
import { classValue, functionValue } from './functions.ts';
import type { Code, Unit } from './unit.ts';

/** Compiles an expression to code for its value and for its ready time. */
export function expression(unit: Unit, node: Node): Code {
  switch (node.type) {
    case 'Literal':
    case 'MetaProperty':
      return timeless(unit.text(node));
    case 'Identifier':
      return identifier(unit, node);
    case 'ThisExpression':
      return { ...timeless('this'), time: unit.body.self ? unit.call('self', unit.body.self) : null };
    case 'TemplateLiteral':
      return template(unit, node);
    case 'ArrayExpression':
      return arrayLiteral(unit, node);
    case 'ObjectExpression':
      return objectLiteral(unit, node);
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return functionValue(unit, node);
    case 'ClassExpression':
      return classValue(unit, node);
    case 'UnaryExpression':
      return unary(unit, node);
    case 'UpdateExpression':
      return update(unit, node);
    case 'BinaryExpression':
      return binary(unit, node);
    case 'LogicalExpression':
      return logical(unit, node);
    case 'ConditionalExpression':
      return conditional(unit, node);
    case 'AssignmentExpression':
      return assignment(unit, node);
    case 'SequenceExpression':
      return sequence(unit, node);
    case 'MemberExpression':
      return member(unit, node);
    case 'ChainExpression':
      return optionalChain(unit, node);
    case 'CallExpression':
      return callExpression(unit, node);
    case 'NewExpression':
      return newExpression(unit, node);
    case 'TaggedTemplateExpression':
      return taggedTemplate(unit, node);
    case 'YieldExpression':
      return yielding(unit, node);
    case 'AwaitExpression':
      return awaiting(unit, node);
    case 'ImportExpression':
      return {
        ...timeless(unit.patch(node, node.arguments ? [] : [[node.source, expression(unit, node.source).value]])),
        pure: false,
        simple: false,
      };
    default:
      throw new Error(`no rule for a ${node.type} at ${unit.file}:${node.loc?.start.line}`);
  }
}

export const timeless = (value: string): Code => ({ value, time: null, pure: true, simple: true });

/** Computes a time now, so that what follows cannot change what it names. */
export function sealed(unit: Unit, code: Code): Code {
  if (code.time === null || (isTemporary(unit, code.time) && !unit.clone)) return code;
  const time = unit.temporary();
  // A slot may be written again by what follows.
  const kept = unit.clone ? unit.call('cp', unit.clone.slot(), code.time) : code.time;
  return { value: unit.call('V', code.value, `${time} = ${kept}`), time, pure: code.pure, simple: false };
}

const isTemporary = (unit: Unit, time: string): boolean => unit.body.temporaries.includes(time);

/** Puts a value in a temporary unless it can be written twice. */
export function named(unit: Unit, code: Code): { setup: string; name: string } {
  if (code.simple) return { setup: code.value, name: code.value };
  const name = unit.temporary();
  return { setup: `(${name} = ${unnamed(code)})`, name };
}

/** A function's code where the place it goes to must not name it. */
export const unnamed = (code: Code): string => (code.anonymous ? `(0, ${code.value})` : code.value);

/** Expressions evaluated one after another: the times of all are known after the last. */
export function inOrder(unit: Unit, nodes: readonly Node[], compile = expression): Code[] {
  const codes = nodes.map(node => compile(unit, node));
  return codes.map((code, at) => (codes.slice(at + 1).every(({ pure }) => pure) ? code : sealed(unit, code)));
}

/** A name whose value may change while later operands are evaluated cannot be written a second time. */
export function steady(unit: Unit, node: Node, code: Code, later: readonly Code[]): Code {
  if (!code.simple || later.every(({ pure }) => pure)) return code;
  const binding = node.type === 'Identifier' ? unit.binding(node) : undefined;
  if (
    node.type !== 'Identifier' ||
    (binding && binding.references.filter(({ access }) => access !== 'read').length <= 1)
  )
    return code;
  return { ...code, simple: false };
}

export function joined(unit: Unit, codes: readonly Code[]): string | null {
  const times = codes.flatMap(({ time }) => (time === null ? [] : [time]));
  return times.length === 0 ? null : times.reduce((all, time) => unit.call('J', all, time));
}

function identifier(unit: Unit, node: Node): Code {
  const binding = unit.binding(node);
  if (node.name === 'arguments' && !binding && unit.body.self)
    return { ...timeless('arguments'), time: unit.call('all', unit.body.self) };
  if (!binding) return timeless(node.name);
  if (binding.kind === 'import')
    return { ...timeless(node.name), time: unit.clone ? unit.clone.slotOf(binding) : `${unit.prefix}imports` };
  switch (unit.shadow(binding)) {
    case 'none':
      return timeless(node.name);
    case 'plain':
      return { ...timeless(node.name), time: unit.shadowName(binding) };
    case 'cell':
      return {
        ...timeless(node.name),
        time: unit.call('rv', unit.shadowName(binding), String(unit.site(node, node.name))),
      };
  }
}

type Timed = Pick<Code, 'time' | 'formula'>;

function operation(unit: Unit, node: Node, codes: readonly Code[], latency: number): Timed {
  if (!unit.slice.isFree(node)) return operated(unit, codes, latency);
  return { time: unit.slice.isIndexLike(node) && isComparison(node) ? null : joined(unit, codes) };
}

/** One operation on data. */
export function operated(unit: Unit, codes: readonly Code[], latency: number): Timed {
  const formula = unit.hasFormulas ? formulaOf(codes) : undefined;
  return formula ? { time: timeOfFormula(unit, formula), formula } : { time: alone(unit, codes, latency) };
}

function alone(unit: Unit, codes: readonly Code[], latency: number): string {
  const times = codes.filter(({ time }) => time !== null).map(({ time }) => time as string);
  if (times.length <= 1) return unit.operation('o1', latency, times[0] ?? unit.zero);
  if (times.length === 2) return unit.operation('o2', latency, ...times);
  if (times.length === 3) return unit.operation('o3', latency, ...times);
  return unit.operation('o1', latency, joined(unit, codes)!);
}

function binary(unit: Unit, node: Node): Code {
  if (node.left.type === 'PrivateIdentifier') {
    const right = expression(unit, node.right);
    return { ...right, value: `(${unit.text(node.left)} in ${right.value})`, simple: false };
  }
  const codes = inOrder(unit, [node.left, node.right]);
  const [left, right] = codes as [Code, Code];
  const costs = isArithmetic(node) || isComparison(node);
  const latency = latencyOfOperator(node.operator);
  const update = unit.updates.get(node);
  if (update) {
    const [running, operand] = update.side === 'left' ? [left, right] : [right, left];
    return {
      value: `(${left.value} ${node.operator} ${right.value})`,
      time: unit.operation('ex', latency, unit.timeOf(running), unit.timeOf(operand), String(update.group)),
      pure: left.pure && right.pure,
      simple: false,
    };
  }
  return {
    value: `(${left.value} ${node.operator} ${right.value})`,
    ...(costs ? operation(unit, node, codes, latency) : { time: joined(unit, codes) }),
    pure: left.pure && right.pure,
    simple: false,
  };
}

function unary(unit: Unit, node: Node): Code {
  if (node.operator === 'delete') return deletion(unit, node);
  if (node.operator === 'typeof' && node.argument.type === 'Identifier' && !unit.binding(node.argument))
    return { ...timeless(`(typeof ${node.argument.name})`), simple: false };
  const argument = expression(unit, node.argument);
  return {
    // What `void` drops may be several expressions, one after another.
    value: node.operator === 'void' ? `(void (${argument.value}))` : `(${node.operator} ${argument.value})`,
    ...(node.operator === '-' || node.operator === '~'
      ? operation(unit, node, [argument], node.operator === '-' ? latencies.negate : latencies.bitwise)
      : { time: argument.time }),
    pure: argument.pure,
    simple: false,
  };
}

function deletion(unit: Unit, node: Node): Code {
  const target = node.argument.type === 'ChainExpression' ? node.argument.expression : node.argument;
  if (target.type !== 'MemberExpression' || target.object.type === 'Super' || node.argument !== target)
    return plainDeletion(unit, node);
  const [object, key] = inOrder(unit, target.computed ? [target.object, target.property] : [target.object]);
  const holder = named(unit, { ...object!, simple: false });
  const index = key && named(unit, { ...key, simple: false });
  const place = index ? `${holder.setup}[${index.setup}]` : `${holder.setup}.${unit.text(target.property)}`;
  const site = unit.site(node, unit.text(target.object));
  const name = index ? index.name : JSON.stringify(target.property.name);
  return {
    value: unit.call('V', `delete ${place}`, unit.call('st', holder.name, name, 'undefined', unit.zero, String(site))),
    time: joined(unit, [object!, ...(key ? [key] : [])]),
    pure: false,
    simple: false,
  };
}

/** `delete a?.b`, `delete super.x`, `delete x`: left as written. */
function plainDeletion(unit: Unit, node: Node): Code {
  if (node.argument.type === 'ChainExpression') unit.unknown(node, 'delete of an optional chain is not traced into');
  return { value: `(${unit.text(node)})`, time: null, pure: false, simple: false };
}

function template(unit: Unit, node: Node): Code {
  const codes = inOrder(unit, node.expressions);
  if (codes.length === 0) return timeless(unit.text(node));
  // Each piece that is put in is one string `+`.
  let time = unit.timeOf(codes[0]!);
  const { library } = latencies;
  time = unit.operation('o1', library, time);
  for (const code of codes.slice(1))
    time = code.time === null ? unit.operation('o1', library, time) : unit.operation('o2', library, time, code.time);
  return {
    value: unit.patch(
      node,
      codes.map((code, at) => [node.expressions[at], code.value] as const),
    ),
    time,
    pure: codes.every(({ pure }) => pure),
    simple: false,
  };
}

function sequence(unit: Unit, node: Node): Code {
  const codes: Code[] = (node.expressions as Node[]).map(part => expression(unit, part));
  const last = codes.at(-1)!;
  return {
    value: `(${codes.map((code, at) => (at < codes.length - 1 ? effect(code) : code.value)).join(', ')})`,
    time: last.time,
    pure: codes.every(({ pure }) => pure),
    simple: false,
  };
}

/** An expression for its effects: its time is computed too, because operations count though nobody uses them. */
export const effect = (code: Code): string => (code.time === null ? code.value : `${code.value}, ${code.time}`);

function conditional(unit: Unit, node: Node): Code {
  const test = expression(unit, node.test);
  const [yes, no] = [expression(unit, node.consequent), expression(unit, node.alternate)];
  const site = String(unit.site(node, unit.text(node.test)));
  if (test.time === null) {
    const time = yes.time === null && no.time === null ? null : unit.temporary();
    const arm = (code: Code) =>
      time === null ? code.value : unit.call('V', code.value, `${time} = ${unit.timeOf(code)}`);
    return {
      value: `(${unit.call('bp', test.value, site)} ? ${arm(yes)} : ${arm(no)})`,
      time,
      pure: test.pure && yes.pure && no.pure,
      simple: false,
    };
  }
  const control = unit.temporary();
  const time = unit.temporary();
  const arm = (code: Code) => unit.call('V', code.value, `${time} = ${unit.call('U', unit.timeOf(code))}`);
  return {
    value: unit.call(
      'V',
      `(${control} = ${unit.call('sc')}, ${unit.call('br', test.value, test.time, site)}) ? ${arm(yes)} : ${arm(no)}`,
      unit.call('rc', control),
    ),
    time,
    pure: test.pure && yes.pure && no.pure,
    simple: false,
  };
}

function logical(unit: Unit, node: Node): Code {
  const left = expression(unit, node.left);
  const right = expression(unit, node.right);
  if (left.time === null && right.time === null)
    return {
      value: `(${left.value} ${node.operator} ${right.value})`,
      time: null,
      pure: left.pure && right.pure,
      simple: false,
    };
  if (left.time === null) {
    const time = unit.temporary();
    const value = unit.call('V', right.value, `${time} = ${right.time}`);
    return {
      value: `(${time} = ${unit.zero}, ${left.value} ${node.operator} ${value})`,
      time,
      pure: left.pure && right.pure,
      simple: false,
    };
  }
  const control = unit.temporary();
  const time = unit.temporary();
  // The right side runs under the left one's outcome.
  const site = String(unit.site(node, unit.text(node.left)));
  const condition = `(${control} = ${unit.call('sc')}, ${unit.call('br', left.value, `${time} = ${left.time}`, site)})`;
  const later = unit.call('V', right.value, `${time} = ${unit.call('U', unit.timeOf(right))}`);
  return {
    value: unit.call('V', `${condition} ${node.operator} ${later}`, unit.call('rc', control)),
    time,
    pure: left.pure && right.pure,
    simple: false,
  };
}

function member(unit: Unit, node: Node): Code {
  if (node.object.type === 'Super')
    return {
      value: node.computed ? `super[${expression(unit, node.property).value}]` : unit.text(node),
      time: null,
      pure: false,
      simple: false,
    };
  const { place, time, pure } = access(unit, node);
  return { value: place, time, pure, simple: false };
}

/** A place in memory: code that names it as an assignment target, and its parts to write again. */
export interface Access {
  readonly place: string;
  readonly object: string;
  readonly key: string;
  readonly address: string;
  readonly name: string;
  readonly pure: boolean;
}

export function access(unit: Unit, node: Node, later: readonly Code[] = []): Access & { time: string | null } {
  const nodes: Node[] = node.computed ? [node.object, node.property] : [node.object];
  const codes = inOrder(unit, nodes).map((code, at) =>
    later.every(({ pure }) => pure) ? code : steady(unit, nodes[at]!, sealed(unit, code), later),
  );
  const [objectCode, keyCode] = codes as [Code, Code?];
  const name = unit.text(node.object);
  const isLength = !node.computed && /^(length|byteLength)$/.test(node.property.name) && later.length === 0;
  const object = named(unit, isLength ? { ...objectCode, simple: true } : objectCode);
  const pure = codes.every(code => code.pure);
  const address = joined(unit, codes) ?? unit.zero;
  if (!keyCode) {
    const field = unit.text(node.property);
    const place = `${parenthesised(object.setup)}.${field}`;
    const key = JSON.stringify(field);
    const time = isLength ? null : unit.call('ld', object.name, key, String(unit.site(node, name)), address);
    return { place, object: object.name, key, address, name, pure, time };
  }
  const key = repeatable(unit, node.property, keyCode);
  return {
    place: `${parenthesised(object.setup)}[${key.setup}]`,
    object: object.name,
    key: key.name,
    address,
    name,
    pure,
    time: unit.call('ld', object.name, key.name, String(unit.site(node, name)), address),
  };
}

const parenthesised = (value: string): string => (/^\d/.test(value) ? `(${value})` : value);

/** Subscripts of integer arithmetic on names are written twice rather than kept: the engine shares them. */
function repeatable(unit: Unit, node: Node, code: Code): { setup: string; name: string } {
  return isSubscriptArithmetic(node, unit) && code.pure ? { setup: code.value, name: code.value } : named(unit, code);
}

function isSubscriptArithmetic(node: Node, unit: Unit): boolean {
  if (node.type === 'Identifier') return unit.slice.isCounter(unit.binding(node)!) || false;
  if (node.type === 'Literal') return typeof node.value === 'number';
  return node.type === 'BinaryExpression' && /^[-+*]$/.test(node.operator)
    ? isSubscriptArithmetic(node.left, unit) && isSubscriptArithmetic(node.right, unit)
    : false;
}

function optionalChain(unit: Unit, node: Node): Code {
  const time = unit.temporary();
  const inner = chainPart(unit, node.expression);
  return {
    value: `(${time} = ${unit.zero}, ${inner.condition === '' ? '' : `${inner.condition} ? undefined : `}${unit.call('V', inner.value, `${time} = ${inner.time ?? unit.zero}`)})`,
    time,
    pure: false,
    simple: false,
  };
}

/** `a?.b.c`: a condition for stopping, and the value beyond it. */
function chainPart(unit: Unit, node: Node): { condition: string; value: string; time: string | null; holder?: string } {
  if ((node.type !== 'MemberExpression' && node.type !== 'CallExpression') || node.object?.type === 'Super') {
    const code = expression(unit, node);
    return { condition: '', value: code.value, time: code.time };
  }
  if (node.type === 'CallExpression') return chainCall(unit, node);
  const object = chainPart(unit, node.object);
  const holder = unit.temporary();
  const set = `(${holder} = ${object.value})`;
  const condition = node.optional
    ? `${object.condition === '' ? '' : `${object.condition} || `}${set} == null`
    : object.condition;
  const base = node.optional ? holder : set;
  const address = object.time ?? unit.zero;
  const site = String(unit.site(node, unit.text(node.object)));
  if (!node.computed) {
    const field = unit.text(node.property);
    return {
      holder,
      condition,
      value: `${base}.${field}`,
      time: unit.call('ld', holder, JSON.stringify(field), site, address),
    };
  }
  const key = expression(unit, node.property);
  const index = unit.temporary();
  return {
    holder,
    condition,
    value: `${base}[${index} = ${key.value}]`,
    time: unit.call('ld', holder, index, site, key.time === null ? address : unit.call('J', address, key.time)),
  };
}

/** Whether a chain of members and calls has a `?.` in it. */
const isOptional = (node: Node): boolean =>
  node.optional === true ||
  (node.type === 'CallExpression' && isOptional(node.callee)) ||
  (node.type === 'MemberExpression' && isOptional(node.object));

function chainCall(unit: Unit, node: Node): { condition: string; value: string; time: string | null } {
  // `(a?.b)?.()` is `a?.b?.()`.
  const callee: Node = node.optional && node.callee.type === 'ChainExpression' ? node.callee.expression : node.callee;
  if (!isOptional(node)) {
    const code = callExpression(unit, node);
    return { condition: '', value: code.value, time: code.time };
  }
  const isMember = callee.type === 'MemberExpression' && callee.object.type !== 'Super';
  const part = chainPart(unit, callee);
  const fn = unit.temporary();
  // The holder is the first temporary that the member's own part made; it is the object of the call.
  const self = isMember ? part.holder! : callee.type === 'MemberExpression' ? 'this' : 'undefined';
  const set = `(${fn} = ${part.value})`;
  const conditions = [...(part.condition === '' ? [] : [part.condition]), ...(node.optional ? [`${set} == null`] : [])];
  return {
    condition: conditions.join(' || '),
    value: dynamicCall(unit, node, { fn: node.optional ? fn : set, self }),
    time: unit.call('rt'),
  };
}

function arrayLiteral(unit: Unit, node: Node): Code {
  const elements: (Node | null)[] = node.elements;
  const present = elements.filter((element): element is Node => element !== null);
  const codes = inOrder(unit, present, (u, element) =>
    expression(u, element.type === 'SpreadElement' ? element.argument : element),
  );
  if (present.every((element, at) => element.type !== 'SpreadElement' && codes[at]!.time === null))
    return {
      value: unit.patch(
        node,
        present.map((element, at) => [element, codes[at]!.value] as const),
      ),
      time: null,
      pure: false,
      simple: false,
    };
  const array = unit.temporary();
  const sources: string[] = [];
  const parts = present.map((element, at) => {
    const code = codes[at]!;
    if (element.type !== 'SpreadElement') return [element, code.value] as const;
    const source = unit.temporary();
    sources[at] = source;
    return [element, `...(${source} = ${unnamed(code)})`] as const;
  });
  let next = 0;
  const described = elements.map(element => {
    if (element === null) return unit.zero;
    const at = next++;
    const time = unit.timeOf(codes[at]!);
    return element.type === 'SpreadElement' ? `{ of: ${sources[at]}, at: ${time} }` : time;
  });
  const site = String(unit.site(node, '[…]'));
  const fill = sources.length === 0 ? 'al' : 'as';
  return {
    value: `(${array} = ${unit.patch(node, parts)}, ${unit.call(fill, array, `[${described.join(', ')}]`, site)}, ${array})`,
    time: null,
    pure: false,
    simple: false,
  };
}

function objectLiteral(unit: Unit, node: Node): Code {
  const object = unit.temporary();
  const stores: string[] = [];
  const site = String(unit.site(node, '{…}'));
  const codes: { part: Node; text: string }[] = [];
  for (const property of node.properties as Node[]) {
    if (property.type === 'SpreadElement') {
      const code = sealed(unit, expression(unit, property.argument));
      const source = unit.temporary();
      codes.push({ part: property.argument, text: `(${source} = ${code.value})` });
      stores.push(unit.call('os', object, source, unit.timeOf(code), site));
      continue;
    }
    let key = property.computed ? '' : JSON.stringify(keyName(property.key));
    if (property.computed) {
      const code = expression(unit, property.key);
      key = unit.temporary();
      codes.push({ part: property.key, text: `${key} = ${unit.call('pk', code.value)}` });
    }
    if (property.kind !== 'init' || property.method) {
      codes.push({ part: property.value, text: functionValue(unit, property.value, property).value });
      continue;
    }
    const code = sealed(unit, expression(unit, property.value));
    if (property.shorthand) codes.push({ part: property, text: `${shorthandKey(property.key.name)}: ${code.value}` });
    else codes.push({ part: property.value, text: code.value });
    const isPrototype = !property.computed && !property.shorthand && keyName(property.key) === '__proto__';
    if (code.time !== null && !isPrototype) stores.push(unit.call('fi', object, key, code.time, site));
  }
  const text = unit.patch(
    node,
    codes.map(({ part, text }) => [part, text] as const),
  );
  if (stores.length === 0) return { value: `(${text})`, time: null, pure: false, simple: false };
  return { value: `(${object} = ${text}, ${stores.join(', ')}, ${object})`, time: null, pure: false, simple: false };
}

/** `{ __proto__ }` is a field; `{ __proto__: x }` would set the prototype. */
const shorthandKey = (name: string): string => (name === '__proto__' ? '["__proto__"]' : name);

const keyName = (key: Node): string => (key.type === 'Identifier' ? key.name : String(key.value));

function yielding(unit: Unit, node: Node): Code {
  const frame = unit.body.frame ?? 'undefined';
  const code = node.argument ? expression(unit, node.argument) : timeless('undefined');
  const out = unit.temporary();
  const time = unit.temporary();
  const word = node.delegate ? 'yield*' : 'yield';
  return {
    value: `(${out} = ${code.value}, ${unit.call('ys', frame, unit.timeOf(code))}, ${out} = ${word} ${out}, ${time} = ${unit.call('yr', frame)}, ${out})`,
    time,
    pure: false,
    simple: false,
  };
}

function awaiting(unit: Unit, node: Node): Code {
  const code = expression(unit, node.argument);
  const { frame } = unit.body;
  const out = unit.temporary();
  const time = unit.temporary();
  const before = frame ? unit.call('ys', frame, unit.timeOf(code)) : unit.timeOf(code);
  const after = frame ? unit.call('yr', frame) : unit.call('now');
  return {
    value: `(${out} = ${code.value}, ${before}, ${out} = await ${out}, ${time} = ${after}, ${out})`,
    time,
    pure: false,
    simple: false,
  };
}
