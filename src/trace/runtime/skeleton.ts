import type { Nest } from '../instrument/nest.ts';
import type { Cell } from './cells.ts';
import type { Dependences } from './dependences.ts';
import { Activation, type Carried, type RegionRecord } from './regions.ts';
import type { Tracer } from './runtime.ts';

interface Level {
  readonly activation: Activation;
  /** How often each dependence had been seen when the second iteration began. */
  before: Map<Carried, number> | undefined;
}

/**
 * Dates the reads and writes of a nest's variables in two iterations of each loop; what the second one adds to the
 * counts is added again for each later iteration (see `instrument/nest-dependences.ts` for why that is exact).
 */
export class Skeleton {
  readonly cells: readonly Cell[];
  readonly trips: readonly number[];
  readonly #dependences: Dependences;
  readonly #tracer: Tracer;
  readonly #nest: Nest;
  /** Of all loops that can carry what the nest does. */
  readonly #records: ReadonlySet<RegionRecord>;
  readonly #levels: Level[] = [];

  constructor(dependences: Dependences, nest: Nest, trips: readonly number[], cells: readonly Cell[], tracer: Tracer) {
    this.#dependences = dependences;
    this.#tracer = tracer;
    this.#nest = nest;
    this.trips = trips;
    const { regions } = tracer;
    const own = nest.loops.map(({ region }) => regions.recordOf(region));
    this.#records = new Set([...own, ...regions.loops.map(({ record }) => record)]);
    this.cells = cells;
  }

  cell(site: number): Cell {
    return this.#tracer.newCell(site, this.#tracer.kit.zero);
  }

  read(cell: Cell, site: number): void {
    this.#dependences.read(cell, site, cell);
  }

  write(cell: Cell, site: number): void {
    this.#dependences.write(cell, site, cell);
  }

  enter(at: number): void {
    const { regions } = this.#tracer;
    const record = regions.recordOf(this.#nest.loops[at]!.region);
    const activation = new Activation(record, regions.kit.state.control);
    activation.entered = ++regions.clock;
    activation.firstStart = regions.startCount;
    regions.loops.push(activation);
    this.#levels.push({ activation, before: undefined });
  }

  begin(): void {
    const { regions } = this.#tracer;
    const level = this.#levels.at(-1)!;
    const { activation } = level;
    if (activation.begun === 1) {
      level.before = new Map();
      for (const record of this.#records)
        for (const edge of record.carried.values()) level.before.set(edge, edge.count);
    }
    activation.begun++;
    activation.iterationStart = ++regions.clock;
    regions.addStart();
  }

  leave(trips: number): void {
    const { regions } = this.#tracer;
    const { activation, before } = this.#levels.pop()!;
    if (before && trips > 2)
      for (const record of this.#records)
        for (const edge of record.carried.values()) edge.count += (edge.count - (before.get(edge) ?? 0)) * (trips - 2);
    regions.loops.pop();
    regions.startCount = activation.firstStart;
  }
}
