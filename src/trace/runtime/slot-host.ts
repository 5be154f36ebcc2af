import { ArrayShadows } from './array-shadows.ts';
import { recordBytes, recordsFrom } from './core.ts';
import type { Named } from './dependences.ts';
import { ElementPlace } from './memory.ts';
import { OddPlaces } from './odd-places.ts';
import { type Tracer, UndatedAccess } from './runtime.ts';
import { SlotBoundary } from './slot-boundary.ts';
import { SlotEdges } from './slot-edges.ts';
import type { SlotSpace } from './slot-space.ts';

/** A name that is what it is. */
class Variable implements Named {
  readonly #name: string;
  constructor(name: string) {
    this.#name = name;
  }
  nameUnder(): string {
    return this.#name;
  }
}

const [raw, war] = [0, 1];
const control = 3;

/** What functions on numbers leave to the general tier because it is rare, or needs names (`assembly/parts/host.ts`). */
export class SlotHost {
  readonly #tracer: Tracer;
  readonly arrays: ArrayShadows;
  readonly boundary: SlotBoundary;
  readonly edges: SlotEdges;
  readonly #odd: OddPlaces;
  readonly #place = new ElementPlace();

  constructor(tracer: Tracer, space: SlotSpace) {
    this.#tracer = tracer;
    this.arrays = new ArrayShadows(tracer, space);
    this.boundary = new SlotBoundary(tracer, space);
    this.edges = new SlotEdges(space);
    this.#odd = new OddPlaces(tracer, space, this);
  }

  /** By their names in the runtime's module. */
  functions(): Record<string, (...given: number[]) => unknown> {
    const { regions, dependences, memory, kit } = this.#tracer;
    const { arrays, boundary, edges } = this;
    const odd = this.#odd;
    return {
      tick: () => boundary.tick(),
      stop: () => this.stop(),
      lost: () => this.stop(),
      exhausted: () => regions.exhaust(),
      pair: (kind, stamp, from, to, handle, key, edge) =>
        boundary.show(() => {
          const name = this.#nameOf(handle!, key!, Math.abs(to!));
          if (kind === raw) dependences.flow(stamp!, from!, to!, name);
          else dependences.against(kind === war ? 'WAR' : 'WAW', { stamp: stamp!, from: from!, to: to!, name });
          const loop = regions.carrier(stamp!)!;
          const pair = { from: Math.abs(from!), to: Math.abs(to!) };
          const known = dependences.known(kind!, loop, pair);
          if (known !== undefined) edges.keep(edge!, known, { region: loop.record.site.id, code: pair.to * 4 + kind! });
        }),
      flow: (written, writer, site, handle, key) =>
        boundary.show(() => dependences.flow(written!, writer!, site!, this.#nameOf(handle!, key!, site!))),
      carry: (record, site, iteration, edge) => {
        const region = (record! - recordsFrom) / recordBytes;
        const known = regions.carryControl(regions.recordOf(region), site!, iteration!);
        edges.keep(edge!, known, { region, code: site! * 4 + control });
      },
      undated: nest => memory.onUndated(nest!),
      named: (handle, site) => {
        arrays.shadow(handle!, site!);
      },
      openDates: elements => {
        if (!arrays.openDates(elements!)) this.stop();
      },
      openTimes: elements => {
        if (!arrays.openTimes(elements!)) this.stop();
        kit.keepApart();
      },
      oddLoad: (handle, key, site) => odd.load(arrays.array(handle!), key!, site!),
      oddStore: (handle, key, site) => odd.store(arrays.array(handle!), key!, site!),
      oddUpdate: (handle, key, site) => odd.update(arrays.array(handle!), key!, site!),
      settle: () => odd.settle(),
    };
  }

  #nameOf(handle: number, key: number, site: number): Named {
    if (handle === 0) return new Variable(this.#tracer.table.sites[site]!.name);
    return this.#place.at(this.arrays.shadow(handle, site), key);
  }

  /** The run is void: it starts again without clones and nests. */
  stop(): never {
    this.#tracer.kit.state.lost = true;
    this.#tracer.nests.wrong = -1;
    throw new UndatedAccess('a function on numbers cannot go on as one');
  }
}
