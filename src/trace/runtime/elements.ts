import type { Stamps } from './dependences.ts';
import { ElementStamps } from './element-stamps.ts';
import type { Regions } from './regions.ts';
import type { TimeKit, Times } from './times.ts';

/** Shadow of a run of elements: of an array, or of a buffer that views share. */
export class Elements {
  readonly #kit: TimeKit;
  #length: number;
  /** Ready times by field of a time; a field is absent as long as nothing that was computed has been stored in it. */
  #times: (Int32Array | undefined)[] | undefined;
  #stamps: ElementStamps | undefined;
  #chains: Map<number, Times> | undefined;
  /** No element's time is later, by field. */
  readonly tops: Int32Array;
  /** Chains whose running results have been stored here, and those that were stored without their state. */
  groups: Set<number> | undefined;
  lost: Set<number> | undefined;
  /** Earliest accesses in the current entry of the outermost active loop: dated one by one, and by whole nests (the last). */
  readonly since = { read: 0, write: 0, nestRead: 0, nestWrite: 0, nest: 0 };

  constructor(kit: TimeKit, length: number) {
    this.#kit = kit;
    this.#length = Math.max(length, 4);
    this.tops = new Int32Array(kit.width);
    kit.state.shadowElements += length;
  }

  get hasChains(): boolean {
    return this.#chains !== undefined && this.#chains.size > 0;
  }

  ensure(length: number): void {
    if (length <= this.#length) return;
    const next = Math.max(length, 2 * this.#length);
    const { state } = this.#kit;
    state.shadowElements += next - this.#length;
    const fields = this.#times?.filter(field => field !== undefined).length ?? 0;
    state.shadowBytes += (next - this.#length) * (4 * fields + (this.#stamps ? ElementStamps.bytesEach : 0));
    this.#stamps?.grow(next);
    if (this.#times) this.#times = this.#times.map(field => field && grown(field, next));
    this.#length = next;
  }

  /** One field of all elements' times, for code that goes through them by itself. */
  field(at: number): Int32Array {
    this.#times ??= Array.from({ length: this.#kit.width }, () => undefined);
    const known = this.#times[at];
    if (known) return known;
    const field = new Int32Array(this.#length);
    this.#times[at] = field;
    this.#kit.state.shadowBytes += 4 * this.#length;
    return field;
  }

  times(at: number): Times {
    if (this.#times === undefined || at >= this.#length) return this.#kit.zero;
    const chained = this.#chains?.get(at);
    if (chained !== undefined) return chained;
    const times = this.#kit.gather(this.#times, at);
    return this.lost === undefined ? times : this.#kit.chained(times, lostChain(this.lost));
  }

  setTimes(at: number, times: Times): void {
    if (this.#times === undefined) {
      if (times === this.#kit.zero) return;
      this.#times = Array.from({ length: this.#kit.width }, () => undefined);
    }
    this.#kit.scatter(this.#times, at, times, this);
    const { chain } = times;
    if (chain === undefined) this.#chains?.delete(at);
    else if (chain.lost !== undefined) {
      this.#chains?.delete(at);
      this.lose(chain.lost);
    } else {
      this.#chains ??= new Map();
      const { size } = this.#chains;
      this.#chains.set(at, times);
      if (this.#chains.size > size) this.#kit.state.shadowBytes += chainBytes(this.#kit.layout.lanes, this.#kit.width);
      this.groups ??= new Set();
      this.groups.add(chain.group);
    }
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
    }
    return this.#stamps;
  }

  /** Clock of the last write; 0 for never. */
  written(at: number): number {
    return this.#stamps === undefined || at >= this.#length ? 0 : this.#stamps.written[at]!;
  }

  writer(at: number): number {
    return this.#stamps!.writer[at]!;
  }

  /** Clock of the latest read that was kept; 0 for none since the last write. */
  lastRead(at: number): number {
    return this.#stamps === undefined || at >= this.#length ? 0 : this.#stamps.read[at]!;
  }

  /** Keeps the only read since the last write, without a list. */
  keepFirstRead(at: number, clock: number, site: number): void {
    this.ensure(at + 1);
    this.#dates.keepFirstRead(at, clock, site);
  }

  /** Keeps a read beside earlier ones that can still matter. */
  keepRead(at: number, site: number, regions: Regions): void {
    this.#dates.keepRead(at, site, regions);
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
    for (let at = 0; at < this.#length; at++)
      for (let part = at * factor; part < (at + 1) * factor; part++) {
        finer.setTimes(part, this.times(at));
        if (this.#stamps) finer.#dates.copy(part, this.#stamps, at);
      }
    if (this.lost) finer.lose(this.lost);
    Object.assign(finer.since, this.since);
    return finer;
  }

  /** Moves `count` elements within the same array, as `splice` and its like do; times only. */
  move(to: number, from: number, count: number): void {
    this.ensure(Math.max(to, from) + count);
    const order = Array.from({ length: count }, (_, i) => (to <= from ? i : count - 1 - i));
    for (const i of order) this.setTimes(to + i, this.times(from + i));
  }
}

/** A time of 8 bytes a field with its chain, four numbers a lane, and its place in the map. */
const chainBytes = (lanes: number, width: number): number => 8 * width + 4 * (16 + 8 * lanes) + 100;

const none: readonly number[] = [];
const lostChain = (lost: ReadonlySet<number>) => ({
  group: -1,
  latest: none,
  updates: none,
  inOrder: none,
  since: none,
  lost,
});

function grown(old: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(length);
  next.set(old);
  return next;
}
