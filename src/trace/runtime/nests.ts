import type { Binding, Node } from '../../target/scope.ts';
import type { Nest } from '../instrument/nest.ts';
import { type Origins, originsOf, valuesOf } from '../instrument/nest-chains.ts';
import { dependenceCode, shapeCode } from '../instrument/nest-dependences.ts';
import { type NestForm, timesCode } from '../instrument/nest-times.ts';
import type { Cell } from './cells.ts';
import type { Elements } from './elements.ts';
import { type Tracer, UndatedAccess } from './runtime.ts';
import { Skeleton } from './skeleton.ts';
import { type Chain, type Family, limit, type Times } from './times.ts';

type Values = Record<string, unknown>;

/** What a nest is judged by when it is entered. */
interface Shape {
  readonly trips: readonly number[];
  readonly stores: readonly Access[];
  readonly loads: () => readonly Access[];
  /** Arrays with loads of which it is not known where they are. */
  readonly scattered: readonly number[];
}

/** Subscripts of a load or store: the first, and how far apart those of neighbouring iterations are in each loop around it. */
interface Access {
  readonly array: number;
  readonly first: number;
  readonly loops: readonly number[];
  readonly steps: readonly number[];
}

/** What made code works on, and what it leaves. */
interface Running {
  readonly values: Values;
  /** How often each loop runs when it is entered. */
  readonly trips: readonly number[];
  readonly control: number[];
  readonly high: number[];
  readonly offsets: number[];
  readonly shadows: Int32Array[][];
  readonly carried: number[][];
  readonly chains: number[][];
  readonly spans: Record<'s' | 'r', number[]>;
  readonly parts: Record<'s' | 'r', number[]>;
}

/** Code for one form of a nest, and the operations of each loop's iteration outside of inner loops. */
interface Made {
  readonly run: (running: Running) => void;
  readonly operations: readonly number[];
}

interface Prepared {
  readonly id: number;
  readonly nest: Nest;
  readonly shape: (values: Values) => Shape;
  readonly dependences: ((skeleton: Skeleton) => void) | undefined;
  /** Where the values come from that are stored, by array, and those that variables are given. */
  readonly origins: { readonly stores: readonly Origins[]; readonly variables: ReadonlyMap<Binding, Origins> };
  readonly forms: Map<string, Made>;
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
/** A quarter of a second of the general tier. */
const youngOperations = 2 ** 20;

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
  /** Entries that ran by made code, and the iterations of all loops in them. */
  readonly taken = { entries: 0, iterations: 0 };

  /** The nest that left an access undated to which a dependence leads; −1 where that is not known. */
  wrong = -1;

  readonly without: ReadonlySet<number>;

