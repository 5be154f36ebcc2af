import type { Binding, Node } from '../../target/scope.ts';
import { isInside, isUnused, loopsAround } from '../../target/syntax.ts';
import { latencies, latencyOfOperator } from '../latencies.ts';
import { asOperands, chainUpdate, countingChain, lengthChain } from './chains.ts';
import { access, expression, joined, operated, sealed, timeless, unnamed } from './expressions.ts';
import { assignPattern } from './patterns.ts';
import type { Code, Unit } from './unit.ts';

export function assignment(unit: Unit, node: Node): Code {
  const { left, operator } = node;
  if (left.type === 'ObjectPattern' || left.type === 'ArrayPattern') return assignPattern(unit, node);
  if (/^(&&|\|\||\?\?)=$/.test(operator)) return logicalAssignment(unit, node);
  if (left.type === 'Identifier') return toName(unit, node);
  if (left.object.type === 'Super') return toSuper(unit, node);
  return toMember(unit, node);
}

/** How a name's shadow takes a new time. */
export function setTime(unit: Unit, binding: Binding, time: string, site: string): string | null {
  switch (unit.shadow(binding)) {
    case 'none':
      return null;
    case 'plain':
      return unit.clone
        ? unit.call('set', unit.shadowName(binding), time)
        : `${unit.shadowName(binding)} = ${unit.under(time)}`;
    case 'cell':
      return unit.call('wv', unit.shadowName(binding), time, site);
  }
}

function toName(unit: Unit, node: Node): Code {
  const { left, operator } = node;
  const binding = unit.binding(left);
  const shadow = binding ? unit.shadow(binding) : 'none';
  const free = unit.slice.isFree(node);
  const chain = shadow === 'none' ? undefined : chainUpdate(unit, node);
  if (chain && !free) return chainToName(unit, node, chain);
  const extra = chain ? { chain: chain.group, scan: chain.scan, dependent: chain.dependent } : {};
  const right = expression(unit, node.right);
  const site = String(unit.site(node, left.name, extra));
  const wrap = (value: string, time: string | null): Code => {
    const simple = false;
    if (!binding) return { value: `(${value})`, time, pure: false, simple };
    const set = setTime(unit, binding, time ?? unit.zero, site);
    if (set === null)
      return { value: time === null ? `(${value})` : unit.call('V', value, time), time: null, pure: false, simple };
    if (isUnused(node, unit.scopes.parent)) return { value: `${value}, ${set}`, time: null, pure: false, simple };
    return after(unit, value, set);
  };
  if (operator === '=') return wrap(`${left.name} = ${right.value}`, right.time);
  const before =
    shadow === 'cell'
      ? { ...timeless(left.name), time: unit.call('rv', unit.shadowName(binding!), site) }
      : expression(unit, left);
  const value = `${left.name} ${operator} ${right.value}`;
  if (free) return wrap(value, joined(unit, [before, right]));
  const latency = latencyOfOperator(operator);
  return wrap(value, operated(unit, [before, right], latency).time);
}

/** A value whose time is kept in a temporary as it is computed. */
function after(unit: Unit, value: string, time: string): Code {
  const kept = unit.temporary();
  return { value: unit.call('V', value, `${kept} = ${time}`), time: kept, pure: false, simple: false };
}

function chainToName(unit: Unit, node: Node, chain: NonNullable<ReturnType<typeof chainUpdate>>): Code {
  const { left } = node;
  const binding = unit.binding(left)!;
  const codes = chain.operands.map(operand => sealed(unit, expression(unit, operand)));
  const site = String(unit.site(node, left.name, { chain: chain.group, scan: chain.scan, dependent: chain.dependent }));
  const value = `${left.name} ${node.operator} ${replaceOperands(unit, node.right, chain.operands, codes)}`;
  const shadow = unit.shadowName(binding);
  const before = unit.shadow(binding) === 'cell' ? unit.call('rv', shadow, site) : shadow;
  const time = codes.reduce(
    (times, code) => unit.operation('ex', chain.latency, times, unit.timeOf(code), String(chain.group)),
    before,
  );
  const set = setTime(unit, binding, time, site)!;
  if (isUnused(node, unit.scopes.parent)) return { value: `${value}, ${set}`, time: null, pure: false, simple: false };
  return after(unit, value, set);
}

/** The right side as written, with the operands of a chain compiled. */
function replaceOperands(unit: Unit, right: Node, operands: readonly Node[], codes: readonly Code[]): string {
  return `(${unit.patch(
    right,
    operands.map((operand, at) => [operand, codes[at]!.value] as const),
  )})`;
}

