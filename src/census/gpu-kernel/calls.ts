import { builtin } from './builtins.ts';
import { builtinJs, convertJs } from './evaluate.ts';
import { lowerExpression } from './expressions.ts';
import {
  emptyScope,
  type Known,
  type Lowering,
  type Reference,
  returnsOnlyAtItsEnd,
  type Scope,
  type Value,
} from './lowering.ts';
import { moduleTypes } from './module-types.ts';
import { findReference, initialise, pointee, storageOf, write, zeroOf } from './references.ts';
import type { Atom } from './skeleton.ts';
import { lowerBody } from './statements.ts';
import { type CallExpression, type FunctionDeclaration, WgslError } from './syntax.ts';
import { findType, lanesOf, nameOf, scalar, scalarOf, strideOf, type Type, typeOf, voidType } from './types.ts';

const mostDeep = 200;

/** A call of a function, a constructor or a built-in. */
export function lowerCall(low: Lowering, scope: Scope, call: CallExpression): Value {
  const { callee, line } = call;
  const own = low.functions.get(callee.name);
  if (own) return lowerOwnCall(low, scope, { call, own });
  const types = moduleTypes(low, scope);
  const type = callee.name === 'bitcast' ? undefined : findType(callee, types);
  const inferredArray = callee.name === 'array' && callee.template.length === 0;
  if (type || inferredArray)
    return construct(low, { type, args: call.args.map(each => lowerExpression(low, scope, each)) });
  if (/^(arrayLength|atomic[A-Z]\w*|workgroupUniformLoad)$/.test(callee.name)) return lowerMemoryCall(low, scope, call);
  const args = call.args.map(each => lowerExpression(low, scope, each));
  const found = builtin(
    callee.name,
    args.map(each => each.type),
    callee.template.map(each => (each.kind === 'name' ? typeOf(each, types) : voidType)),
  );
  if (!found) throw new WgslError(`\`${callee.name}\` is no function that can be counted`, line);
  const { category, flops, result } = found;
  const wide = args.find(each => lanesOf(each.type) > 1)?.type ?? args[0]?.type ?? result;
  low.count(`${callee.name}${wide.kind === 'void' ? '' : ` ${nameOf(wide)}`}`, category);
  if (result.kind === 'void') for (const each of args) low.sink(each);
  const deps = args.flatMap(each => each.deps);
  const value = found.opaque ? undefined : knownCall(low, callee.name, { args, result });
  if (value === undefined && /^(all|any|select)$/.test(callee.name))
    return { type: result, deps, known: knownTest(low, callee.name, args) };
  return { type: result, deps: flops > 0 || deps.length > 4 ? [low.node(deps, flops)] : deps, known: value };
}

function lowerMemoryCall(low: Lowering, scope: Scope, { callee, args, line }: CallExpression): Value {
  const [place, ...rest] = args;
  if (!place) throw new WgslError(`\`${callee.name}\` needs a pointer`, line);
  const reference = pointee(low, scope, place);
  const values = rest.map(each => lowerExpression(low, scope, each));
  const found = builtin(callee.name, [{ kind: 'pointer', space: reference.space, of: reference.type }], []);
  if (!found) throw new WgslError(`\`${callee.name}\` is no function that can be counted`, line);
  low.count(`${callee.name} ${nameOf(reference.type)}`, found.category);
  for (const value of values) low.sink(value);
  if (callee.name !== 'arrayLength') return { type: found.result, deps: [] };
  return { type: found.result, deps: [], known: lengthOf(low, reference) };
}

function lengthOf(low: Lowering, { type, binding }: Reference): Atom | undefined {
  const bytes = binding && low.inputs.sizes.get(binding.key);
  if (bytes === undefined || type.kind !== 'array') return undefined;
  return String(Math.floor((bytes - Number(binding?.offset)) / strideOf(type.of)));
}

