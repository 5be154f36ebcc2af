import type { MemoryResult } from '../types.ts';
import type { Shadow } from './memory.ts';
import type { Activation, RegionRecord, Regions } from './regions.ts';
import { ReuseDistance } from './reuse.ts';

const lineBytes = 64;
/** Pointers and doubles of a plain array. */
const plainBytes = 8;
/** Iteration pairs that decide a site's stride. */
const enough = 4096;

/** How one loop goes through one array. */
class Use {
  reads = 0;
  writes = 0;
  readonly touched = new Set<number>();
  readonly sites = new Map<number, Stride>();
  readonly histogram: number[] = [];
  cold = 0;
  readonly bytes: number;
  constructor(bytes: number) {
    this.bytes = bytes;
  }
}

/** The first index of a site in each iteration, compared with that of the iteration before. */
interface Stride {
  entry: Activation | undefined;
  iteration: number;
  index: number;
  delta: number | undefined;
  constant: boolean;
  pairs: number;
}

/** Stride, footprint and reuse of every array in every loop, from the stream of element accesses. */
export class MemoryBehaviour {
  readonly #regions: Regions;
  readonly #reuse = new ReuseDistance();
  readonly #uses = new Map<RegionRecord, Map<string, Use>>();
  readonly #origins = new Map<object, number>();

  constructor(regions: Regions) {
    this.#regions = regions;
  }

  access(site: number, shadow: Shadow, index: number, isWrite: boolean): void {
    const { loops } = this.#regions;
    if (loops.length === 0) return;
    const bytes = shadow.view?.bytes ?? plainBytes;
    const memory: object = shadow.view?.buffer ?? shadow;
    let origin = this.#origins.get(memory);
    if (origin === undefined) {
      origin = this.#origins.size * 2 ** 31;
      this.#origins.set(memory, origin);
    }
    const at = (shadow.view?.offset ?? 0) + index * bytes;
    const distance = this.#reuse.touch(origin + Math.floor(at / lineBytes));
    const variable = /^[\w$#]+/.exec(shadow.name)?.[0] ?? shadow.name;
    for (let depth = 0; depth < loops.length; depth++) {
      const loop = loops[depth]!;
      const use = this.#useOf(loop.record, variable, bytes);
      if (isWrite) use.writes++;
      else use.reads++;
      use.touched.add(origin + at);
      follow(use, loop, site, index);
      if (depth === loops.length - 1 && distance !== undefined) {
        if (distance < 0) use.cold++;
        else {
          const bucket = distance === 0 ? 0 : Math.floor(Math.log2(distance)) + 1;
          use.histogram[bucket] = (use.histogram[bucket] ?? 0) + 1;
        }
      }
    }
  }

  #useOf(record: RegionRecord, variable: string, bytes: number): Use {
    let uses = this.#uses.get(record);
    if (!uses) {
      uses = new Map();
      this.#uses.set(record, uses);
    }
    let use = uses.get(variable);
    if (!use) {
      use = new Use(bytes);
      uses.set(variable, use);
    }
    return use;
  }

  results(record: RegionRecord): MemoryResult[] {
    return [...(this.#uses.get(record) ?? [])].map(([variable, use]) => ({
      variable,
      ...strideOf([...use.sites.values()]),
      footprintBytes: use.touched.size * use.bytes,
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

function follow(use: Use, loop: Activation, site: number, index: number): void {
  let stride = use.sites.get(site);
  if (!stride) {
    stride = { entry: undefined, iteration: -1, index, delta: undefined, constant: true, pairs: 0 };
    use.sites.set(site, stride);
  }
  if (stride.pairs > enough || (stride.entry === loop && stride.iteration === loop.begun)) return;
  if (stride.entry === loop && stride.iteration === loop.begun - 1) {
    const delta = index - stride.index;
    if (stride.delta === undefined) stride.delta = delta;
    else if (stride.delta !== delta) stride.constant = false;
    stride.pairs++;
  }
  stride.entry = loop;
  stride.iteration = loop.begun;
  stride.index = index;
}

/** The worst of an array's sites in a loop: one indirect access decides how the whole is fetched. */
function strideOf(sites: readonly Stride[]): Pick<MemoryResult, 'stride' | 'strideElements'> {
  const known = sites.filter(({ pairs }) => pairs > 0);
  if (known.some(({ constant }) => !constant)) return { stride: 'indirect', strideElements: null };
  const deltas = known.map(({ delta }) => Math.abs(delta ?? 0));
  const widest = Math.max(0, ...deltas);
  if (widest === 0) return { stride: 'none', strideElements: 0 };
  return widest === 1 ? { stride: 'unit', strideElements: 1 } : { stride: 'constant', strideElements: widest };
}
