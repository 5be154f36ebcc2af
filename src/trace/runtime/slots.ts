import type { NumericFunction } from '../instrument/numeric.ts';
import { ArrayShadows, isNumberArray } from './array-shadows.ts';
import { Odd } from './odd-places.ts';
import type { Activation } from './regions.ts';
import type { Tracer } from './runtime.ts';
import { CellDates, SlotCell } from './slot-cell.ts';
import { fixed } from './slot-layout.ts';
import { SlotRegions } from './slot-regions.ts';
import type { SlotSpace } from './slot-space.ts';
import type { Times } from './times.ts';

/** A clone of a function, for which times are slots: the first free slot, then the arguments. */
export type Clone = (frame: number, ...args: unknown[]) => unknown;

/** What a clone uses from around its functions: values, and the times that go with them. */
export interface Surroundings {
  readonly values: readonly unknown[];
  readonly times: readonly Times[];
}

interface Registered {
  readonly clone: Clone;
  readonly around: () => Surroundings;
}

/**
 * The tier for functions on numbers and typed arrays: what their clones call. Values are the program's own; times lie in
 * numbered slots, moved by one function of WebAssembly for each piece of straight code (`block-module.ts`); dates of reads
 * and writes, regions and paths are kept here.
 */
export class Slots {
  readonly #tracer: Tracer;
  readonly #space: SlotSpace;
  readonly #functions: readonly NumericFunction[];
  readonly #clones: (Registered | undefined)[] = [];
  readonly #arrays: ArrayShadows;
  readonly #odd: Odd;
  readonly #cells: CellDates;
  readonly regions: SlotRegions;
  /** By number of the function: 1 where there is a clone. */
  readonly flags: Uint8Array;
  /** Calls that ran by clones, from outside. */
  entries = 0;

