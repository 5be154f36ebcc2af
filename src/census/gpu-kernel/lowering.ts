import type { Category } from '../types.ts';
import { foldJs, isLiteral } from './evaluate.ts';
import { type Atom, isName, type Pattern, type Step } from './skeleton.ts';
import type { FunctionDeclaration, Module, Statement } from './syntax.ts';
import type { Type } from './types.ts';

/** What is known of a value when the skeleton runs: a scalar's name or literal, or that of each component. */
export type Known = Atom | readonly (Known | undefined)[];

export interface Value {
  readonly type: Type;
  readonly known?: Known | undefined;
  /** The operations that it comes from, see `DataFlow`. */
  readonly deps: readonly number[];
}

/** Names of the variables that the scalars of a variable became; undefined for what is memory. */
export type Slots = string | readonly (Slots | undefined)[] | undefined;

/** A place that can be read and written. */
export interface Reference {
  readonly type: Type;
  readonly space: string;
  readonly slots: Slots;
  /** Reading and writing are loads and stores. */
  readonly memory: boolean;
  /** Where the variable's own operations come together; undefined for memory, where what is stored is data. */
  readonly node: number | undefined;
  /** How many conditions on data stood around the variable's declaration. */
  readonly depth: number;
  /** A uniform's contents, or a storage buffer's size. */
  readonly binding?: { readonly key: string; readonly offset: Atom; readonly uses: readonly string[] };
  /** Of a swizzle that is written to. */
  readonly swizzle?: readonly number[];
}

/** What surrounds the statement that is being lowered. */
export interface Frame {
  /** The label behind the function's end. */
  readonly label: string;
  readonly result: Reference | undefined;
  /** Loops and switches around it, the innermost last. */
  readonly loops: readonly Enclosing[];
}

export interface Enclosing {
  readonly kind: 'loop' | 'switch';
  readonly label: string;
  /** Where `continue` goes. */
  readonly bodyLabel: string;
  readonly key: string;
  /** `low.depth` before it. */
  readonly depth: number;
}

export type Entity =
  | { readonly kind: 'value'; readonly value: Value; readonly reference?: Reference }
  | { readonly kind: 'variable'; readonly reference: Reference };

export interface Scope {
  readonly parent: Scope | undefined;
  readonly names: Map<string, Entity>;
}

/** Instructions that are always executed together, as often as the counter of the same number says. */
export interface Block {
  readonly region: number;
  readonly function: string;
  readonly opcodes: Map<string, number>;
}

/** A part of a kernel that data decide about: how often it runs is not known, only how often it could begin. */
export interface Region {
  readonly parent: number;
  readonly kind: 'branch' | 'loop' | 'rest';
  readonly line: number;
  /** The block at which the question arises. */
  readonly asked: number;
}

/** What a kernel is given besides its code. */
export interface KernelInputs {
  /** By `group.binding`: what a uniform buffer holds. */
  readonly uniforms: ReadonlyMap<string, Uint8Array>;
  /** By `group.binding`: bytes bound. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Values of `override`, by name or id. */
  readonly constants: Readonly<Record<string, number>>;
  readonly workgroups: readonly [number, number, number];
}

/** What must be remembered from one attempt at lowering to the next: see `lowerKernel`. */
export interface Unknowns {
  readonly slots: Set<string>;
  readonly loops: Set<string>;
}

export const opcodeCategories = new Map<string, Category>();

/**
 * The state of turning one kernel into a control skeleton and blocks of counted instructions. Functions are put in
 * where they are called, so that each call has counters and knowledge of its own.
 */
export class Lowering {
  readonly module: Module;
  readonly inputs: KernelInputs;
  readonly unknowns: Unknowns;
  /** Set where this attempt learnt of something unknown too late. */
  changed = false;
  readonly blocks: Block[] = [];
  readonly regions: Region[] = [{ parent: -1, kind: 'branch', line: 0, asked: -1 }];
  /** Operations, by what they are computed from; a sink makes all that led to it data. */
  readonly nodes: { readonly deps: number[]; readonly flops: number; readonly block: number }[] = [];
  readonly sinks: number[] = [];
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  steps: Step[] = [];
  region = 0;
  /** Conditions on data around the present place, without those that only end the whole invocation. */
  depth = 0;
  /** `depth` where the present function was called. */
  functionDepth = 0;
  path: string[] = [];
  frame: Frame = { label: 'kernel', result: undefined, loops: [] };
  moduleScope: Scope | undefined;
  functionName = '';
  /** Ends of scopes that were left under a condition on data. */
  readonly leftEarly = new Set<string>();
  readonly uniformArrays = new Map<string, string>();
  #block: number | undefined;
  #names = 0;
  readonly #slotNames = new Map<string, string>();
  readonly #variableOf = new Map<string, string>();
  readonly #ids = new WeakMap<object, number>();
  #idCount = 0;

  constructor(module: Module, inputs: KernelInputs, unknowns: Unknowns) {
    this.module = module;
    this.inputs = inputs;
    this.unknowns = unknowns;
    this.functions = new Map(module.functions.map(each => [each.name, each]));
  }

