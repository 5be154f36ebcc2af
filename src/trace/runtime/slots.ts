import type { NumericFunction } from '../instrument/numeric.ts';
import { Cell } from './cells.ts';
import type { Activation } from './regions.ts';
import type { Tracer } from './runtime.ts';
import { fixed, marks } from './slot-module.ts';
import { SlotRegions } from './slot-regions.ts';
import type { SlotSpace } from './slot-space.ts';
import { ChainLost, type Times } from './times.ts';

/** A variable whose time lies in a slot. */
export class SlotCell extends Cell {
  readonly slot: number;

  constructor(name: string, zero: Times, slot: number) {
    super(name, zero);
    this.slot = slot;
  }
}

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
 * The tier for functions on numbers and typed arrays: the primitives that their clones call. Each does what its
 * namesake in `times.ts`, `runtime.ts` or `memory.ts` does, on times that lie in numbered slots instead of objects.
 * What memory holds has the general tier's form, so that both see one memory.
 */
export class Slots {
  readonly #tracer: Tracer;
  readonly #space: SlotSpace;
  readonly #functions: readonly NumericFunction[];
  readonly #clones: (Registered | undefined)[] = [];
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
    for (let at = 0; at < parameters.length; at++) if (!isAsExpected(args[at], parameters[at]!.isArray)) return notRun;
    let known: Surroundings;
    try {
      known = around();
    } catch {
      // Not initialised yet: the general tier throws where the program does.
      return notRun;
    }
    for (let at = 0; at < surroundings.length; at++)
      if (!isAsExpected(known.values[at], surroundings[at]!.isArray)) return notRun;
    kit.keepApart();
    for (let at = 0; at < surroundings.length; at++) this.#take(surroundings[at]!.slot, known.times[at]!);
    const frame = this.#space.frames;
    for (let at = 0; at < parameters.length; at++) {
      const given = pending[at + 1] ?? (parameters[at]!.waitsForAll ? tracer.joinAll(pending) : kit.zero);
      this.#take(frame + at, given);
    }
    this.regions.begin(this.#take(fixed.control, kit.state.control), kit.state.control.conditional);
    tracer.pending = undefined;
    this.entries++;
    let result: unknown;
    try {
      result = clone(frame, ...args);
    } finally {
      this.#space.countWork(kit.state);
    }
    tracer.returned = this.#space.give(fixed.returned, kit);
    return result;
  }

