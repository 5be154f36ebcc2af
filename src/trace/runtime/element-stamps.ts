import { type Dependences, keepRead, type Named, type Read, type Stamps } from './dependences.ts';
import type { Regions } from './regions.ts';
import type { Site } from './sites.ts';
import type { SlotSpace } from './slot-space.ts';

const stride = 4;
/** Places of an element's four numbers: clock and site of the last write, and of the latest kept read. */
const [writtenAt, writerAt, readAt, readerAt] = [0, 1, 2, 3];

/** One view for all: what was taken must be put back before the next is taken. */
const taken: Stamps = { written: 0, writer: 0, read: 0, reader: 0, reads: undefined };

/**
 * When and where each element was written last, and read since: 16 bytes an element, and a list where reads add up. They may
 * be moved to the memory of functions on numbers, lists included: there a reader below 0 is the address of a list.
 */
export class ElementStamps {
  static readonly bytesEach = 16;
  /** Beside each other, so that an access touches one line of the cache. */
  #numbers: Int32Array;
  /** All kept reads of an element, only where there are several. */
  #reads: (number[] | undefined)[] | undefined;
  #space: SlotSpace | undefined;

  constructor(length: number) {
    this.#numbers = new Int32Array(stride * length);
  }

  /** Their address in the memory that slots lie in; 0 for elsewhere. */
  get address(): number {
    return this.#space === undefined ? 0 : this.#numbers.byteOffset;
  }

  /** Moves them there. @returns false where there is no room */
  settle(space: SlotSpace): boolean {
    if (this.#space !== undefined) return true;
    const moved = space.reserveDates(this.#numbers.byteLength);
    if (moved === undefined) return false;
    moved.set(this.#numbers);
    const reads = this.#reads;
    this.#numbers = moved;
    this.#space = space;
    this.#reads = undefined;
    reads?.forEach((list, at) => {
      if (list !== undefined) this.#keep(at, list);
    });
    return true;
  }

  /** The first so many were written at once. */
  fill(count: number, clock: number, site: number): void {
    const numbers = this.#numbers;
    for (let base = 0; base < stride * count; base += stride) {
      numbers[base + writtenAt] = clock;
      numbers[base + writerAt] = site;
    }
  }

  grow(length: number): void {
    const next = new Int32Array(stride * length);
    next.set(this.#numbers);
    if (this.#space !== undefined) {
      // Functions on numbers find them anew at their next call.
      this.#reads = Array.from({ length: this.#numbers.length / stride }, (_, at) => this.#readsOf(at));
      this.#reads.forEach((list, at) => {
        if (list !== undefined) next[stride * at + readerAt] = list.at(-1)!;
      });
      this.#space = undefined;
    }
    this.#numbers = next;
  }

  written(at: number): number {
    return this.#numbers[stride * at + writtenAt]!;
  }

  writer(at: number): number {
    return this.#numbers[stride * at + writerAt]!;
  }

  read(at: number): number {
    return this.#numbers[stride * at + readAt]!;
  }

  reader(at: number): number {
    const reader = this.#numbers[stride * at + readerAt]!;
    return reader < 0 ? this.#readsOf(at)!.at(-1)! : reader;
  }

  #readsOf(at: number): number[] | undefined {
    if (this.#space === undefined) return this.#reads?.[at];
    const reader = this.#numbers[stride * at + readerAt]!;
    return reader < 0 ? this.#space.readsOf(-reader) : undefined;
  }

  keepFirstRead(at: number, clock: number, site: number): void {
    this.#numbers[stride * at + readAt] = clock;
    this.#numbers[stride * at + readerAt] = site;
  }

  keepRead(at: number, added: Read, regions: Regions, sites: readonly Site[]): void {
    const known = this.#readsOf(at);
    const reads = known ?? [];
    if (known === undefined) {
      const read = this.read(at);
      // An only read from before the outermost loop began decides nothing any more.
      if (read >= regions.loops[0]!.entered) reads.push(read, this.reader(at));
    }
    if (reads.length > 0) keepRead(reads, added, regions, sites);
    if (this.#space !== undefined && reads.length > 2) {
      this.#keep(at, reads);
      return;
    }
    if (known === undefined && reads.length > 2) this.#keep(at, reads);
    else if (this.#space !== undefined) this.#keep(at, undefined);
    this.keepFirstRead(at, added.clock, added.site);
  }

  /** No more than one read since the last write is kept. */
  isPlain(at: number): boolean {
    if (this.#space === undefined) return this.#reads?.[at] === undefined;
    return this.#numbers[stride * at + readerAt]! >= 0;
  }

  #keep(at: number, reads: number[] | undefined): void {
    if (this.#space === undefined) {
      this.#reads ??= [];
      this.#reads[at] = reads;
      return;
    }
    const place = stride * at + readerAt;
    if (this.#numbers[place]! < 0) this.#space.tracing.freeList(-this.#numbers[place]!);
    this.#numbers[place] = 0;
    if (reads === undefined) return;
    this.#numbers[place] = -this.#space.keepReads(reads);
    this.#numbers[stride * at + readAt] = reads.at(-2)!;
  }

  /** What `Dependences.write` does, for a plain element, without making a list. */
  write(at: number, { site, name, dependences }: { site: number; name: Named; dependences: Dependences }): void {
    const numbers = this.#numbers;
    const base = stride * at;
    const read = numbers[base + readAt]!;
    if (read !== 0) dependences.against('WAR', { stamp: read, from: numbers[base + readerAt]!, to: site, name });
    dependences.against('WAW', { stamp: numbers[base + writtenAt]!, from: numbers[base + writerAt]!, to: site, name });
    numbers[base + writtenAt] = dependences.regions.clock;
    numbers[base + writerAt] = site;
    numbers[base + readAt] = 0;
  }

  take(at: number): Stamps {
    const view = taken;
    const numbers = this.#numbers;
    const base = stride * at;
    view.written = numbers[base + writtenAt]!;
    view.writer = numbers[base + writerAt]!;
    view.reads = this.#readsOf(at);
    view.read = view.reads === undefined ? numbers[base + readAt]! : 0;
    view.reader = view.reads === undefined ? numbers[base + readerAt]! : 0;
    return view;
  }

  put(at: number): void {
    const { written, writer, read, reader, reads } = taken;
    const numbers = this.#numbers;
    const base = stride * at;
    numbers[base + writtenAt] = written;
    numbers[base + writerAt] = writer;
    if (!this.isPlain(at)) this.#keep(at, undefined);
    const isSeveral = reads !== undefined && reads.length > 0;
    numbers[base + readAt] = isSeveral ? reads[reads.length - 2]! : read;
    numbers[base + readerAt] = isSeveral ? reads[reads.length - 1]! : reader;
    if (reads !== undefined && reads.length > 2) this.#keep(at, reads);
  }

  copy(to: number, from: ElementStamps, at: number): void {
    for (const part of [writtenAt, writerAt, readAt])
      this.#numbers[stride * to + part] = from.#numbers[stride * at + part]!;
    this.#numbers[stride * to + readerAt] = from.reader(at);
    const reads = from.#readsOf(at);
    if (reads) this.#keep(to, [...reads]);
  }
}
