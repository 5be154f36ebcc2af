import type { Dependences, Named, Read, Stamps } from './dependences.ts';
import { ElementStamps } from './element-stamps.ts';
import { type ElementTimes, KeptTimes, mostKept, PackedTimes, RowTimes } from './element-times.ts';
import type { Regions } from './regions.ts';
import type { Site } from './sites.ts';
import type { Rows, SlotSpace } from './slot-space.ts';
import type { TimeKit, Times } from './times.ts';

/** So many numbers of noted reads are kept, two for each. */
const mostNoted = 512;

/** Earliest accesses in the current entry of the outermost active loop: dated one by one, and by whole nests (the last). */
class Since {
  read = 0;
  write = 0;
  nestRead = 0;
  nestWrite = 0;
  nest = 0;
}

/** Shadow of a run of elements: of an array, or of a buffer that views share. */
export class Elements {
  readonly #kit: TimeKit;
  #length: number;
  /** Absent until a time other than 0 is stored. */
  #times: ElementTimes | undefined;
  #stamps: ElementStamps | undefined;
  /** Reads that nobody has asked for yet: pairs of clock, and site and place in one number. */
  #reads: number[] | undefined;
  /** Its rows, once it had any; its length has not changed since. */
  #rows: Rows | undefined;
  /** Chains whose running results have been stored here, and those that were stored without their state. */
  groups: Set<number> | undefined;
  lost: Set<number> | undefined;
  /** Absent for what no nest works on. */
  readonly since: Since | undefined;
  /** When and where the first so many elements were written, all at once, as long as none has a date of its own. */
  #written = 0;
  #writer = 0;
  #writes = 0;

  /** @param isTyped nests may work on it */
  constructor(kit: TimeKit, length: number, isTyped = true) {
    this.#kit = kit;
    this.#length = isTyped ? Math.max(length, 4) : length;
    this.since = isTyped ? new Since() : undefined;
    kit.state.shadowElements += length;
  }

  get hasChains(): boolean {
    return this.#times?.hasChains ?? false;
  }

