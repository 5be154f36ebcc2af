import { Cell } from './cells.ts';
import { Dependences } from './dependences.ts';
import { Memory } from './memory.ts';
import { Nests } from './nests.ts';
import { type Activation, Regions } from './regions.ts';
import type { SiteTable } from './sites.ts';
import { SlotSpace } from './slot-space.ts';
import { Slots } from './slots.ts';
import { createTimeKit, type Layout, type TimeKit, type Times } from './times.ts';

/** What a traced function keeps while it runs. */
export interface Frame {
  /** Ready times of `this` and of the arguments; undefined where native code called. */
  readonly given: readonly Times[] | undefined;
  readonly control: Times;
  activation: Activation;
  readonly native: NativeCall | undefined;
  /** Of a generator or an async function, whose regions may have ended without it. */
  readonly suspends: boolean;
}

/** A native call in progress: what it was given, and what its callbacks returned. */
export interface NativeCall {
  times: Times;
}

export interface Mark {
  readonly depth: number;
  readonly control: Times;
}

export interface Opaque {
  readonly site: number;
  readonly name: string;
  reason: string;
  calls: number;
  ms: number;
}

/** What the run had taken for granted (an access that needs no date, a chain) does not hold: it starts again without. */
export class UndatedAccess extends Error {
  override readonly name = 'UndatedAccess';
}

const none: readonly Times[] = [];

/** The state of one traced run, and the primitives that instrumented code calls. */
export class Tracer {
  readonly kit: TimeKit;
  readonly regions: Regions;
  readonly dependences: Dependences;
  readonly memory: Memory;
  readonly nests: Nests;
  readonly slots: Slots;
  /** Where times lie that are slots, if there is a use for them. */
  readonly space: SlotSpace | undefined;
  readonly table: SiteTable;
  readonly unknown = new Map<string, Opaque>();
  /** An update of a chain whose operand came out of that chain: the run starts again with it taken for none. */
  entangled: string | undefined;
  /** Times handed to the function that is about to be entered. */
  pending: readonly Times[] | undefined;
  /** Time of what was returned last. */
  returned: Times;
  thrown: Times;
  yielded: Times;
  native: NativeCall | undefined;
  /** Time of a getter's result, until the load that ran it takes it. */
  #got: Times | undefined;

  /** @param without numbers of nests that the general tier must run */
  constructor(table: SiteTable, layout: Layout, without: readonly number[] = []) {
    this.table = table;
    const { numeric, surroundings } = table;
    const host = {};
    const space = numeric.length > 0 ? SlotSpace.open(layout, surroundings, host) : undefined;
    this.space = space;
    this.kit = createTimeKit(layout, space?.shared);
    this.regions = new Regions(this.kit, table.regions);
    this.dependences = new Dependences(this.regions, table.sites);
    this.memory = new Memory(this.kit, this.dependences, table.sites);
    this.memory.onUndated = nest => {
      this.kit.state.lost = true;
      this.nests.wrong = nest;
      throw new UndatedAccess('a dependence leads to an access inside a nest');
    };
    this.dependences.onEntangled = update => {
      this.kit.state.lost = true;
      this.entangled = update;
      throw new UndatedAccess('what looked like a chain depends on itself');
    };
    this.memory.onUnknown = (site, reason) => this.note(site, reason);
    this.nests = new Nests(this, table.nests, without);
    this.slots = new Slots(this, { space, host }, numeric);
    this.returned = this.kit.zero;
    this.replaced = this.kit.zero;
    this.thrown = this.kit.zero;
    this.yielded = this.kit.zero;
  }

  note(site: number, reason: string, ms = 0): void {
    const { name = '' } = this.table.sites[site] ?? {};
    const key = `${site}|${reason}`;
    const known = this.unknown.get(key);
    if (known) {
      known.calls++;
      known.ms += ms;
    } else this.unknown.set(key, { site, name, reason, calls: 1, ms });
  }

  // Values and memory

