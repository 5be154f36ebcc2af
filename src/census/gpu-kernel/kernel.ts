import { inlined } from './calls.ts';
import { emitSkeleton } from './emit.ts';
import { lowerExpression } from './expressions.ts';
import {
  type Block,
  emptyScope,
  type KernelInputs,
  type Known,
  Lowering,
  type Reference,
  type Region,
  type Scope,
  type Unknowns,
  type Value,
} from './lowering.ts';
import { constantOf, moduleTypes } from './module-types.ts';
import { initialise, storageOf } from './references.ts';
import type { Atom, Step } from './skeleton.ts';
import { concrete } from './statements.ts';
import { type Attribute, type FunctionDeclaration, type Module, WgslError } from './syntax.ts';
import { scalar, type Type, typeOf, voidType } from './types.ts';

/** How often each block of a kernel ran, in all invocations of one dispatch. */
export interface CountedKernel {
  readonly blocks: readonly Block[];
  /** By block; in regions that data decide about: if every branch were taken, and every loop ran once. */
  readonly counts: Float64Array;
  /** Floating-point operations of one execution, by block. */
  readonly flops: readonly number[];
  readonly regions: readonly Region[];
  readonly invocations: number;
}

/** Longer than that, and a kernel is given up. */
const mostMilliseconds = 30_000;
const mostAttempts = 1000;

/** The entry point of a module, by name or as its only one. */
export function entryOf(module: Module, name: string | undefined): FunctionDeclaration {
  const entries = module.functions.filter(({ attributes }) => attributes.some(each => each.name === 'compute'));
  const found = name === undefined ? entries[0] : entries.find(each => each.name === name);
  if (found && (name !== undefined || entries.length === 1)) return found;
  throw new WgslError(
    `there is no entry point ${name === undefined ? 'of its own' : `\`${name}\``}; it has ${entries.map(each => each.name).join(', ') || 'none'}`,
    1,
  );
}

/**
 * Counts one dispatch of a kernel: every instruction of every invocation, without running it. Loops and guards on ids,
 * uniforms and constants are evaluated; what depends on data is counted once and set apart.
 *
 * @throws WgslError where the module does not check, or takes too long
 */
export function countKernel(module: Module, inputs: KernelInputs, entryName?: string): CountedKernel {
  const entry = entryOf(module, entryName);
  const unknowns: Unknowns = { slots: new Set(), loops: new Set() };
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const low = new Lowering(module, inputs, unknowns);
    const invocations = lowerKernel(low, entry);
    if (!low.changed) return run(low, invocations, entry.line);
  }
  throw new WgslError('what depends on data could not be told from what does not', entry.line);
}

function run(low: Lowering, invocations: number, line: number): CountedKernel {
  const counts = new Float64Array(low.blocks.length);
  const deadline = performance.now() + mostMilliseconds;
  let calls = 0;
  const check = (): void => {
    if ((++calls & 0xffff) === 0 && performance.now() > deadline)
      throw new WgslError(`its loops could not be walked through within ${mostMilliseconds / 1000} s`, line);
  };
  const arrays = [...low.uniformArrays].flatMap(([key, name]) => {
    const bytes = low.inputs.uniforms.get(key) as Uint8Array;
    const { buffer } = bytes.slice(0, bytes.length & ~3);
    return [
      [`${name}i`, new Int32Array(buffer)],
      [`${name}u`, new Uint32Array(buffer)],
      [`${name}f`, new Float32Array(buffer)],
    ] as const;
  });
  const names = ['c', 'check', ...arrays.map(([name]) => name)];
  new Function(...names, emitSkeleton(low.steps))(counts, check, ...arrays.map(([, array]) => array));
  return { blocks: low.blocks, counts, flops: flopsByBlock(low), regions: low.regions, invocations };
}

/** Operations whose results end up as data; the others only make addresses and bounds. */
function flopsByBlock(low: Lowering): number[] {
  const isData = new Set<number>();
  const queue = [...low.sinks];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (isData.has(at)) continue;
    isData.add(at);
    queue.push(...(low.nodes[at]?.deps ?? []));
  }
  const flops = low.blocks.map(() => 0);
  for (const at of isData) {
    const node = low.nodes[at];
    if (node && node.flops > 0) flops[node.block] = (flops[node.block] ?? 0) + node.flops;
  }
  return flops;
}

/** @returns invocations in all */
function lowerKernel(low: Lowering, entry: FunctionDeclaration): number {
  const scope = emptyScope();
  low.moduleScope = scope;
  declareConstants(low, scope);
  const size = workgroupSize(low, entry);
  const { workgroups } = low.inputs;
  const slots = ['gz', 'gy', 'gx', 'lz', 'ly', 'lx'] as const;
  const extents = [workgroups[2], workgroups[1], workgroups[0], size[2], size[1], size[0]] as const;
  low.newBlock();
  const body = low.collect(() => {
    declareGlobals(low, scope);
    const builtins = builtinValues(low, { size, workgroups });
    const inside = emptyScope(scope);
    for (const { name, type: named, attributes } of entry.parameters)
      inside.names.set(name, {
        kind: 'value',
        value: parameterValue(low, { type: typeOf(named, moduleTypes(low, undefined)), attributes, builtins }),
      });
    inlined(low, { own: entry, scope: inside, result: voidType, key: 'entry' });
  });
  let steps: Step[] = body;
  for (let at = slots.length - 1; at >= 0; at--)
    steps = [{ op: 'range', slot: slots[at] as string, count: extents[at] as number, body: steps }];
  low.steps = steps;
  return extents.reduce((product: number, extent) => product * extent, 1);
}

function workgroupSize(low: Lowering, entry: FunctionDeclaration): [number, number, number] {
  const attribute = entry.attributes.find(({ name }) => name === 'workgroup_size');
  if (!attribute) throw new WgslError(`\`${entry.name}\` has no @workgroup_size`, entry.line);
  const sizes = attribute.args.map(each => {
    const value = constantOf(low, low.moduleScope, each);
    if (value === undefined) throw new WgslError('the workgroup size is no constant', entry.line);
    return value;
  });
  return [sizes[0] ?? 1, sizes[1] ?? 1, sizes[2] ?? 1];
}

