import { type Dependences, keepRead, type Named, type Stamps } from './dependences.ts';
import type { Activation, Carried, RegionRecord, Regions } from './regions.ts';
import type { Site } from './sites.ts';

/** So many numbers of reads add up, two for each, before those that decide nothing are left out. */
const mostReads = 64;

/** When a variable was read and written whose time lies in a slot. */
export class SlotCell implements Stamps, Named {
  written = 0;
  writer = 0;
  /** Unused: reads are in the list. */
  read = 0;
  reader = 0;
  /** Only the first so many numbers count: a list that is emptied is made anew when it fills. */
  readonly reads: number[] = [];
  used = 0;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  nameUnder(): string {
    return this.name;
  }
}

/** A pair of sites that the innermost loop carries at distance 1, never silent: nothing but its count can change any more. */
interface Settled {
  readonly from: number;
  readonly record: RegionRecord;
  /** The chain whose partial result is read, as a bit. */
  readonly bit: number;
  readonly edge: Carried;
}

/** Dates of such variables' reads and writes: what `Dependences` does, with nothing done where no loop can carry anything. */
export class CellDates {
  readonly #regions: Regions;
  readonly #dependences: Dependences;
  readonly #sites: readonly Site[];
  /** By site: the chain of its updates, and the place. */
  #chains = new Int32Array(0);
  #places = new Int32Array(0);
  /** The last of them by the site of the later access. */
  readonly #flows: (Settled | undefined)[] = [];
  readonly #overwrites: (Settled | undefined)[] = [];

  constructor(dependences: Dependences, sites: readonly Site[]) {
    this.#regions = dependences.regions;
    this.#dependences = dependences;
    this.#sites = sites;
  }

  /** More sites may have been named. */
  begin(): void {
    if (this.#chains.length === this.#sites.length) return;
    this.#chains = Int32Array.from(this.#sites, ({ chain }) => chain);
    this.#places = Int32Array.from(this.#sites, ({ place }) => place);
  }

  read(cell: SlotCell, site: number): void {
    const { outermost, iterationStart, clock } = this.#regions;
    const { written, writer, reads } = cell;
    if (written >= outermost && (written < iterationStart || this.#chains[writer] !== this.#chains[site]))
      this.#flow(cell, site);
    // Of reads at one place in one iteration the first is kept.
    const place = this.#places[site]!;
    const { used } = cell;
    for (let at = used - 2; at >= 0 && reads[at]! >= iterationStart; at -= 2)
      if (this.#places[reads[at + 1]!] === place) return;
    if (used >= mostReads) {
      reads.length = used;
      keepRead(reads, { site, clock }, this.#regions, this.#sites);
      cell.used = reads.length;
      return;
    }
    reads[used] = clock;
    reads[used + 1] = site;
    cell.used = used + 2;
  }

  #flow(cell: SlotCell, site: number): void {
    const { loops, iterationStart } = this.#regions;
    const { written, writer } = cell;
    const top = loops[loops.length - 1]!;
    if (written >= iterationStart || written < top.entered) {
      this.#dependences.flow(written, writer, site, cell);
      return;
    }
    const settled = this.#flows[site];
    if (settled !== undefined && settled.from === writer && settled.record === top.record)
      if ((top.partials & settled.bit) === settled.bit) {
        settled.edge.count++;
        return;
      }
    this.#dependences.flow(written, writer, site, cell);
    const chain = this.#chains[writer]!;
    if (chain < 31)
      this.#flows[site] = this.#settled('RAW', top, {
        from: writer,
        to: site,
        bit: chain === 0 || chain === this.#chains[site] ? 0 : 1 << chain,
      });
  }

  #settled(
    kind: 'RAW' | 'WAW',
    loop: Activation,
    { from, to, bit }: { from: number; to: number; bit: number },
  ): Settled | undefined {
    const edge = this.#dependences.known(kind, loop, { from, to });
    return edge?.distance === 1 && !edge.silent ? { from, record: loop.record, bit, edge } : undefined;
  }

  #overwrite(cell: SlotCell, site: number): void {
    const { loops } = this.#regions;
    const { written, writer } = cell;
    const top = loops[loops.length - 1]!;
    const settled = this.#overwrites[site];
    if (written >= top.entered && settled?.from === writer && settled.record === top.record) {
      settled.edge.count++;
      return;
    }
    this.#dependences.against('WAW', { stamp: written, from: writer, to: site, name: cell });
    if (written >= top.entered) this.#overwrites[site] = this.#settled('WAW', top, { from: writer, to: site, bit: 0 });
  }

  write(cell: SlotCell, site: number): void {
    const { outermost, iterationStart, clock } = this.#regions;
    const { written, reads, used } = cell;
    if (used > 0 && reads[0]! < iterationStart && reads[used - 2]! >= outermost) {
      reads.length = used;
      this.#dependences.write(cell, site, cell);
      cell.used = 0;
      return;
    }
    if (written >= outermost && written < iterationStart) this.#overwrite(cell, site);
    cell.used = 0;
    cell.written = clock;
    cell.writer = site;
  }
}
