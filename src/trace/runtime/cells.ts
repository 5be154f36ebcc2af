import type { Stamps } from './dependences.ts';
import type { Times } from './times.ts';

/** Shadow of one variable, field or entry. */
export class Cell implements Stamps {
  times: Times;
  written = 0;
  writer = 0;
  reads: number[] | undefined = undefined;
  readonly #owner: { readonly name: string } | undefined;
  readonly #own: string;
  /** @param owner of a field: the object, whose name may become known later */
  constructor(own: string, times: Times, owner?: { readonly name: string }) {
    this.#own = own;
    this.#owner = owner;
    this.times = times;
  }

  get name(): string {
    return this.nameUnder(undefined);
  }

  /** @param owner another name for the object whose field it is */
  nameUnder(owner: string | undefined): string {
    return this.#owner === undefined ? this.#own : (owner ?? this.#owner.name) + this.#own;
  }
}
