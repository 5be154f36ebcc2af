import type { Rows, SlotSpace } from './slot-space.ts';
import type { Chain, Family, FieldHolder, TimeKit, Times } from './times.ts';

/** When each of a run of elements is ready. */
export interface ElementTimes {
  get(at: number): Times;
  set(at: number, times: Times): void;
  grow(length: number): void;
  /** No element's time is later, by field. */
  readonly tops: Int32Array;
  readonly hasChains: boolean;
}

/**
 * Arrays of up to so many elements keep their times as they are: nothing is copied at a load or store, and a
 * short-lived array costs one list instead of an array a field.
 */
export const mostKept = 256;

/** Times as they are: 8 bytes a field and 48 more for each element that ever had one. */
export class KeptTimes implements ElementTimes {
  readonly #kit: TimeKit;
  readonly #list: Times[];
  #chains: ChainCount | undefined;

  constructor(kit: TimeKit, list: Times[]) {
    this.#kit = kit;
    this.#list = list;
  }

  static make(kit: TimeKit, length: number): KeptTimes {
    const list: Times[] = [];
    for (let at = 0; at < length; at++) list.push(kit.zero);
    return new KeptTimes(kit, list);
  }

  /** @param list times of the first elements, of no chain; nobody else's from now on */
  static adopt(kit: TimeKit, list: Times[], length: number): KeptTimes {
    let count = 0;
    for (let at = 0; at < list.length; at++) if (list[at] !== kit.zero) count++;
    kit.state.shadowBytes += count * timeBytes(kit);
    while (list.length < length) list.push(kit.zero);
    return new KeptTimes(kit, list);
  }

  get(at: number): Times {
    return this.#list[at]!;
  }

