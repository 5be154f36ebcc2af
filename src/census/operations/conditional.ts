import type { Region, Segment } from './plan.ts';

/** The counters of one function that were used while exactly these regions were active. */
export interface CountedUnit {
  readonly active: readonly number[];
  readonly unit: number;
  readonly counts: Float64Array;
}

/**
 * Which code of a region not every iteration of it runs alike: branches that some did not take, and loops whose number of
 * trips is decided by data and differed from entry to entry. Lanes that go through a region's iterations side by side wait for
 * each other there, and only there. A function that is called on a condition is not told from one that is called always.
 */
export class Conditions {
  readonly #regions = new Map<number, Region>();
  /** The regions that were active whenever one's body ran. */
  readonly #around = new Map<number, Set<number>>();
  /** Loops whose trips differed. */
  readonly #varying = new Set<number>();

  constructor(regions: Iterable<Region>, counted: readonly CountedUnit[]) {
    const trips = new Map<number, { entries: number; iterations: number }>();
    const byUnit = Map.groupBy(regions, region => region.entries.unit.region.number);
    for (const those of byUnit.values()) for (const region of those) this.#regions.set(region.number, region);
    for (const { active, unit, counts } of counted)
      for (const region of byUnit.get(unit) ?? []) {
        const iterations = counts[region.body.counter]!;
        if (region.kind === 'loop') {
          const known = trips.get(region.number) ?? { entries: 0, iterations: 0 };
          known.entries += counts[region.entries.counter]!;
          known.iterations += iterations;
          trips.set(region.number, known);
        }
        if (iterations > 0) this.#stand(region, [...active, unit, ...region.body.loops.map(loop => loop.number)]);
      }
    for (const [number, { entries, iterations }] of trips)
      if (this.#regions.get(number)!.openEnded && entries > 0 && iterations % entries !== 0) this.#varying.add(number);
  }

  /** The regions that were active whenever one's body ran, itself not among them. */
  around(number: number): readonly number[] {
    return [...(this.#around.get(number) ?? [])];
  }

  /** Of the regions around a segment of a function, those in which it runs on a condition. */
  of({ loops }: Segment, count: number, { active, unit, counts }: CountedUnit): ReadonlySet<number> {
    const found = new Set<number>();
    const take = (inner: number, itself: boolean): void => {
      if (itself) found.add(inner);
      for (const outer of this.#around.get(inner) ?? []) found.add(outer);
    };
    for (const number of [...active, ...loops.map(loop => loop.number)])
      if (this.#varying.has(number)) take(number, false);
    // From the function inwards: each loop's entries, and at last the segment itself, beside the runs of what is around it.
    let around = this.#regions.get(unit)!;
    for (const next of [...loops, undefined]) {
      const runs = next === undefined ? count : counts[next.entries.counter]!;
      if (runs < counts[around.body.counter]!) take(around.number, true);
      if (next !== undefined) around = next;
    }
    return found;
  }

  #stand({ number }: Region, around: readonly number[]): void {
    const known = this.#around.get(number);
    this.#around.set(number, new Set(around.filter(each => each !== number && (known?.has(each) ?? true))));
  }
}
