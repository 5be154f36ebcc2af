import {
  datesAllAt,
  eBase,
  eDates,
  elementsBytes,
  elementsFrom,
  eNest,
  eNestRead,
  eNestWrite,
  eRead,
  eStride,
  eWrite,
  handleBytes,
  handlesFrom,
  hElements,
  hFirst,
  hLength,
  hNamed,
  loadedAt,
  mostHandles,
} from './core.ts';
import type { Elements } from './elements.ts';
import type { Shadow } from './memory.ts';
import type { Tracer } from './runtime.ts';
import { marks } from './slot-layout.ts';
import type { SlotSpace } from './slot-space.ts';

/** Stands for reads without dates among the numbers of nests that a run must do without. */
const undatedReads = 2 ** 30;

export type NumberArray = ArrayBufferView & { readonly length: number; [at: number]: number };

const arrays: readonly unknown[] = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array],
].map(({ prototype }) => prototype);

/** A typed array of numbers with nothing unusual about it. */
export const isNumberArray = (value: unknown): value is NumberArray =>
  ArrayBuffer.isView(value) && arrays.includes(Object.getPrototypeOf(value));

/** An array that the current call from outside works on: its number is that of a handle in the memory of slots. */
interface Admitted {
  readonly array: NumberArray;
  readonly elements: Elements;
  /** Its elements' number. */
  readonly block: number;
  /** Cell of the first element. */
  readonly first: number;
  shadow: Shadow | undefined;
}

/** Arrays for functions on numbers, made sure of at each call from outside. */
export class ArrayShadows {
  readonly #tracer: Tracer;
  readonly #space: SlotSpace;
  readonly #admitted: Admitted[] = [];
  /** Their elements, each once. */
  readonly #blocks: Elements[] = [];

  constructor(tracer: Tracer, space: SlotSpace) {
    this.#tracer = tracer;
    this.#space = space;
    // Some array that was only read turned out to be written as well.
    space.set(datesAllAt, tracer.nests.without.has(undatedReads) ? 1 : 0);
  }

  /** A call from outside begins. */
  begin(): void {
    this.#admitted.length = 0;
    this.#blocks.length = 0;
    this.#space.set(loadedAt, 0);
  }

  /** Makes sure of an array, before any function that works on it runs. @returns its handle, or 0 where it must not */
  admit(value: unknown): number {
    if (!isNumberArray(value)) return 0;
    const admitted = this.#admitted;
    for (let at = 0; at < admitted.length; at++) if (admitted[at]!.array === value) return handleOf(at);
    const { memory } = this.#tracer;
    const cells = memory.cellsOf(value);
    if (cells === undefined || admitted.length === mostHandles || !cells.elements.settle(this.#space)) return 0;
    const { elements, first } = cells;
    const block = this.#block(elements);
    if (block < 0) return 0;
    const known = memory.known(value);
    const shadow = known?.named ? known : undefined;
    const handle = handleOf(admitted.length);
    admitted.push({ array: value, elements, block, first, shadow });
    const space = this.#space;
    space.set(handle + hElements, elementsFrom + block * elementsBytes);
    space.set(handle + hFirst, first);
    space.set(handle + hLength, value.length);
    space.set(handle + hNamed, shadow === undefined ? 0 : 1);
    return handle;
  }

  #block(elements: Elements): number {
    const known = this.#blocks.indexOf(elements);
    if (known >= 0) return known;
    const block = this.#blocks.push(elements) - 1;
    return this.#give(block) ? block : -1;
  }

  /** What the elements are known by goes to the memory of slots. @returns false where there is no room */
  #give(block: number): boolean {
    const elements = this.#blocks[block]!;
    const { words } = this.#space;
    const dates = elements.settleDates(this.#space);
    if (dates === undefined) return false;
    const at = (elementsFrom + block * elementsBytes) / 4;
    const { base, stride } = elements.place;
    const since = elements.since!;
    words[at + eBase / 4] = base;
    words[at + eStride / 4] = stride;
    words[at + eDates / 4] = dates;
    words[at + eRead / 4] = since.read;
    words[at + eWrite / 4] = since.write;
    words[at + eNestRead / 4] = since.nestRead;
    words[at + eNestWrite / 4] = since.nestWrite;
    words[at + eNest / 4] = since.nest;
    return true;
  }

  /** And back again. */
  #take(block: number): void {
    const { words } = this.#space;
    const at = (elementsFrom + block * elementsBytes) / 4;
    const since = this.#blocks[block]!.since!;
    since.read = words[at + eRead / 4]!;
    since.write = words[at + eWrite / 4]!;
    since.nestRead = words[at + eNestRead / 4]!;
    since.nestWrite = words[at + eNestWrite / 4]!;
    since.nest = words[at + eNest / 4]!;
  }

  /** The general tier works on the arrays for a while. @returns false where the elements must not lie in slots afterwards */
  lend(run: () => void): boolean {
    for (let block = 0; block < this.#blocks.length; block++) this.#take(block);
    run();
    for (let block = 0; block < this.#blocks.length; block++)
      if (!this.#blocks[block]!.settle(this.#space) || !this.#give(block)) return false;
    return true;
  }

  /** The call ends: tiers that keep no chains must know whose running results the arrays hold. */
  end(): void {
    for (let block = 0; block < this.#blocks.length; block++) this.#take(block);
    const { words, layout } = this.#space;
    if (words[loadedAt / 4] !== 0) this.#tracer.memory.forgetOuter();
    if (!layout.families.includes('r')) return;
    for (const { elements, first, array } of this.#admitted) {
      const { base, stride } = elements.place;
      if (stride < layout.bytes) continue;
      const mark = (base + layout.header + marks.chain) / 4;
      const step = stride / 4;
      let last = 0;
      for (let at = first; at < first + array.length; at++) {
        const group = words[mark + at * step]!;
        if (group !== last && group > 0) elements.gain(group);
        last = group;
      }
    }
  }

  #of(handle: number): Admitted {
    return this.#admitted[(handle - handlesFrom) / handleBytes - 1]!;
  }

  array(handle: number): NumberArray {
    return this.#of(handle).array;
  }

  /** Its shadow, under the name by which a site reaches it. */
  shadow(handle: number, site: number): Shadow {
    const of = this.#of(handle);
    of.shadow ??= this.#tracer.memory.shadowOf(of.array, site);
    this.#space.set(handle + hNamed, 1);
    return of.shadow;
  }

  /** Gives elements dates, or slots for their times. @returns false where there is no room */
  openDates(address: number): boolean {
    const dates = this.#elementsAt(address).openDates(this.#space);
    if (dates !== undefined) this.#space.set(address + eDates, dates);
    return dates !== undefined;
  }

  openTimes(address: number): boolean {
    const elements = this.#elementsAt(address);
    if (!elements.open(this.#space)) return false;
    this.#space.set(address + eBase, elements.place.base);
    this.#space.set(address + eStride, elements.place.stride);
    return true;
  }

  #elementsAt(address: number): Elements {
    return this.#blocks[(address - elementsFrom) / elementsBytes]!;
  }
}

/** The first stays free: 0 is none. */
const handleOf = (at: number): number => handlesFrom + (at + 1) * handleBytes;
