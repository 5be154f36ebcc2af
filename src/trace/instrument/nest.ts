import { childrenOf } from '../../target/parse.ts';
import { type Binding, isFunction, type Node } from '../../target/scope.ts';
import { isInside, mathCall } from '../../target/syntax.ts';
import { type ChainUpdate, chainUpdate, countingChain } from './chains.ts';
import type { Unit } from './unit.ts';

/** One `for` loop of a nest. */
export interface NestLoop {
  readonly node: Node;
  readonly counter: Binding;
  readonly region: number;
  /** Place among the nest's loops of the loop around it; −1 for the outermost. */
  readonly parent: number;
}

/** A name from outside that holds a typed array when the nest is entered. */
export interface NestArray {
  readonly binding: Binding;
  readonly site: number;
  readonly loads: Node[];
  readonly stores: Node[];
}

/**
 * A nest of counted loops over numbers and typed arrays without branches on data. What such a nest does to times and
 * dependences is known from its text, so both are computed by code made for it (`nest-times.ts`,
 * `nest-dependences.ts`) instead of operation by operation.
 */
export interface Nest {
  readonly unit: Unit;
  readonly root: Node;
  readonly loops: readonly NestLoop[];
  readonly arrays: readonly NestArray[];
  /** Other names from outside: only read, and also assigned. */
  readonly scalars: readonly Binding[];
  readonly carried: readonly Binding[];
  /** Assignments that update a running result. */
  readonly chains: ReadonlyMap<Node, ChainUpdate>;
  /** Groups of the chains through each variable: at most one. */
  readonly groupOf: ReadonlyMap<Binding, number>;
  readonly siteOf: ReadonlyMap<Node, number>;
}

/** The nest is not of the simple kind: the general tier takes it. */
class Unfit extends Error {}

/** @returns the nest whose outermost loop this is, or undefined where it is not of the simple kind */
export function findNest(unit: Unit, root: Node): Nest | undefined {
  try {
    return new Finder(unit, root).find();
  } catch (error) {
    if (error instanceof Unfit) return undefined;
    throw error;
  }
}

class Finder {
  readonly #unit: Unit;
  readonly #root: Node;
  readonly #loops: NestLoop[] = [];
  readonly #arrays = new Map<Binding, NestArray>();
  readonly #scalars = new Set<Binding>();
  readonly #carried = new Set<Binding>();
  readonly #chains = new Map<Node, ChainUpdate>();
  readonly #groups = new Map<Binding, number>();
  readonly #counters = new Set<Binding>();

  constructor(unit: Unit, root: Node) {
    this.#unit = unit;
    this.#root = root;
  }

