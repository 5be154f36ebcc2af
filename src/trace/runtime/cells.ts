import { prune, type Stamps } from './dependences.ts';
import type { Regions } from './regions.ts';
import type { TimeKit, Times } from './times.ts';

/** Shadow of one variable, field or entry. */
export class Cell implements Stamps {
  times: Times;
  written = 0;
  writer = 0;
  reads: number[] | undefined = undefined;
  readonly #owner: { readonly name: string } | undefined;
  readonly #own: string;
  /** @param owner of a field: the object, whose name may become known later */
  constructor(own: string, times: Times, owner?: { readonly name: string }) {
    this.#own = own;
    this.#owner = owner;
    this.times = times;
  }

  get name(): string {
    return this.#owner === undefined ? this.#own : this.#owner.name + this.#own;
  }
}

/** Shadow of a run of elements: of an array, or of a buffer that views share. */
export class Elements {
  readonly #kit: TimeKit;
  #length: number;
  /** Ready times, packed; absent as long as nothing that was computed has been stored. */
  #times: Int32Array | undefined;
  #written: Int32Array;
  #writer: Int32Array;
  /** The latest kept read; all of them in a list only where there are several. */
  #read: Int32Array;
  #reader: Int32Array;
  readonly #reads: (number[] | undefined)[] = [];
  #chains: Map<number, Times> | undefined;

  constructor(kit: TimeKit, length: number) {
    this.#kit = kit;
    this.#length = Math.max(length, 4);
    this.#written = new Int32Array(this.#length);
    this.#writer = new Int32Array(this.#length);
    this.#read = new Int32Array(this.#length);
    this.#reader = new Int32Array(this.#length);
  }

  ensure(length: number): void {
    if (length <= this.#length) return;
    const next = Math.max(length, 2 * this.#length);
    this.#written = grown(this.#written, next);
    this.#writer = grown(this.#writer, next);
    this.#read = grown(this.#read, next);
    this.#reader = grown(this.#reader, next);
    if (this.#times) this.#times = grown(this.#times, next * this.#kit.width);
    this.#length = next;
  }

  times(at: number): Times {
    if (this.#times === undefined || at >= this.#length) return this.#kit.zero;
    const chained = this.#chains?.get(at);
    return chained ?? this.#kit.unpack(this.#times, at * this.#kit.width);
  }

  setTimes(at: number, times: Times): void {
    if (this.#times === undefined) {
      if (times === this.#kit.zero) return;
      this.#times = new Int32Array(this.#length * this.#kit.width);
    }
    this.#kit.pack(this.#times, at * this.#kit.width, times);
    if (times.chain !== undefined) {
      this.#chains ??= new Map();
      this.#chains.set(at, times);
    } else this.#chains?.delete(at);
  }

  /** The latest of all elements. */
  latest(): Times {
    let latest = this.#kit.zero;
    if (this.#times !== undefined)
      for (let at = 0; at < this.#length; at++) latest = this.#kit.join(latest, this.times(at));
    return latest;
  }

  // One reusable view of an element's stamps: a method call on it must end before the next `at`.
  readonly #view: Stamps = { written: 0, writer: 0, reads: undefined };

  /** Clock of the last write; 0 for never. */
  written(at: number): number {
    return at < this.#length ? this.#written[at]! : 0;
  }

  writer(at: number): number {
    return this.#writer[at]!;
  }

  /** Clock of the latest read that was kept; 0 for none since the last write. */
  lastRead(at: number): number {
    return at < this.#length ? this.#read[at]! : 0;
  }

  /** Keeps the only read since the last write, without a list. */
  keepFirstRead(at: number, clock: number, site: number): void {
    this.ensure(at + 1);
    this.#read[at] = clock;
    this.#reader[at] = site;
  }

  /** Keeps a read beside earlier ones that can still matter. */
  keepRead(at: number, site: number, { loops, clock }: Regions): void {
    let reads = this.#reads[at];
    if (reads === undefined) {
      // An only read from before the outermost loop began decides nothing any more.
      if (this.#read[at]! >= loops[0]!.entered) {
        reads = [this.#read[at]!, this.#reader[at]!, clock, site];
        this.#reads[at] = reads;
      }
    } else {
      if (reads.length > 2) prune(reads, loops);
      reads.push(clock, site);
    }
    this.#read[at] = clock;
    this.#reader[at] = site;
  }

  stamps(at: number): Stamps {
    this.ensure(at + 1);
    const view = this.#view;
    view.written = this.#written[at]!;
    view.writer = this.#writer[at]!;
    view.reads = this.#reads[at];
    if (view.reads === undefined && this.#read[at] !== 0) view.reads = [this.#read[at]!, this.#reader[at]!];
    return view;
  }

  keep(at: number): void {
    const { written, writer, reads } = this.#view;
    this.#written[at] = written;
    this.#writer[at] = writer;
    const last = reads === undefined || reads.length === 0 ? 0 : reads[reads.length - 2]!;
    this.#read[at] = last;
    if (reads !== undefined && reads.length > 2) this.#reads[at] = reads;
    else if (this.#reads[at] !== undefined) this.#reads[at] = undefined;
    if (last !== 0) this.#reader[at] = reads![reads!.length - 1]!;
  }

  /** The same memory in cells a `factor` smaller. */
  split(factor: number): Elements {
    const finer = new Elements(this.#kit, this.#length * factor);
    for (let at = 0; at < this.#length; at++)
      for (let part = at * factor; part < (at + 1) * factor; part++) {
        finer.setTimes(part, this.times(at));
        finer.#written[part] = this.#written[at]!;
        finer.#writer[part] = this.#writer[at]!;
        finer.#read[part] = this.#read[at]!;
        finer.#reader[part] = this.#reader[at]!;
        const reads = this.#reads[at];
        if (reads) finer.#reads[part] = [...reads];
      }
    return finer;
  }

  /** Moves `count` elements within the same array, as `splice` and its like do; times only. */
  move(to: number, from: number, count: number): void {
    this.ensure(Math.max(to, from) + count);
    const order = Array.from({ length: count }, (_, i) => (to <= from ? i : count - 1 - i));
    for (const i of order) this.setTimes(to + i, this.times(from + i));
  }
}

function grown(old: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(length);
  next.set(old);
  return next;
}