/** A value of a type made of others: a conversion where it is one scalar. */
function construct(low: Lowering, { type: asked, args }: { type: Type | undefined; args: readonly Value[] }): Value {
  const [first] = args;
  const deps = args.flatMap(each => each.deps);
  if (!asked)
    return { type: { kind: 'array', of: first?.type ?? scalar('i32'), count: args.length }, deps: sunk(low, args) };
  const type = withElement(asked, first?.type);
  if (args.length === 0) return zeroOf(type);
  const name = scalarOf(type) ?? 'i32';
  const convert = (part: Known | undefined): Known | undefined =>
    typeof part === 'string' ? low.let(convertJs(name, part), [part]) : part?.map(convert);
  if (type.kind === 'scalar') {
    if (first && scalarOf(first.type) !== type.name)
      low.count(`convert ${nameOf(first.type)} ${nameOf(type)}`, 'register-move');
    return { type, deps, known: convert(first?.known) };
  }
  if (type.kind === 'array') return { type, deps: sunk(low, args) };
  low.count(`construct ${nameOf(type)}`, 'register-move');
  if (type.kind === 'struct') return { type, deps: joined(low, deps), known: args.map(each => each.known) };
  if (type.kind !== 'vec') return { type, deps: joined(low, deps) };
  const lanes = args.flatMap((each): (Known | undefined)[] =>
    each.type.kind === 'vec'
      ? Array.from(
          { length: each.type.size },
          (_, lane) => (each.known as readonly (Known | undefined)[] | undefined)?.[lane],
        )
      : [each.known],
  );
  const all = lanes.length === 1 ? Array.from({ length: type.size }, () => lanes[0]) : lanes;
  return { type, deps: joined(low, deps), known: all.map(convert) };
}

/** `vec3(x, y, z)` without a template list has the element of its arguments. */
function withElement(type: Type, from: Type | undefined): Type {
  if ((type.kind !== 'vec' && type.kind !== 'mat') || scalarOf(type) !== 'abstract-int' || !from) return type;
  return { ...type, of: scalar(scalarOf(from) ?? 'i32') };
}

/** Arrays are memory: what is put into them is data. */
function sunk(low: Lowering, args: readonly Value[]): number[] {
  for (const each of args) low.sink(each);
  return [];
}

const joined = (low: Lowering, deps: readonly number[]): readonly number[] =>
  deps.length > 4 ? [low.node(deps)] : deps;

function knownCall(
  low: Lowering,
  name: string,
  { args, result }: { args: readonly Value[]; result: Type },
): Known | undefined {
  const kind = scalarOf(result);
  if (kind === undefined) return undefined;
  if (name === 'dot') return knownDot(low, args);
  if (name === 'bitcast' && args[0] && scalarOf(args[0].type) !== 'f32' && kind !== 'f32') {
    const convert = (part: Known | undefined): Known | undefined =>
      typeof part === 'string'
        ? low.let(kind === 'u32' ? `(${part} >>> 0)` : `(${part} | 0)`, [part])
        : part?.map(convert);
    return convert(args[0].known);
  }
  const one = (parts: readonly (Known | undefined)[]): Known | undefined =>
    parts.every(part => typeof part === 'string')
      ? low.let(builtinJs(name, kind, parts as Atom[]), parts as Atom[])
      : undefined;
  if (result.kind !== 'vec') return one(args.map(each => each.known));
  return Array.from({ length: result.size }, (_, lane) =>
    one(
      args.map(each =>
        each.type.kind === 'vec' ? (each.known as readonly (Known | undefined)[] | undefined)?.[lane] : each.known,
      ),
    ),
  );
}

/** Of whole numbers, as indices are made of coordinates and strides. */
function knownDot(low: Lowering, [a, b]: readonly Value[]): Known | undefined {
  const [left, right] = [a?.known, b?.known];
  const kind = a && scalarOf(a.type);
  if (!Array.isArray(left) || !Array.isArray(right) || (kind !== 'i32' && kind !== 'u32')) return undefined;
  const lanes = [...left, ...right] as (Known | undefined)[];
  if (!lanes.every(lane => typeof lane === 'string')) return undefined;
  const sum = left.map((lane, index) => `Math.imul(${lane}, ${right[index]})`).join(' + ');
  return low.let(kind === 'i32' ? `((${sum}) | 0)` : `((${sum}) >>> 0)`, lanes as Atom[]);
}

