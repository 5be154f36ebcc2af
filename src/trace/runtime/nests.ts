import type { Nest } from '../instrument/nest.ts';
import { dependenceCode, shapeCode } from '../instrument/nest-dependences.ts';
import { type NestForm, timesCode } from '../instrument/nest-times.ts';
import type { Cell } from './cells.ts';
import type { Elements } from './elements.ts';
import type { Tracer } from './runtime.ts';
import { Skeleton } from './skeleton.ts';
import type { Chain, Family, Times } from './times.ts';

type Values = Record<string, unknown>;

/** What a nest is judged by when it is entered. */
interface Shape {
  readonly trips: readonly number[];
  readonly stores: readonly {
    readonly array: number;
    readonly first: number;
    readonly loops: readonly number[];
    readonly steps: readonly number[];
  }[];
}

/** What made code works on, and what it leaves. */
interface Running {
  readonly values: Values;
  readonly control: number[];
  readonly high: number[];
  readonly offsets: number[];
  readonly shadows: Int32Array[][];
  readonly carried: number[][];
  readonly chains: number[][];
  readonly entries: number[];
  readonly iterations: number[];
  readonly works: number[];
  readonly spans: Record<'s' | 'r', number[]>;
  readonly parts: Record<'s' | 'r', number[]>;
  work: number;
}

interface Prepared {
  readonly nest: Nest;
  readonly shape: (values: Values) => Shape;
  readonly dependences: ((skeleton: Skeleton) => void) | undefined;
  readonly forms: Map<string, (running: Running) => void>;
}

/** What the program goes on with. */
export interface NestResult {
  readonly values: Values;
  /** Times of the names that were assigned, in the nest's order. */
  readonly times: readonly Times[];
  /** Of all its loops. */
  readonly iterations: number;
}

/** Nests beyond these are left to the general tier. */
export const mostNests = 4096;
const worthwhile = 100;

interface Memory {
  readonly elements: Elements;
  readonly offset: number;
}

/**
 * Runs nests by code made for them (`instrument/nest.ts`), where what holds when they are entered allows it: arrays
 * are typed and do not overlap where they are written, every store goes to a place of its own, whatever comes from
 * outside is older than the regions around, and no dependence leads into the nest from an earlier iteration of a
 * loop around it. Otherwise the general tier runs the loop; the numbers are the same.
 */
export class Nests {
  readonly #tracer: Tracer;
  readonly #nests: readonly Nest[];
  readonly #prepared: (Prepared | null)[] = [];
  /** Operations at which a run is stopped. */
  mostOperations = Number.POSITIVE_INFINITY;
  /** 1 for each nest that is not worth entering. */
  readonly off = new Uint8Array(mostNests);
  readonly #tallies: { entries: number; iterations: number }[] = [];

  constructor(tracer: Tracer, nests: readonly Nest[]) {
    this.#tracer = tracer;
    this.#nests = nests;
  }

  /**
   * @param values of all names from outside
   * @param ready times of the names that are only read
   * @param carried times of those that are assigned
   * @param cells of the variables among them that are dated
   * @returns undefined where the general tier must run it
   */
  run(
    id: number,
    values: Values,
    given: { ready: readonly Times[]; carried: readonly Times[]; cells: readonly Cell[] },
  ): NestResult | undefined {
    if (!this.#tracer.kit.state.active) return undefined;
    const prepared = this.#prepare(id);
    const result = prepared ? this.#attempt(prepared, values, given) : undefined;
    this.#judge(id, result);
    return result;
  }

  #prepare(id: number): Prepared | null {
    let prepared = this.#prepared[id];
    if (prepared === undefined) {
      const nest = this.#nests[id]!;
      const shape = shapeCode(nest);
      const dependences = dependenceCode(nest);
      prepared =
        shape === undefined
          ? null
          : {
              nest,
              shape: new Function(shape)() as Prepared['shape'],
              dependences:
                dependences === undefined ? undefined : (new Function(dependences)() as Prepared['dependences']),
              forms: new Map(),
            };
      this.#prepared[id] = prepared;
    }
    return prepared;
  }

  /** What made code costs to enter pays from about so many iterations on. */
  #judge(id: number, result: NestResult | undefined): void {
    const tally = (this.#tallies[id] ??= { entries: 0, iterations: 0 });
    tally.entries++;
    tally.iterations += result?.iterations ?? 0;
    if (tally.entries >= 16 && tally.iterations / tally.entries < worthwhile) this.off[id] = 1;
  }

