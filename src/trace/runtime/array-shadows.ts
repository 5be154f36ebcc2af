import type { Elements } from './elements.ts';
import { ElementPlace, type Memory, type Shadow } from './memory.ts';
import { never } from './regions.ts';
import type { Tracer } from './runtime.ts';
import { marks } from './slot-layout.ts';
import type { SlotSpace } from './slot-space.ts';
import { createSlot } from './stamp.ts';

/** Stands for them among the numbers of nests that a run must do without. */
const undatedReads = 2 ** 30;

export type NumberArray = ArrayBufferView & { readonly length: number; [at: number]: number };

/** What functions on numbers know of an array, looked up once at their entry. */
export interface ArrayShadow {
  readonly array: NumberArray;
  /** The call from outside that it was made sure of in. */
  call: number;
  length: number;
  elements: Elements;
  /** Its earliest accesses, for nests. */
  since: NonNullable<Elements['since']>;
  /** Cell of the first element. */
  first: number;
  /** Where its elements' times lie. */
  place: { readonly base: number; readonly stride: number };
  /** What the array holds of a number. */
  readonly form: { [at: number]: number };
  shadow: Shadow | undefined;
}

const arrays: readonly unknown[] = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array],
].map(({ prototype }) => prototype);

/** A typed array of numbers with nothing unusual about it. */
export const isNumberArray = (value: unknown): value is NumberArray =>
  ArrayBuffer.isView(value) && arrays.includes(Object.getPrototypeOf(value));

/** The shadows of arrays for functions on numbers, and the dates of what these read and write. */
export class ArrayShadows {
  readonly #tracer: Tracer;
  readonly #space: SlotSpace;
  readonly #memory: Memory;
  readonly #slot = createSlot<ArrayShadow>();
  readonly #place = new ElementPlace();
  /** An element was read in the current call. */
  hasLoaded = false;
  /** Calls from outside so far. */
  call = 0;
  /** Chains by site, 0 for none. */
  #chains: Int32Array = new Int32Array(0);
  /** Those that the current call was made sure of with. */
  readonly #admitted: ArrayShadow[] = [];

  /** Some array that was only read turned out to be written as well. */
  readonly #datesAll: boolean;

  constructor(tracer: Tracer, space: SlotSpace) {
    this.#datesAll = tracer.nests.without.has(undatedReads);
    this.#tracer = tracer;
    this.#space = space;
    this.#memory = tracer.memory;
  }

