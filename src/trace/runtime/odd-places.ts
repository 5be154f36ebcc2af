import type { Tracer } from './runtime.ts';
import type { SlotSpace } from './slot-space.ts';

/**
 * Accesses of a typed array at what is no element: beyond its end, at −1, at 0.5. The general tier keeps their times, as
 * those of fields; functions on numbers see them through slots for the moment.
 */
export class Odd {
  readonly #tracer: Tracer;
  readonly #space: SlotSpace;
  #pending: { object: object; key: number; value: unknown; site: number; address: number } | undefined;
  /** How many stores wait for their block. */
  readonly state = { count: 0 };

  constructor(tracer: Tracer, space: SlotSpace) {
    this.#tracer = tracer;
    this.#space = space;
  }

  /** @returns the address of a slot with the time */
  load(object: object, key: number, site: number): number {
    // What the store will bring is not known yet.
    if (this.state.count > 0) this.#tracer.slots.regions.giveUp();
    const address = this.#space.ring();
    this.#space.take(address, this.#tracer.memory.read(object, key, site), this.#tracer.kit);
    return address;
  }

  /** @returns the address of a slot that the time goes to */
  store(object: object, key: number, value: unknown, site: number): number {
    if (this.state.count > 0) this.#tracer.slots.regions.giveUp();
    const address = this.#space.ring();
    this.#pending = { object, key, value, site, address };
    this.state.count = 1;
    return address;
  }

  update(object: object, key: number, site: number): number {
    const address = this.load(object, key, site);
    this.#pending = { object, key, value: unknown, site, address };
    this.state.count = 1;
    return address;
  }

  /** After the block: the store itself. */
  settle(): void {
    const { object, key, value, site, address } = this.#pending!;
    this.state.count = 0;
    const times = this.#space.give(address, this.#tracer.kit);
    this.#tracer.memory.write(object, key, value, { times, site });
  }
}

/** Equal to nothing: such a store is never called silent. */
const unknown = Symbol('unknown value');
