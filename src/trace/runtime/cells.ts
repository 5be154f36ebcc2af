import type { Stamps } from './dependences.ts';
import type { Times } from './times.ts';

/** Shadow of one variable, field or entry. */
export class Cell implements Stamps {
  times: Times;
  written = 0;
  writer = 0;
  read = 0;
  reader = 0;
  reads: number[] | undefined = undefined;
  /** The next field of the same object. */
  next: Cell | undefined = undefined;
  readonly key: PropertyKey;
  readonly #owner: { readonly name: string } | undefined;

  /**
   * @param key of a field; the name of a variable
   * @param owner of a field: the object, whose name may become known later
   */
  constructor(key: PropertyKey, times: Times, owner?: { readonly name: string }) {
    this.key = key;
    this.#owner = owner;
    this.times = times;
  }

  get name(): string {
    return this.nameUnder(undefined);
  }

  /** @param owner another name for the object whose field it is */
  nameUnder(owner: string | undefined): string {
    return this.#owner === undefined ? String(this.key) : (owner ?? this.#owner.name) + this.place;
  }

  /** Where it is in its object, as the source would write it. */
  get place(): string {
    return typeof this.key === 'symbol' ? `[${String(this.key)}]` : `.${String(this.key)}`;
  }
}

/** Shadow of an entry of a Map or Set. */
export class EntryCell extends Cell {
  readonly #entry: unknown;

  constructor(entry: unknown, times: Times, owner: { readonly name: string }) {
    super('', times, owner);
    this.#entry = entry;
  }

  override get place(): string {
    return `.get(${typeof this.#entry === 'string' ? JSON.stringify(this.#entry) : String(this.#entry)})`;
  }
}