  #attempt(
    prepared: Prepared,
    values: Values,
    { ready, carried, cells }: Parameters<Nests['run']>[2],
  ): NestResult | undefined {
    const { nest } = prepared;
    const { kit, regions } = this.#tracer;
    const families = kit.layout.families.filter((family): family is 's' | 'r' => family !== 'm');
    const outer = regions.lanes;
    const { control } = kit.state;
    const isOld = (time: (family: Family, lane: number) => number) => {
      for (const family of families)
        for (let lane = 0; lane < outer; lane++) if (time(family, lane) > kit.lane(control, family, lane)) return false;
      return true;
    };
    if (nest.loops.some(({ region }) => regions.recordOf(region).active > 0)) return undefined;
    if (!ready.every(times => times === kit.zero || isOld((family, lane) => kit.lane(times, family, lane))))
      return undefined;
    const memories = this.#memories(nest, values);
    if (!memories) return undefined;
    const shape = prepared.shape(values);
    if (!this.#isSound(nest, shape, memories, values) || !this.#isUndisturbed(nest, memories)) return undefined;
    const field = (family: Family, lane: number) => kit.layout.families.indexOf(family) * kit.layout.lanes + lane;
    const stale = memories.map(({ elements }) => isOld((family, lane) => elements.tops[field(family, lane)]!));
    const form: NestForm = { outer, shares: regions.isFresh, families, stale };
    const each = <T>(make: (family: 's' | 'r', lane: number) => T): T[] =>
      families.flatMap(family => Array.from({ length: outer }, (_, lane) => make(family, lane)));
    const zeros = () => nest.loops.map(() => 0);
    const running: Running = {
      values,
      control: each((family, lane) => kit.lane(control, family, lane)),
      high: each((family, lane) => kit.high(family, lane)),
      offsets: memories.map(({ offset }) => offset),
      shadows: memories.map(({ elements }, at) =>
        nest.arrays[at]!.stores.length > 0 || !stale[at]
          ? each((family, lane) => elements.field(field(family, lane)))
          : [],
      ),
      carried: carried.map(times => each((family, lane) => kit.lane(times, family, lane))),
      chains: carried.map((times, at) => this.#chainIn(times, nest.groupOf.get(nest.carried[at]!), outer)),
      entries: zeros(),
      iterations: zeros(),
      works: zeros(),
      spans: { s: zeros(), r: zeros() },
      parts: { s: zeros(), r: zeros() },
      work: 0,
    };
    this.#code(prepared, form)(running);
    for (const [at, family] of families.entries())
      for (let lane = 0; lane < outer; lane++) kit.raise(family, lane, running.high[at * outer + lane]!);
    this.#account(nest, running, families);
    const times = this.#timesOut(nest, running, families);
    this.#remember(nest, memories, field);
    if (prepared.dependences)
      prepared.dependences(new Skeleton(this.#tracer.dependences, nest, shape.trips, cells, this.#tracer));
    regions.clock++;
    return { values, times, iterations: running.iterations.reduce((sum, count) => sum + count, 0) };
  }

  #code(prepared: Prepared, form: NestForm): (running: Running) => void {
    const key = `${form.outer}|${form.shares}|${form.families.length}|${form.stale.map(Number).join('')}`;
    let code = prepared.forms.get(key);
    if (!code) {
      code = new Function(timesCode(prepared.nest, form))() as (running: Running) => void;
      prepared.forms.set(key, code);
    }
    return code;
  }

  #memories(nest: Nest, values: Values): Memory[] | undefined {
    const { memory } = this.#tracer;
    const found: Memory[] = [];
    const buffers = nest.arrays.map(({ binding }) => (values[binding.name] as ArrayBufferView | undefined)?.buffer);
    for (const [at, { binding, site, stores, loads }] of nest.arrays.entries()) {
      const array = values[binding.name];
      if (
        !ArrayBuffer.isView(array) ||
        array instanceof DataView ||
        array instanceof BigInt64Array ||
        array instanceof BigUint64Array
      )
        return undefined;
      if (stores.length > 0 && buffers.some((buffer, other) => other !== at && buffer === buffers[at]))
        return undefined;
      const known = memory.elementsOf(array, site);
      if (!known) return undefined;
      const { elements } = known;
      if (stores.length > 0 && elements.hasChains) return undefined;
      // A value that is loaded as it is could go on with a chain.
      if (loads.length > 0 && (elements.hasChains || elements.lost) && this.#takesChains(nest, elements))
        return undefined;
      found.push(known);
    }
    return found;
  }

  /** Whether a running result of the nest could go on with one that an array holds. */
  #takesChains(nest: Nest, elements: Elements): boolean {
    if (nest.carried.length > 0) return true;
    return [...nest.groupOf.values()].some(group => elements.groups?.has(group) || elements.lost?.has(group));
  }

  /** Every store has a place of its own inside its array, and there is not too much to do. */
  #isSound(nest: Nest, { trips, stores }: Shape, memories: readonly Memory[], values: Values): boolean {
    if (!trips.every(Number.isFinite)) return false;
    // Above every loop's own trips lie those of the loops around it; operations are at most 64 a statement's iteration.
    let most = 0;
    for (const at of nest.loops.keys()) {
      let count = 1;
      for (let k = at; k >= 0; k = nest.loops[k]!.parent) count *= trips[k]!;
      most = Math.max(most, count);
    }
    if (this.#tracer.kit.state.work + most * 64 > Math.min(this.mostOperations * 64, 2 ** 31 - 1) && most > 2 ** 24)
      return false;
    void memories;
    return stores.every(({ array, first, loops, steps }) => {
      const ranges = loops
        .map((loop, k) => ({ trips: trips[loop]!, step: steps[k]! }))
        .filter(({ trips: count }) => count !== 1);
      if (ranges.some(({ trips: count }) => count === 0)) return true;
      if (!Number.isInteger(first) || !ranges.every(({ step }) => Number.isInteger(step))) return false;
      let low = first;
      let high = first;
      let reach = 0;
      for (const { step, trips: count } of ranges.sort((a, b) => Math.abs(a.step) - Math.abs(b.step))) {
        const size = Math.abs(step);
        if (size <= reach) return false;
        reach += size * (count - 1);
        if (step > 0) high += step * (count - 1);
        else low += step * (count - 1);
      }
      const { length } = values[nest.arrays[array]!.binding.name] as unknown as ArrayLike<number>;
      return low >= 0 && high < length;
    });
  }

  /** No access of an earlier iteration of an active loop is to the arrays in a way that the nest's accesses depend on. */
  #isUndisturbed(nest: Nest, memories: readonly Memory[]): boolean {
    const { regions } = this.#tracer;
    const { loops } = regions;
    if (loops.length === 0) return true;
    const outermost = loops[0]!.entered;
    const isCarried = (clock: number) => clock >= outermost && regions.carrier(clock) !== undefined;
    return memories.every(({ elements: { since } }, at) => {
      if (isCarried(since.write) || isCarried(since.nestWrite)) return false;
      return nest.arrays[at]!.stores.length === 0 || !(isCarried(since.read) || isCarried(since.nestRead));
    });
  }

  #remember(nest: Nest, memories: readonly Memory[], field: (family: Family, lane: number) => number): void {
    const { kit, regions } = this.#tracer;
    const outermost = regions.loops[0]?.entered ?? regions.clock + 1;
    for (const [at, { elements }] of memories.entries()) {
      const { stores, loads } = nest.arrays[at]!;
      const { since } = elements;
      if (loads.length > 0 && since.nestRead < outermost) since.nestRead = regions.clock;
      if (stores.length === 0) continue;
      if (since.nestWrite < outermost) since.nestWrite = regions.clock;
      for (const family of kit.layout.families)
        for (let lane = 0; lane < regions.lanes; lane++) {
          const place = field(family, lane);
          elements.tops[place] = Math.max(elements.tops[place]!, kit.high(family, lane));
        }
      if (nest.groupOf.size > 0) elements.lose(nest.groupOf.values());
      for (const { elements: from } of memories) {
        if (from.groups) elements.lose(from.groups);
        if (from.lost) elements.lose(from.lost);
      }
    }
  }

  #account(nest: Nest, running: Running, families: readonly ('s' | 'r')[]): void {
    const { kit, regions } = this.#tracer;
    for (const [at, { region }] of nest.loops.entries()) {
      const record = regions.recordOf(region);
      record.entries += running.entries[at]!;
      record.iterations += running.iterations[at]!;
      record.work += running.works[at]!;
      record.paths.addStraight(running.iterations[at]!);
      record.uncharged = true;
      for (const family of families) {
        record.spans[family] += running.spans[family][at]!;
        record.parts[family] += running.parts[family][at]!;
      }
    }
    const [s = 0] = running.spans.s;
    const [r = 0] = running.spans.r;
    regions.addChild(running.work, { s, r });
    kit.state.work += running.work;
    if (running.work === 0) for (const { record } of regions.stack) record.uncharged = true;
  }

  /** The chain that a variable comes with: latest operand, time in order, updates, for each lane around the nest. */
  #chainIn(times: Times, group: number | undefined, outer: number): number[] {
    const { kit } = this.#tracer;
    const { chain } = times;
    const parts = Array.from({ length: 3 * outer }, () => 0);
    if (group === undefined || chain === undefined || chain.group !== group) return parts;
    for (let lane = 0; lane < outer; lane++) {
      if (chain.since[lane] !== kit.base('r', lane)) continue;
      parts[lane] = chain.latest[lane]!;
      parts[outer + lane] = chain.inOrder[lane]!;
      parts[2 * outer + lane] = chain.updates[lane]!;
    }
    return parts;
  }

  #timesOut(nest: Nest, running: Running, families: readonly ('s' | 'r')[]): Times[] {
    const { kit, regions } = this.#tracer;
    const outer = regions.lanes;
    return nest.carried.map((binding, at) => {
      const fields: (Int32Array | undefined)[] = [];
      for (const [f, family] of families.entries())
        for (let lane = 0; lane < outer; lane++)
          fields[kit.layout.families.indexOf(family) * kit.layout.lanes + lane] = Int32Array.of(
            running.carried[at]![f * outer + lane]!,
          );
      const times = kit.under(kit.gather(fields, 0));
      const group = nest.groupOf.get(binding);
      const part = (k: number) =>
        Array.from({ length: kit.layout.lanes }, (_, lane) =>
          lane < outer ? running.chains[at]![k * outer + lane]! : 0,
        );
      const updates = part(2);
      if (group === undefined || !families.includes('r') || updates.every(count => count === 0)) return times;
      const since = updates.map((count, lane) => (count > 0 ? kit.base('r', lane) : -1));
      const chain: Chain = { group, latest: part(0), inOrder: part(1), updates, since };
      return kit.chained(times, chain);
    });
  }
}
