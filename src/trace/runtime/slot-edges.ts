import {
  edgeBytes,
  edgesFrom,
  gCode,
  gCount,
  gDistance,
  gFrom,
  gRecord,
  gSilent,
  mostEdges,
  recordBytes,
  recordsFrom,
} from './core.ts';
import type { Carried } from './regions.ts';
import type { SlotSpace } from './slot-space.ts';

/** A pair of sites whose next occurrence most likely changes only its count, which functions on numbers then keep. */
export class SlotEdges {
  readonly #space: SlotSpace;
  readonly #edges: (Carried | undefined)[] = Array.from({ length: mostEdges }, () => undefined);
  readonly #used: number[] = [];

  constructor(space: SlotSpace) {
    this.#space = space;
  }

  /** @param code site of the later access times four, and the kind */
  keep(address: number, edge: Carried, { region, code }: { region: number; code: number }): void {
    const at = (address - edgesFrom) / edgeBytes;
    if (this.#edges[at] === undefined) this.#used.push(at);
    else this.#fold(at);
    this.#edges[at] = edge;
    const space = this.#space;
    space.set(address + gRecord, recordsFrom + region * recordBytes);
    space.set(address + gFrom, edge.from);
    space.set(address + gCode, code);
    space.set(address + gDistance, edge.distance);
    space.set(address + gSilent, edge.silent ? 1 : 0);
  }

  #fold(at: number): void {
    const count = edgesFrom + at * edgeBytes + gCount;
    this.#edges[at]!.count += this.#space.get(count);
    this.#space.set(count, 0);
  }

  /** Counts go where they are asked for. */
  fold(): void {
    for (const at of this.#used) this.#fold(at);
  }
}
