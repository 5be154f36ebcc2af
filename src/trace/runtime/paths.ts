import { pAgreeing, pFilled, pGroup, pTotal } from './core.ts';

const most = 32;
const [filled, agreeing, total, first] = [pFilled / 4, pAgreeing / 4, pTotal / 4, pGroup / 4];

/**
 * Share of iterations that take the same path as most of their group of 32 neighbours, the lanes of a GPU's warp.
 */
export class PathAgreement {
  /** How many the group has, how many agreed and how many there were in all, and the group. */
  readonly #words: Int32Array;

  /** @param words where the group is shared with functions on numbers */
  constructor(words: Int32Array = new Int32Array(first + most)) {
    this.#words = words;
  }

  get agreeing(): number {
    return this.#words[agreeing]!;
  }

  get total(): number {
    return this.#words[total]!;
  }

  add(path: number): void {
    const words = this.#words;
    const at = words[filled]!++;
    words[first + at] = path;
    if (at + 1 === most) this.flush();
  }

  /** Many iterations that all take the path without a branch. */
  addStraight(count: number): void {
    let left = count;
    while (left > 0 && this.#words[filled]! > 0) {
      this.add(0);
      left--;
    }
    this.#count(left - (left % most), left - (left % most));
    for (left %= most; left > 0; left--) this.add(0);
  }

  flush(): void {
    const group = this.#words.subarray(first, first + this.#words[filled]!);
    for (let at = 1; at < group.length; at++)
      if (group[at] !== group[0]) {
        group.sort();
        break;
      }
    let longest = 0;
    for (let at = 0, run = 0; at < group.length; at++) {
      run = at > 0 && group[at] === group[at - 1] ? run + 1 : 1;
      if (run > longest) longest = run;
    }
    this.#count(longest, group.length);
    this.#words[filled] = 0;
  }

  #count(agreed: number, all: number): void {
    this.#words[agreeing] = this.#words[agreeing]! + agreed;
    this.#words[total] = this.#words[total]! + all;
  }
}