function toMember(unit: Unit, node: Node): Code {
  const { left, operator } = node;
  const updating = chainUpdate(unit, node);
  if (updating && (operator === '=' || updating.source !== left)) return chainToMember(unit, node, updating);
  const compiled = () => sealed(unit, expression(unit, node.right));
  const right = updating ? asOperands(unit, updating.group, node, compiled) : compiled();
  const target = access(unit, left, [right]);
  const value = unit.temporary();
  const wanted = !isUnused(node, unit.scopes.parent);
  if (operator === '=') {
    const site = String(unit.site(left, target.name));
    const stored =
      target.address === unit.zero ? unit.timeOf(right) : unit.call('A', unit.timeOf(right), target.address);
    const store = unit.call('st', target.object, target.key, value, stored, site);
    const position = appended(unit, left, target.object);
    return {
      value: `(${target.place} = (${value} = ${unnamed(right)}, ${position}${store}, ${value}))`,
      time: wanted ? unit.timeOf(right) : null,
      pure: false,
      simple: false,
    };
  }
  const site = String(
    unit.site(left, target.name, {
      latency: latencyOfOperator(operator),
      ...(updating ? { chain: updating.group, scan: updating.scan, dependent: updating.dependent } : {}),
    }),
  );
  const time = unit.temporary();
  const shadow = `${time} = ${unit.call('up', target.object, target.key, unit.timeOf(right), target.address, site)}`;
  return {
    value: `(${target.place} ${operator} (${value} = ${right.value}, ${shadow}, ${value}))`,
    time,
    pure: false,
    simple: false,
  };
}

/** `a[a.length] = x`: where it goes depends on how many there were, as with `push`. */
function appended(unit: Unit, { object, property, computed }: Node, name: string): string {
  const isLength =
    computed &&
    property.type === 'MemberExpression' &&
    !property.computed &&
    property.property.name === 'length' &&
    unit.text(property.object) === unit.text(object);
  if (!isLength) return '';
  const site = unit.site(property, unit.text(object), lengthChain(unit, object));
  return `${unit.call('tl', name, String(site))}, `;
}

/** `a[i] = a[i] + x`, `s[i + 1] = s[i] + x`: reads one cell of the chain, writes one. */
function chainToMember(unit: Unit, node: Node, chain: NonNullable<ReturnType<typeof chainUpdate>>): Code {
  const { left } = node;
  const codes = asOperands(unit, chain.group, node, () =>
    chain.operands.map(operand => sealed(unit, expression(unit, operand))),
  );
  const target = access(unit, left, codes);
  const source = access(unit, chain.source, []);
  const site = String(
    unit.site(left, target.name, { chain: chain.group, scan: chain.scan, dependent: chain.dependent }),
  );
  const value = unit.temporary();
  const time = unit.temporary();
  const address = source.address === unit.zero ? unit.zero : unit.temporary();
  const found = address === unit.zero ? address : `${address} = ${source.address}`;
  const before = unit.call('ld', source.object, source.key, site, found);
  // The chain waits for the address of what it reads: that counts as an operand.
  const operands = codes.map(code => unit.timeOf(code));
  if (address !== unit.zero) operands[0] = unit.call('J', operands[0]!, address);
  const times = operands.reduce(
    (sum, operand) => unit.operation('ex', chain.latency, sum, operand, String(chain.group)),
    before,
  );
  const sourceCode: Code = { value: source.place, time: null, pure: true, simple: false };
  // In `a[i] += a[i - 1]` the operand is the target's old value.
  const right =
    node.operator === '='
      ? replaceOperands(unit, node.right, [chain.source, ...chain.operands], [sourceCode, ...codes])
      : `(${codes[0]!.value} ${node.operator.slice(0, -1)} ${source.place})`;
  const stored = target.address === unit.zero ? time : unit.call('A', time, target.address);
  const store = unit.call('st', target.object, target.key, value, stored, site);
  return {
    value: `(${target.place} = (${value} = ${right}, ${time} = ${times}, ${store}, ${value}))`,
    time: isUnused(node, unit.scopes.parent) ? null : time,
    pure: false,
    simple: false,
  };
}

function toSuper(unit: Unit, node: Node): Code {
  const right = expression(unit, node.right);
  const { left } = node;
  const place = left.computed ? `super[${expression(unit, left.property).value}]` : unit.text(left);
  return { value: `(${place} ${node.operator} ${right.value})`, time: right.time, pure: false, simple: false };
}

