import { prune, type Stamps } from './dependences.ts';
import type { Regions } from './regions.ts';

/** When and where each element was written last, and read since: 16 bytes an element, and a list where reads add up. */
export class ElementStamps {
  static readonly bytesEach = 16;
  #length: number;
  written: Int32Array;
  writer: Int32Array;
  /** The latest kept read; all of them in a list only where there are several. */
  read: Int32Array;
  #reader: Int32Array;
  readonly #reads: (number[] | undefined)[] = [];
  // One reusable view of an element's stamps: what was taken must be put back before the next is taken.
  readonly #view: Stamps = { written: 0, writer: 0, reads: undefined };

  constructor(length: number) {
    this.#length = length;
    this.written = new Int32Array(length);
    this.writer = new Int32Array(length);
    this.read = new Int32Array(length);
    this.#reader = new Int32Array(length);
  }

  grow(length: number): void {
    const grown = (old: Int32Array) => {
      const next = new Int32Array(length);
      next.set(old);
      return next;
    };
    this.written = grown(this.written);
    this.writer = grown(this.writer);
    this.read = grown(this.read);
    this.#reader = grown(this.#reader);
    this.#length = length;
  }

  keepFirstRead(at: number, clock: number, site: number): void {
    this.read[at] = clock;
    this.#reader[at] = site;
  }

  keepRead(at: number, site: number, { loops, clock }: Regions): void {
    let reads = this.#reads[at];
    if (reads === undefined) {
      // An only read from before the outermost loop began decides nothing any more.
      if (this.read[at]! >= loops[0]!.entered) {
        reads = [this.read[at]!, this.#reader[at]!, clock, site];
        this.#reads[at] = reads;
      }
    } else {
      if (reads.length > 2) prune(reads, loops);
      reads.push(clock, site);
    }
    this.read[at] = clock;
    this.#reader[at] = site;
  }

  take(at: number): Stamps {
    const view = this.#view;
    view.written = this.written[at]!;
    view.writer = this.writer[at]!;
    view.reads = this.#reads[at];
    if (view.reads === undefined && this.read[at] !== 0) view.reads = [this.read[at]!, this.#reader[at]!];
    return view;
  }

  put(at: number): void {
    const { written, writer, reads } = this.#view;
    this.written[at] = written;
    this.writer[at] = writer;
    const last = reads === undefined || reads.length === 0 ? 0 : reads[reads.length - 2]!;
    this.read[at] = last;
    if (reads !== undefined && reads.length > 2) this.#reads[at] = reads;
    else if (this.#reads[at] !== undefined) this.#reads[at] = undefined;
    if (last !== 0) this.#reader[at] = reads![reads!.length - 1]!;
  }

  copy(to: number, from: ElementStamps, at: number): void {
    this.written[to] = from.written[at]!;
    this.writer[to] = from.writer[at]!;
    this.read[to] = from.read[at]!;
    this.#reader[to] = from.#reader[at]!;
    const reads = from.#reads[at];
    if (reads) this.#reads[to] = [...reads];
  }
}
