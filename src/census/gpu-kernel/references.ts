import { lowerExpression } from './expressions.ts';
import {
  findEntity,
  type Known,
  type Lowering,
  type Reference,
  type Scope,
  type Slots,
  type Value,
} from './lowering.ts';
import { type Expression, WgslError } from './syntax.ts';
import { nameOf, sizeOf, strideOf, type Type, vec } from './types.ts';

const holdsArray = (type: Type): boolean =>
  type.kind === 'array' ||
  type.kind === 'atomic' ||
  (type.kind === 'struct' && type.members.some(member => holdsArray(member.type)));

/** Where a variable of the function's own or of the invocation's lies: in registers, or in memory if it has an array. */
export function storageOf(low: Lowering, key: string, type: Type): Pick<Reference, 'slots' | 'node' | 'memory'> {
  if (holdsArray(type)) return { slots: undefined, node: undefined, memory: true };
  return { slots: slotsOf(key, type), node: low.node([]), memory: false };
}

/** One slot for each scalar of scalars, vectors and structs of them; matrices have none. */
function slotsOf(key: string, type: Type): Slots {
  if (type.kind === 'scalar') return key;
  if (type.kind === 'vec') return Array.from({ length: type.size }, (_, index) => slotsOf(`${key}.${index}`, type.of));
  if (type.kind === 'struct') return type.members.map((member, index) => slotsOf(`${key}.${index}`, member.type));
  return undefined;
}

const components: Readonly<Record<string, number>> = { x: 0, y: 1, z: 2, w: 3, r: 0, g: 1, b: 2, a: 3 };

/** The place that an expression names, or undefined where it is a value. */
export function findReference(low: Lowering, scope: Scope, expression: Expression): Reference | undefined {
  switch (expression.kind) {
    case 'name': {
      const found = findEntity(scope, expression.name);
      return found?.kind === 'variable' ? found.reference : undefined;
    }
    case 'unary':
      if (expression.operator === '*') return pointee(low, scope, expression.operand);
      return expression.operator === '&' ? findReference(low, scope, expression.operand) : undefined;
    case 'member': {
      const object = findReference(low, scope, expression.object) ?? pointeeOrNone(low, scope, expression.object);
      return object && memberOf(low, object, expression.name, expression.line);
    }
    case 'index': {
      const object = findReference(low, scope, expression.object) ?? pointeeOrNone(low, scope, expression.object);
      return object && elementOf(low, object, lowerExpression(low, scope, expression.index), expression.line);
    }
    default:
      return undefined;
  }
}

/** A pointer may be used as what it points to (§6.4.8). */
function pointeeOrNone(_low: Lowering, scope: Scope, expression: Expression): Reference | undefined {
  const found = expression.kind === 'name' ? findEntity(scope, expression.name) : undefined;
  return found?.kind === 'value' ? found.reference : undefined;
}

export function pointee(low: Lowering, scope: Scope, expression: Expression): Reference {
  const found = pointeeOrNone(low, scope, expression) ?? findReference(low, scope, expression);
  if (!found) throw new WgslError('what is behind this pointer is not known', expression.line);
  return found;
}

function memberOf(low: Lowering, object: Reference, name: string, line: number): Reference {
  const { type, slots } = object;
  if (type.kind === 'struct') {
    const index = type.members.findIndex(member => member.name === name);
    const member = type.members[index];
    if (!member) throw new WgslError(`the struct ${type.name} has no member \`${name}\``, line);
    return { ...object, type: member.type, slots: at(slots, index), ...moved(low, object, String(member.offset), []) };
  }
  if (type.kind !== 'vec') throw new WgslError(`a ${nameOf(type)} has no member \`${name}\``, line);
  const lanes = [...name].map(letter => components[letter]);
  if (lanes.some(lane => lane === undefined || lane >= type.size))
    throw new WgslError(`a ${nameOf(type)} has no components \`${name}\``, line);
  const [lane = 0] = lanes;
  if (lanes.length === 1)
    return {
      ...object,
      type: type.of,
      slots: at(slots, lane),
      ...moved(low, object, String(lane * sizeOf(type.of)), []),
    };
  return { ...object, type: vec(lanes.length, type.of), swizzle: lanes as number[] };
}

const at = (slots: Slots, index: number): Slots =>
  Array.isArray(slots) ? (slots as readonly Slots[])[index] : undefined;

function moved(low: Lowering, { binding }: Reference, by: string, uses: readonly string[]): Pick<Reference, 'binding'> {
  if (!binding) return {};
  const offset = low.let(`(${binding.offset} + ${by})`, [...binding.uses, ...uses]) as string;
  return { binding: { ...binding, offset, uses: [offset] } };
}

