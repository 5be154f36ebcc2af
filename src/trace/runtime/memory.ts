import { types } from 'node:util';
import { Cell, EntryCell } from './cells.ts';
import type { Dependences, Named } from './dependences.ts';
import { mostKept } from './element-times.ts';
import { Elements } from './elements.ts';
import { Fields } from './fields.ts';
import { isName, variableOf } from './names.ts';
import type { Site } from './sites.ts';
import { createSlot } from './stamp.ts';
import type { TimeKit, Times } from './times.ts';

/** Shadow of one object. */
export class Shadow {
  name: string;
  /** Has a name from the source, not only from where it was made. */
  named: boolean;
  /** Of an array: its elements. */
  elements: Elements | undefined = undefined;
  /** Of a typed array or DataView: its place in a buffer. */
  readonly view: { readonly buffer: BufferShadow; readonly offset: number; readonly bytes: number } | undefined;
  fields: Fields | undefined = undefined;
  /** Of a Map or Set. */
  entries: Map<unknown, Cell> | undefined = undefined;
  /** Has been given properties by definition: looking at one might run a getter. */
  accessors = false;
  /** What is kept of its memory behaviour. */
  followed: unknown = undefined;

  constructor(name: string, named: boolean, view?: Shadow['view']) {
    this.name = name;
    this.named = named;
    this.view = view;
  }
}

/** A power of two. */
const remembered = 4;

/** Overlapping views of one buffer are one memory: its cells are as small as the smallest element seen. */
interface BufferShadow {
  unit: number;
  elements: Elements;
  readonly bytes: number;
}

type View = ArrayBufferView & { readonly BYTES_PER_ELEMENT?: number; readonly length?: number };

/** An element, named where a dependence on it is seen. */
export class ElementPlace implements Named {
  #shadow: Shadow | undefined;
  #index = 0;

  at(shadow: Shadow, index: number): this {
    // Most accesses are of the object before: a pointer that stays need not be written.
    if (this.#shadow !== shadow) this.#shadow = shadow;
    this.#index = index;
    return this;
  }

  nameUnder(own: string | undefined): string {
    return `${own ?? this.#shadow!.name}[${this.#index}]`;
  }
}

/** What memory behaviour is observed through, when it is asked for. */
export type AccessListener = (site: number, shadow: Shadow, index: number, isWrite: boolean) => void;

/** Shadows of everything in memory: ready times of values, and who read and wrote them last. */
export class Memory {
  readonly #kit: TimeKit;
  readonly #dependences: Dependences;
  readonly #sites: readonly Site[];
  readonly #slot = createSlot<Shadow>();
  readonly #buffers = createSlot<BufferShadow>();
  /** One for all accesses: a name is asked for at once, or never. */
  readonly #place = new ElementPlace();
  /** By site. */
  readonly #namings: SiteNaming[] = [];
  /** Objects that were accessed lately, and their shadows: looking at each is less work than a private field. */
  readonly #lately: unknown[] = Array.from({ length: remembered }, () => undefined);
  readonly #shadowsLately: (Shadow | undefined)[] = Array.from({ length: remembered }, () => undefined);
  #next = 0;
  /** What was loaded from last, its shadow, and the key. */
  #outer: object | undefined;
  #outerShadow: Shadow | undefined;
  #outerKey: unknown;
  onUnknown: (site: number, reason: string) => void = () => {};
  /** Reads and writes are dated, so that dependences are found. */
  dated = true;
  onAccess: AccessListener | undefined;
  /** Called where a dependence would lead to an access inside a nest that was not dated. */
  onUndated: (nest: number) => void = () => {};

  constructor(kit: TimeKit, dependences: Dependences, sites: readonly Site[]) {
    this.#kit = kit;
    this.#dependences = dependences;
    this.#sites = sites;
  }

