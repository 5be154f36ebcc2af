import type { NumericFunction } from '../instrument/numeric.ts';
import { isNumberArray, type NumberArray } from './array-shadows.ts';
import type { Place, Step } from './block.ts';
import { mostRecords, mostSites, sChain, sFeeds, siteBytes, sitesFrom, sPlace } from './core.ts';
import type { Tracer } from './runtime.ts';
import { SlotHost } from './slot-host.ts';
import { fixed } from './slot-layout.ts';
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
 * numbered slots, and what happens to them, to dates and to regions is one function of WebAssembly for each piece of
 * straight code (`block-module.ts`).
 */
export class Slots {
  readonly #tracer: Tracer;
  readonly #space: SlotSpace;
  readonly #functions: readonly NumericFunction[];
  readonly #clones: (Registered | undefined)[] = [];
  readonly #host: SlotHost;
  #sites = 0;
  /** The farthest slot of a frame that a block names. */
  #reach = 0;
  /** By number of the function: 1 where there is a clone. */
  readonly flags: Uint8Array;
  /** Calls that ran by clones, from outside. */
  entries = 0;

  /** @param host takes what the runtime in WebAssembly calls outside */
  constructor(
    tracer: Tracer,
    { space, host }: { space: SlotSpace | undefined; host: Record<string, unknown> },
    functions: readonly NumericFunction[],
  ) {
    this.#tracer = tracer;
    this.#space = space!;
    this.#functions = functions;
    this.flags = new Uint8Array(functions.length);
    this.#host = space === undefined ? (undefined as never) : new SlotHost(tracer, space);
    if (space !== undefined) Object.assign(host, this.#host.functions());
  }

  register(id: number, clone: Clone, around: () => Surroundings): void {
    if (!this.#isUsable) return;
    this.#clones[id] = { clone, around };
    this.flags[id] = 1;
  }

  get #isUsable(): boolean {
    return this.#space !== undefined && this.#tracer.table.regions.length <= mostRecords;
  }

  /** Runs a call of the general tier by the function's clone; `notRun` where that cannot be. */
  run(id: number, args: readonly unknown[]): unknown {
    const tracer = this.#tracer;
    const { pending, kit } = tracer;
    const { arrays, boundary } = this.#host;
    const { clone, around } = this.#clones[id]!;
    const { parameters, surroundings } = this.#functions[id]!;
    if (!kit.state.active || pending === undefined || !boundary.hasRoom || !this.#knowSites()) return notRun;
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
    arrays.begin();
    const handles: number[] = [];
    for (let at = 0; at < parameters.length; at++)
      if (parameters[at]!.isArray) {
        handles[at] = arrays.admit(args[at]);
        if (handles[at] === 0) return notRun;
      }
    const frame = this.#space.frames;
    for (let at = 0; at < surroundings.length; at++) {
      const { isArray, slot } = surroundings[at]!;
      this.#take(slot, known.times[at]!, isArray ? arrays.admit(known.values[at]) : undefined);
      if (isArray && this.#handleAt(slot) === 0) return notRun;
    }
    for (let at = 0; at < parameters.length; at++) this.#take(frame + at, given[at]!, handles[at]);
    this.#take(fixed.control, kit.state.control, undefined);
    this.#space.markControl(kit.state.control.conditional);
    tracer.pending = undefined;
    this.entries++;
    this.#space.use(frame + this.#reach);
    boundary.enter();
    let result: unknown;
    try {
      result = clone(frame, ...args);
    } finally {
      boundary.leave();
      arrays.end();
    }
    tracer.returned = this.#space.give(fixed.returned * this.#space.layout.bytes, kit);
    return result;
  }

  #take(slot: number, times: Times, handle: number | undefined): void {
    const { bytes, dates } = this.#space.layout;
    this.#space.take(slot * bytes, times, this.#tracer.kit);
    if (handle !== undefined) this.#space.set(slot * bytes + dates, handle);
  }

  #handleAt(slot: number): number {
    const { bytes, dates } = this.#space.layout;
    return this.#space.get(slot * bytes + dates);
  }

  /** More sites may have been named. @returns false where there are too many */
  #knowSites(): boolean {
    const { sites } = this.#tracer.table;
    if (this.#sites === sites.length) return true;
    if (sites.length > mostSites) return false;
    for (; this.#sites < sites.length; this.#sites++) {
      const at = sitesFrom + this.#sites * siteBytes;
      const { chain, place, feeds } = sites[this.#sites]!;
      this.#space.set(at + sChain, chain);
      this.#space.set(at + sPlace, place);
      this.#space.set(at + sFeeds, feeds);
    }
    return true;
  }

  /** What the clones' regions and pairs have added up goes where it is asked for. */
  fold(): void {
    if (this.#space === undefined) return;
    this.#host.boundary.fold();
    this.#host.edges.fold();
  }

  /** The functions of a module's blocks. */
  blocks(first: number, count: number): Record<string, unknown> {
    const { table } = this.#tracer;
    if (!this.#isUsable) return {};
    const blocks = table.blocks.slice(first, first + count);
    for (const { steps } of blocks)
      for (const step of steps) {
        if (step.do === 'enter' || step.do === 'iterate') this.#host.boundary.register(step.region);
        for (const place of placesOf(step)) this.#reach = Math.max(this.#reach, place.slot + 2);
      }
    return this.#space.compile(blocks, first, table.isDated);
  }

  /** What clones call besides: how arrays hold a number, and what ends the run. */
  primitives(): Record<string, unknown> {
    if (this.#space === undefined) return {};
    return { q: isSilent, fo: formOf, bad: () => this.giveUp() };
  }

  /** The general tier does something for a clone that changes no regions. */
  lend(run: () => void): void {
    const { arrays, boundary } = this.#host;
    // Times may have been stored where there were none before.
    if (!arrays.lend(() => boundary.show(run))) this.giveUp();
  }

  /** The run is void: it starts again without clones and nests. */
  giveUp(): never {
    return this.#host.stop();
  }
}

/** A place for one number as an array would hold it, by prototype; a clamped one is compared as it is, like other tiers do. */
const forms = new Map<unknown, { [at: number]: number }>(
  [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array].map(made => [
    made.prototype,
    new made(1),
  ]),
);
const asItIs = new Float64Array(1);
let lastPrototype: unknown;
let lastForm = asItIs as { [at: number]: number };

function formOf(array: NumberArray): { [at: number]: number } {
  const prototype: unknown = Object.getPrototypeOf(array);
  // Most arrays that are stored to one after the other are alike.
  if (prototype === lastPrototype) return lastForm;
  lastPrototype = prototype;
  lastForm = forms.get(prototype) ?? asItIs;
  return lastForm;
}

/** @returns 1 where a store would leave an element as it is, else 0 */
function isSilent(form: { [at: number]: number }, array: NumberArray, key: number, value: unknown): 0 | 1 {
  if (typeof value !== 'number') return 0;
  form[0] = value;
  return Object.is(form[0], array[key]) ? 1 : 0;
}

function placesOf(step: Step): Place[] {
  const parts: readonly object[] = step.do === 'gathered' ? step.code : [step];
  return parts
    .flatMap(part => Object.values(part) as unknown[])
    .filter((part): part is Place => typeof part === 'object' && part !== null && 'of' in part && part.of === 'frame');
}

/** Returned where a call did not run by its clone; equal to nothing that a program holds. */
export const notRun = Symbol('not run');

/** A typed array of numbers with nothing unusual about it, or a primitive that arithmetic takes as it is. */
function isAsExpected(value: unknown, isArray: boolean): boolean {
  if (!isArray) return typeof value === 'number' || typeof value === 'boolean' || value === undefined;
  return isNumberArray(value);
}
