import { readFileSync } from 'node:fs';
import type { Block } from './block.ts';
import { type BlockFunction, compileBlocks } from './block-module.ts';
import {
  basesFrom,
  chargingAt,
  controlAt,
  coreFrom,
  datesAt,
  datesFrom,
  edgeBytes,
  edgesFrom,
  endAt,
  familyMAt,
  familyRAt,
  freeListsAt,
  highsFrom,
  idsAt,
  listSizes,
  lLength,
  longFrom,
  lReads,
  masksFrom,
  mostEdges,
  mostLanesAt,
  mostStarts,
  recordBytes,
  recordsFrom,
  rowsFrom,
  rPaths,
  spaceBytes,
  startsFrom,
  usedAt,
} from './core.ts';
import { fixed, marks, ringSlots, type SlotLayout, slotLayout } from './slot-layout.ts';
import type { Chain, Layout, SharedWords, TimeKit, Times } from './times.ts';

const pageBytes = 65536;
/** One for the process, and how many records of regions were used: a run begins by wiping what the last ones left. */
let memory: WebAssembly.Memory | undefined;
let usedRecords = 0;
let compiled: WebAssembly.Module | undefined;

/** Times of elements beside each other: the first one's address, and how far apart they are. */
export interface Rows {
  readonly base: number;
  readonly stride: number;
}

/** What it calls outside, by name (`assembly/parts/host.ts`). */
export type SlotOutside = Readonly<Record<string, (...given: number[]) => unknown>>;

/** What of the runtime in WebAssembly (`assembly/tracing.ts`) is called from here. */
export interface Tracing {
  unwind(to: number): void;
  makeList(room: number): number;
  freeList(list: number): void;
}

/** The memory that slots lie in. */
export class SlotSpace {
  readonly layout: SlotLayout;
  readonly words: Int32Array;
  /** Of a slot, in words; and the place of its marks. */
  readonly size: number;
  readonly header: number;
  /** First slot of the outermost frame. */
  readonly frames: number;
  readonly shared: SharedWords;
  /** Clocks at the starts of iterations of active loops. */
  readonly starts: Int32Array;
  readonly tracing: Tracing;
  readonly #memory: WebAssembly.Memory;
  readonly #host: Record<string, unknown>;
  #nextRow = rowsFrom;
  #nextLong = longFrom;
  #ring = 0;

  /**
   * @param surroundings slots for what functions use from around them
   * @param host what is called outside, as it is at the call
   * @returns undefined where lanes do not fill vectors, or there is no memory
   */
  static open(layout: Layout, surroundings: number, host: SlotOutside): SlotSpace | undefined {
    const slots = slotLayout(layout);
    if (slots === undefined) return undefined;
    try {
      const pages = spaceBytes / pageBytes;
      memory ??= new WebAssembly.Memory({ initial: pages, maximum: pages });
    } catch {
      return undefined;
    }
    return new SlotSpace(slots, memory, { surroundings, host });
  }

  private constructor(
    layout: SlotLayout,
    space: WebAssembly.Memory,
    { surroundings, host }: { surroundings: number; host: SlotOutside },
  ) {
    this.layout = layout;
    this.#memory = space;
    this.words = new Int32Array(space.buffer);
    this.starts = new Int32Array(space.buffer, startsFrom, mostStarts);
    this.size = layout.bytes / 4;
    this.header = layout.header / 4;
    this.frames = fixed.free + surroundings;
    this.#wipe();
    const { lanes, families, bytes } = layout;
    const numbers = lanes * families.length;
    this.shared = {
      highs: new Int32Array(space.buffer, highsFrom, numbers),
      bases: new Int32Array(space.buffer, basesFrom, numbers),
      charging: new Int32Array(space.buffer, chargingAt, 1),
    };
    const distance = (family: 'r' | 'm'): number => 4 * lanes * families.indexOf(family);
    this.set(mostLanesAt, lanes);
    this.set(familyRAt, distance('r'));
    this.set(familyMAt, distance('m'));
    this.set(controlAt, fixed.control * bytes);
    this.set(endAt, coreFrom);
    this.set(datesAt, datesFrom);
    for (let lane = 0; lane < 4; lane++) this.set(masksFrom + 20 * lane, -1);
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./assembly/tracing.wasm', import.meta.url)));
    // They are made later than this.
    const outside =
      (name: string) =>
      (...given: number[]) =>
        host[name]!(...given);
    const named = WebAssembly.Module.imports(compiled).filter(({ kind }) => kind === 'function');
    const functions = Object.fromEntries(named.map(({ name }) => [name, outside(name)]));
    const tracing = new WebAssembly.Instance(compiled, { env: { memory: space }, host: functions }).exports;
    this.tracing = tracing as unknown as Tracing;
    this.#host = { ...tracing, memory: space, lost: outside('lost'), settle: outside('settle') };
  }

