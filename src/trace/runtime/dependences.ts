import { ownName } from './names.ts';
import { type Activation, type Carried, type DependenceKind, type Regions, recentEdges } from './regions.ts';
import type { Site } from './sites.ts';

/** When and where a cell was last written, and the reads since that can still matter. */
export interface Stamps {
  /** Clock at the last write; 0 for never. */
  written: number;
  /** Site of the last write; negative where it left the value as it was. */
  writer: number;
  /** Clock and site of the only read since then; 0 for none, or where there are several. */
  read: number;
  reader: number;
  /** Several: pairs of clock and site, ascending. */
  reads: number[] | undefined;
}

/** A read of a cell: when, and where in the source. */
export interface Read {
  readonly clock: number;
  readonly site: number;
}

/** What a cell is called, under the name by which a loop's own code reaches its object. */
export interface Named {
  nameUnder(own: string | undefined): string;
}

export const kinds: readonly DependenceKind[] = ['RAW', 'WAR', 'WAW'];
const maxSites = 2 ** 22;
/** So many numbers of reads add up, two for each, before those that decide nothing are left out. */
const mostReads = 16;

/** A pair of accesses to one cell: `from` and `to` are sites, negative where the value stays as it was. */
interface Seen {
  /** Index into `kinds`. */
  readonly kind: number;
  readonly stamp: number;
  readonly from: number;
  readonly to: number;
  readonly name: Named;
}

/**
 * Finds the loop that carries each dependence. The clock ticks at each entry and iteration of a loop, so a stamp lies
 * between a loop's entry and the start of its current iteration exactly if an earlier iteration of this entry made
 * it; these intervals are disjoint for nested loops, so at most one loop carries a pair.
 */
export class Dependences {
  readonly regions: Regions;
  readonly #sites: readonly Site[];
  /** Called where a chain's operand comes out of the chain: it was none. */
  onEntangled: (update: string) => void = () => {};

  constructor(regions: Regions, sites: readonly Site[]) {
    this.regions = regions;
    this.#sites = sites;
  }

