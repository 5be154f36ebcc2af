import { never } from './core.ts';
import { PathAgreement } from './paths.ts';
import type { RegionSite, Site } from './sites.ts';
import type { Family, TimeKit, Times } from './times.ts';

export type DependenceKind = 'RAW' | 'WAR' | 'WAW' | 'control';

/** A dependence between iterations of one loop, as far as it was seen. */
export interface Carried {
  readonly kind: DependenceKind;
  readonly from: number;
  readonly to: number;
  /** Smallest number of iterations between the two, with its first witness. */
  distance: number;
  cell: string;
  fromIteration: number;
  toIteration: number;
  count: number;
  /** Every write in it left the cell as it was. */
  silent: boolean;
}

/** A power of two. */
export const recentEdges = 32;

/** What was seen of one loop or function, over all its entries. */
export class RegionRecord {
  readonly site: RegionSite;
  entries = 0;
  iterations = 0;
  work = 0;
  readonly spans: Record<Family, number> = { s: 0, r: 0, m: 0 };
  /** Sum of the iterations' spans; of a function, of the regions directly below it plus its own work. */
  readonly parts: Record<Family, number> = { s: 0, r: 0, m: 0 };
  readonly carried = new Map<number, Carried>();
  /** Those seen lately, so that most are found without the map. */
  readonly recent: (Carried | undefined)[] = Array.from({ length: recentEdges }, () => undefined);
  /** Chains whose partial results were read by something else while the loop ran. */
  readonly partials = new Set<number>();
  /** Something ran in it that reads or changes state which cannot be seen. */
  hidden = false;
  /** Activations on the stack now. */
  active = 0;
  /** Place among the loops whose memory is followed; −1 until its first access. */
  number = -1;
  /** Nests ran in it whose loads and stores were not charged. */
  uncharged = false;
  /** Groups of 32 iterations, for divergence. */
  readonly paths: PathAgreement;
  /** Activations that have ended and that nothing holds any more. */
  readonly spare: Activation[] = [];
  /** @param words where the group of paths is kept, if it is shared */
  constructor(site: RegionSite, words?: Int32Array) {
    this.site = site;
    this.paths = new PathAgreement(words);
  }
}

/** One entry of a loop or function. */
export class Activation {
  readonly record: RegionRecord;
  /** -1 where it has no lane: a recursive entry, which the outermost one contains. */
  lane = -1;
  /** The lane is not its parent's. */
  ownsLane = false;
  started = false;
  work0 = 0;
  childWork = 0;
  readonly bases: Record<Family, number> = { s: 0, r: 0, m: 0 };
  readonly iterationBases: Record<Family, number> = { s: 0, r: 0, m: 0 };
  readonly childSpans: Record<Family, number> = { s: 0, r: 0, m: 0 };
  /** Control at the loop's entry, and control of each new iteration. */
  outer: Times;
  control: Times;
  /** The two when the current iteration began: what it was made of, and its own. */
  givenControl: Times | undefined = undefined;
  iterationControl: Times | undefined = undefined;
  /** Objects that its controls are made in, entry after entry: nothing else may hold on to one. */
  ownControl: Times | undefined = undefined;
  ownIterationControl: Times | undefined = undefined;
  /** Iterations begun, including one that only ran the failing test. */
  begun = 0;
  finished = false;
  /** Clock at the entry and at the current iteration's start. */
  entered = 0;
  iterationStart = 0;
  /** Where its iterations' starts begin in the list of all active loops' starts. */
  firstStart = 0;
  /** Sites of the conditions on data that later iterations wait for. */
  readonly pending: number[] = [];
  /** Rolling hash of branch outcomes at the iteration's start. */
  pathStart = 0;
  pathCount = 0;
  /** Chains, the first 30 as bits, whose partial results were read by something else in this entry. */
  partials = 0;
  /** Others run between its iterations: counted only. */
  suspends = false;

  /** One more condition on data that later iterations wait for, by its site; 0 forgets them all. */
  set pendingControl(site: number) {
    const { pending } = this;
    if (site === 0) pending.length = 0;
    else if (!pending.includes(site)) pending.push(site);
  }

  constructor(record: RegionRecord, control: Times) {
    this.record = record;
    this.outer = control;
    this.control = control;
  }

  /** As it was made, for another entry. */
  renew(control: Times): void {
    this.lane = -1;
    this.ownsLane = false;
    this.started = false;
    this.childWork = 0;
    const { childSpans } = this;
    childSpans.s = 0;
    childSpans.r = 0;
    childSpans.m = 0;
    this.outer = control;
    this.control = control;
    this.begun = 0;
    this.finished = false;
    this.pendingControl = 0;
    this.suspends = false;
  }