  constructor(tracer: Tracer, space: SlotSpace | undefined, functions: readonly NumericFunction[]) {
    this.#tracer = tracer;
    this.#space = space!;
    this.#functions = functions;
    this.flags = new Uint8Array(functions.length);
    this.regions = new SlotRegions(tracer, this.#space);
    this.#arrays = space === undefined ? (undefined as never) : new ArrayShadows(tracer, space);
    this.#cells = new CellDates(tracer.dependences, tracer.table.sites);
    this.#odd = new Odd(tracer, this.#space);
    if (space !== undefined) space.onLost = () => this.regions.giveUp();
  }

  register(id: number, clone: Clone, around: () => Surroundings): void {
    if (this.#space === undefined) return;
    this.#clones[id] = { clone, around };
    this.flags[id] = 1;
  }

  /** Runs a call of the general tier by the function's clone; `notRun` where that cannot be. */
  run(id: number, args: readonly unknown[]): unknown {
    const tracer = this.#tracer;
    const { pending, kit } = tracer;
    const { clone, around } = this.#clones[id]!;
    const { parameters, surroundings } = this.#functions[id]!;
    if (!kit.state.active || pending === undefined) return notRun;
    let known: Surroundings;
    try {
      known = around();
    } catch {
      // Not initialised yet: the general tier throws where the program does.
      return notRun;
    }
    const given: Times[] = [];
    for (let at = 0; at < parameters.length; at++) {
      const waited = parameters[at]!.waitsForAll ? tracer.joinAll(pending) : kit.zero;
      given[at] = pending[at + 1] ?? waited;
      if (given[at]!.chain?.lost !== undefined) return notRun;
    }
    for (let at = 0; at < surroundings.length; at++) if (known.times[at]!.chain?.lost !== undefined) return notRun;
    for (let at = 0; at < parameters.length; at++) if (!isAsExpected(args[at], parameters[at]!.isArray)) return notRun;
    for (let at = 0; at < surroundings.length; at++)
      if (!isAsExpected(known.values[at], surroundings[at]!.isArray)) return notRun;
    kit.keepApart();
    this.#arrays.begin();
    this.#cells.begin();
    for (let at = 0; at < parameters.length; at++)
      if (parameters[at]!.isArray && !this.#arrays.admit(args[at])) return notRun;
    for (let at = 0; at < surroundings.length; at++)
      if (surroundings[at]!.isArray && !this.#arrays.admit(known.values[at])) return notRun;
    for (let at = 0; at < surroundings.length; at++) this.#take(surroundings[at]!.slot, known.times[at]!);
    const frame = this.#space.frames;
    for (let at = 0; at < parameters.length; at++) this.#take(frame + at, given[at]!);
    this.#take(fixed.control, kit.state.control);
    this.regions.begin(kit.state.control.conditional);
    tracer.pending = undefined;
    this.entries++;
    let result: unknown;
    try {
      result = clone(frame, ...args);
    } finally {
      this.#space.count(kit.state);
    }
    this.#arrays.end();
    tracer.returned = this.#space.give(fixed.returned * this.#space.layout.bytes, kit);
    return result;
  }

  #take(slot: number, times: Times): void {
    this.#space.take(slot * this.#space.layout.bytes, times, this.#tracer.kit);
  }

  /** The functions of a module's blocks. */
  blocks(first: number, count: number): Record<string, unknown> {
    if (this.#space === undefined) return {};
    return this.#space.compile(this.#tracer.table.blocks.slice(first, first + count), first);
  }

  /** The primitives, by their names without prefix. */
  primitives(): Record<string, unknown> {
    if (this.#space === undefined) return {};
    const arrays = this.#arrays;
    const odd = this.#odd;
    const { memory, table } = this.#tracer;
    const cells = this.#cells;
    const tracing = this.#tracer.regions;
    const { sites } = table;
    const { regions } = this;
    const isElement = (key: unknown, length: number): key is number =>
      typeof key === 'number' && key >= 0 && key < length && Math.floor(key) === key;
    const undated = new SlotCell('');
    return {
      h: (array: object) => arrays.of(array),
      kr: (of: ReturnType<ArrayShadows['of']>, key: number, site: number): number =>
        isElement(key, of.length) ? arrays.loadOnly(of, key, site) : odd.load(of.array, key, site),
      kl: (of: ReturnType<ArrayShadows['of']>, key: number, site: number): number =>
        isElement(key, of.length) ? arrays.load(of, key, site) : odd.load(of.array, key, site),
      ks: (of: ReturnType<ArrayShadows['of']>, key: number, value: unknown, site: number): number =>
        isElement(key, of.length) ? arrays.store(of, key, value, site) : odd.store(of.array, key, value, site),
      ku: (of: ReturnType<ArrayShadows['of']>, key: number, site: number): number =>
        isElement(key, of.length) ? arrays.update(of, key, site) : odd.update(of.array, key, site),
      o: odd.state,
      f: odd.settle.bind(odd),
      nc: (site: number): SlotCell => (memory.dated ? new SlotCell(sites[site]!.name) : undated),
      cr: (cell: SlotCell, site: number): void => {
        if (memory.dated && tracing.loops.length > 0) cells.read(cell, site);
      },
      cw: (cell: SlotCell, site: number): void => {
        if (memory.dated) cells.write(cell, site);
      },
      br: (value: unknown, site: number): unknown => {
        tracing.branch(site, value ? 1 : 0);
        return value;
      },
      bx: (value: unknown, site: number, loops: readonly Activation[]): unknown => {
        tracing.branch(site, value ? 1 : 0);
        for (let at = 0; at < loops.length; at++) loops[at]!.pendingControl = site;
        return value;
      },
      ct: (loop: Activation, value: unknown, site: number, carried: boolean): unknown => {
        if (carried) loop.pendingControl = site;
        if (!value) tracing.finish(loop);
        return value;
      },
      cd: (loop: Activation, value: unknown, site: number, carried: boolean): unknown => {
        if (carried) loop.pendingControl = site;
        return value;
      },
      lp: regions.prepare.bind(regions),
      it: regions.iterate.bind(regions),
      lx: regions.leaveLoop.bind(regions),
      en: regions.enter.bind(regions),
      le: regions.leave.bind(regions),
      bad: () => regions.giveUp(),
    };
  }
}

/** Returned where a call did not run by its clone; equal to nothing that a program holds. */
export const notRun = Symbol('not run');

/** A typed array of numbers with nothing unusual about it, or a primitive that arithmetic takes as it is. */
function isAsExpected(value: unknown, isArray: boolean): boolean {
  if (!isArray) return typeof value === 'number' || typeof value === 'boolean' || value === undefined;
  return isNumberArray(value);
}