  find(): Nest {
    this.#loop(this.#root, -1);
    for (const binding of this.#carried) this.#scalars.delete(binding);
    const names = [...this.#scalars, ...this.#carried].filter(binding => this.#arrays.has(binding));
    if (names.length > 0) throw new Unfit();
    this.#checkNames();
    const arrays = [...this.#arrays.values()];
    for (const { stores, loads } of arrays)
      if (stores.length > 1 || (stores.length > 0 && loads.length > 0)) throw new Unfit();
    return {
      unit: this.#unit,
      root: this.#root,
      loops: this.#loops,
      arrays,
      scalars: [...this.#scalars],
      carried: [...this.#carried],
      chains: this.#chains,
      groupOf: this.#groups,
      siteOf: this.#unit.siteOf,
    };
  }

  /** A name must mean one thing in the whole nest, for subscripts are evaluated out of their places. */
  #checkNames(): void {
    const outside = new Set([...this.#arrays.keys(), ...this.#scalars, ...this.#carried].map(({ name }) => name));
    const inside = this.#unit.scopes.bindings.filter(binding => isInside(binding.declared, this.#root));
    if (inside.some(({ name }) => outside.has(name))) throw new Unfit();
    for (const { node, counter } of this.#loops)
      if (inside.some(other => other !== counter && other.name === counter.name && isInside(other.declared, node)))
        throw new Unfit();
  }

  #binding(node: Node): Binding {
    const binding = node.type === 'Identifier' ? this.#unit.binding(node) : undefined;
    if (!binding || binding.kind === 'function' || binding.kind === 'class') throw new Unfit();
    return binding;
  }

  #isOutside(binding: Binding): boolean {
    return !isInside(binding.declared, this.#root);
  }

  #loop(node: Node, parent: number): void {
    const { init, test, update, body } = node;
    if (node.type !== 'ForStatement' || init?.type !== 'VariableDeclaration' || init.kind !== 'let') throw new Unfit();
    if (init.declarations.length !== 1 || !init.declarations[0].init || !test || !update) throw new Unfit();
    const region = this.#unit.regions.get(node);
    if (region === undefined || this.#unit.table.regions[region]!.idle) throw new Unfit();
    const counter = this.#binding(init.declarations[0].id);
    if (!this.#unit.slice.isCounter(counter) || this.#unit.shadow(counter) === 'cell') throw new Unfit();
    this.#steady(init.declarations[0].init);
    if (test.type !== 'BinaryExpression' || !/^<=?$/.test(test.operator)) throw new Unfit();
    if (test.left.type !== 'Identifier' || this.#binding(test.left) !== counter) throw new Unfit();
    if (!this.#unit.slice.isFree(test)) throw new Unfit();
    this.#steady(test.right);
    const steps = counter.references.filter(({ access, node: at }) => access !== 'read' && at !== counter.declared);
    if (steps.length !== 1 || !isInside(steps[0]!.node, update) || stepOf(update) === undefined) throw new Unfit();
    const place = this.#loops.push({ node, counter, region, parent }) - 1;
    this.#counters.add(counter);
    this.#statement(body, place);
  }

  /** A start or bound: arithmetic on numbers from outside that the nest leaves alone. */
  #steady(node: Node): void {
    if (node.type === 'Literal' && typeof node.value === 'number') return;
    if (node.type === 'BinaryExpression' && /^[-+*]$/.test(node.operator)) {
      this.#steady(node.left);
      this.#steady(node.right);
      return;
    }
    if (this.#isLength(node)) return;
    const binding = this.#binding(node);
    if (!this.#isOutside(binding) || this.#isAssigned(binding) || this.#unit.shadow(binding) === 'cell')
      throw new Unfit();
    this.#scalars.add(binding);
  }

  #isAssigned(binding: Binding): boolean {
    return binding.references.some(({ node, access }) => access !== 'read' && isInside(node, this.#root));
  }

  /** `a.length` of an array from outside. */
  #isLength(node: Node): boolean {
    if (node.type !== 'MemberExpression' || node.computed || node.property.name !== 'length') return false;
    const binding = this.#binding(node.object);
    if (!this.#isOutside(binding) || this.#isAssigned(binding)) throw new Unfit();
    this.#array(node.object, binding);
    return true;
  }

  #array(node: Node, binding: Binding): NestArray {
    let array = this.#arrays.get(binding);
    if (!array) {
      if (!this.#isOutside(binding) || this.#isAssigned(binding) || this.#unit.shadow(binding) === 'cell')
        throw new Unfit();
      array = { binding, site: this.#unit.site(node, binding.name), loads: [], stores: [] };
      this.#arrays.set(binding, array);
    }
    return array;
  }

  #statement(node: Node, loop: number): void {
    switch (node.type) {
      case 'BlockStatement':
        for (const inner of node.body as Node[]) this.#statement(inner, loop);
        return;
      case 'EmptyStatement':
        return;
      case 'ForStatement':
        this.#loop(node, loop);
        return;
      case 'VariableDeclaration':
        if (node.kind === 'var') throw new Unfit();
        for (const { id, init } of node.declarations as Node[]) {
          const binding = this.#binding(id);
          if (binding.references.some(({ owner }) => owner !== binding.owner)) throw new Unfit();
          if (init) this.#expression(init);
        }
        return;
      case 'ExpressionStatement':
        this.#effect(node.expression);
        return;
      default:
        throw new Unfit();
    }
  }

  #effect(node: Node): void {
    if (node.type === 'UpdateExpression') {
      const binding = this.#assigned(node.argument);
      if (this.#unit.slice.isFree(node)) throw new Unfit();
      this.#joinGroup(binding, countingChain(this.#unit, node.argument));
      return;
    }
    if (node.type !== 'AssignmentExpression' || !/^([-+*/%&|^]|<<|>>>?|\*\*)?=$/.test(node.operator)) throw new Unfit();
    const { left, right } = node;
    const chain = chainUpdate(this.#unit, node);
    if (left.type === 'Identifier') {
      const binding = this.#assigned(left);
      if (chain && this.#unit.shadow(binding) !== 'none' && !this.#unit.slice.isFree(node)) {
        if (chain.scan || chain.operands.length === 0) throw new Unfit();
        this.#chains.set(node, chain);
        this.#joinGroup(binding, chain.group);
        for (const operand of chain.operands) this.#expression(operand);
        return;
      }
      if (this.#unit.slice.isFree(node)) throw new Unfit();
      // A copied name could hand its own chain on.
      if (right.type === 'Identifier') throw new Unfit();
      this.#expression(right);
      return;
    }
    if (left.type !== 'MemberExpression' || !left.computed || node.operator !== '=' || chain) throw new Unfit();
    this.#expression(right);
    this.#expression(left.property);
    const binding = this.#binding(left.object);
    this.#array(left.object, binding).stores.push(node);
  }

  #assigned(node: Node): Binding {
    const binding = this.#binding(node);
    if (this.#counters.has(binding) || binding.kind === 'import' || binding.exported) throw new Unfit();
    if (this.#unit.shadow(binding) === 'none') throw new Unfit();
    if (this.#isOutside(binding)) this.#carried.add(binding);
    return binding;
  }

  #joinGroup(binding: Binding, group: number): void {
    if ((this.#groups.get(binding) ?? group) !== group) throw new Unfit();
    this.#groups.set(binding, group);
  }

  #expression(node: Node): void {
    switch (node.type) {
      case 'Literal':
        if (typeof node.value !== 'number') throw new Unfit();
        return;
      case 'Identifier': {
        if (!this.#unit.binding(node) && /^(NaN|Infinity)$/.test(node.name)) return;
        const binding = this.#binding(node);
        if (this.#isOutside(binding)) this.#scalars.add(binding);
        return;
      }
      case 'UnaryExpression':
        if (!/^[-+~]$/.test(node.operator)) throw new Unfit();
        this.#expression(node.argument);
        return;
      case 'BinaryExpression':
        if (!/^([-+*/%&|^]|<<|>>>?|\*\*)$/.test(node.operator)) throw new Unfit();
        this.#expression(node.left);
        this.#expression(node.right);
        return;
      case 'CallExpression': {
        const name = mathCall(node);
        if (!name || name === 'random' || this.#unit.binding(node.callee.object)) throw new Unfit();
        for (const argument of node.arguments as Node[]) this.#expression(argument);
        return;
      }
      case 'MemberExpression': {
        if (node.optional) throw new Unfit();
        // `Math.PI`, `Number.EPSILON`: the language's constants are as old as can be.
        if (!node.computed && /^(Math|Number)$/.test(node.object.name) && !this.#unit.binding(node.object))
          if (/^[A-Z][A-Z0-9_]*$/.test(node.property.name)) return;
        if (this.#isLength(node)) return;
        if (!node.computed) throw new Unfit();
        this.#expression(node.property);
        this.#array(node.object, this.#binding(node.object)).loads.push(node);
        return;
      }
      default:
        throw new Unfit();
    }
  }
}

/** By how much a loop's update moves its counter; undefined where that is not a positive number in the text. */
export function stepOf(update: Node): number | undefined {
  if (update.type === 'UpdateExpression' && update.operator === '++') return 1;
  if (update.type !== 'AssignmentExpression' || update.operator !== '+=') return undefined;
  const { value } = update.right;
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

/** Whether a predicate holds somewhere in a tree without functions. */
export const somewhere = (node: Node, test: (at: Node) => boolean): boolean =>
  test(node) || (childrenOf(node) as Node[]).some(child => !isFunction(child) && somewhere(child, test));
