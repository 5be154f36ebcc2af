import { oddAt } from './core.ts';
import type { Tracer } from './runtime.ts';
import type { SlotHost } from './slot-host.ts';
import type { SlotSpace } from './slot-space.ts';

/**
 * Accesses of a typed array at what is no element: beyond its end, at −1, at 0.5. The general tier keeps their times, as
 * those of fields; functions on numbers see them through slots for the moment.
 */
export class OddPlaces {
  readonly #tracer: Tracer;
  readonly #space: SlotSpace;
  readonly #host: SlotHost;
  #pending: { object: object; key: number; site: number; address: number } | undefined;

  constructor(tracer: Tracer, space: SlotSpace, host: SlotHost) {
    this.#tracer = tracer;
    this.#space = space;
    this.#host = host;
  }

  /** Two such accesses in one piece of code may be to one place: what a store will bring is not known yet. */
  #makeSure(): void {
    if (this.#space.get(oddAt) !== 0) this.#host.stop();
  }

  /** @returns the address of a slot with the time */
  load(object: object, key: number, site: number): number {
    this.#makeSure();
    const { memory, kit } = this.#tracer;
    const address = this.#space.ring();
    this.#host.boundary.show(() => this.#space.take(address, memory.read(object, key, site), kit));
    return address;
  }

  /** @returns the address of a slot that the time goes to */
  store(object: object, key: number, site: number): number {
    this.#makeSure();
    const address = this.#space.ring();
    this.#pending = { object, key, site, address };
    this.#space.set(oddAt, 1);
    return address;
  }

  update(object: object, key: number, site: number): number {
    const address = this.load(object, key, site);
    this.#pending = { object, key, site, address };
    this.#space.set(oddAt, 1);
    return address;
  }

  /** After the piece of code: the store itself. */
  settle(): void {
    const { object, key, site, address } = this.#pending!;
    const { memory, kit } = this.#tracer;
    this.#space.set(oddAt, 0);
    this.#host.boundary.show(() => {
      const times = this.#space.give(address, kit);
      memory.write(object, key, unknown, { times, site });
    });
  }
}

/** Equal to nothing: such a store is never called silent. */
const unknown = Symbol('unknown value');
