import type { Cell } from './cells.ts';

/** Beyond so many fields a map finds one faster than looking at each. */
const most = 8;

/** The cells of an object's fields, in the order in which they were first used: one after another, for most have a few. */
export class Fields {
  readonly first: Cell;
  #last: Cell;
  #count = 1;
  #cells: Map<PropertyKey, Cell> | undefined = undefined;

  constructor(first: Cell) {
    this.first = first;
    this.#last = first;
  }

  get(key: PropertyKey): Cell | undefined {
    if (this.#cells !== undefined) return this.#cells.get(key);
    for (let cell: Cell | undefined = this.first; cell !== undefined; cell = cell.next)
      if (cell.key === key) return cell;
    return undefined;
  }

  add(cell: Cell): void {
    this.#last.next = cell;
    this.#last = cell;
    if (this.#cells !== undefined) this.#cells.set(cell.key, cell);
    else if (++this.#count > most) {
      this.#cells = new Map();
      for (let each: Cell | undefined = this.first; each !== undefined; each = each.next)
        this.#cells.set(each.key, each);
    }
  }
}