  load(object: unknown, key: unknown, site: number, address: Times): Times {
    const times = this.memory.load(object, key, site, address);
    if (this.#got === undefined) return times;
    const got = this.#got;
    this.#got = undefined;
    return this.kit.join(times, got);
  }

  /** The time of what `update` replaced. */
  replaced: Times;

  /** `object[key] op= operand` (or `++`). */
  update(
    object: unknown,
    key: unknown,
    { operand, site, address }: { operand: Times; site: number; address: Times },
  ): Times {
    const before = this.load(object, key, site, address);
    this.replaced = before;
    const times = this.combine(before, this.kit.join(operand, address), site);
    // What it becomes is not known here: such a store is never called silent.
    this.memory.store(object, key, unique, { times, site, address });
    return times;
  }

  combine(before: Times, operand: Times, site: number): Times {
    const { chain, latency } = this.table.sites[site]!;
    // At unit cost the arithmetic takes no latency, and leaves it alone.
    return chain === 0 ? this.kit.op2(before, operand, latency) : this.kit.extend(before, operand, chain, latency);
  }

  newCell(site: number, times: Times): Cell {
    return new Cell(this.table.sites[site]!.name, times);
  }

  writeCell(cell: Cell, times: Times, site: number): Times {
    const ready = this.kit.under(times);
    this.memory.writeCell(cell, ready, site);
    return ready;
  }

  // Control

  branch<T>(value: T, times: Times, site: number): T {
    const { state, zero } = this.kit;
    if (!state.active) return value;
    if (times !== zero) state.control = this.kit.when(state.control, times);
    this.regions.branch(site, value ? 1 : 0);
    return value;
  }

  /** A branch that can leave the given loops: everything later in them waits for it. */
  exit<T>(value: T, times: Times, { site, loops, past }: Exit): T {
    const { state, zero } = this.kit;
    if (!state.active) return value;
    this.regions.branch(site, value ? 1 : 0);
    if (times !== zero) state.control = this.kit.when(state.control, times);
    for (let at = 0; at < loops.length; at++) {
      const loop = loops[at]!;
      this.regions.waitFor(loop, times, site, true);
      if (at < past) loop.outer = this.kit.when(loop.outer, times);
    }
    return value;
  }

  test<T>(loop: Activation, value: T, times: Times, { site, carried }: { site: number; carried: boolean }): T {
    const { state, zero } = this.kit;
    if (state.active && (times !== zero || carried)) {
      const { control } = state;
      state.control = this.kit.when(control, times);
      // What the iteration began with differs from the loop's control in its own lane alone, which each begins anew.
      if (control === loop.iterationControl && loop.control === loop.givenControl)
        this.regions.waitAs(loop, state.control, site, carried);
      else this.regions.waitFor(loop, times, site, carried);
    }
    return value;
  }

  leaveLoop(loop: Activation): void {
    if (!loop.started) return;
    const { outer } = loop;
    if (this.regions.leave(loop)) this.regions.reuse(loop);
    this.kit.state.control = outer;
  }

  mark(): Mark {
    return { depth: this.regions.stack.length, control: this.kit.state.control };
  }

  unwind(mark: Mark): void {
    this.regions.unwind(mark.depth);
    this.kit.state.control = mark.control;
    this.pending = undefined;
  }

  // Functions

  enter(id: number): Frame {
    const given = this.pending;
    this.pending = undefined;
    const { control } = this.kit.state;
    const native = given === undefined ? this.native : undefined;
    const activation = this.regions.enterFunction(id);
    // One that waits comes back to it after the caller's control may have become another's.
    const suspends = activation.record.site.suspends;
    return { given, control: suspends ? this.kit.copy(control) : control, native, activation, suspends };
  }

  /** Time of `this` (0) or of an argument (from 1). */
  given(frame: Frame, place: number): Times {
    if (frame.given !== undefined) return frame.given[place] ?? this.kit.zero;
    return frame.native?.times ?? this.kit.zero;
  }

  allGiven(frame: Frame): Times {
    if (frame.given === undefined) return frame.native?.times ?? this.kit.zero;
    return this.joinAll(frame.given);
  }

  /** Time of a parameter with a default, which may be made of the others. */
  givenOrAll(frame: Frame, place: number): Times {
    return frame.given?.[place] ?? this.allGiven(frame);
  }

  leave(frame: Frame, times: Times): void {
    this.returned = this.kit.under(times);
    if (frame.native) frame.native.times = this.kit.join(frame.native.times, this.returned);
    if (this.regions.leave(frame.activation) && !frame.suspends) this.regions.reuse(frame.activation);
    this.kit.state.control = frame.control;
  }

  /** After a `finally`: what is returned was said before it ran. */
  leaveFinally(frame: Frame): void {
    const { returned } = this;
    this.leave(frame, this.kit.zero);
    this.returned = returned;
  }

  /** A generator's body starts when it is first asked, long after its call: a barrier, like every resumption. */
  enterGenerator(id: number): Frame {
    this.pending = undefined;
    const frame = this.enter(id);
    return { ...frame, native: { times: this.kit.snapshot() } };
  }

  leaveGetter(frame: Frame, times: Times): void {
    this.leave(frame, times);
    if (frame.given === undefined) this.#got = this.returned;
  }

  /** Before a `yield` or `await`: other code runs in between, so the function's regions end here. */
  suspend(frame: Frame): void {
    this.regions.leave(frame.activation);
    this.kit.state.control = frame.control;
  }

  /** After it: a barrier, so everything that ran before is done. */
  resume(frame: Frame): Times {
    frame.activation = this.regions.enterFunction(frame.activation.record.site.id);
    return this.kit.snapshot();
  }

  joinAll(times: readonly Times[]): Times {
    let joined = this.kit.zero;
    // By index: the program may have changed how arrays iterate.
    for (let at = 0; at < times.length; at++) if (times[at] !== undefined) joined = this.kit.join(joined, times[at]!);
    return joined;
  }

  take(): Times {
    const { returned } = this;
    this.returned = this.kit.zero;
    return returned;
  }

  static readonly none = none;
}

interface Exit {
  readonly site: number;
  readonly loops: readonly Activation[];
  /** What follows the first so many of them waits as well. */
  readonly past: number;
}

/** Equal to nothing, so that no store of it can look silent. */
const unique = Symbol('unknown value');