  /** @param without nests that must be left to the general tier */
  constructor(tracer: Tracer, nests: readonly Nest[], without: readonly number[] = []) {
    this.#tracer = tracer;
    this.#nests = nests;
    for (const id of without) this.off[id] = 1;
    this.without = new Set(without);
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
              id,
              nest,
              shape: new Function(shape)() as Prepared['shape'],
              dependences:
                dependences === undefined ? undefined : (new Function(dependences)() as Prepared['dependences']),
              origins: originsIn(nest),
              forms: new Map(),
            };
      this.#prepared[id] = prepared;
    }
    return prepared;
  }

  /** What made code costs to enter pays from about so many iterations on. */
  #judge(id: number, result: NestResult | undefined): void {
    const tally = this.#tallies[id] ?? { entries: 0, iterations: 0 };
    this.#tallies[id] = tally;
    tally.entries++;
    tally.iterations += result?.iterations ?? 0;
    if (result) {
      this.taken.entries++;
      this.taken.iterations += result.iterations;
    }
    if (tally.entries < 16 || tally.iterations / tally.entries >= worthwhile) return;
    this.off[id] = 1;
    this.#reconsider(id);
  }

  /**
   * A loop that has a clone was entered with this nest in it, which does not pay: a run that is young starts again, so that
   * the clone runs the loop.
   */
  #reconsider(id: number): void {
    const { kit, slots, table } = this.#tracer;
    if (kit.state.work > youngOperations) return;
    const holds = ([fragment, nests]: readonly [number, readonly number[]]): boolean =>
      slots.flags[fragment] === 1 && nests.includes(id) && nests.every(nest => this.off[nest] === 1);
    if (![...table.nestsOf].some(holds)) return;
    kit.state.lost = true;
    this.wrong = id;
    throw new UndatedAccess('a loop runs faster without this nest');
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
    // Operations on anything but numbers may run code, or be others than they look.
    if (![...nest.scalars, ...nest.carried].every(({ name }) => isNumeric(values[name]))) return undefined;
    // A name from outside must not bring a running result that the nest would hand on without its state.
    if (ready.some(({ chain }) => chain !== undefined)) return undefined;
    if (carried.some(({ chain }, at) => chain !== undefined && chain.group !== nest.groupOf.get(nest.carried[at]!)))
      return undefined;
    if (!ready.every(times => times === kit.zero || isOld((family, lane) => kit.lane(times, family, lane))))
      return undefined;
    const memories = this.#memories(nest, values);
    if (!memories || this.#takesChains(prepared, memories)) return undefined;
    const shape = prepared.shape(values);
    if (!this.#isSound(nest, shape, values) || !this.#isUndisturbed(nest, memories)) return undefined;
    kit.keepApart();
    const field = (family: Family, lane: number) => kit.layout.families.indexOf(family) * kit.layout.lanes + lane;
    const stale = memories.map(({ elements }) => isOld((family, lane) => elements.tops[field(family, lane)]!));
    const each = <T>(make: (family: 's' | 'r', lane: number) => T): T[] =>
      families.flatMap(family => Array.from({ length: outer }, (_, lane) => make(family, lane)));
    const shadows = memories.map(({ elements }, at) =>
      nest.arrays[at]!.stores.length > 0 || !stale[at]
        ? each((family, lane) => elements.field(field(family, lane)))
        : [],
    );
    const alike = memories.map(
      ({ offset }, at) => !stale[at] && this.#isAlike(nest, at, { shape, values, offset, times: shadows[at]! }),
    );
    const form: NestForm = { outer, shares: regions.isFresh, families, stale, alike };
    const zeros = () => nest.loops.map(() => 0);
    const running: Running = {
      values,
      trips: shape.trips,
      control: each((family, lane) => kit.lane(control, family, lane)),
      high: each((family, lane) => kit.high(family, lane)),
      offsets: memories.map(({ offset }) => offset),
      shadows,
      carried: carried.map(times => each((family, lane) => kit.lane(times, family, lane))),
      chains: carried.map((times, at) => this.#chainIn(times, nest.groupOf.get(nest.carried[at]!), outer)),
      spans: { s: zeros(), r: zeros() },
      parts: { s: zeros(), r: zeros() },
    };
    const made = this.#code(prepared, form);
    // A run that this would take over its limit is stopped on the way, by the general tier.
    if (kit.state.work + workOf(nest, shape.trips, made.operations) > Math.min(this.mostOperations, limit))
      return undefined;
    made.run(running);
    for (const [at, family] of families.entries())
      for (let lane = 0; lane < outer; lane++) kit.raise(family, lane, running.high[at * outer + lane]!);
    const iterations = this.#account(nest, shape.trips, { made, running, families });
    const times = this.#timesOut(nest, running, families);
    this.#remember(prepared, memories, field);
    if (prepared.dependences && this.#tracer.memory.dated)
      prepared.dependences(new Skeleton(this.#tracer.dependences, nest, shape.trips, cells, this.#tracer));
    regions.clock++;
    return { values, times, iterations };
  }

  #code(prepared: Prepared, form: NestForm): Made {
    const key = `${form.outer}|${form.shares}|${form.families.length}|${form.stale.map(Number).join('')}|${form.alike.map(Number).join('')}`;
    const known = prepared.forms.get(key);
    if (known) return known;
    const { code, operations } = timesCode(prepared.nest, form);
    const made = { run: new Function(code)() as Made['run'], operations };
    prepared.forms.set(key, made);
    return made;
  }

  #memories(nest: Nest, values: Values): Memory[] | undefined {
    const { memory } = this.#tracer;
    const found: Memory[] = [];
    const buffers = nest.arrays.map(({ binding }) => (values[binding.name] as ArrayBufferView | undefined)?.buffer);
    for (const [at, { binding, site, stores }] of nest.arrays.entries()) {
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
      found.push(known);
    }
    return found;
  }

  /** Whether a running result of the nest could go on with one that an array holds. */
  #takesChains({ nest, origins }: Prepared, memories: readonly Memory[]): boolean {
    for (const [binding, { arrays }] of origins.variables)
      for (const at of arrays) {
        const { elements } = memories[at]!;
        const group = nest.groupOf.get(binding);
        if (nest.carried.includes(binding) && (elements.hasChains || elements.lost)) return true;
        if (group !== undefined && (elements.groups?.has(group) || elements.lost?.has(group))) return true;
      }
    return false;
  }

  /** Whether all elements that a nest loads from an array are ready at one time. */
  #isAlike(
    nest: Nest,
    array: number,
    { shape, values, offset, times }: { shape: Shape; values: Values; offset: number; times: readonly Int32Array[] },
  ): boolean {
    const { binding, loads } = nest.arrays[array]!;
    if (loads.length === 0 || shape.scattered.includes(array)) return false;
    const { length } = values[binding.name] as unknown as ArrayLike<number>;
    // Looking costs less than a nanosecond for each element and field, an iteration more than that.
    if (length > iterationsOf(nest, shape.trips) || !times.every(each => isOneTime(each, offset, length))) return false;
    return shape.loads().every(load => load.array !== array || isWithin(load, shape.trips, length));
  }

  /** Every store has a place of its own inside its array. */
  #isSound(nest: Nest, { trips, stores }: Shape, values: Values): boolean {
    if (!trips.every(Number.isFinite)) return false;
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
    if (loops.length === 0 || !this.#tracer.memory.dated) return true;
    const outermost = loops[0]!.entered;
    const isCarried = (clock: number) => clock >= outermost && regions.carrier(clock) !== undefined;
    return memories.every(({ elements }, at) => {
      const since = elements.since!;
      if (isCarried(since.write) || isCarried(since.nestWrite)) return false;
      return nest.arrays[at]!.stores.length === 0 || !(isCarried(since.read) || isCarried(since.nestRead));
    });
  }

  #remember(
    { id, nest, origins }: Prepared,
    memories: readonly Memory[],
    field: (family: Family, lane: number) => number,
  ): void {
    const { kit, regions } = this.#tracer;
    const outermost = regions.loops[0]?.entered ?? regions.clock + 1;
    for (const [at, { elements }] of memories.entries()) {
      const { stores, loads } = nest.arrays[at]!;
      const since = elements.since!;
      since.nest = id;
      if (loads.length > 0 && since.nestRead < outermost) since.nestRead = regions.clock;
      if (stores.length === 0) continue;
      if (since.nestWrite < outermost) since.nestWrite = regions.clock;
      for (const family of kit.layout.families)
        for (let lane = 0; lane < regions.lanes; lane++) {
          const place = field(family, lane);
          elements.tops[place] = Math.max(elements.tops[place]!, kit.high(family, lane));
        }
      const { groups, arrays } = origins.stores[at]!;
      elements.lose(groups);
      for (const from of arrays) {
        elements.lose(memories[from]!.elements.groups ?? []);
        elements.lose(memories[from]!.elements.lost ?? []);
      }
    }
  }

  /** @returns iterations of all loops */
  #account(
    nest: Nest,
    trips: readonly number[],
    { made, running, families }: { made: Made; running: Running; families: readonly ('s' | 'r')[] },
  ): number {
    const { kit, regions } = this.#tracer;
    const entries: number[] = [];
    const iterations: number[] = [];
    const works: number[] = [];
    for (const [at, { parent }] of nest.loops.entries()) {
      entries[at] = parent < 0 ? 1 : iterations[parent]!;
      iterations[at] = entries[at] * trips[at]!;
      works[at] = iterations[at] * made.operations[at]!;
    }
    // Loops come before those inside them.
    for (let at = nest.loops.length - 1; at > 0; at--) works[nest.loops[at]!.parent]! += works[at]!;
    for (const [at, { region }] of nest.loops.entries()) {
      const record = regions.recordOf(region);
      record.entries += entries[at]!;
      record.iterations += iterations[at]!;
      record.work += works[at]!;
      record.paths.addStraight(iterations[at]!);
      record.uncharged = true;
      for (const family of families) {
        record.spans[family] += running.spans[family][at]!;
        record.parts[family] += running.parts[family][at]!;
      }
    }
    const [work = 0] = works;
    regions.addChild(work, { s: running.spans.s[0]!, r: running.spans.r[0]! });
    kit.state.work += work;
    if (nest.groupOf.size > 0) kit.state.updates++;
    if (work === 0) for (const { record } of regions.stack) record.uncharged = true;
    return iterations.reduce((sum, count) => sum + count, 0);
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

const isNumeric = (value: unknown): boolean => typeof value === 'number' || value === undefined;

/** Of all loops. */
const iterationsOf = (nest: Nest, trips: readonly number[]): number =>
  workOf(
    nest,
    trips,
    trips.map(() => 1),
  );

/** What lies beside an array is ready at once. */
function isWithin({ first, loops, steps }: Access, trips: readonly number[], length: number): boolean {
  let [low, high] = [first, first];
  for (const [k, step] of steps.entries()) {
    const reach = step * (trips[loops[k]!]! - 1);
    if (reach < 0) low += reach;
    else high += reach;
  }
  return [first, ...steps].every(Number.isInteger) && low >= 0 && high < length;
}

function isOneTime(times: Int32Array, from: number, length: number): boolean {
  const first = times[from];
  for (let at = from + 1; at < from + length; at++) if (times[at] !== first) return false;
  return true;
}

/** Operations of a whole nest. */
function workOf(nest: Nest, trips: readonly number[], operations: readonly number[]): number {
  const iterations: number[] = [];
  for (const [at, { parent }] of nest.loops.entries())
    iterations[at] = (parent < 0 ? 1 : iterations[parent]!) * trips[at]!;
  return iterations.reduce((sum, count, at) => sum + count * operations[at]!, 0);
}

function originsIn(nest: Nest): Prepared['origins'] {
  const merged = (nodes: readonly Node[]): Origins => {
    const all = nodes.map(node => originsOf(nest, node));
    return {
      groups: new Set(all.flatMap(({ groups }) => [...groups])),
      arrays: new Set(all.flatMap(({ arrays }) => [...arrays])),
    };
  };
  const variables = new Set([...nest.groupOf.keys(), ...nest.carried]);
  return {
    stores: nest.arrays.map(({ stores }) => merged(stores.map(node => node.right))),
    variables: new Map([...variables].map(binding => [binding, merged(valuesOf(nest, binding))])),
  };
}