  /** The time of `object[key]`; `address` is when the object and the key are ready. */
  load(object: unknown, key: unknown, site: number, address: Times): Times {
    if (!this.#kit.state.active) return address;
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return address;
    const kit = this.#kit;
    const times = this.read(object, key, site);
    return kit.touch(address === kit.zero ? times : withChain(kit, times, address));
  }

  /** The time of what an object holds, whatever it is that the load waits for. */
  read(object: object, key: unknown, site: number): Times {
    const shadow = this.shadowOf(object, site);
    const { elements } = shadow;
    let times: Times;
    if (elements !== undefined && typeof key === 'number' && (key | 0) === key && key >= 0) {
      // An array's element: the commonest load of all.
      this.onAccess?.(site, shadow, key, false);
      this.#dateRead(elements, key, site, this.#place.at(shadow, key));
      times = elements.times(key);
    } else {
      const index = elementIndex(shadow, key);
      times = index >= 0 ? this.loadElement(object, shadow, index, site) : this.#loadField(object, shadow, key, site);
    }
    if (this.#outer !== object) {
      this.#outer = object;
      this.#outerShadow = shadow;
    }
    this.#outerKey = key;
    return times;
  }

  /** Call before the store itself, so that the old value can be compared. */
  store(object: unknown, key: unknown, value: unknown, { times, site, address }: Stored): void {
    if (!this.#kit.state.active) return;
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return;
    const kit = this.#kit;
    const ready = kit.touch(kit.under(address === kit.zero ? times : withChain(kit, times, address)));
    this.write(object, key, value, { times: ready, site });
  }

  /** What an object is about to hold, ready at a time that has been worked out. */
  write(object: object, key: unknown, value: unknown, { times: ready, site }: { times: Times; site: number }): void {
    const shadow = this.shadowOf(object, site);
    const index = elementIndex(shadow, key);
    if (index >= 0) {
      const same =
        shadow.accessors !== true && Object.is(storedForm(object, value), (object as Record<number, unknown>)[index]);
      this.storeElement(object, shadow, index, { times: ready, site: same ? -site : site });
    } else this.#storeField(shadow, key, ready, site);
  }

  loadElement(object: object, shadow: Shadow, index: number, site: number): Times {
    this.onAccess?.(site, shadow, index, false);
    const place = this.#place.at(shadow, index);
    const { view } = shadow;
    if (view === undefined) {
      const elements = shadow.elements ?? this.#elementsOf(shadow, index);
      this.#dateRead(elements, index, site, place);
      return elements.times(index);
    }
    const { buffer, offset, bytes } = view;
    if (index * bytes + bytes > (object as View).byteLength) return this.#kit.zero;
    const first = (offset + index * bytes) / buffer.unit;
    let times = this.#readCell(buffer.elements, first, site, place);
    for (let at = first + 1; at < first + bytes / buffer.unit; at++) {
      const next = this.#readCell(buffer.elements, at, site, place);
      // What one store left in all of its cells is one time, which goes on with its chain; slots hold a copy in each.
      const isSame =
        (next.id !== 0 && next.id === times.id) || (next.chain !== undefined && next.chain === times.chain);
      if (!isSame) times = this.#kit.join(times, next);
    }
    return times;
  }

  storeElement(object: object, shadow: Shadow, index: number, stored: { times: Times; site: number }): void {
    this.onAccess?.(Math.abs(stored.site), shadow, index, true);
    const place = this.#place.at(shadow, index);
    const { view } = shadow;
    if (view === undefined) {
      this.#writeCell(this.#elementsOf(shadow, index), index, stored, place);
      return;
    }
    const { buffer, offset, bytes } = view;
    if (index * bytes + bytes > (object as View).byteLength) return;
    const first = (offset + index * bytes) / buffer.unit;
    const end = first + bytes / buffer.unit;
    for (let at = first; at < end; at++) this.#writeCell(buffer.elements, at, stored, place);
  }

  #elementsOf(shadow: Shadow, index: number): Elements {
    shadow.elements ??= new Elements(this.#kit, index + 1, false);
    return shadow.elements;
  }

  #readCell(elements: Elements, at: number, site: number, name: Named): Times {
    this.#dateRead(elements, at, site, name);
    return elements.times(at);
  }

  #dateRead(elements: Elements, at: number, site: number, name: Named): void {
    const { regions } = this.#dependences;
    const { loops } = regions;
    if (loops.length === 0 || !this.dated) return;
    const { since } = elements;
    const outermost = loops[0]!.entered;
    if (since !== undefined) {
      if (since.nestWrite >= outermost && regions.carrier(since.nestWrite)) this.onUndated(since.nest);
      if (since.read < outermost) since.read = regions.clock;
    }
    const written = elements.written(at);
    if (written >= outermost) this.#dependences.flow(written, elements.writer(at), site, name);
    if (elements.noteRead(at, regions.clock, site)) return;
    elements.sortReads(regions, this.#sites);
    const last = elements.lastRead(at);
    if (last === 0) elements.keepFirstRead(at, regions.clock, site);
    else if (last < loops[loops.length - 1]!.iterationStart || elements.reader(at) !== site)
      elements.keepRead(at, { site, clock: regions.clock }, regions, this.#sites);
  }

  /** A typed array's elements, if each is one cell, and the cell of the first; looking is no access. */
  cellsOf(object: ArrayBufferView): { elements: Elements; first: number } | undefined {
    const view: View = object;
    const bytes = view.BYTES_PER_ELEMENT ?? 1;
    const known = this.#slot.get(object);
    if (known?.accessors === true) return undefined;
    const buffer = known?.view?.buffer ?? this.#buffers.get(view.buffer) ?? this.#bufferOf(view, bytes);
    if (buffer.unit !== bytes) return undefined;
    return { elements: buffer.elements, first: view.byteOffset / bytes };
  }

  /** What was loaded last was a number: nothing that comes up now came from there. */
  forgetOuter(): void {
    this.#outer = undefined;
  }

  #writeCell(elements: Elements, at: number, { times, site }: { times: Times; site: number }, name: Named): void {
    if (this.dated) this.#dateWrite(elements, at, site, name);
    elements.setTimes(at, times);
  }

  #dateWrite(elements: Elements, at: number, site: number, name: Named): void {
    const { regions } = this.#dependences;
    const { since } = elements;
    if (since !== undefined && regions.loops.length > 0) {
      const outermost = regions.loops[0]!.entered;
      if (since.nestWrite >= outermost && regions.carrier(since.nestWrite)) this.onUndated(since.nest);
      if (since.nestRead >= outermost && regions.carrier(since.nestRead)) this.onUndated(since.nest);
      if (since.write < outermost) since.write = regions.clock;
    }
    elements.sortReads(regions, this.#sites);
    elements.write(at, { site, name, dependences: this.#dependences });
  }

  #placesOf(view: View, shadow: Shadow, index: number): { first: number; end: number } | undefined {
    const { buffer, offset, bytes } = shadow.view!;
    if (index * bytes + bytes > view.byteLength) return undefined;
    const first = (offset + index * bytes) / buffer.unit;
    return { first, end: first + bytes / buffer.unit };
  }

  #loadField(object: object, shadow: Shadow, key: unknown, site: number): Times {
    if (typeof key === 'object' && key !== null) return this.#kit.zero;
    const name = key as PropertyKey;
    const { fields } = shadow;
    const own = fields === undefined ? undefined : fields.get(typeof name === 'number' ? String(name) : name);
    if (own !== undefined) return this.readCell(own, site);
    return this.readCell(this.field(this.#holderOf(object, name, site) ?? shadow, name), site);
  }

  /** The shadow of the prototype that a field is inherited from. */
  #holderOf(object: object, key: PropertyKey, site: number): Shadow | undefined {
    // Asking a proxy would run its traps.
    for (let at: object | null = object; at !== null && !types.isProxy(at); at = Object.getPrototypeOf(at) as object)
      if (Object.hasOwn(at, key)) return at === object ? undefined : this.shadowOf(at, site);
    return undefined;
  }

  #storeField(shadow: Shadow, key: unknown, times: Times, site: number): void {
    if (typeof key === 'object' && key !== null) {
      this.onUnknown(site, 'a computed property name is an object');
      return;
    }
    this.writeCell(this.field(shadow, key as PropertyKey), times, site);
  }

  field(shadow: Shadow, key: PropertyKey): Cell {
    const name = typeof key === 'number' ? String(key) : key;
    const { fields } = shadow;
    const known = fields?.get(name);
    if (known !== undefined) return known;
    const cell = new Cell(name, this.#kit.zero, shadow);
    if (fields === undefined) shadow.fields = new Fields(cell);
    else fields.add(cell);
    return cell;
  }

  readCell(cell: Cell, site: number): Times {
    if (!this.#kit.state.active) return cell.times;
    if (this.dated) this.#dependences.read(cell, site, cell);
    return cell.times;
  }

  writeCell(cell: Cell, times: Times, site: number): void {
    if (!this.#kit.state.active) return;
    if (this.dated) this.#dependences.write(cell, site, cell);
    cell.times = times;
  }

  /** The time of an element, without a read. */
  timesOf(object: object, index: number): Times {
    const shadow = this.#slot.get(object);
    if (!shadow) return this.#kit.zero;
    if (!shadow.view) return shadow.elements?.times(index) ?? this.#kit.zero;
    const place = this.#placesOf(object as View, shadow, index);
    let times = this.#kit.zero;
    for (let at = place?.first ?? 0; at < (place?.end ?? 0); at++)
      times = this.#kit.join(times, shadow.view.buffer.elements.times(at));
    return times;
  }

  /** The cell of a Map's or Set's entry. */
  entry(collection: object, key: unknown, site: number): Cell {
    const shadow = this.shadowOf(collection, site);
    shadow.entries ??= new Map();
    let cell = shadow.entries.get(key);
    if (!cell) {
      cell = new EntryCell(key, this.#kit.zero, shadow);
      shadow.entries.set(key, cell);
    }
    return cell;
  }

  /** A property that may be an accessor from now on: its old value is no longer looked at. */
  define(object: unknown, key: PropertyKey, times: Times, site: number): void {
    if (typeof object !== 'object' || object === null) return;
    const shadow = this.shadowOf(object, site);
    shadow.accessors = true;
    this.store(object, key, undefined, { times, site, address: this.#kit.zero });
  }

  /** Times alone: for what was just made, or did not change. */
  setTimes(object: unknown, key: unknown, times: Times, site = 0): void {
    if (typeof object !== 'object' || object === null || !this.#kit.state.active) return;
    const shadow = this.#slot.get(object);
    if (!shadow && times === this.#kit.zero) return;
    const made = shadow ?? this.shadowOf(object, site);
    const index = elementIndex(made, key);
    if (index < 0) this.field(made, key as PropertyKey).times = times;
    else if (made.view) {
      const place = this.#placesOf(object as View, made, index);
      for (let at = place?.first ?? 0; at < (place?.end ?? 0); at++) made.view.buffer.elements.setTimes(at, times);
    } else {
      const elements = this.#elementsOf(made, index);
      elements.ensure(index + 1);
      elements.setTimes(index, times);
    }
  }

  /** Times of all elements of an array that was just made. The list is the array's from now on. */
  adopt(array: unknown[], list: Times[], site: number): void {
    if (!this.#kit.state.active) return;
    const { zero } = this.#kit;
    let isTimeless = true;
    let isChained = false;
    for (let at = 0; at < list.length; at++) {
      const times = list[at]!;
      if (times === zero) continue;
      isTimeless = false;
      if (times.chain !== undefined) isChained = true;
    }
    if (isTimeless) return;
    if (isChained || list.length > mostKept || list.length !== array.length)
      for (let at = 0; at < list.length; at++) this.setTimes(array, at, list[at]!, site);
    else this.shadowOf(array, site).elements!.adopt(list);
  }

  /**
   * The same for elements that were written one by one, in iterations of a loop that has ended: no loop that still runs
   * can tell them apart, so they share a date. The values tell which writes were silent: a new array holds undefined.
   */
  written(array: unknown[], list: Times[], site: number): void {
    if (!this.#kit.state.active || list.length === 0) return;
    const shadow = this.shadowOf(array, site);
    let isAlike = list.length === array.length && list.length <= mostKept;
    for (let at = 0; isAlike && at < list.length; at++)
      isAlike = list[at]!.chain === undefined && array[at] !== undefined;
    if (isAlike) {
      shadow.elements!.adopt(list);
      if (this.dated) shadow.elements!.writeAll(this.#dependences.regions.clock, site);
      return;
    }
    for (let at = 0; at < list.length; at++)
      if (at in array)
        this.storeElement(array, shadow, at, { times: list[at]!, site: array[at] === undefined ? -site : site });
  }

  /** The latest of all that an object holds directly; no read is recorded. */
  contents(object: unknown): Times {
    if (typeof object !== 'object' || object === null) return this.#kit.zero;
    const shadow = this.#slot.get(object);
    let times = this.#kit.zero;
    if (!shadow) return times;
    const elements = shadow.elements ?? shadow.view?.buffer.elements;
    if (elements) times = this.#kit.join(times, elements.latest());
    for (let cell = shadow.fields?.first; cell !== undefined; cell = cell.next)
      times = this.#kit.join(times, cell.times);
    for (const cell of shadow.entries?.values() ?? []) times = this.#kit.join(times, cell.times);
    return times;
  }

  /** Own enumerable fields, as a spread or `Object.assign` copies them. */
  copyFields(target: object, source: unknown, site: number): void {
    if (typeof source !== 'object' || source === null) return;
    const shadow = this.#slot.get(source);
    if (!shadow) return;
    const address = this.#kit.zero;
    for (let cell = shadow.fields?.first; cell !== undefined; cell = cell.next)
      if (Object.prototype.propertyIsEnumerable.call(target, cell.key))
        this.store(target, cell.key, undefined, { times: this.load(source, cell.key, site, address), site, address });
    if (shadow.elements && Array.isArray(source))
      for (let at = 0; at < source.length; at++)
        this.store(target, at, undefined, { times: this.load(source, at, site, address), site, address });
  }

  /** An object's shadow, made at its first use. */
  shadowOf(object: object, site: number): Shadow {
    const lately = this.#lately;
    let at = 0;
    while (at < remembered && lately[at] !== object) at++;
    let known: Shadow | undefined;
    if (at < remembered) known = this.#shadowsLately[at]!;
    else {
      known = this.#slot.get(object);
      if (known === undefined) return this.#create(object, site);
      this.#next = (this.#next + 1) % remembered;
      lately[this.#next] = object;
      this.#shadowsLately[this.#next] = known;
    }
    if (!known.named) this.#rename(object, known, site);
    return known;
  }

  /** The cells of a typed array whose elements are one cell each, and the place of its first one. */
  elementsOf(object: object, site: number): { elements: Elements; offset: number } | undefined {
    const shadow = this.shadowOf(object, site);
    if (!shadow.view || shadow.view.buffer.unit !== shadow.view.bytes) return undefined;
    return { elements: shadow.view.buffer.elements, offset: shadow.view.offset / shadow.view.bytes };
  }

  known(object: object): Shadow | undefined {
    return this.#slot.get(object);
  }

  #create(object: object, site: number): Shadow {
    const { name, named } = this.#placeOf(object) ?? this.#ownNaming(site);
    let shadow: Shadow;
    if (ArrayBuffer.isView(object)) {
      const view: View = object;
      const bytes = view.BYTES_PER_ELEMENT ?? 1;
      const buffer = this.#bufferOf(view, bytes);
      shadow = new Shadow(name, named, { buffer, offset: view.byteOffset, bytes });
    } else {
      shadow = new Shadow(name, named);
      if (Array.isArray(object)) {
        if (types.isProxy(object)) this.onUnknown(site, 'a proxy: what its traps touch is not attributed to it');
        else shadow.elements = new Elements(this.#kit, object.length, false);
      } else if (types.isProxy(object)) this.onUnknown(site, 'a proxy: what its traps touch is not attributed to it');
    }
    this.#slot.set(object, shadow);
    return shadow;
  }

  #bufferOf(view: View, bytes: number): BufferShadow {
    let buffer = this.#buffers.get(view.buffer);
    if (!buffer) {
      const total = view.buffer.byteLength;
      buffer = { unit: bytes, elements: new Elements(this.#kit, Math.ceil(total / bytes)), bytes: total };
      this.#buffers.set(view.buffer, buffer);
      return buffer;
    }
    // Cells must divide every element of every view.
    const unit = commonUnit(buffer.unit, bytes, view.byteOffset);
    if (unit < buffer.unit) {
      buffer.elements = buffer.elements.split(buffer.unit / unit);
      buffer.unit = unit;
    }
    return buffer;
  }

  /** `rows[2]` for an object that was just loaded from there, else the source's own name for it. */
  #rename(object: object, shadow: Shadow, site: number): void {
    const naming = this.#placeOf(object) ?? this.#ownNaming(site);
    // Even an expression like `rows[k]` says more than the constructor that made it.
    if (!naming.named && (this.#sites[site]!.call || !naming.isKnown)) return;
    shadow.name = naming.name;
    shadow.named = naming.named;
  }

  #placeOf(object: object): SiteNaming | undefined {
    const outer = this.#outer;
    const known = this.#outerShadow;
    if (outer === undefined || outer === object || known === undefined || typeof this.#outerKey !== 'number')
      return undefined;
    // Most hold something else there, which can be seen at once where looking runs no code.
    const isPlain = known.elements !== undefined && !known.accessors;
    if (isPlain && (outer as unknown[])[this.#outerKey] !== object) return undefined;
    if (!Array.isArray(outer)) return undefined;
    const at = Object.getOwnPropertyDescriptor(outer, this.#outerKey);
    if (at === undefined || at.value !== object) return undefined;
    const name = `${known.name}[${this.#outerKey}]`;
    return { name, named: known.named, isKnown: known.named || isName(variableOf(name)) };
  }

  #ownNaming(site: number): SiteNaming {
    const known = this.#namings[site];
    if (known !== undefined) return known;
    const made = namingAt(this.#sites[site]!);
    this.#namings[site] = made;
    return made;
  }
}

/** What the source calls the memory that is reached from a site. */
interface SiteNaming {
  readonly name: string;
  /** By a name of its own, not only where it was made. */
  readonly named: boolean;
  /** Begins with a name. */
  readonly isKnown: boolean;
}

function namingAt({ name, call, result }: Site): SiteNaming {
  const as = (text: string, named: boolean): SiteNaming => ({
    name: text,
    named,
    isKnown: isName(variableOf(text)),
  });
  // `const s = Array.from(…)` makes `s`; other calls' results are not told from their receivers.
  if (result !== undefined && /^(\w*Array|Map|Set)(\.(from|of))?$/.test(name)) return as(result, false);
  // A call names the receiver's memory: `m` in `m.get`.
  const own = call ? name.replace(/\.[\w$#]+$/, '') : name;
  return as(own, !call && isName(own));
}

interface Stored {
  readonly times: Times;
  readonly site: number;
  readonly address: Times;
}

/** A chain's value stays one though its cell also waits for the address. */
function withChain(kit: TimeKit, times: Times, address: Times): Times {
  const joined = kit.join(times, address);
  return times.chain === undefined || joined === times ? joined : kit.chained(joined, times.chain);
}

function elementIndex(shadow: Shadow, key: unknown): number {
  if (shadow.elements === undefined && shadow.view === undefined) return -1;
  if (typeof key === 'number') return key >= 0 && Number.isInteger(key) && key < 2 ** 31 ? key : -1;
  if (typeof key !== 'string' || !/^(0|[1-9]\d{0,8})$/.test(key)) return -1;
  return Number(key);
}

/** What a typed array would hold after storing a number; others hold the value itself. */
function storedForm(object: object, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (object instanceof Float32Array) return Math.fround(value);
  if (object instanceof Int32Array) return value | 0;
  if (object instanceof Uint32Array) return value >>> 0;
  if (object instanceof Uint8Array) return value & 255;
  if (object instanceof Int16Array) return (value << 16) >> 16;
  if (object instanceof Uint16Array) return value & 0xffff;
  if (object instanceof Int8Array) return (value << 24) >> 24;
  return value;
}

function commonUnit(...sizes: number[]): number {
  return sizes.reduce((a, b) => {
    let [x, y] = [a, b];
    while (y !== 0) [x, y] = [y, x % y];
    return x;
  });
}