  /** Number of the iteration, from 0, in which the clock showed `stamp`. */
  iterationOf(stamp: number, starts: Int32Array): number {
    let low = this.firstStart;
    let high = this.firstStart + this.begun - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= stamp) low = middle;
      else high = middle - 1;
    }
    return low - this.firstStart;
  }
}

/** Thrown when more regions are nested than there are lanes; the run starts again with more. */
export class LanesExhausted extends Error {
  override readonly name = 'LanesExhausted';
}

/** The stack of active regions, and the clock that dates reads and writes by iteration. */
export class Regions {
  readonly kit: TimeKit;
  readonly families: readonly Family[];
  readonly records: RegionRecord[] = [];
  readonly sites: readonly RegionSite[];
  readonly stack: Activation[] = [];
  /** The loops among them. */
  readonly loops: Activation[] = [];
  /** Clock at the start of each iteration of each active loop, the outermost loop's first: only the innermost grows. */
  starts: Int32Array = new Int32Array(1024);
  #started = 0;
  clock = 1;
  /** When the outermost active loop was entered, and when the current iteration of the innermost began. */
  outermost = never;
  iterationStart = never;
  /** More lanes were needed than there are: the run is void. */
  exhausted = false;
  /** Lanes in use: those of the active regions, the outermost being the whole run's. */
  lanes = 1;
  /** Chain updates counted when what a lane now stands for began. */
  readonly #updatesAt: number[];
  readonly #highs: Int32Array;
  /** Places of the families' first lanes in `#highs`; −1 for those that are not kept. */
  readonly #first: Readonly<Record<Family, number>>;
  iterations = 0;
  path = 0;
  pathEvents = 0;
  /** Where the paths of a region's iterations are kept; undefined for by itself. */
  pathsOf: (id: number) => Int32Array | undefined = () => undefined;
  /** Called now and then, to stop at a limit. */
  onTick: () => void = () => {};

  constructor(kit: TimeKit, sites: readonly RegionSite[]) {
    this.kit = kit;
    this.sites = sites;
    const { families, lanes } = kit.layout;
    this.families = families;
    this.#highs = kit.highs;
    this.#first = kit.first;
    this.#updatesAt = Array.from({ length: lanes }, () => 0);
  }

  recordOf(id: number): RegionRecord {
    let record = this.records[id];
    if (!record) {
      record = new RegionRecord(this.sites[id]!, this.pathsOf(id));
      this.records[id] = record;
    }
    return record;
  }

  /** A loop that is about to start; it becomes active with its first iteration, after its initialisation. */
  prepare(id: number, suspends = false): Activation {
    const activation = this.#activation(id);
    activation.suspends = suspends;
    return activation;
  }

