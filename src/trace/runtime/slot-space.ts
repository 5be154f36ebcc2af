import { compileSlots, fixed, pageBytes, type SlotArithmetic, type SlotLayout, slotLayout } from './slot-module.ts';
import type { Chain, Layout, SharedWords, TimeKit, TimeState, Times } from './times.ts';

/** Reserved, not used: pages that no frame reaches are never touched. */
const spaceBytes = 2 ** 27;
/** One for the process: a run begins by wiping what the last one used. */
let memory: WebAssembly.Memory | undefined;
const modules = new Map<string, SlotArithmetic>();

/** The memory that slots lie in. */
export class SlotSpace {
  readonly layout: SlotLayout;
  readonly arithmetic: SlotArithmetic;
  readonly words: Int32Array;
  /** Of a slot, in words; and the place of its marks. */
  readonly size: number;
  readonly header: number;
  /** First slot of the outermost frame, and the first beyond the memory. */
  readonly frames: number;
  readonly end: number;
  readonly shared: SharedWords;
  /** Behind the frames lie the times of arrays. */
  #reserved: number;
  readonly #mostReserved: number;
  /** Chains whose state was not kept. */
  readonly #lost: (Chain | undefined)[] = [];

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
    const key = `${layout.lanes}${layout.families.join('')}`;
    this.arithmetic = modules.get(key) ?? compileSlots(layout, space);
    modules.set(key, this.arithmetic);
    this.words = new Int32Array(space.buffer);
    this.size = layout.bytes / 4;
    this.header = layout.header / 4;
    this.frames = fixed.free + surroundings;
    const slots = Math.floor(spaceBytes / layout.bytes);
    this.end = Math.floor(slots / 2);
    this.#reserved = this.end;
    this.#mostReserved = slots;
    this.words.fill(0, 0, this.frames * this.size);
    const numbers = layout.lanes * layout.families.length;
    this.shared = {
      highs: new Int32Array(space.buffer, layout.highs, numbers),
      bases: new Int32Array(space.buffer, layout.bases, numbers),
      charging: new Int32Array(space.buffer, layout.charging, 1),
    };
  }

  /** Slots beside each other, for good; −1 where there are none left. */
  reserve(count: number): number {
    const first = this.#reserved;
    if (first + count > this.#mostReserved) return -1;
    this.#reserved = first + count;
    return first;
  }

  /** Brings a time into a slot. */
  take(slot: number, times: Times, kit: TimeKit): number {
    if (times === kit.zero) return this.arithmetic.copy(slot, fixed.zero);
    const at = slot * this.size;
    kit.spill(this.words, at, times);
    if (times.id === 0) times.id = this.newId();
    const header = at + this.header;
    this.words[header] = times.id;
    this.words[header + 1] = 0;
    if (times.chain === undefined) this.words[header + 2] = 0;
    else this.setChain(slot, times.chain);
    return slot;
  }

  give(slot: number, kit: TimeKit): Times {
    const id = this.words[slot * this.size + this.header]!;
    if (id === 0) return kit.zero;
    const times = kit.fill(this.words, slot * this.size) as { -readonly [K in keyof Times]: Times[K] };
    times.id = id;
    times.chain = this.chainAt(slot);
    return times;
  }

  /** The chain of a slot: 0 for none, −1 for one whose state was not kept. */
  groupAt(slot: number): number {
    return this.words[slot * this.size + this.header + 2]!;
  }

  /** A time of its own, of no chain. */
  markNew(slot: number): void {
    const header = slot * this.size + this.header;
    this.words[header] = this.newId();
    this.words[header + 1] = 0;
    this.words[header + 2] = 0;
  }

  newId(): number {
    return ++(this.words as { [at: number]: number })[this.layout.ids / 4]!;
  }

  lostAt(slot: number): Chain | undefined {
    return this.words[slot * this.size + this.header + 2]! < 0 ? this.#lost[slot] : undefined;
  }

  /** A slot was copied, with the mark of a chain whose state was not kept. */
  keepLost(to: number, from: number): void {
    this.#lost[to] = this.#lost[from];
  }

  chainAt(slot: number): Chain | undefined {
    const at = slot * this.size;
    const group = this.words[at + this.header + 2]!;
    if (group === 0) return undefined;
    if (group < 0) return this.#lost[slot];
    const { lanes, chain } = this.layout;
    const part = (k: number): number[] => {
      const numbers: number[] = [];
      const first = at + chain / 4 + k * lanes;
      for (let lane = first; lane < first + lanes; lane++) numbers.push(this.words[lane]!);
      return numbers;
    };
    return { group, latest: part(0), updates: part(1), inOrder: part(2), since: part(3) };
  }

  setChain(slot: number, chain: Chain): void {
    const at = slot * this.size;
    if (chain.lost !== undefined) {
      this.words[at + this.header + 2] = -1;
      this.#lost[slot] = chain;
      return;
    }
    this.words[at + this.header + 2] = chain.group;
    const { lanes, chain: offset } = this.layout;
    for (let lane = 0, to = at + offset / 4; lane < lanes; lane++, to++) {
      this.words[to] = chain.latest[lane]!;
      this.words[to + lanes] = chain.updates[lane]!;
      this.words[to + 2 * lanes] = chain.inOrder[lane]!;
      this.words[to + 3 * lanes] = chain.since[lane]!;
    }
  }

  /** The chain of one slot becomes that of another. */
  copyChain(to: number, from: number): void {
    const [target, source] = [to * this.size, from * this.size];
    const group = this.words[source + this.header + 2]!;
    this.words[target + this.header + 2] = group;
    if (group < 0) this.keepLost(to, from);
    const first = source + this.layout.chain / 4;
    this.words.copyWithin(target + this.layout.chain / 4, first, first + 4 * this.layout.lanes);
  }

  /** Operations are counted here first. */
  countWork(state: TimeState): void {
    const at = this.layout.work / 4;
    state.work += this.words[at]!;
    this.words[at] = 0;
  }
}