/** `a ||= b`: the right side runs, and the store happens, under a condition on the left. */
function logicalAssignment(unit: Unit, node: Node): Code {
  const { left, operator } = node;
  const right = expression(unit, node.right);
  const control = unit.temporary();
  const time = unit.temporary();
  const site = String(unit.site(node, unit.text(left)));
  const under = (before: string) =>
    `${control} = ${unit.call('sc')}, ${unit.call('br', '0', `${time} = ${before}`, site)}`;
  const end = unit.call('rc', control);
  if (left.type === 'Identifier') {
    const binding = unit.binding(left);
    const before = expression(unit, left);
    const set = binding ? setTime(unit, binding, time, site) : null;
    // A function takes the name of the variable only where it stands directly after the operator.
    if (right.anonymous)
      return { value: `(${left.name} ${operator} ${right.value})`, time: null, pure: false, simple: false };
    const value = unit.call('V', right.value, `${time} = ${unit.call('U', unit.timeOf(right))}`, ...(set ? [set] : []));
    return {
      value: `(${under(unit.timeOf(before))}, ${unit.call('V', `(${left.name} ${operator} ${value})`, end)})`,
      time,
      pure: false,
      simple: false,
    };
  }
  if (left.object.type === 'Super') return toSuper(unit, node);
  const target = access(unit, left, [{ ...right, pure: false }]);
  const kept = unit.temporary();
  // The left side's own evaluation names object and key; the read is recorded when the right side runs.
  const store = unit.call('st', target.object, target.key, kept, time, site);
  const value = `(${under(unit.call('ld', target.object, target.key, site, target.address))}, ${kept} = ${right.value}, ${time} = ${unit.call('U', unit.timeOf(right))}, ${store}, ${kept})`;
  return {
    value: `(${control} = ${unit.call('sc')}, ${time} = ${unit.zero}, ${unit.call('V', `(${target.place} ${operator} ${value})`, end)})`,
    time,
    pure: false,
    simple: false,
  };
}

/** Whether a loop's test reads a name. */
const isTested = (unit: Unit, binding: Binding): boolean =>
  binding.references.some(({ node }) =>
    loopsAround(node, unit.scopes.parent).some(({ test }) => test && isInside(node, test)),
  );

/** `x++`, `--a[i]`. */
export function update(unit: Unit, node: Node): Code {
  const { argument, operator, prefix } = node;
  const wanted = !isUnused(node, unit.scopes.parent);
  const free = unit.slice.isFree(node);
  if (argument.type === 'Identifier') {
    const binding = unit.binding(argument);
    const text = prefix ? `${operator}${argument.name}` : `${argument.name}${operator}`;
    const shadow = binding ? unit.shadow(binding) : 'none';
    if (!binding || shadow === 'none')
      return {
        value: `(${text})`,
        time: free ? null : unit.operation('o1', latencies.add, unit.zero),
        pure: false,
        simple: false,
      };
    const handedOn = unit.slice.countedIn(binding) !== undefined;
    // Where its own value decides how far a loop steps it, no other order gives the same.
    const isCounter = unit.slice.isCounter(binding) && !(handedOn && !isTested(unit, binding));
    const group = isCounter ? 0 : countingChain(unit, argument);
    const site = String(unit.site(node, argument.name, { chain: group, scan: wanted }));
    const name = unit.shadowName(binding);
    const old = unit.temporary();
    const read = shadow === 'cell' ? unit.call('rv', name, site) : name;
    const { add } = latencies;
    const next = free
      ? old
      : group === 0
        ? unit.operation('o1', add, old)
        : unit.operation('ex', add, old, unit.zero, String(group));
    const plainly = () => (unit.clone ? unit.call('cp', name, next) : `${name} = ${next}`);
    const set = shadow === 'plain' && unit.slice.isCounter(binding) ? plainly() : setTime(unit, binding, next, site)!;
    if (!wanted) return { value: `${text}, ${old} = ${read}, ${set}`, time: null, pure: false, simple: false };
    const time = unit.temporary();
    const result = prefix
      ? `${time} = ${set.includes('=') && shadow === 'plain' ? `(${set})` : set}`
      : `${set}, ${time} = ${old}`;
    return {
      value: unit.call('V', text, `(${old} = ${read}, ${result})`),
      time,
      pure: false,
      simple: false,
    };
  }
  if (argument.object.type === 'Super')
    return { value: `(${unit.text(node)})`, time: null, pure: false, simple: false };
  const target = access(unit, argument, [{ value: '', time: null, pure: false, simple: false }]);
  const extra = { chain: countingChain(unit, argument), scan: wanted, latency: latencies.add };
  const site = String(unit.site(argument, target.name, extra));
  const time = unit.temporary();
  const text = prefix ? `${operator}${target.place}` : `${target.place}${operator}`;
  const shadow = unit.call(
    wanted && !prefix ? 'uo' : 'up',
    ...[target.object, target.key, unit.zero, target.address, site],
  );
  return { value: unit.call('V', text, `${time} = ${shadow}`), time, pure: false, simple: false };
}