  /** A read of a cell: RAW against its last write. */
  read(stamps: Stamps, site: number, name: Named): void {
    const regions = this.regions;
    const { loops } = regions;
    if (loops.length === 0) return;
    if (stamps.written >= loops[0]!.entered) this.flow(stamps.written, stamps.writer, site, name);
    if (stamps.reads !== undefined) keepRead(stamps.reads, { site, clock: regions.clock }, regions, this.#sites);
    else if (stamps.read < loops[0]!.entered) {
      stamps.read = regions.clock;
      stamps.reader = site;
    } else this.#readAgain(stamps, site);
  }

  #readAgain(stamps: Stamps, site: number): void {
    const regions = this.regions;
    const { loops } = regions;
    const isAgain = stamps.read >= loops[loops.length - 1]!.iterationStart;
    if (isAgain && this.#sites[stamps.reader]!.place === this.#sites[site]!.place) return;
    const both = [stamps.read, stamps.reader];
    keepRead(both, { site, clock: regions.clock }, regions, this.#sites);
    if (both.length > 2) {
      stamps.reads = both;
      stamps.read = 0;
    } else {
      stamps.read = both[0]!;
      stamps.reader = both[1]!;
    }
  }

  flow(written: number, writer: number, site: number, name: Named): void {
    const regions = this.regions;
    const from = Math.abs(writer);
    const chain = this.#sites[from]!.chain;
    if (chain !== 0 && this.#sites[site]!.feeds === chain && written >= regions.loops.at(-1)!.entered)
      this.onEntangled(this.#sites[site]!.feedsAt);
    if (chain !== 0 && this.#sites[site]!.chain !== chain) {
      const bit = chain < 31 ? 1 << chain : 0;
      for (let at = regions.loops.length - 1; at >= 0 && written >= regions.loops[at]!.entered; at--) {
        const loop = regions.loops[at]!;
        // Where it is known, those around know as well.
        if ((loop.partials & bit) !== 0) break;
        loop.partials |= bit;
        loop.record.partials.add(chain);
      }
    }
    const loop = regions.carrier(written);
    if (loop) this.#record(loop, { kind: 0, stamp: written, from: writer, to: site, name });
  }

  /**
   * A write of a cell: WAR against the reads since the last write, WAW against that write.
   *
   * @param site negative where the value stays as it was
   */
  write(stamps: Stamps, site: number, name: Named): void {
    const regions = this.regions;
    if (regions.loops.length > 0) {
      const { loops } = regions;
      const outermost = loops[0]!.entered;
      const { reads } = stamps;
      if (reads !== undefined && reads.length > 2) prune(reads, loops, this.#sites);
      if (reads !== undefined)
        for (let at = 0; at < reads.length; at += 2) {
          if (reads[at]! < outermost) continue;
          const loop = regions.carrier(reads[at]!);
          if (loop) this.#record(loop, { kind: 1, stamp: reads[at]!, from: reads[at + 1]!, to: site, name });
        }
      else if (stamps.read >= outermost) {
        const loop = regions.carrier(stamps.read);
        if (loop) this.#record(loop, { kind: 1, stamp: stamps.read, from: stamps.reader, to: site, name });
      }
      if (stamps.written >= outermost) {
        const loop = regions.carrier(stamps.written);
        if (loop) this.#record(loop, { kind: 2, stamp: stamps.written, from: stamps.writer, to: site, name });
      }
    }
    stamps.read = 0;
    const { reads } = stamps;
    // By hand: a shorter `length` is a call into the engine.
    if (reads !== undefined) while (reads.length > 0) reads.pop();
    stamps.written = regions.clock;
    stamps.writer = site;
  }

  /** One earlier access of a cell that is written now. */
  against(kind: 'WAR' | 'WAW', { stamp, from, to, name }: Omit<Seen, 'kind'>): void {
    const { regions } = this;
    if (regions.loops.length === 0 || stamp < regions.loops[0]!.entered) return;
    const loop = regions.carrier(stamp);
    if (loop) this.#record(loop, { kind: kind === 'WAR' ? 1 : 2, stamp, from, to, name });
  }

  /** What is known of pairs of a kind (a place in `kinds`) that a loop carries. @param from, to sites */
  known(kind: number, { record }: Activation, { from, to }: Pick<Seen, 'from' | 'to'>): Carried | undefined {
    return record.carried.get((from * maxSites + to) * 3 + kind);
  }

  #record(loop: Activation, seen: Seen): void {
    const from = Math.abs(seen.from);
    const to = Math.abs(seen.to);
    const silent = seen.kind === 1 ? seen.to < 0 : seen.from < 0;
    const { carried, recent } = loop.record;
    const place = (from * 7 + to * 3 + seen.kind) & (recentEdges - 1);
    const kind = kinds[seen.kind]!;
    let known = recent[place];
    const key = (from * maxSites + to) * 3 + seen.kind;
    if (known === undefined || known.from !== from || known.to !== to || known.kind !== kind) {
      known = carried.get(key);
      if (known) recent[place] = known;
    }
    const iteration = loop.begun - 1;
    const { starts } = this.regions;
    if (known) {
      known.count++;
      if (!silent) known.silent = false;
      if (known.distance === 1) return;
      // Not nearer: it was before the iteration so far back had ended.
      const next = loop.firstStart + iteration - known.distance + 1;
      if (next > loop.firstStart && seen.stamp < starts[next]!) return;
    }
    const earlier = loop.iterationOf(seen.stamp, starts);
    if (known && known.distance <= iteration - earlier) return;
    const witness = {
      distance: iteration - earlier,
      cell: seen.name.nameUnder(
        ownName(this.#sites[from]!, loop.record.site) ?? ownName(this.#sites[to]!, loop.record.site),
      ),
      fromIteration: earlier,
      toIteration: iteration,
    };
    if (known) Object.assign(known, witness);
    else {
      const edge: Carried = { kind, from, to, ...witness, count: 1, silent };
      carried.set(key, edge);
    }
  }
}

/**
 * Adds a read to those of the same cell since its last write.
 *
 * @param reads pairs of clock and site, ascending
 */
export function keepRead(
  reads: number[],
  { site, clock }: Read,
  { loops }: Pick<Regions, 'loops'>,
  sites: readonly Site[],
): void {
  const { length } = reads;
  const top = loops[loops.length - 1]!;
  if (length > 0 && reads[length - 2]! >= top.iterationStart) {
    const { place } = sites[site]!;
    for (let at = length - 2; at >= 0 && reads[at]! >= top.iterationStart; at -= 2)
      if (reads[at + 1] === site || sites[reads[at + 1]!]!.place === place) return;
  } else if (
    length >= 4 &&
    reads[length - 1] === site &&
    reads[length - 3] === site &&
    reads[length - 4]! >= top.entered
  ) {
    // What `prune` would do to a cell that the innermost loop reads in every iteration.
    reads[length - 4] = reads[length - 2]!;
    reads[length - 2] = clock;
    return;
  }
  if (length >= mostReads) prune(reads, loops, sites);
  reads.push(clock, site);
}

/**
 * Keeps of the reads at one place of the source those that can be the nearest to a later write: for each active loop
 * the last one in an earlier iteration of its current entry, and the last of all. Iterations that have ended stay
 * together in one iteration of the loop around, so what is left out will never be carried by another loop, or nearer.
 *
 * @param reads pairs of clock and site, ascending; shortened in place
 */
export function prune(reads: number[], loops: readonly Activation[], sites: readonly Site[]): void {
  const outermost = loops.length > 0 ? loops[0]!.entered : Number.POSITIVE_INFINITY;
  let level = loops.length - 1;
  let from = reads.length;
  for (let at = reads.length - 2; at >= 0 && reads[at]! >= outermost; at -= 2) {
    const clock = reads[at]!;
    while (clock < loops[level]!.entered) level--;
    // In the current iteration of this loop: so far carried by none.
    const carrier = clock < loops[level]!.iterationStart ? loops[level] : undefined;
    const { place } = sites[reads[at + 1]!]!;
    let isNeeded = true;
    for (let later = from; later < reads.length && isNeeded; later += 2)
      if (sites[reads[later + 1]!]!.place === place)
        isNeeded = carrier !== undefined && reads[later]! >= carrier.iterationStart;
    if (!isNeeded) continue;
    from -= 2;
    reads[from] = clock;
    reads[from + 1] = reads[at + 1]!;
  }
  if (from === 0) return;
  // By hand, as well.
  for (let at = from; at < reads.length; at++) reads[at - from] = reads[at]!;
  for (; from > 0; from--) reads.pop();
}