  /** A call from outside begins. */
  begin(): void {
    this.call++;
    this.#admitted.length = 0;
    const { sites } = this.#tracer.table;
    if (this.#chains.length < sites.length) this.#chains = Int32Array.from(sites, ({ chain }) => chain);
  }

  /** Makes sure of an array, before any function that works on it runs. @returns false where it must not */
  admit(value: unknown): boolean {
    if (!isNumberArray(value)) return false;
    const known = this.#slot.get(value);
    if (known?.call === this.call) return true;
    const cells = this.#memory.cellsOf(value);
    if (cells === undefined || !cells.elements.settle(this.#space)) return false;
    const made: ArrayShadow = known ?? {
      array: value,
      ...cells,
      since: cells.elements.since!,
      call: this.call,
      length: value.length,
      place: cells.elements.place,
      form: formOf(value),
      shadow: undefined,
    };
    made.call = this.call;
    made.elements = cells.elements;
    made.since = cells.elements.since!;
    made.first = cells.first;
    made.place = cells.elements.place;
    const shadow = this.#memory.known(value);
    made.shadow = shadow?.named ? shadow : undefined;
    if (known === undefined) this.#slot.set(value, made);
    this.#admitted.push(made);
    return true;
  }

  /** @throws where an array was not made sure of, which cannot be */
  of(array: object): ArrayShadow {
    return this.#slot.get(array)!;
  }

  /** The call ends: tiers that keep no chains must know whose running results the arrays hold. */
  end(): void {
    if (this.hasLoaded) this.#memory.forgetOuter();
    this.hasLoaded = false;
    const { words, layout } = this.#space;
    if (!layout.families.includes('r')) return;
    for (const { elements, place, first, length } of this.#admitted) {
      if (place.stride < layout.bytes) continue;
      const mark = (place.base + layout.header + marks.chain) / 4;
      const step = place.stride / 4;
      let last = 0;
      for (let at = first; at < first + length; at++) {
        const group = words[mark + at * step]!;
        if (group !== last && group > 0) elements.gain(group);
        last = group;
      }
    }
  }

  /** An element is read. @returns the address of its time */
  load(of: ArrayShadow, key: number, site: number): number {
    this.#dateRead(of, key, site);
    return of.place.base + (of.first + key) * of.place.stride;
  }

  /**
   * The same for an array that no function on numbers stores to by this name: as long as nothing else does in the outermost
   * loop, its reads decide nothing. If something does the run starts again, with dates.
   */
  loadOnly(of: ArrayShadow, key: number, site: number): number {
    const { since } = of;
    const { outermost } = this.#tracer.regions;
    if (this.#memory.dated && (this.#datesAll || since.write >= outermost || since.nestWrite >= outermost))
      return this.load(of, key, site);
    if (of.shadow === undefined) of.shadow = this.#memory.shadowOf(of.array, site);
    this.hasLoaded = true;
    if (outermost !== never) {
      const { clock } = this.#tracer.regions;
      if (since.read < outermost) since.read = clock;
      if (since.nestRead < outermost) {
        since.nestRead = clock;
        since.nest = undatedReads;
      }
    }
    return of.place.base + (of.first + key) * of.place.stride;
  }

  #dateRead(of: ArrayShadow, key: number, site: number): void {
    if (of.shadow === undefined) of.shadow = this.#memory.shadowOf(of.array, site);
    this.hasLoaded = true;
    if (!this.#memory.dated) return;
    const { regions } = this.#tracer;
    const { outermost, iterationStart } = regions;
    if (regions.loops.length === 0) return;
    const { elements, since } = of;
    if (since.nestWrite >= outermost && regions.carrier(since.nestWrite)) this.#memory.onUndated(since.nest);
    if (since.read < outermost) since.read = regions.clock;
    const at = of.first + key;
    const { dates } = elements;
    const written = dates[4 * at]!;
    if (written >= outermost) {
      const writer = dates[4 * at + 1]!;
      const isPartial = this.#chains[writer < 0 ? -writer : writer] !== 0;
      if (isPartial || (written < iterationStart && regions.carrier(written) !== undefined))
        this.#tracer.dependences.flow(written, writer, site, this.#place.at(of.shadow!, key));
    }
    const last = dates[4 * at + 2]!;
    if (last === 0) {
      dates[4 * at + 2] = regions.clock;
      dates[4 * at + 3] = site;
    } else if (last < iterationStart || dates[4 * at + 3] !== site)
      elements.keepRead(at, { site, clock: regions.clock }, regions, this.#tracer.table.sites);
  }

  /** An element is written. @returns the address that its time goes to */
  store(of: ArrayShadow, key: number, value: unknown, site: number): number {
    if (of.shadow === undefined) of.shadow = this.#memory.shadowOf(of.array, site);
    if (this.#memory.dated) {
      const { form } = of;
      let isSilent = false;
      if (typeof value === 'number') {
        form[0] = value;
        isSilent = Object.is(form[0], of.array[key]);
      }
      this.#dateWrite(of, key, isSilent ? -site : site);
    }
    return this.#target(of, key);
  }

  /** An element is read and written. */
  update(of: ArrayShadow, key: number, site: number): number {
    this.#dateRead(of, key, site);
    if (this.#memory.dated) this.#dateWrite(of, key, site);
    return this.#target(of, key);
  }

  #target(of: ArrayShadow, key: number): number {
    const { place } = of;
    if (place.stride === 0 && !of.elements.open(this.#space)) this.#tracer.slots.regions.giveUp();
    return place.base + (of.first + key) * place.stride;
  }

  #dateWrite(of: ArrayShadow, key: number, site: number): void {
    const { regions } = this.#tracer;
    const { elements } = of;
    const at = of.first + key;
    const { dates } = elements;
    if (regions.loops.length > 0) {
      const { outermost } = regions;
      const { since } = of;
      if (since.nestWrite >= outermost && regions.carrier(since.nestWrite)) this.#memory.onUndated(since.nest);
      if (since.nestRead >= outermost && regions.carrier(since.nestRead)) this.#memory.onUndated(since.nest);
      if (since.write < outermost) since.write = regions.clock;
    }
    if (!elements.isPlain(at)) {
      elements.write(at, { site, name: this.#place.at(of.shadow!, key), dependences: this.#tracer.dependences });
      return;
    }
    this.#against('WAR', of, { key, stamp: dates[4 * at + 2]!, from: dates[4 * at + 3]!, to: site });
    this.#against('WAW', of, { key, stamp: dates[4 * at]!, from: dates[4 * at + 1]!, to: site });
    dates[4 * at] = regions.clock;
    dates[4 * at + 1] = site;
    dates[4 * at + 2] = 0;
  }

  /** An earlier access of an element that is written now: nothing, unless some loop carries the two. */
  #against(
    kind: 'WAR' | 'WAW',
    of: ArrayShadow,
    { key, stamp, from, to }: { key: number; stamp: number; from: number; to: number },
  ): void {
    const { regions, dependences } = this.#tracer;
    if (stamp < regions.outermost || stamp >= regions.iterationStart || regions.carrier(stamp) === undefined) return;
    dependences.against(kind, { stamp, from, to, name: this.#place.at(of.shadow!, key) });
  }
}

/** A place for one number as the array would hold it; a clamped one is compared as it is, like other tiers do. */
function formOf(array: NumberArray): { [at: number]: number } {
  if (array instanceof Uint8ClampedArray) return new Float64Array(1);
  return new (array.constructor as new (length: number) => NumberArray)(1);
}
