import type { Block } from './block.ts';
import { type BlockFunction, compileBlocks } from './block-module.ts';
import { type ControlCode, compileControl } from './control-module.ts';
import { fixed, marks, ringSlots, type SlotLayout, slotLayout, spaceBytes } from './slot-layout.ts';
import type { Chain, Layout, SharedWords, TimeKit, TimeState, Times } from './times.ts';

const pageBytes = 65536;
/** One for the process, and how far its frames were used: a run begins by wiping what the last ones left. */
let memory: WebAssembly.Memory | undefined;
let usedBytes = 0;
const controls = new Map<string, ControlCode>();

/** Times of elements beside each other: the first one's address, and how far apart they are. */
export interface Rows {
  readonly base: number;
  readonly stride: number;
}

/** The memory that slots lie in. */
export class SlotSpace {
  readonly layout: SlotLayout;
  readonly control: ControlCode;
  readonly words: Int32Array;
  /** Of a slot, in words; and the place of its marks. */
  readonly size: number;
  readonly header: number;
  /** First slot of the outermost frame, and the first beyond the last. */
  readonly frames: number;
  readonly end: number;
  readonly shared: SharedWords;
  readonly #memory: WebAssembly.Memory;
  #nextRow: number;
  #nextLong: number;
  #ring = 0;
  /** A chain goes on from where its state was not kept. */
  onLost: () => void = () => {};

  /**
   * @param surroundings slots for what functions use from around them
   * @returns undefined where lanes do not fill vectors, or there is no memory
   */
  static open(layout: Layout, surroundings: number): SlotSpace | undefined {
    const slots = slotLayout(layout);
    if (slots === undefined) return undefined;
    try {
      const pages = spaceBytes / pageBytes;
      memory ??= new WebAssembly.Memory({ initial: pages, maximum: pages });
    } catch {
      return undefined;
    }
    return new SlotSpace(slots, memory, surroundings);
  }

  private constructor(layout: SlotLayout, space: WebAssembly.Memory, surroundings: number) {
    this.layout = layout;
    this.#memory = space;
    const key = `${layout.lanes}${layout.families.join('')}`;
    this.control = controls.get(key) ?? compileControl(layout, space);
    controls.set(key, this.control);
    this.words = new Int32Array(space.buffer);
    this.size = layout.bytes / 4;
    this.header = layout.header / 4;
    this.frames = fixed.free + surroundings;
    this.end = Math.floor(layout.rowsFrom / layout.bytes);
    this.#nextRow = layout.rowsFrom;
    this.#nextLong = layout.longFrom;
    this.words.fill(0, 0, Math.max(usedBytes / 4, this.frames * this.size));
    const numbers = layout.lanes * layout.families.length;
    this.shared = {
      highs: new Int32Array(space.buffer, layout.highs, numbers),
      bases: new Int32Array(space.buffer, layout.bases, numbers),
      charging: new Int32Array(space.buffer, layout.charging, 1),
    };
  }

  compile(blocks: readonly Block[], first: number): Record<string, BlockFunction> {
    const host = {
      memory: this.#memory,
      lost: () => this.onLost(),
    };
    return compileBlocks(blocks, { layout: this.layout, host, first });
  }

  /** Frames reach up to a slot. */
  use(end: number): void {
    if (end * this.layout.bytes > usedBytes) usedBytes = end * this.layout.bytes;
  }

  /** Room for the times of elements, all 0, for good; undefined where there is none left. */
  reserve(count: number, isLong: boolean): Rows | undefined {
    const { layout } = this;
    const stride = isLong ? layout.shortBytes : layout.bytes;
    const base = isLong ? this.#nextLong : this.#nextRow;
    const next = base + count * stride;
    if (next > (isLong ? spaceBytes : layout.longFrom)) return undefined;
    if (isLong) this.#nextLong = next;
    else this.#nextRow = next;
    this.words.fill(0, base / 4, next / 4);
    return { base, stride };
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
    else if (address < this.layout.longFrom) this.#setChain(at, chain);
    else this.words[header + 2] = -1 - chain.group;
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
    return ++(this.words as { [at: number]: number })[this.layout.ids / 4]!;
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

  /** Operations, and updates of chains, are counted here first. */
  count(state: TimeState): void {
    const { work, updates } = this.layout;
    state.work += this.words[work / 4]!;
    this.words[work / 4] = 0;
    state.updates += this.words[updates / 4]!;
    this.words[updates / 4] = 0;
  }
}

const none = { group: -1, latest: [], updates: [], inOrder: [], since: [] };
