/**
 * Reuse distance: how many other lines were touched since a line was touched last. Olken's algorithm (a Fenwick tree
 * over the times of last touches; LBNL-32370, 1993) on a sample of lines chosen by hash, whose distances are scaled
 * up by the sampling rate (SHARDS: Waldspurger et al., FAST 2015; at a rate of 1 the distances are exact).
 */
export class ReuseDistance {
  readonly #last = new Map<number, number>();
  #tree = new Int32Array(1 << 12);
  #clock = 0;
  /** One line in `sampling` is followed. */
  sampling = 1;
  readonly #most: number;

  /** @param most lines followed at once; beyond, the sampling rate is halved */
  constructor(most = 1 << 14) {
    this.#most = most;
  }

  /** @returns distance in lines; −1 for a first touch; undefined for a line that is not followed */
  touch(line: number): number | undefined {
    if (this.sampling > 1 && mixed(line) % this.sampling !== 0) return undefined;
    if (++this.#clock >= this.#tree.length) this.#compact();
    const before = this.#last.get(line);
    let distance = -1;
    if (before !== undefined) {
      // Lines whose last touch is later than this one's.
      distance = (this.#last.size - this.#sum(before)) * this.sampling;
      this.#add(before, -1);
    }
    this.#last.set(line, this.#clock);
    this.#add(this.#clock, 1);
    if (this.#last.size > this.#most) this.#thin();
    return distance;
  }

  #sum(at: number): number {
    let sum = 0;
    for (let i = at; i > 0; i -= i & -i) sum += this.#tree[i]!;
    return sum;
  }

  #add(at: number, amount: number): void {
    for (let i = at; i < this.#tree.length; i += i & -i) this.#tree[i]! += amount;
  }

  /** Numbers the last touches from 1 again, in their order. */
  #compact(): void {
    const ordered = [...this.#last].sort((a, b) => a[1] - b[1]);
    this.#tree = new Int32Array(Math.max(1 << 12, 1 << Math.ceil(Math.log2(4 * (ordered.length + 1)))));
    this.#last.clear();
    this.#clock = 0;
    for (const [line] of ordered) {
      this.#last.set(line, ++this.#clock);
      this.#add(this.#clock, 1);
    }
    this.#clock++;
  }

  #thin(): void {
    this.sampling *= 2;
    for (const [line, at] of this.#last)
      if (mixed(line) % this.sampling !== 0) {
        this.#last.delete(line);
        this.#add(at, -1);
      }
  }
}

/** MurmurHash3's finaliser. */
function mixed(value: number): number {
  let h = (value ^ (value / 2 ** 32)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