function elementOf(low: Lowering, object: Reference, index: Value, line: number): Reference {
  const { type, slots, binding, ...rest } = object;
  const known = typeof index.known === 'string' ? index.known : undefined;
  const of =
    type.kind === 'mat' ? vec(type.rows, type.of) : type.kind === 'vec' || type.kind === 'array' ? type.of : undefined;
  if (!of) throw new WgslError(`a ${nameOf(type)} has no elements`, line);
  const lane = known !== undefined && /^\d+$/.test(known) ? Number(known) : undefined;
  const stride = type.kind === 'vec' ? sizeOf(of) : strideOf(of);
  const next = { ...rest, type: of, slots: lane === undefined ? undefined : at(slots, lane) };
  // A vector whose component is chosen when it runs: all of it may be written.
  const dynamic = lane === undefined && Array.isArray(slots) ? { ...next, slots } : next;
  if (!binding || known === undefined) return dynamic;
  return { ...dynamic, ...moved(low, object, `${known} * ${stride}`, [known]) };
}

export function read(low: Lowering, reference: Reference): Value {
  const { type, space, slots, node, binding } = reference;
  const deps = node === undefined ? [] : [node];
  if (reference.memory) {
    low.count(`load.${space} ${nameOf(type)}`, 'memory');
    return { type, deps, known: space === 'uniform' && binding ? uniformValue(low, binding, type) : undefined };
  }
  if (reference.swizzle) {
    const lanes = reference.swizzle.map(lane => knownSlots(low, at(slots, lane)));
    return { type, deps, known: lanes };
  }
  // A component that is chosen when it runs.
  if (type.kind === 'scalar' && Array.isArray(slots)) return { type, deps };
  return { type, deps, known: knownSlots(low, slots) };
}

function knownSlots(low: Lowering, slots: Slots): Known | undefined {
  if (slots === undefined) return undefined;
  if (typeof slots === 'string') return low.isUnknown(slots) ? undefined : low.snapshot(low.slot(slots));
  return slots.map(each => knownSlots(low, each));
}

function uniformValue(low: Lowering, binding: NonNullable<Reference['binding']>, type: Type): Known | undefined {
  const array = low.uniformArrays.get(binding.key);
  if (array === undefined) return undefined;
  const place = (by: number, of: Type): Known | undefined => {
    if (of.kind === 'scalar') {
      const letter = { i32: 'i', u32: 'u', f32: 'f' }[of.name as string];
      return letter && low.let(`${array}${letter}[(${binding.offset} + ${by}) >> 2]`, binding.uses);
    }
    if (of.kind === 'vec') return Array.from({ length: of.size }, (_, lane) => place(by + lane * sizeOf(of.of), of.of));
    return of.kind === 'struct' ? of.members.map(member => place(by + member.offset, member.type)) : undefined;
  };
  return place(0, type);
}

/** Brings a variable into being with a value. */
export function initialise(low: Lowering, reference: Reference, value: Value | undefined): void {
  const declare = (slots: Slots): void => {
    if (typeof slots === 'string') low.steps.push({ op: 'declare', slot: low.slot(slots) });
    else for (const each of slots ?? []) declare(each);
  };
  declare(reference.slots);
  assign(low, reference, value ?? zeroOf(reference.type));
}

export function zeroOf(type: Type): Value {
  const zero = (of: Type): Known | undefined => {
    if (of.kind === 'scalar') return of.name === 'bool' ? 'false' : '0';
    if (of.kind === 'vec') return Array.from({ length: of.size }, () => zero(of.of));
    return of.kind === 'struct' ? of.members.map(member => zero(member.type)) : undefined;
  };
  return { type, deps: [], known: zero(type) };
}

export function write(low: Lowering, reference: Reference, value: Value): void {
  const { space, type } = reference;
  if (reference.memory) {
    low.count(`store.${space} ${nameOf(type)}`, 'memory');
    low.sink(value);
    return;
  }
  low.count(`move ${nameOf(type)}`, 'register-move');
  assign(low, reference, value);
}

function assign(low: Lowering, reference: Reference, value: Value): void {
  const { slots, node, depth, swizzle, type } = reference;
  if (node === undefined) {
    low.sink(value);
    return;
  }
  low.nodes[node]?.deps.push(...value.deps);
  const visible = low.depth <= depth;
  if (swizzle) {
    const lanes = Array.isArray(value.known) ? (value.known as readonly (Known | undefined)[]) : [];
    for (const [index, lane] of swizzle.entries()) put(low, at(slots, lane), lanes[index], visible);
  } else if (type.kind === 'scalar' && Array.isArray(slots)) put(low, slots, undefined, visible);
  else put(low, slots, value.known, visible);
}

function put(low: Lowering, slots: Slots, known: Known | undefined, visible: boolean): void {
  if (slots === undefined) return;
  if (typeof slots !== 'string') {
    for (const [index, each] of slots.entries())
      put(low, each, Array.isArray(known) ? (known as readonly (Known | undefined)[])[index] : undefined, visible);
  } else if (typeof known === 'string' && visible && !low.isUnknown(slots)) low.set(slots, known);
  else low.forget(slots);
}