  fresh(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  /** The same for the same syntax, in the same chain of calls, at every attempt. */
  keyOf(syntax: object): string {
    let id = this.#ids.get(syntax);
    if (id === undefined) {
      id = this.#idCount++;
      this.#ids.set(syntax, id);
    }
    return `${this.path.join('.')}:${id}`;
  }

  slot(key: string): string {
    let name = this.#slotNames.get(key);
    if (name === undefined) {
      name = this.fresh('s');
      this.#slotNames.set(key, name);
    }
    return name;
  }

  // Instructions

  count(opcode: string, category: Category): void {
    opcodeCategories.set(opcode, category);
    const block = this.blocks[this.blockHere()] as Block;
    block.opcodes.set(opcode, (block.opcodes.get(opcode) ?? 0) + 1);
  }

  blockHere(): number {
    if (this.#block === undefined) {
      this.#block = this.blocks.length;
      this.blocks.push({ region: this.region, function: this.functionName, opcodes: new Map() });
      this.steps.push({ op: 'count', block: this.#block });
    }
    return this.#block;
  }

  /** What follows is not always executed with what went before. */
  newBlock(): void {
    this.#block = undefined;
  }

  // Skeleton

  push(step: Step): void {
    this.steps.push(step);
    if (step.op !== 'let' && step.op !== 'set' && step.op !== 'declare') this.newBlock();
  }

  /** Steps that `work` makes, set apart. */
  collect(work: () => void): Step[] {
    const outer = this.steps;
    const inner: Step[] = [];
    this.steps = inner;
    this.newBlock();
    work();
    this.steps = outer;
    this.newBlock();
    return inner;
  }

  /** Names a value; one without names in it is worked out at once. */
  let(js: string | undefined, uses: readonly Atom[], pattern?: Pattern): Atom | undefined {
    if (js === undefined) return undefined;
    const names = uses.filter(isName);
    if (names.length === 0 && !/\bu\d+[ifu]\[/.test(js)) return foldJs(js);
    const name = this.fresh('t');
    this.steps.push({ op: 'let', name, js, uses: names, ...(pattern ? { pattern } : {}) });
    return name;
  }

  /** The value that a variable has now: it may change before it is used. */
  snapshot(slot: string): Atom {
    const name = this.let(slot, [slot]) as string;
    this.#variableOf.set(name, slot);
    return name;
  }

  /** The variable that a name is a snapshot of, for patterns. */
  original(name: Atom): Atom {
    return this.#variableOf.get(name) ?? name;
  }

  set(slot: string, value: Atom): void {
    this.steps.push({ op: 'set', slot: this.slot(slot), js: value, uses: isLiteral(value) ? [] : [value] });
  }

  isUnknown(slot: string): boolean {
    return this.unknowns.slots.has(slot);
  }

  forget(slot: string): void {
    if (this.unknowns.slots.has(slot)) return;
    this.unknowns.slots.add(slot);
    this.changed = true;
  }

  // Data flow

  node(deps: readonly number[], flops = 0): number {
    this.nodes.push({ deps: [...deps], flops, block: flops > 0 ? this.blockHere() : -1 });
    return this.nodes.length - 1;
  }

  /** What this value was computed by is work on data, not on addresses. */
  sink({ deps }: Value): void {
    this.sinks.push(...deps);
  }

  // Conditions on data

  /** Lowers a part that data decide about; its counters go into a region of their own. */
  inRegion(kind: Region['kind'], line: number, work: () => void): void {
    const outer = this.region;
    this.regions.push({ parent: outer, kind, line, asked: this.blockHere() });
    this.region = this.regions.length - 1;
    const inner = this.collect(work);
    this.region = outer;
    this.steps.push(...inner);
    this.newBlock();
  }
}

export const emptyScope = (parent?: Scope): Scope => ({ parent, names: new Map() });

export function findEntity(scope: Scope | undefined, name: string): Entity | undefined {
  for (let at = scope; at; at = at.parent) {
    const found = at.names.get(name);
    if (found) return found;
  }
  return undefined;
}

/** Whether a list of statements ends in a `return` and has no other. */
export function returnsOnlyAtItsEnd(body: readonly Statement[]): boolean {
  return (
    body.every((statement, index) => (index === body.length - 1 ? true : !holdsReturn(statement))) &&
    (body.at(-1)?.kind === 'return' || !body.some(holdsReturn))
  );
}

export function holdsReturn(statement: Statement): boolean {
  switch (statement.kind) {
    case 'return':
      return true;
    case 'block':
      return statement.body.some(holdsReturn);
    case 'if':
      return statement.whenTrue.some(holdsReturn) || (statement.otherwise ?? []).some(holdsReturn);
    case 'loop':
      return statement.body.some(holdsReturn);
    case 'switch':
      return statement.cases.some(each => each.body.some(holdsReturn));
    default:
      return false;
  }
}
