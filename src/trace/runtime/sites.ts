import type { Nest } from '../instrument/nest.ts';
import type { NumericFunction } from '../instrument/numeric.ts';
import type { Block } from './block.ts';

/** A place in the user's source where memory is read or written, a branch is taken or something is called. */
export interface Site {
  readonly id: number;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Offset in the source. */
  readonly start: number;
  /** Source of the memory's name: `a` in `a[i]`, `p` in `p.x`, `s` for a variable. */
  readonly name: string;
  /** One for all sites of a name on a line: dependences are told apart by that. */
  readonly place: number;
  /** Number of the associative chain that this update belongs to; 0 for none. */
  readonly chain: number;
  /** Each partial result of the chain is kept: it goes to another cell than it came from, or is used as a value. */
  readonly scan: boolean;
  /** The chain whose operand this reads from the same array; 0 for none. Whether from the same cell shows at run time. */
  readonly feeds: number;
  /** The update that it is an operand of, by its place (see `SiteTable.isStrict`). */
  readonly feedsAt: string;
  /** Cycles of the operation that updates memory there; 0 where it does not count in cycles. */
  readonly latency: number;
  /** A call, named by its callee. */
  readonly call: boolean;
  /** The variable that a call's result is declared as. */
  readonly result?: string;
  /** Loops in which another operand of the chain can depend on it. */
  readonly dependent: readonly number[];
  /** Loops whose induction variable this reads or steps, while one around them hands it on. */
  readonly counts?: readonly number[];
}

/** A loop or function of the user's source. */
export interface RegionSite {
  readonly id: number;
  readonly kind: 'loop' | 'function';
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Loops around it in its own function. */
  readonly depth: number;
  /** Holds a `yield` or `await` of its own function: not a region, because others run in between. */
  readonly suspends: boolean;
  /** Variables whose next value is loaded from an address that they name: `p = next[p]`. */
  readonly chases: readonly string[];
  /** Nothing in it costs, by its text: its self-parallelism is that of its loads and stores. */
  readonly idle?: boolean;
  /** Its iterations are independent by its text, whatever the data. */
  proven?: boolean;
  /** Offsets in the source. */
  readonly start: number;
  readonly end: number;
}

/** Everything that instrumentation named, for all files of a run. */
export class SiteTable {
  readonly sites: Site[] = [
    {
      ...{ id: 0, file: '', line: 0, column: 0, start: 0, name: '', place: 0, chain: 0, scan: false },
      ...{ dependent: [], feeds: 0, feedsAt: '', latency: 0, call: false },
    },
  ];
  readonly regions: RegionSite[] = [];
  /** Reads of `process.hrtime`, `Math.random` and the like are found while running; these while compiling. */
  readonly unknown: { file: string; line: number; reason: string }[] = [];
  /** Loop nests that may run by code made for them. */
  readonly nests: Nest[] = [];
  /** Functions on numbers and typed arrays, which may run by clones of their own. */
  readonly numeric: NumericFunction[] = [];
  /** Nests inside of loops that have clones, by the clone's number. */
  readonly nestsOf = new Map<number, readonly number[]>();
  /** What their clones do to times. */
  readonly blocks: Block[] = [];
  /** Slots for what they use from around them. */
  surroundings = 0;
  /** Whether nests and such functions are looked for. */
  readonly hasNests: boolean;
  /** Whether operations on top of each other may be computed as one. */
  readonly hasFormulas: boolean;
  /** Operations are given their latencies. */
  readonly inCycles: boolean;
  /** Reads and writes are dated, so that dependences are found. */
  readonly isDated: boolean;
  readonly #strict: readonly string[] | 'all';
  #chains = 0;
  readonly #places = new Map<string, number>();

  /** @param strict updates of chains whose operands came out of the same chain in an earlier run, by their place */
  constructor({
    nests = true,
    strict = [],
    inCycles = false,
    formulas = true,
    dated = true,
  }: {
    nests?: boolean;
    strict?: readonly string[] | 'all';
    inCycles?: boolean;
    formulas?: boolean;
    dated?: boolean;
  } = {}) {
    this.isDated = dated;
    this.hasFormulas = formulas && !inCycles;
    this.hasNests = nests;
    this.inCycles = inCycles;
    this.#strict = strict;
  }

  /** Whether an operand from the array that a chain runs through is taken to depend on the chain. */
  isStrict(update: string): boolean {
    return this.#strict === 'all' || this.#strict.includes(update);
  }

  site(site: Omit<Site, 'id' | 'place'>): number {
    const key = `${site.file}|${site.line}|${site.name}`;
    const place = this.#places.get(key) ?? this.#places.size + 1;
    this.#places.set(key, place);
    this.sites.push({ ...site, id: this.sites.length, place });
    return this.sites.length - 1;
  }

  region(region: Omit<RegionSite, 'id'>): number {
    this.regions.push({ ...region, id: this.regions.length });
    return this.regions.length - 1;
  }

  chain(): number {
    return ++this.#chains;
  }

  /** Whether loads and stores must be charged. */
  get hasIdleLoops(): boolean {
    return this.regions.some(({ idle }) => idle);
  }

  /** Whether a run over these sites needs the family of rebalanced chains. */
  get hasChains(): boolean {
    return this.#chains > 0;
  }
}
