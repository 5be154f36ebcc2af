import type { MemoryResult } from '../types.ts';
import type { Shadow } from './memory.ts';
import { ownName, variableOf } from './names.ts';
import type { Activation, RegionRecord, Regions } from './regions.ts';
import { ReuseDistance } from './reuse.ts';
import type { Site } from './sites.ts';

const lineBytes = 64;
/** Pointers and doubles of a plain array. */
const plainBytes = 8;
/** Iteration pairs that decide a site's stride. */
const enough = 4096;
/**
 * Share of its pairs that may be irregular: an index that wraps around at a border (the left neighbour of column 0 is the last
 * column) comes from the counter all the same, and lanes load the rest together.
 */
const fewIrregular = 1 / 8;

/** How one loop goes through one variable's arrays. */
class Use {
  readonly array: string;
  reads = 0;
  writes = 0;
  touchedBytes = 0;
  readonly sites: (Stride | undefined)[] = [];
  readonly histogram: number[] = [];
  cold = 0;

  constructor(array: string) {
    this.array = array;
  }
}

/** The first index of a site in each iteration, compared with that of the iteration before. */
interface Stride {
  entry: Activation | undefined;
  iteration: number;
  index: number;
  /** The one that most pairs have, if there is such a one, and its lead (Boyer and Moore, MJRTY, 1981). */
  delta: number;
  lead: number;
  /** Pairs that had it since it came to lead. */
  same: number;
  pairs: number;
}

/** What is kept of one array or view. */
interface Followed {
  /** The name under which it was first seen, the same in all loops. */
  readonly array: string;
  readonly origin: number;
  readonly bytes: number;
  readonly offset: number;
  /** By number of the loop's record. */
  readonly uses: (Use | undefined)[];
  /** A bit for each loop that has touched an element; a word holds 31 loops. */
  readonly touched: Int32Array[];
}

/** Stride, footprint and reuse of every array in every loop, from the stream of element accesses. */
export class MemoryBehaviour {
  readonly #regions: Regions;
  readonly #sites: readonly Site[];
  readonly #reuse = new ReuseDistance();
  readonly #uses = new Map<RegionRecord, Map<string, Use>>();
  #numbered = 0;
  readonly #origins = new Map<object, number>();

  constructor(regions: Regions, sites: readonly Site[]) {
    this.#regions = regions;
    this.#sites = sites;
  }

  access(site: number, shadow: Shadow, index: number, isWrite: boolean): void {
    const { loops } = this.#regions;
    const depth = loops.length;
    if (depth === 0) return;
    const followed = (shadow.followed as Followed | undefined) ?? this.#follow(shadow);
    const at = followed.offset + index * followed.bytes;
    for (let level = 0; level < depth; level++) {
      const loop = loops[level]!;
      const number = loop.record.number >= 0 ? loop.record.number : this.#number(loop.record);
      const use = followed.uses[number] ?? this.#useOf(followed, shadow, { record: loop.record, number, site });
      if (isWrite) use.writes++;
      else use.reads++;
      const word = (number / 31) | 0;
      const bits = followed.touched[word]!;
      const mask = 1 << (number % 31);
      if (index >= bits.length) grow(followed, word, index);
      if ((followed.touched[word]![index]! & mask) === 0) {
        followed.touched[word]![index]! |= mask;
        use.touchedBytes += followed.bytes;
      }
      const stride = use.sites[site];
      if (stride === undefined || stride.pairs < enough) step(use, loop, site, index);
      if (level === depth - 1) this.#recordReuse(use, followed.origin + Math.floor(at / lineBytes));
    }
  }

  #recordReuse(use: Use, line: number): void {
    const distance = this.#reuse.touch(line);
    if (distance === undefined) return;
    if (distance < 0) use.cold++;
    else {
      const bucket = distance === 0 ? 0 : 32 - Math.clz32(distance);
      use.histogram[bucket] = (use.histogram[bucket] ?? 0) + 1;
    }
  }

  #number(record: RegionRecord): number {
    record.number = this.#numbered++;
    return record.number;
  }

  #follow(shadow: Shadow): Followed {
    const memory: object = shadow.view?.buffer ?? shadow;
    let origin = this.#origins.get(memory);
    if (origin === undefined) {
      origin = this.#origins.size * 2 ** 31;
      this.#origins.set(memory, origin);
    }
    const bytes = shadow.view?.bytes ?? plainBytes;
    const followed: Followed = {
      array: variableOf(shadow.name),
      origin,
      bytes,
      offset: shadow.view?.offset ?? 0,
      uses: [],
      touched: [],
    };
    shadow.followed = followed;
    return followed;
  }

  #useOf(
    followed: Followed,
    shadow: Shadow,
    { record, number, site }: { record: RegionRecord; number: number; site: number },
  ): Use {
    const variable = ownName(this.#sites[site]!, record.site) ?? variableOf(shadow.name);
    let uses = this.#uses.get(record);
    if (!uses) {
      uses = new Map();
      this.#uses.set(record, uses);
    }
    let use = uses.get(variable);
    if (!use) {
      use = new Use(followed.array);
      uses.set(variable, use);
    }
    followed.uses[number] = use;
    for (let word = followed.touched.length; word <= number / 31; word++) followed.touched.push(new Int32Array(16));
    return use;
  }

  results(record: RegionRecord): MemoryResult[] {
    return [...(this.#uses.get(record) ?? [])].map(([variable, use]) => ({
      variable,
      array: use.array,
      ...strideOf(use.sites.filter(stride => stride !== undefined)),
      footprintBytes: use.touchedBytes,
      reads: use.reads,
      writes: use.writes,
      reuseDistance: {
        cold: use.cold,
        buckets: Array.from(use.histogram, count => count ?? 0),
        sampling: this.#reuse.sampling,
      },
    }));
  }
}

function grow(followed: Followed, word: number, index: number): void {
  const wider = new Int32Array(Math.max(index + 1, 2 * followed.touched[word]!.length));
  wider.set(followed.touched[word]!);
  followed.touched[word] = wider;
}

function step(use: Use, loop: Activation, site: number, index: number): void {
  let stride = use.sites[site];
  if (!stride) {
    stride = { entry: undefined, iteration: -1, index, delta: 0, lead: 0, same: 0, pairs: 0 };
    use.sites[site] = stride;
  }
  if (stride.entry === loop && stride.iteration === loop.begun) return;
  if (stride.entry === loop && stride.iteration === loop.begun - 1) {
    vote(stride, index - stride.index);
  }
  stride.entry = loop;
  stride.iteration = loop.begun;
  stride.index = index;
}

function vote(stride: Stride, delta: number): void {
  stride.pairs++;
  if (stride.delta === delta) {
    stride.lead++;
    stride.same++;
  } else if (stride.lead === 0) {
    stride.delta = delta;
    stride.lead = 1;
    stride.same = 1;
  } else stride.lead--;
}

const isConstant = ({ same, pairs }: Stride): boolean => pairs - same <= pairs * fewIrregular;

/** The worst of an array's sites in a loop: one indirect access decides how the whole is fetched. */
function strideOf(sites: readonly Stride[]): Pick<MemoryResult, 'stride' | 'strideElements'> {
  const known = sites.filter(({ pairs }) => pairs > 0);
  if (!known.every(isConstant)) return { stride: 'indirect', strideElements: null };
  const deltas = known.map(({ delta }) => Math.abs(delta));
  const widest = Math.max(0, ...deltas);
  if (widest === 0) return { stride: 'none', strideElements: 0 };
  return widest === 1 ? { stride: 'unit', strideElements: 1 } : { stride: 'constant', strideElements: widest };
}
