/** The name under which instrumented code finds the recorder; a property of the global object that never changes. */
export const recorderName = '$pgramOperations';

/**
 * A set of active regions, and the counters of each function that was entered while exactly these were active. With
 * sets instead of stacks, recursion needs no bound, and what a region includes is what was counted under sets that
 * hold it: each operation once.
 */
export interface RegionSet {
  readonly regions: readonly number[];
  readonly arrays: (Float64Array | undefined)[];
  readonly next: (RegionSet | undefined)[];
  /** Look-ups in Maps and Sets. */
  hashed: number;
}

/** Kinds of objects that elements are read from, as bits. */
export const kindBits = {
  int8: 1,
  int16: 2,
  int32: 4,
  float32: 8,
  float16: 16,
  float64: 32,
  bigint64: 64,
  array: 128,
  string: 256,
  object: 512,
} as const;

const typedKinds: Readonly<Record<string, number>> = {
  Int8Array: kindBits.int8,
  Uint8Array: kindBits.int8,
  Uint8ClampedArray: kindBits.int8,
  Int16Array: kindBits.int16,
  Uint16Array: kindBits.int16,
  Int32Array: kindBits.int32,
  Uint32Array: kindBits.int32,
  Float16Array: kindBits.float16,
  Float32Array: kindBits.float32,
  Float64Array: kindBits.float64,
  BigInt64Array: kindBits.bigint64,
  BigUint64Array: kindBits.bigint64,
};

function kindOf(value: unknown): number {
  if (typeof value === 'string') return kindBits.string;
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return kindBits.array;
  if (!ArrayBuffer.isView(value)) return kindBits.object;
  return typedKinds[(value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? ''] ?? kindBits.object;
}

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** The methods of lists themselves, whatever an object calls its own. */
const iterations = new Set<unknown>(
  [Array.prototype, Object.getPrototypeOf(Int8Array.prototype)].flatMap(list => [
    list.map,
    list.forEach,
    list.filter,
    list.reduce,
  ]),
);

/** What looks a key up, in whatever holds them: free in itself, and more than a load. */
const lookUps = new Set<unknown>([
  ...[Map.prototype, WeakMap.prototype].flatMap(held => [held.get, held.set, held.has, held.delete]),
  ...[Set.prototype, WeakSet.prototype].flatMap(held => [held.add, held.has, held.delete]),
]);

type Callable = (...args: unknown[]) => unknown;

/** What instrumented code calls, under short names. */
export class Recorder {
  /** The regions active now. */
  s: RegionSet;
  readonly #root: RegionSet = { regions: [], arrays: [], next: [], hashed: 0 };
  readonly #sets = new Map<string, RegionSet>();
  /** Counters by function. */
  readonly #lengths: number[] = [];
  readonly #last: unknown[] = [];
  readonly seen: number[] = [];
  /** By call site: a function known to cost nothing. */
  readonly #cheap: unknown[] = [];
  readonly #costs = new Map<unknown, boolean>();
  readonly passed = new Set<number>();

  constructor(costly: (fn: Callable) => boolean) {
    this.s = this.#root;
    this.#sets.set('', this.#root);
    this.#costly = costly;
  }

  readonly #costly: (fn: Callable) => boolean;

  /** Says how many counters a function has, before it first runs. */
  declare(unit: number, counters: number): void {
    this.#lengths[unit] = counters;
  }

  /** Enters a function: its counters under the regions active until now. */
  in(unit: number): Float64Array {
    const set = this.s;
    this.s = set.next[unit] ?? this.#grow(set, unit);
    return set.arrays[unit] ?? this.#make(set, unit);
  }

  /** The counters of a function that calls nothing. */
  at(unit: number): Float64Array {
    const set = this.s;
    return set.arrays[unit] ?? this.#make(set, unit);
  }

  /** Counts a parameter's default. */
  d(unit: number, counter: number): void {
    this.at(unit)[counter]! += 1;
  }

  /** The set with one more region. */
  to(set: RegionSet, region: number): RegionSet {
    return set.next[region] ?? this.#grow(set, region);
  }

  /** A loop begins. */
  e<T>(value: T, region: number): T {
    this.s = this.to(this.s, region);
    return value;
  }

  /** Back from a suspension or a loop. */
  w<T>(value: T, set: RegionSet): T {
    this.s = set;
    return value;
  }

  /** An object whose elements are used. */
  t<T>(watch: number, value: T): T {
    if (this.#last[watch] !== value) {
      this.#last[watch] = value;
      this.seen[watch] = (this.seen[watch] ?? 0) | kindOf(value);
    }
    return value;
  }

  /** A function that is about to be called: one operation if it is native. */
  k<T>(fn: T, array: Float64Array, counter: number, self?: unknown): T {
    if (lookUps.has(fn)) this.s.hashed++;
    if (this.#cheap[counter] === fn) return fn;
    if (this.#costsOf(fn, self)) array[counter]! += 1;
    else if (fn !== Function.prototype.call && fn !== Function.prototype.apply) this.#cheap[counter] = fn;
    return fn;
  }

  /** The same for a method that may iterate; the next counters are of its calls and of the elements that it goes over. */
  l<T>(fn: T, array: Float64Array, counter: number, self: unknown): T {
    if (iterations.has(fn) && isList(self)) {
      array[counter + 1]! += 1;
      array[counter + 2]! += self.length;
    }
    return this.k(fn, array, counter, self);
  }

  /** An exception passed through a function. */
  x(unit: number): void {
    this.passed.add(unit);
  }

  reset(): void {
    for (const set of this.#sets.values()) {
      set.hashed = 0;
      for (const array of set.arrays) array?.fill(0);
    }
    this.passed.clear();
    this.s = this.#root;
  }

  sets(): {
    regions: readonly number[];
    hashed: number;
    counters: [unit: number, counters: Float64Array][];
  }[] {
    return [...this.#sets.values()].map(({ regions, hashed, arrays }) => ({
      regions,
      hashed,
      counters: [...arrays.entries()].filter((entry): entry is [number, Float64Array] => entry[1] !== undefined),
    }));
  }

  #costsOf(fn: unknown, self: unknown): boolean {
    if (typeof fn !== 'function') return false;
    if (fn === Function.prototype.call || fn === Function.prototype.apply) return this.#costsOf(self, undefined);
    let cost = this.#costs.get(fn);
    if (cost === undefined) {
      cost = this.#costly(fn as Callable);
      this.#costs.set(fn, cost);
    }
    return cost;
  }

  #make(set: RegionSet, unit: number): Float64Array {
    const array = new Float64Array(this.#lengths[unit]!);
    set.arrays[unit] = array;
    return array;
  }

  #grow(set: RegionSet, region: number): RegionSet {
    let next = set;
    if (!set.regions.includes(region)) {
      const regions = [...set.regions, region].sort((a, b) => a - b);
      const key = regions.join();
      next = this.#sets.get(key) ?? { regions, arrays: [], next: [], hashed: 0 };
      this.#sets.set(key, next);
    }
    set.next[region] = next;
    return next;
  }
}