  ensure(length: number): void {
    if (length <= this.#length) return;
    const next = Math.max(length, 2 * this.#length);
    const { state } = this.#kit;
    state.shadowElements += next - this.#length;
    if (this.#stamps) {
      state.shadowBytes += (next - this.#length) * ElementStamps.bytesEach;
      this.#stamps.grow(next);
    }
    if ((next > mostKept && this.#times instanceof KeptTimes) || this.#times instanceof RowTimes) this.#pack();
    this.#times?.grow(next);
    this.#length = next;
    this.#rows = undefined;
  }

  #pack(): PackedTimes {
    const packed = new PackedTimes(this.#kit, this.#length);
    if (this.#times) for (let at = 0; at < this.#length; at++) packed.set(at, this.#times.get(at));
    this.#times = packed;
    return packed;
  }

  /** Where the elements' times lie in slots: all in the one of time 0 as long as none was stored. Shared, and changed in place. */
  readonly place = { base: 0, stride: 0 };

  /** Brings what times there are into slots. @returns false where they cannot be */
  settle(space: SlotSpace): boolean {
    const times = this.#times;
    if (this.lost !== undefined || (times instanceof RowTimes && times.isApart)) return false;
    if (times === undefined) Object.assign(this.place, { base: 0, stride: 0 });
    else if (!(times instanceof RowTimes)) return this.open(space);
    return true;
  }

  /** Gives each element a slot. */
  open(space: SlotSpace): boolean {
    const times = this.#times;
    const length = this.#length;
    const isLong = length > mostKept;
    if (isLong && times?.hasChains) return false;
    if (this.#rows === undefined) {
      this.#rows = space.reserve(length, isLong);
      if (this.#rows === undefined) return false;
      this.#kit.state.shadowBytes += this.#rows.stride * length;
    }
    const made = new RowTimes(this.#kit, space, { rows: this.#rows, length });
    for (let at = 0; at < length; at++) made.set(at, times?.get(at) ?? this.#kit.zero);
    this.#times = made;
    Object.assign(this.place, this.#rows);
    return true;
  }

  /** Where functions on numbers find the elements' dates; 0 where there are none yet. @returns undefined where there is no room */
  settleDates(space: SlotSpace): number | undefined {
    if (this.#stamps === undefined) return 0;
    return this.#stamps.settle(space) ? this.#stamps.address : undefined;
  }

  /** Gives each element a date, where those functions find it. @returns undefined where there is no room */
  openDates(space: SlotSpace): number | undefined {
    return this.#dates.settle(space) ? this.#dates.address : undefined;
  }

  /** A running result of a chain is stored here. */
  gain(group: number): void {
    this.groups ??= new Set();
    this.groups.add(group);
  }

  /** One field of all elements' times, for code that goes through them by itself. */
  field(at: number): Int32Array {
    const packed = this.#times instanceof PackedTimes ? this.#times : this.#pack();
    return packed.field(at);
  }

  /** No element's time is later, by field; 0 for all where there is none. */
  get tops(): Int32Array {
    return (this.#times ?? this.#pack()).tops;
  }

  /** Times of all elements, which have had none so far. The list is theirs from now on. */
  adopt(list: Times[]): void {
    this.ensure(list.length);
    this.#times = KeptTimes.adopt(this.#kit, list, this.#length);
  }

  times(at: number): Times {
    if (this.#times === undefined || at >= this.#length) return this.#kit.zero;
    const times = this.#times.get(at);
    if (this.lost === undefined || (times.chain !== undefined && times.chain.lost === undefined)) return times;
    return this.#kit.chained(times, lostChain(this.lost));
  }

  setTimes(at: number, times: Times): void {
    this.ensure(at + 1);
    if (this.#times === undefined) {
      if (times === this.#kit.zero) return;
      this.#times =
        this.#length <= mostKept ? KeptTimes.make(this.#kit, this.#length) : new PackedTimes(this.#kit, this.#length);
    }
    this.#times.set(at, times);
    const { chain } = times;
    if (chain === undefined) return;
    if (chain.lost !== undefined) this.lose(chain.lost);
    else this.gain(chain.group);
  }

  /** Running results of these chains are stored here without what it takes to go on with them. */
  lose(groups: Iterable<number>): void {
    for (const group of groups) {
      this.lost ??= new Set();
      this.lost.add(group);
    }
  }

  /** The latest of all elements. */
  latest(): Times {
    let latest = this.#kit.zero;
    if (this.#times !== undefined)
      for (let at = 0; at < this.#length; at++) latest = this.#kit.join(latest, this.times(at));
    return latest;
  }

  get #dates(): ElementStamps {
    if (this.#stamps === undefined) {
      this.#stamps = new ElementStamps(this.#length);
      this.#kit.state.shadowBytes += ElementStamps.bytesEach * this.#length;
      this.#stamps.fill(this.#writes, this.#written, this.#writer);
    }
    return this.#stamps;
  }

  /** Clock of the last write; 0 for never. */
  written(at: number): number {
    if (this.#stamps === undefined) return at < this.#writes ? this.#written : 0;
    return at >= this.#length ? 0 : this.#stamps.written(at);
  }

  writer(at: number): number {
    return this.#stamps === undefined ? this.#writer : this.#stamps.writer(at);
  }

  /** Dates the first write of all elements. */
  writeAll(clock: number, site: number): void {
    this.#written = clock;
    this.#writer = site;
    this.#writes = this.#length;
  }

  /** Clock of the latest read that was kept; 0 for none since the last write. */
  lastRead(at: number): number {
    return this.#stamps === undefined || at >= this.#length ? 0 : this.#stamps.read(at);
  }

  /** Site of that read. */
  reader(at: number): number {
    return this.#stamps!.reader(at);
  }

  /**
   * Notes a read of an array whose elements have not been written since it was made, as most are that programs make
   * anew: which reads matter is for its first write to find out, if there ever is one.
   *
   * @returns false where reads must be kept by element
   */
  noteRead(at: number, clock: number, site: number): boolean {
    if (this.#stamps !== undefined || this.since !== undefined || at >= this.#length || this.#length > mostKept)
      return false;
    if (this.#reads === undefined) this.#reads = [];
    else if (this.#reads.length >= mostNoted) return false;
    this.#reads.push(clock, site * mostKept + at);
    this.#kit.state.shadowBytes += 16;
    return true;
  }

  /** Keeps by element what was noted. */
  sortReads(regions: Regions, sites: readonly Site[]): void {
    const reads = this.#reads;
    if (reads === undefined) return;
    this.#reads = undefined;
    const top = regions.loops[regions.loops.length - 1];
    if (top === undefined) return;
    for (let next = 0; next < reads.length; next += 2) {
      const clock = reads[next]!;
      const at = reads[next + 1]! % mostKept;
      const site = (reads[next + 1]! - at) / mostKept;
      const last = this.lastRead(at);
      if (last === 0) this.keepFirstRead(at, clock, site);
      else if (last < top.iterationStart || this.reader(at) !== site)
        this.keepRead(at, { site, clock }, regions, sites);
    }
  }

  /** Keeps the only read since the last write, without a list. */
  keepFirstRead(at: number, clock: number, site: number): void {
    this.ensure(at + 1);
    this.#dates.keepFirstRead(at, clock, site);
  }

  /** Keeps a read beside earlier ones that can still matter. */
  keepRead(at: number, read: Read, regions: Regions, sites: readonly Site[]): void {
    this.#dates.keepRead(at, read, regions, sites);
  }

  /** Dates a write. @param site negative where the value stays as it was */
  write(at: number, { site, name, dependences }: { site: number; name: Named; dependences: Dependences }): void {
    this.ensure(at + 1);
    if (this.#dates.isPlain(at)) this.#dates.write(at, { site, name, dependences });
    else {
      dependences.write(this.stamps(at), site, name);
      this.keep(at);
    }
  }

  stamps(at: number): Stamps {
    this.ensure(at + 1);
    return this.#dates.take(at);
  }

  keep(at: number): void {
    this.#dates.put(at);
  }

  /** The same memory in cells a `factor` smaller. */
  split(factor: number): Elements {
    const finer = new Elements(this.#kit, this.#length * factor);
    for (let at = 0; at < this.#length; at++) {
      // One time in all parts, as if they had been stored together.
      const times = this.times(at);
      for (let part = at * factor; part < (at + 1) * factor; part++) {
        finer.setTimes(part, times);
        if (this.#stamps) finer.#dates.copy(part, this.#stamps, at);
      }
    }
    if (this.lost) finer.lose(this.lost);
    if (finer.since && this.since) Object.assign(finer.since, this.since);
    return finer;
  }

  /** Moves `count` elements within the same array, as `splice` and its like do; times only. */
  move(to: number, from: number, count: number): void {
    this.ensure(Math.max(to, from) + count);
    const order = Array.from({ length: count }, (_, i) => (to <= from ? i : count - 1 - i));
    for (const i of order) this.setTimes(to + i, this.times(from + i));
  }
}

const none: readonly number[] = [];
const lostChain = (lost: ReadonlySet<number>) => ({
  group: -1,
  latest: none,
  updates: none,
  inOrder: none,
  since: none,
  lost,
});