  #activation(id: number): Activation {
    const record = this.recordOf(id);
    const { control } = this.kit.state;
    const spare = record.spare.pop();
    if (spare === undefined) return new Activation(record, control);
    spare.renew(control);
    return spare;
  }

  /** An entry has ended, and whoever began it will not ask for it again: the next one takes its place. */
  reuse(activation: Activation): void {
    activation.record.spare.push(activation);
  }

  #start(activation: Activation, lanes: number): void {
    const { state } = this.kit;
    activation.outer = state.control;
    activation.control = state.control;
    if (this.open(activation) && this.takeLanes(activation, lanes, this.isFresh))
      activation.control = activation.ownControl = this.kit.begin(
        state.control,
        activation.lane,
        activation.ownControl,
      );
    // What waits goes on when the caller's control has become another's.
    else if (activation.record.site.suspends) activation.control = this.kit.copy(state.control);
    this.stack.push(activation);
  }

  /** Counts an entry. @returns whether it is an outermost one, which takes lanes */
  open(activation: Activation): boolean {
    const { record } = activation;
    activation.started = true;
    record.entries++;
    activation.work0 = this.kit.state.work;
    // Before its lane is chosen, which it may share only with what is charged like it.
    if (record.site.idle === true) this.kit.charge(1);
    return record.active++ === 0;
  }

  /**
   * A region shares its parent's lane if control is as late as anything in that lane so far: then every older value is
   * clamped to control in both, and all times in the two stay at one distance. (A chain would tell them apart.) This is what makes
   * perfect nests, and functions that only call another, cost no lane.
   *
   * @returns whether it has a lane of its own, which must begin
   */
  takeLanes(activation: Activation, lanes: number, isFresh: boolean): boolean {
    activation.ownsLane = !isFresh;
    activation.lane = isFresh ? this.lanes - 1 : this.lanes;
    if (activation.lane + lanes > this.kit.layout.lanes) this.exhaust();
    this.lanes = activation.lane + lanes;
    this.#readHighs(activation.lane, activation.bases);
    if (activation.ownsLane) this.#updatesAt[activation.lane] = this.kit.state.updates;
    return activation.ownsLane;
  }

  exhaust(): never {
    this.exhausted = true;
    throw new LanesExhausted(`more than ${this.kit.layout.lanes} lanes`);
  }

  enterFunction(id: number): Activation {
    const activation = this.#activation(id);
    if (!this.kit.state.active) return activation;
    this.#start(activation, 1);
    this.kit.state.control = activation.control;
    if ((++this.iterations & 1023) === 0) this.onTick();
    return activation;
  }

  /** Begins the next iteration, before the loop's test. */
  iterate(activation: Activation): void {
    if (!this.kit.state.active) {
      activation.begun++;
      return;
    }
    if (activation.suspends) {
      if (activation.begun++ === 0) activation.record.entries++;
      activation.record.iterations++;
      if ((++this.iterations & 1023) === 0) this.onTick();
      return;
    }
    const isFirst = !activation.started;
    if (isFirst) this.#start(activation, 2);
    this.nextIteration(activation, isFirst);
    const { lane } = activation;
    if (lane < 0) this.kit.state.control = activation.control;
    else
      this.kit.state.control = activation.ownIterationControl = this.kit.begin(
        activation.control,
        lane + 1,
        activation.ownIterationControl,
      );
    activation.givenControl = activation.control;
    activation.iterationControl = this.kit.state.control;
    if ((++this.iterations & 1023) === 0) this.onTick();
  }

  /** Ends the iteration of a started loop, if one has begun, and begins the next, but for its control. */
  nextIteration(activation: Activation, isFirst: boolean): void {
    if (isFirst) {
      activation.entered = ++this.clock;
      activation.partials = 0;
      activation.firstStart = this.#started;
      this.loops.push(activation);
      if (this.loops.length === 1) this.outermost = activation.entered;
    } else {
      this.unwindTo(activation);
      this.#endIteration(activation);
    }
    const { lane } = activation;
    activation.begun++;
    activation.iterationStart = ++this.clock;
    this.iterationStart = this.clock;
    this.addStart();
    if (activation.begun > 1) this.#carryControls(activation, activation.begun - 1);
    if (lane >= 0) {
      this.#updatesAt[lane + 1] = this.kit.state.updates;
      this.#readHighs(lane + 1, activation.iterationBases);
    }
    activation.pathStart = this.path;
    activation.pathCount = this.pathEvents;
  }

  /** An iteration of the innermost loop starts now. */
  addStart(): void {
    if (this.#started === this.starts.length) {
      const more = new Int32Array(2 * this.#started);
      more.set(this.starts);
      this.starts = more;
    }
    this.starts[this.#started++] = this.clock;
  }

  /** How many starts of iterations there are; those of a loop that ended are dropped. */
  get startCount(): number {
    return this.#started;
  }

  set startCount(count: number) {
    this.#started = count;
  }

  /** The test failed: what ran since `iterate` was no iteration. */
  finish(activation: Activation): void {
    if (activation.suspends) activation.record.iterations--;
    activation.finished = true;
  }

  #endIteration(activation: Activation): void {
    const { record, lane } = activation;
    if (lane >= 0) this.#addSince(lane + 1, activation.iterationBases, record.parts);
    if (!activation.finished) {
      record.iterations++;
      record.paths.add(this.#pathSince(activation));
    }
  }

  /** Hash of the branch outcomes of one iteration: the difference of two prefix hashes. */
  #pathSince({ pathStart, pathCount }: Activation): number {
    let power = 1;
    let base = pathMultiplier;
    for (let n = this.pathEvents - pathCount; n > 0; n >>>= 1) {
      if (n & 1) power = Math.imul(power, base);
      base = Math.imul(base, base);
    }
    return (this.path - Math.imul(pathStart, power)) | 0;
  }

  branch(site: number, outcome: number): void {
    if (!this.kit.state.active) return;
    this.path = (Math.imul(this.path, pathMultiplier) + site * 31 + outcome + 1) | 0;
    this.pathEvents++;
  }

  /**
   * Leaves a region, and whatever is still active inside it.
   *
   * @returns whether it was active
   */
  leave(activation: Activation): boolean {
    if (!activation.started) return false;
    if (this.stack[this.stack.length - 1] !== activation) {
      if (!this.stack.includes(activation)) return false;
      this.unwindTo(activation);
    }
    this.#pop();
    return true;
  }

  unwindTo(activation: Activation): void {
    while (this.stack.length > 0 && this.stack[this.stack.length - 1] !== activation) this.#pop();
  }

  unwind(depth: number): void {
    while (this.stack.length > depth) this.#pop();
  }

  #pop(): void {
    const activation = this.stack.pop()!;
    const { record, lane } = activation;
    record.active--;
    if (record.site.idle === true) this.kit.charge(-1);
    const isLoop = record.site.kind === 'loop';
    if (isLoop) {
      // A condition on data ended it: there is no next iteration because of this one.
      if (!activation.finished) this.#carryControls(activation, activation.begun);
      this.#endIteration(activation);
      this.loops.pop();
      this.#look();
      this.#started = activation.firstStart;
    } else record.iterations++;
    if (lane < 0) return;
    const { lanes } = this;
    this.lanes = activation.ownsLane ? lane : lane + 1;
    this.kit.vacate(this.lanes, lanes);
    const work = this.kit.state.work - activation.work0;
    record.work += work;
    const parent = this.#laned();
    if (parent) parent.childWork += work;
    this.#addSince(lane, activation.bases, record.spans);
    if (parent) this.#addSince(lane, activation.bases, parent.childSpans);
    if (isLoop) return;
    const own = work - activation.childWork;
    const { parts } = record;
    const { s, r, m } = activation.childSpans;
    parts.s += s + own;
    parts.r += r + own;
    parts.m += m + own;
  }

  #look(): void {
    const { loops } = this;
    if (loops.length === 0) {
      this.outermost = never;
      this.iterationStart = never;
    } else this.iterationStart = loops[loops.length - 1]!.iterationStart;
  }

  #readHighs(lane: number, into: Record<Family, number>): void {
    const highs = this.#highs;
    const { r, m } = this.#first;
    into.s = highs[lane]!;
    if (r >= 0) into.r = highs[r + lane]!;
    if (m >= 0) into.m = highs[m + lane]!;
  }

  /** Adds what a lane's high-water mark has risen by. */
  #addSince(lane: number, bases: Readonly<Record<Family, number>>, sums: Record<Family, number>): void {
    const highs = this.#highs;
    const { r, m } = this.#first;
    sums.s += highs[lane]! - bases.s;
    if (r >= 0) sums.r += highs[r + lane]! - bases.r;
    if (m >= 0) sums.m += highs[m + lane]! - bases.m;
  }

  /** Whether nothing that is older than now can be told from what is ready now, in the innermost lane. */
  get isFresh(): boolean {
    return this.isUnchained && this.kit.isAtHigh(this.lanes - 1);
  }

  /** No chain was updated since what the innermost lane now stands for began. */
  get isUnchained(): boolean {
    return this.kit.state.updates === this.#updatesAt[this.lanes - 1];
  }

  /** Work and spans of a region that ran outside of the stack count for the one that it stands in. */
  addChild(work: number, spans: Partial<Record<Family, number>>): void {
    const parent = this.#laned();
    if (!parent) return;
    parent.childWork += work;
    for (const family of this.families) parent.childSpans[family] += spans[family] ?? 0;
  }

  #laned(): Activation | undefined {
    for (let at = this.stack.length - 1; at >= 0; at--) if (this.stack[at]!.lane >= 0) return this.stack[at];
    return undefined;
  }

  /** Everything later in the loop waits for a condition. */
  waitFor(activation: Activation, condition: Times, site: number, carried: boolean): void {
    if (!this.kit.state.active) return;
    activation.control = this.kit.when(activation.control, condition);
    if (carried) activation.pendingControl = site;
  }

  /** The same for a loop whose control becomes this. */
  waitAs(activation: Activation, control: Times, site: number, carried: boolean): void {
    activation.control = control;
    if (carried) activation.pendingControl = site;
  }

  #carryControls({ record, pending }: Activation, at: number): void {
    for (const site of pending) this.carryControl(record, site, at);
  }

  /** An iteration runs, or does not, because of a condition in the one before. @returns what is known of it */
  carryControl({ carried }: RegionRecord, site: number, at: number): Carried {
    const key = site * controlKey;
    let edge = carried.get(key);
    if (edge === undefined) {
      edge = {
        ...{ kind: 'control', from: site, to: site, distance: 1, cell: '' },
        ...{ fromIteration: at - 1, toIteration: at, count: 0, silent: false },
      };
      carried.set(key, edge);
    }
    edge.count++;
    return edge;
  }

  /** Chain updates counted when what a lane now stands for began. */
  updatesAt(lane: number): number {
    return this.#updatesAt[lane]!;
  }

  /** The loop, if any, of whose current entry an earlier iteration was running when the clock showed `stamp`. */
  carrier(stamp: number): Activation | undefined {
    const { loops } = this;
    for (let at = loops.length - 1; at >= 0; at--) {
      const loop = loops[at]!;
      if (stamp >= loop.iterationStart) return undefined;
      if (stamp >= loop.entered) return loop;
    }
    return undefined;
  }
}

const pathMultiplier = 0x01000193;
/** Control dependences share the map of the others; sites are numbered far below. */
const controlKey = -1;

export type { Site };