  set(at: number, times: Times): void {
    const old = this.#list[at]!;
    if (old === times) return;
    this.#list[at] = times;
    if (old === this.#kit.zero) this.#kit.state.shadowBytes += timeBytes(this.#kit);
    if (old.chain === undefined && times.chain === undefined) return;
    this.#chains ??= new ChainCount(this.#kit);
    if (old.chain !== undefined) this.#chains.drop();
    if (times.chain !== undefined) this.#chains.add();
  }

  grow(length: number): void {
    while (this.#list.length < length) this.#list.push(this.#kit.zero);
  }

  get tops(): Int32Array {
    const tops = new Int32Array(this.#kit.width);
    for (const times of this.#list) this.#kit.raiseTo(tops, times);
    return tops;
  }

  get hasChains(): boolean {
    return this.#chains !== undefined && this.#chains.count > 0;
  }
}

/** Times in slots, one after another: for arrays that functions on numbers work on. Their length stays. */
export class RowTimes implements ElementTimes {
  readonly #kit: TimeKit;
  readonly #space: SlotSpace;
  readonly #length: number;
  readonly rows: Rows;
  /** Where the rows have no room for them. */
  readonly #chains = new Map<number, Chain>();

  constructor(kit: TimeKit, space: SlotSpace, { rows, length }: { rows: Rows; length: number }) {
    this.#kit = kit;
    this.#space = space;
    this.#length = length;
    this.rows = rows;
  }

  #at(at: number): number {
    return this.rows.base + at * this.rows.stride;
  }

  get(at: number): Times {
    const times = this.#space.give(this.#at(at), this.#kit);
    const chain = this.#chains.size === 0 ? undefined : this.#chains.get(at);
    return chain === undefined ? times : this.#kit.chained(times, chain);
  }

  set(at: number, times: Times): void {
    this.#space.take(this.#at(at), times, this.#kit);
    if (times.chain !== undefined && this.rows.stride < this.#space.layout.bytes) this.#chains.set(at, times.chain);
    else if (this.#chains.size > 0) this.#chains.delete(at);
  }

  grow(): void {
    throw new RangeError('an array whose times lie in slots cannot grow');
  }

  /** Some chains' states lie here and not in the rows. */
  get isApart(): boolean {
    return this.#chains.size > 0;
  }

  get tops(): Int32Array {
    const tops = new Int32Array(this.#kit.width);
    for (let at = 0; at < this.#length; at++) this.#kit.raiseTo(tops, this.get(at));
    return tops;
  }

  get hasChains(): boolean {
    for (let at = 0; at < this.#length; at++) if (this.#space.groupAt(this.#at(at)) !== 0) return true;
    return false;
  }
}

/** Times by field, 4 bytes an element each; a field is absent as long as nothing other than 0 has been stored in it. */
export class PackedTimes implements ElementTimes, FieldHolder {
  readonly #kit: TimeKit;
  #length: number;
  #fields: (Int32Array | undefined)[];
  readonly #chained = new Map<number, Times>();
  readonly #chains: ChainCount;
  readonly #tops: Int32Array;
  /** Family `r` has fields of its own. */
  #isApart: boolean;

  constructor(kit: TimeKit, length: number) {
    this.#kit = kit;
    this.#length = length;
    this.#fields = Array.from({ length: kit.width }, () => undefined);
    this.#chains = new ChainCount(kit);
    this.#tops = new Int32Array(kit.width);
    this.#isApart = kit.state.isApart;
  }

  /** What was stored before any chain was updated is as late in family `r` as in `s`. */
  #keepApart(): void {
    this.#isApart = true;
    const { first, layout } = this.#kit;
    if (first.r < 0) return;
    for (let lane = 0; lane < layout.lanes; lane++) {
      const [from, to] = [first.s + lane, first.r + lane];
      const field = this.#fields[from];
      if (field !== undefined) this.field(to).set(field);
      this.#tops[to] = this.#tops[from]!;
    }
  }

  get tops(): Int32Array {
    if (!this.#isApart && this.#kit.state.isApart) this.#keepApart();
    return this.#tops;
  }

  get(at: number): Times {
    if (!this.#isApart && this.#kit.state.isApart) this.#keepApart();
    if (this.#chained.size > 0) {
      const chained = this.#chained.get(at);
      if (chained !== undefined) return chained;
    }
    return this.#isZero(at) ? this.#kit.zero : this.#kit.gather(this.#fields, at);
  }

  /** Nothing was stored there: time 0, as in the other forms. */
  #isZero(at: number): boolean {
    for (const field of this.#fields) if (field !== undefined && field[at] !== 0) return false;
    return true;
  }

  set(at: number, times: Times): void {
    if (!this.#isApart && this.#kit.state.isApart) this.#keepApart();
    this.#kit.scatter(this.#fields, at, times, this);
    const known = this.#chained.size > 0 && this.#chained.has(at);
    if (times.chain !== undefined && times.chain.lost === undefined) {
      this.#chained.set(at, times);
      if (!known) this.#chains.add();
    } else if (known) {
      this.#chained.delete(at);
      this.#chains.drop();
    }
  }

  /** One field of all elements, made at its first use. */
  field(at: number): Int32Array {
    if (!this.#isApart && this.#kit.state.isApart) this.#keepApart();
    const known = this.#fields[at];
    if (known) return known;
    const field = new Int32Array(this.#length);
    this.#fields[at] = field;
    this.#kit.state.shadowBytes += 4 * this.#length;
    return field;
  }

  grow(length: number): void {
    const present = this.#fields.filter(field => field !== undefined).length;
    this.#kit.state.shadowBytes += 4 * present * (length - this.#length);
    this.#fields = this.#fields.map(field => field && grown(field, length));
    this.#length = length;
  }

  get hasChains(): boolean {
    return this.#chains.count > 0;
  }
}

/** Elements that hold a chain's running result; what they take is that of the most there were at once. */
class ChainCount {
  readonly #kit: TimeKit;
  count = 0;
  #most = 0;

  constructor(kit: TimeKit) {
    this.#kit = kit;
  }

  add(): void {
    if (++this.count <= this.#most) return;
    this.#most = this.count;
    this.#kit.state.shadowBytes += chainBytes(this.#kit.layout.lanes, this.#kit.width);
  }

  drop(): void {
    this.count--;
  }
}

/** An object of a header, a field for each lane and family that is kept now, three more, and its place in a list. */
function timeBytes({ layout, state }: TimeKit): number {
  const { families, lanes } = layout;
  const kept = (family: Family, isKept: boolean) => (isKept && families.includes(family) ? lanes : 0);
  return 8 * (lanes + kept('r', state.isApart) + kept('m', state.isCharging)) + 56;
}

/** A time with its chain, four numbers a lane, and its place in the map. */
const chainBytes = (lanes: number, width: number): number => 8 * width + 4 * (16 + 8 * lanes) + 100;

function grown(old: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(length);
  next.set(old);
  return next;
}
