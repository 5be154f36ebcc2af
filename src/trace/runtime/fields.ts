import type { Cell } from './cells.ts';

/** Beyond so many fields a map finds one faster than looking at each. */
const most = 8;

/** The cells of an object's fields, in the order in which they were first used. Most objects have a few. */
export class Fields {
  readonly #keys: PropertyKey[] = [];
  readonly #cells: Cell[] = [];
  #places: Map<PropertyKey, number> | undefined;

  get(key: PropertyKey): Cell | undefined {
    if (this.#places !== undefined) {
      const place = this.#places.get(key);
      return place === undefined ? undefined : this.#cells[place];
    }
    const keys = this.#keys;
    for (let at = 0; at < keys.length; at++) if (keys[at] === key) return this.#cells[at];
    return undefined;
  }

  add(key: PropertyKey, cell: Cell): void {
    this.#places?.set(key, this.#keys.length);
    this.#keys.push(key);
    this.#cells.push(cell);
    if (this.#places === undefined && this.#keys.length > most)
      this.#places = new Map(this.#keys.map((each, at) => [each, at]));
  }

  get keys(): readonly PropertyKey[] {
    return this.#keys;
  }

  get cells(): readonly Cell[] {
    return this.#cells;
  }
}