  #take(slot: number, times: Times): number {
    return this.#space.take(slot, times, this.#tracer.kit);
  }

  /** The primitives, by their names without prefix. */
  primitives(): Record<string, unknown> {
    if (this.#space === undefined) return {};
    const tracer = this.#tracer;
    const { kit, memory, dependences, table } = tracer;
    const { sites } = table;
    const space = this.#space;
    const { words, size, header, arithmetic } = space;
    const { regions } = this;
    const chainMark = header + marks.chain / 4;
    const charging = space.layout.charging / 4;
    const hasChains = kit.layout.families.includes('r');
    const take = this.#take.bind(this);
    const give = (slot: number): Times => space.give(slot, kit);

    const keepChain = (to: number, from: number): number => {
      if (words[to * size + chainMark]! < 0) space.keepLost(to, from);
      return to;
    };
    const copy = (to: number, from: number) => keepChain(arithmetic.copy(to, from), from);
    const under = (to: number, a: number) => keepChain(arithmetic.under(to, a), a);
    const join = (to: number, a: number, b: number): number => {
      const idOfA = words[a * size + header]!;
      const idOfB = words[b * size + header]!;
      if (idOfA === 0 || idOfA === idOfB) return b;
      return idOfB === 0 ? a : arithmetic.later(to, a, b);
    };
    /** A chain's value stays one though its cell also waits for the address. */
    const withAddress = (to: number, times: number, address: number): number => {
      const joined = join(to, times, address);
      if (joined === to && words[times * size + chainMark] !== 0) space.copyChain(to, times);
      return joined;
    };
    const touch = (to: number, a: number): number =>
      words[charging] === 0 ? a : keepChain(arithmetic.touch(to, a), a);
    const load = (to: number, object: object, key: unknown, site: number, address: number): number => {
      const idOfAddress = words[address * size + header]!;
      const slot = memory.readSlot(object, key, site, { space, to });
      if (slot >= 0) {
        const id = words[slot * size + header]!;
        if (id === 0 || id === idOfAddress) return touch(to, address);
        if (idOfAddress === 0) return touch(to, slot);
        const group = words[slot * size + chainMark]!;
        arithmetic.later(to, slot, address);
        if (group !== 0 && slot !== to) space.copyChain(to, slot);
        else words[to * size + chainMark] = group;
        return touch(to, to);
      }
      const times = memory.read(object, key, site);
      const loaded = times === kit.zero ? fixed.zero : take(to, times);
      if (loaded === fixed.zero) return touch(to, address);
      if (idOfAddress === 0) return touch(to, loaded);
      if (idOfAddress === words[to * size + header]) return touch(to, address);
      arithmetic.later(to, to, address);
      if (times.chain !== undefined) space.setChain(to, times.chain);
      return touch(to, to);
    };
    const extend = (to: number, a: number, b: number, group: number): number => {
      if (!hasChains) return arithmetic.op2(to, a, b);
      kit.state.updates++;
      if (words[a * size + chainMark]! < 0 && space.lostAt(a)!.lost!.has(group)) {
        kit.state.lost = true;
        throw new ChainLost('a chain goes on from memory');
      }
      return arithmetic.extend(to, a, b, group);
    };
    const store = (object: object, key: unknown, value: unknown, times: number, site: number): void => {
      const group = words[times * size + chainMark]!;
      const ready = touch(fixed.scratch + 3, under(fixed.scratch + 2, times));
      if (!memory.writeSlot(object, key, value, { site, group, space, ready }))
        memory.write(object, key, value, { times: give(ready), site });
    };
    const combine = (to: number, { before, operand, site }: { before: number; operand: number; site: number }) => {
      const { chain } = sites[site]!;
      return chain === 0 ? arithmetic.op2(to, before, operand) : extend(to, before, operand, chain);
    };
    return {
      ...{ cp: copy, U: under, set: under, J: join, A: withAddress, ex: extend, ld: load },
      ...{ o1: arithmetic.op1, o2: arithmetic.op2, o3: arithmetic.op3 },
      st: (object: object, key: unknown, value: unknown, times: number, site: number): void =>
        store(object, key, value, times, site),
      up: (to: number, object: object, key: unknown, operand: number, address: number, site: number): number => {
        const before = load(fixed.scratch, object, key, site, address);
        const joined = join(fixed.scratch + 1, operand, address);
        combine(to, { before, operand: joined, site });
        const stored = words[address * size + header] === 0 ? to : withAddress(fixed.scratch, to, address);
        // What it becomes is not known here: such a store is never called silent.
        store(object, key, notRun, stored, site);
        return to;
      },
      rt: (to: number): number => copy(to, fixed.returned),
      nc: (slot: number, site: number, times: number): SlotCell => {
        copy(slot, times);
        return new SlotCell(sites[site]!.name, kit.zero, slot);
      },
      rv: (cell: SlotCell, site: number): number => {
        if (memory.dated) dependences.read(cell, site, cell);
        return cell.slot;
      },
      wv: (cell: SlotCell, times: number, site: number): number => {
        if (memory.dated) dependences.write(cell, site, cell);
        return under(cell.slot, times);
      },
      sc: (to: number): number => arithmetic.copy(to, fixed.control),
      rc: (from: number): number => arithmetic.copy(fixed.control, from),
      br: regions.branch.bind(regions),
      bx: regions.exit.bind(regions),
      ct: regions.test.bind(regions),
      cd: regions.testAtEnd.bind(regions),
      lp: regions.prepare.bind(regions),
      it: regions.iterate.bind(regions),
      lx: regions.leaveLoop.bind(regions),
      en: regions.enter.bind(regions),
      le: (activation: Activation, times: number): void => {
        under(fixed.returned, times);
        regions.leave(activation);
      },
      bad: () => regions.giveUp(),
    };
  }
}

/** Returned where a call did not run by its clone; equal to nothing that a program holds. */
export const notRun = Symbol('not run');

const arrays: readonly unknown[] = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array],
].map(({ prototype }) => prototype);

/** A typed array of numbers with nothing unusual about it, or a primitive that arithmetic takes as it is. */
function isAsExpected(value: unknown, isArray: boolean): boolean {
  if (!isArray) return typeof value === 'number' || typeof value === 'boolean' || value === undefined;
  return ArrayBuffer.isView(value) && arrays.includes(Object.getPrototypeOf(value));
}