function knownTest(low: Lowering, name: string, [first]: readonly Value[]): Known | undefined {
  if (name === 'select' || !first) return undefined;
  const lanes = (Array.isArray(first.known) ? first.known : [first.known]) as readonly (Known | undefined)[];
  if (!lanes.every(lane => typeof lane === 'string')) return undefined;
  return low.let(`(${lanes.join(name === 'all' ? ' && ' : ' || ')})`, lanes as Atom[]);
}

/** A function of the module, put in at the place of its call. */
function lowerOwnCall(
  low: Lowering,
  scope: Scope,
  { call, own }: { call: CallExpression; own: FunctionDeclaration },
): Value {
  if (low.path.length > mostDeep) throw new WgslError(`\`${own.name}\` calls itself, which WGSL forbids`, call.line);
  const types = moduleTypes(low, undefined);
  const inner = emptyScope(low.moduleScope);
  for (const [index, { name, type: named }] of own.parameters.entries()) {
    const argument = call.args[index];
    if (!argument) throw new WgslError(`\`${own.name}\` takes ${own.parameters.length} arguments`, call.line);
    const type = typeOf(named, types);
    const value = lowerExpression(low, scope, argument);
    const reference = type.kind === 'pointer' ? referenceOf(low, scope, argument) : undefined;
    inner.names.set(name, { kind: 'value', value: { ...value, type }, ...(reference ? { reference } : {}) });
  }
  low.count(`call`, 'call');
  const result = own.result ? typeOf(own.result, types) : voidType;
  return inlined(low, { own, scope: inner, result, key: low.keyOf(call) });
}

function referenceOf(low: Lowering, scope: Scope, argument: CallExpression['args'][number]): Reference | undefined {
  return argument.kind === 'unary' ? findReference(low, scope, argument.operand) : pointee(low, scope, argument);
}

export function inlined(
  low: Lowering,
  { own, scope, result, key }: { own: FunctionDeclaration; scope: Scope; result: Type; key: string },
): Value {
  const outer = {
    path: low.path,
    functionName: low.functionName,
    frame: low.frame,
    functionDepth: low.functionDepth,
  };
  low.functionDepth = low.depth;
  low.path = [...low.path, key];
  low.functionName = own.name;
  low.newBlock();
  const label = key === 'entry' ? 'kernel' : low.fresh('f');
  if (returnsOnlyAtItsEnd(own.body)) {
    low.frame = { label, result: undefined, loops: [] };
    const body = own.body.at(-1)?.kind === 'return' ? own.body.slice(0, -1) : own.body;
    lowerBody(low, scope, body);
    const last = own.body.at(-1);
    const value =
      last?.kind === 'return' && last.value ? lowerExpression(low, scope, last.value) : { type: voidType, deps: [] };
    leave(low, outer, label);
    return { ...value, type: result };
  }
  const place: Reference | undefined =
    result.kind === 'void'
      ? undefined
      : { type: result, space: 'function', ...storageOf(low, `${low.keyOf(own)}/result`, result), depth: low.depth };
  if (place) initialise(low, place, undefined);
  low.frame = { label, result: place, loops: [] };
  const body = low.collect(() => lowerBody(low, scope, own.body));
  low.push({ op: 'block', label, body });
  leave(low, outer, label);
  if (!place) return { type: voidType, deps: [] };
  return { type: result, deps: place.node === undefined ? [] : [place.node], known: resultOf(low, place) };
}

function resultOf(low: Lowering, { slots }: Reference): Known | undefined {
  const one = (part: Reference['slots']): Known | undefined => {
    if (part === undefined) return undefined;
    if (typeof part === 'string') return low.isUnknown(part) ? undefined : low.snapshot(low.slot(part));
    return part.map(one);
  };
  return one(slots);
}

function leave(
  low: Lowering,
  outer: Pick<Lowering, 'path' | 'functionName' | 'frame' | 'functionDepth'>,
  label: string,
): void {
  low.path = outer.path;
  low.functionName = outer.functionName;
  low.frame = outer.frame;
  low.functionDepth = outer.functionDepth;
  low.leftEarly.delete(label);
  low.newBlock();
}

/** The result of a function: what `return` writes. */
export function giveBack(low: Lowering, value: Value): void {
  const place = low.frame.result;
  if (place) write(low, place, value);
  else low.sink(value);
}
