import { type Dependences, keepRead, type Named, type Read, type Stamps } from './dependences.ts';
import type { Regions } from './regions.ts';
import type { Site } from './sites.ts';

const stride = 4;
/** Places of an element's four numbers: clock and site of the last write, and of the latest kept read. */
const [writtenAt, writerAt, readAt, readerAt] = [0, 1, 2, 3];

/** One view for all: what was taken must be put back before the next is taken. */
const taken: Stamps = { written: 0, writer: 0, read: 0, reader: 0, reads: undefined };

/** When and where each element was written last, and read since: 16 bytes an element, and a list where reads add up. */
export class ElementStamps {
  static readonly bytesEach = 16;
  /** Beside each other, so that an access touches one line of the cache. */
  #numbers: Int32Array;
  get numbers(): Int32Array {
    return this.#numbers;
  }

  /** All kept reads of an element, only where there are several. */
  #reads: (number[] | undefined)[] | undefined;

  constructor(length: number) {
    this.#numbers = new Int32Array(stride * length);
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
    return this.#numbers[stride * at + readerAt]!;
  }

  keepFirstRead(at: number, clock: number, site: number): void {
    this.#numbers[stride * at + readAt] = clock;
    this.#numbers[stride * at + readerAt] = site;
  }

  keepRead(at: number, added: Read, regions: Regions, sites: readonly Site[]): void {
    const reads = this.#reads?.[at];
    if (reads !== undefined) keepRead(reads, added, regions, sites);
    else {
      const read = this.read(at);
      // An only read from before the outermost loop began decides nothing any more.
      if (read >= regions.loops[0]!.entered) {
        const both = [read, this.reader(at)];
        keepRead(both, added, regions, sites);
        if (both.length > 2) this.#keep(at, both);
      }
    }
    this.keepFirstRead(at, added.clock, added.site);
  }

  /** No more than one read since the last write is kept. */
  isPlain(at: number): boolean {
    return this.#reads === undefined || this.#reads[at] === undefined;
  }

  #keep(at: number, reads: number[] | undefined): void {
    this.#reads ??= [];
    this.#reads[at] = reads;
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
    view.reads = this.#reads?.[at];
    view.read = view.reads === undefined ? numbers[base + readAt]! : 0;
    view.reader = numbers[base + readerAt]!;
    return view;
  }

  put(at: number): void {
    const { written, writer, read, reader, reads } = taken;
    const numbers = this.#numbers;
    const base = stride * at;
    numbers[base + writtenAt] = written;
    numbers[base + writerAt] = writer;
    const isSeveral = reads !== undefined && reads.length > 0;
    numbers[base + readAt] = isSeveral ? reads[reads.length - 2]! : read;
    numbers[base + readerAt] = isSeveral ? reads[reads.length - 1]! : reader;
    if (reads !== undefined && reads.length > 2) this.#keep(at, reads);
    else if (!this.isPlain(at)) this.#keep(at, undefined);
  }

  copy(to: number, from: ElementStamps, at: number): void {
    for (let part = 0; part < stride; part++) this.#numbers[stride * to + part] = from.#numbers[stride * at + part]!;
    const reads = from.#reads?.[at];
    if (reads) this.#keep(to, [...reads]);
  }
}