function declareConstants(low: Lowering, scope: Scope): void {
  const { constants } = low.inputs;
  low.collect(() => {
    for (const { kind, name, type: named, value, attributes, line } of low.module.constants) {
      const id = attributes.find(each => each.name === 'id')?.args[0];
      const given = constants[name] ?? (id?.kind === 'literal' ? constants[String(id.value)] : undefined);
      const type = named && typeOf(named, moduleTypes(low, scope));
      const made: Value | undefined =
        kind === 'override' && given !== undefined
          ? { type: type ?? scalar('f32'), known: literal(type, given), deps: [] }
          : value && lowerExpression(low, scope, value);
      if (!made) throw new WgslError(`override \`${name}\` has no value and none was given to the pipeline`, line);
      scope.names.set(name, {
        kind: 'value',
        value: { ...made, type: type ?? (kind === 'override' ? concrete(made.type) : made.type), deps: [] },
      });
    }
  });
}

const literal = (type: Type | undefined, value: number): Atom =>
  type?.kind === 'scalar' && type.name === 'bool' ? String(value !== 0) : String(value);

function declareGlobals(low: Lowering, scope: Scope): void {
  const types = moduleTypes(low, scope);
  for (const variable of low.module.variables) {
    const { name, space, attributes } = variable;
    const value = variable.value && lowerExpression(low, scope, variable.value);
    const type = variable.type ? typeOf(variable.type, types) : concrete(value?.type ?? voidType);
    if (space === 'private') {
      const reference: Reference = { type, space, depth: 0, ...storageOf(low, `global:${name}`, type) };
      if (!reference.memory) initialise(low, reference, value);
      scope.names.set(name, { kind: 'variable', reference });
      continue;
    }
    const number = (attribute: string): number | undefined => {
      const argument = attributes.find((each: Attribute) => each.name === attribute)?.args[0];
      return argument && constantOf(low, scope, argument);
    };
    const key = `${number('group') ?? 0}.${number('binding') ?? 0}`;
    if (space === 'uniform' && low.inputs.uniforms.has(key)) low.uniformArrays.set(key, `u${low.uniformArrays.size}`);
    const reference: Reference = {
      type,
      space,
      slots: undefined,
      node: undefined,
      memory: true,
      depth: 0,
      binding: { key, offset: '0', uses: [] },
    };
    scope.names.set(name, { kind: 'variable', reference });
  }
}

type Triple = readonly [number, number, number];

/** The ids of an invocation; what the device decides (subgroups) is not known. */
function builtinValues(
  low: Lowering,
  { size, workgroups }: { size: Triple; workgroups: Triple },
): Readonly<Record<string, Known>> {
  const global = (group: string, local: string, extent: number): Atom =>
    low.let(`(${group} * ${extent} + ${local})`, [group, local]) as Atom;
  return {
    local_invocation_id: ['lx', 'ly', 'lz'],
    workgroup_id: ['gx', 'gy', 'gz'],
    num_workgroups: workgroups.map(String),
    global_invocation_id: [global('gx', 'lx', size[0]), global('gy', 'ly', size[1]), global('gz', 'lz', size[2])],
    local_invocation_index: low.let(`(lx + ${size[0]} * (ly + ${size[1]} * lz))`, ['lx', 'ly', 'lz']) as Atom,
  };
}

function parameterValue(
  low: Lowering,
  {
    type,
    attributes,
    builtins,
  }: { type: Type; attributes: readonly Attribute[]; builtins: Readonly<Record<string, Known>> },
): Value {
  const name = attributes.find(each => each.name === 'builtin')?.args[0];
  if (name?.kind === 'name') return { type, deps: [], known: builtins[name.name] };
  if (type.kind !== 'struct') return { type, deps: [] };
  const struct = low.module.structs.find(each => each.name === type.name);
  return {
    type,
    deps: [],
    known: (struct?.members ?? []).map(member => {
      const id = member.attributes.find(each => each.name === 'builtin')?.args[0];
      return id?.kind === 'name' ? builtins[id.name] : undefined;
    }),
  };
}