  #wipe(): void {
    const { words, layout } = this;
    words.fill(0, 0, Math.max(words[usedAt / 4]!, this.frames * layout.bytes) / 4);
    words.fill(0, coreFrom / 4, edgesFrom / 4);
    words.fill(0, edgesFrom / 4, (edgesFrom + mostEdges * edgeBytes) / 4);
    words.fill(0, recordsFrom / 4, (recordsFrom + usedRecords * recordBytes) / 4);
    words.fill(0, freeListsAt / 4, freeListsAt / 4 + listSizes);
    usedRecords = 0;
  }

  get(address: number): number {
    return this.words[address / 4]!;
  }

  set(address: number, value: number): void {
    this.words[address / 4] = value;
  }

  /** @param isDated whether reads and writes are dated */
  compile(blocks: readonly Block[], first: number, isDated: boolean): Record<string, BlockFunction> {
    return compileBlocks(blocks, { layout: this.layout, host: this.#host, first, isDated });
  }

  /** Frames reach up to a slot: a later run in this process wipes them. */
  use(end: number): void {
    this.set(usedAt, Math.max(this.get(usedAt), end * this.layout.bytes));
  }

  /** Where the paths of a region's iterations are kept. */
  paths(region: number): Int32Array {
    usedRecords = Math.max(usedRecords, region + 1);
    return new Int32Array(this.#memory.buffer, recordsFrom + region * recordBytes + rPaths, (recordBytes - rPaths) / 4);
  }

  /** Room for the times of elements, all 0, for good; undefined where there is none left. */
  reserve(count: number, isLong: boolean): Rows | undefined {
    const { layout } = this;
    const stride = isLong ? layout.shortBytes : layout.bytes;
    const base = isLong ? this.#nextLong : this.#nextRow;
    const next = base + count * stride;
    if (next > (isLong ? startsFrom : longFrom)) return undefined;
    if (isLong) this.#nextLong = next;
    else this.#nextRow = next;
    this.words.fill(0, base / 4, next / 4);
    return { base, stride };
  }

  /** Room for dates, all 0, for good; undefined where there is none left. */
  reserveDates(bytes: number): Int32Array | undefined {
    const from = this.get(datesAt);
    const next = from + bytes;
    if (next > spaceBytes) return undefined;
    this.set(datesAt, next);
    return new Int32Array(this.#memory.buffer, from, bytes / 4).fill(0);
  }

  /** Keeps reads, pairs of clock and site. @returns the list's address */
  keepReads(reads: readonly number[]): number {
    let room = 16;
    while (room < reads.length) room *= 2;
    const list = this.tracing.makeList(room);
    this.set(list + lLength, reads.length);
    for (let at = 0; at < reads.length; at++) this.set(list + lReads + 4 * at, reads[at]!);
    return list;
  }

  readsOf(list: number): number[] {
    const first = (list + lReads) / 4;
    return Array.from(this.words.subarray(first, first + this.get(list + lLength)));
  }

  /** The address of a slot for a time that is needed at once. */
  ring(): number {
    this.#ring = (this.#ring + 1) % ringSlots;
    return (fixed.ring + this.#ring) * this.layout.bytes;
  }

  /** Brings a time into a slot. @param address of the slot */
  take(address: number, times: Times, kit: TimeKit): void {
    const at = address / 4;
    const header = at + this.header;
    if (times === kit.zero) {
      this.words.fill(0, at, header + 4);
      return;
    }
    kit.spill(this.words, at, times);
    if (times.id === 0) times.id = this.#newId();
    this.words[header] = times.id;
    this.words[header + 1] = 0;
    const { chain } = times;
    if (chain === undefined) this.words[header + 2] = 0;
    else if (address < longFrom) this.#setChain(at, chain);
    else this.words[header + 2] = -1 - chain.group;
  }

  /** Whether the control in force has a condition on data in it. */
  markControl(isConditional: boolean): void {
    this.words[fixed.control * this.size + this.header + marks.conditional / 4] = isConditional ? 1 : 0;
  }

  give(address: number, kit: TimeKit): Times {
    const at = address / 4;
    const id = this.words[at + this.header]!;
    if (id === 0) return kit.zero;
    const times = kit.fill(this.words, at) as { -readonly [K in keyof Times]: Times[K] };
    times.id = id;
    times.chain = this.#chainAt(at);
    return times;
  }

  #newId(): number {
    return ++(this.words as { [at: number]: number })[idsAt / 4]!;
  }

  /** The chain of a time: 0 for none. */
  groupAt(address: number): number {
    return this.words[(address + this.layout.header + marks.chain) / 4]!;
  }

  #chainAt(at: number): Chain | undefined {
    const group = this.words[at + this.header + 2]!;
    if (group === 0) return undefined;
    if (group < 0) return { ...none, lost: new Set([-1 - group]) };
    const { lanes, chain } = this.layout;
    const part = (k: number): number[] => {
      const numbers: number[] = [];
      const first = at + chain / 4 + k * lanes;
      for (let lane = first; lane < first + lanes; lane++) numbers.push(this.words[lane]!);
      return numbers;
    };
    return { group, latest: part(0), updates: part(1), inOrder: part(2), since: part(3) };
  }

  #setChain(at: number, chain: Chain): void {
    this.words[at + this.header + 2] = chain.group;
    const { lanes, chain: offset } = this.layout;
    for (let lane = 0, to = at + offset / 4; lane < lanes; lane++, to++) {
      this.words[to] = chain.latest[lane]!;
      this.words[to + lanes] = chain.updates[lane]!;
      this.words[to + 2 * lanes] = chain.inOrder[lane]!;
      this.words[to + 3 * lanes] = chain.since[lane]!;
    }
  }
}

const none = { group: -1, latest: [], updates: [], inOrder: [], since: [] };
