import {
  aBegun,
  aChildSpans,
  aChildWork,
  activationBytes,
  activationsFrom,
  aEntered,
  aFirstStart,
  aIterationStart,
  aLane,
  aLanedBelow,
  aLoopBelow,
  aPartials,
  aRecord,
  chargingAt,
  clockAt,
  iterationStartAt,
  iterationsAt,
  lanesAt,
  lanesUpdatesFrom,
  loopAt,
  oddAt,
  outermostAt,
  pathAt,
  pathEventsAt,
  rActive,
  rEntries,
  recordBytes,
  recordsFrom,
  rIdle,
  rIsLoop,
  rIterations,
  rPartials,
  rParts,
  rSpans,
  rWork,
  startedAt,
  topAt,
  updatesAt,
  workAt,
} from './core.ts';
import { Activation } from './regions.ts';
import type { Tracer } from './runtime.ts';
import type { SlotSpace } from './slot-space.ts';

const families = ['s', 'r', 'm'] as const;

/**
 * Where the general tier and functions on numbers meet: clock, active loops, lanes and sums are handed over when a call
 * from outside begins, and back when it ends. In between the general tier may be asked about something; it then sees what is
 * active as its own.
 */
export class SlotBoundary {
  readonly #tracer: Tracer;
  readonly #space: SlotSpace;
  /** Numbers of the regions that such functions have or run in, and whether a number is among them. */
  readonly #regions: number[] = [];
  readonly #known: boolean[] = [];
  #ticks = 0;
  /** Operations that have been added to the run's. */
  #counted = 0;
  /** Regions of the general tier that charge loads and stores. */
  #charging = 0;
  /** Places in the stack of activations: its bottom, which stands for the general tier's regions, and the last of its loops. */
  readonly #bottom = activationsFrom;
  #outer = activationsFrom;
  /** Stand for loops of functions on numbers, by depth. */
  readonly #shown: Activation[] = [];

  constructor(tracer: Tracer, space: SlotSpace) {
    this.#tracer = tracer;
    this.#space = space;
    tracer.regions.starts = space.starts;
    tracer.regions.pathsOf = id => space.paths(id);
  }

  /** A region that functions on numbers have, or run in. */
  register(id: number): void {
    if (this.#known[id] === true) return;
    this.#known[id] = true;
    this.#regions.push(id);
    const at = recordsFrom + id * recordBytes;
    const { kind, idle } = this.#tracer.table.regions[id]!;
    this.#space.set(at + rIsLoop, kind === 'loop' ? 1 : 0);
    this.#space.set(at + rIdle, idle === true ? 1 : 0);
  }

  /** Whether there is room for the starts of iterations so far. */
  get hasRoom(): boolean {
    return this.#tracer.regions.starts === this.#space.starts;
  }

  enter(): void {
    const { regions, kit } = this.#tracer;
    const { words } = this.#space;
    const { loops, stack } = regions;
    words[clockAt / 4] = regions.clock;
    words[iterationsAt / 4] = regions.iterations;
    words[pathAt / 4] = regions.path;
    words[pathEventsAt / 4] = regions.pathEvents;
    words[lanesAt / 4] = regions.lanes;
    words[outermostAt / 4] = regions.outermost;
    words[iterationStartAt / 4] = regions.iterationStart;
    words[startedAt / 4] = regions.startCount;
    words[oddAt / 4] = 0;
    words[workAt / 4] = 0;
    words[updatesAt / 4] = kit.state.updates;
    this.#counted = 0;
    this.#charging = words[chargingAt / 4]!;
    for (let lane = 0; lane < regions.lanes; lane++) words[lanesUpdatesFrom / 4 + lane] = regions.updatesAt(lane);
    let isLaned = false;
    for (const { record, lane } of stack) {
      if (lane >= 0) isLaned = true;
      words[(recordsFrom + record.site.id * recordBytes + rActive) / 4] = record.active;
    }
    let at = this.#bottom;
    words.fill(0, at / 4, (at + activationBytes) / 4);
    words[(at + aLane) / 4] = isLaned ? 0 : -1;
    let below = 0;
    for (const loop of loops) {
      at += activationBytes;
      const place = at / 4;
      this.register(loop.record.site.id);
      words[place + aRecord / 4] = recordsFrom + loop.record.site.id * recordBytes;
      words[place + aLane / 4] = -1;
      words[place + aLanedBelow / 4] = isLaned ? this.#bottom : 0;
      words[place + aEntered / 4] = loop.entered;
      words[place + aIterationStart / 4] = loop.iterationStart;
      words[place + aFirstStart / 4] = loop.firstStart;
      words[place + aBegun / 4] = loop.begun;
      words[place + aPartials / 4] = loop.partials;
      words[place + aLoopBelow / 4] = below;
      below = at;
    }
    words[topAt / 4] = at;
    words[loopAt / 4] = below;
    this.#outer = at;
  }

  /** Leaves what is still active, and takes everything back. */
  leave(): void {
    const { regions } = this.#tracer;
    const space = this.#space;
    if (space.get(topAt) !== this.#outer) space.tracing.unwind(this.#outer);
    this.#takeCounts();
    this.#takePartials();
    const at = this.#bottom;
    if (space.get(at + aLane) >= 0) {
      const [s, r, m] = families.map((_, k) => space.get(at + aChildSpans + 4 * k)) as [number, number, number];
      regions.addChild(space.get(at + aChildWork), { s, r, m });
    }
    for (const { record } of regions.stack) space.set(recordsFrom + record.site.id * recordBytes + rActive, 0);
  }

  #takeCounts(): void {
    const { regions, kit } = this.#tracer;
    const { words } = this.#space;
    regions.clock = words[clockAt / 4]!;
    regions.iterations = words[iterationsAt / 4]!;
    regions.path = words[pathAt / 4]!;
    regions.pathEvents = words[pathEventsAt / 4]!;
    const work = words[workAt / 4]!;
    kit.state.work += work - this.#counted;
    this.#counted = work;
    kit.state.updates = words[updatesAt / 4]!;
  }

  #takePartials(): void {
    const { loops } = this.#tracer.regions;
    const first = this.#bottom + activationBytes;
    for (let at = 0; first + at * activationBytes <= this.#outer; at++)
      loops[at]!.partials = this.#space.get(first + at * activationBytes + aPartials);
  }

  /** A thousand iterations have passed. */
  tick(): void {
    this.#takeCounts();
    // Long before a sum of so many iterations leaves 32 bits.
    if ((++this.#ticks & 255) === 0) this.fold();
    this.#tracer.regions.onTick();
  }

  /** Sums of regions go where they are asked for. */
  fold(): void {
    const { words } = this.#space;
    for (const id of this.#regions) {
      const at = (recordsFrom + id * recordBytes) / 4;
      const entries = words[at + rEntries / 4]!;
      const iterations = words[at + rIterations / 4]!;
      const partials = words[at + rPartials / 4]!;
      if (entries === 0 && iterations === 0 && partials === 0) continue;
      const record = this.#tracer.regions.recordOf(id);
      for (let chain = 1; chain < 31; chain++) if ((partials & (1 << chain)) !== 0) record.partials.add(chain);
      words[at + rPartials / 4] = 0;
      record.entries += entries;
      record.iterations += iterations;
      record.work += words[at + rWork / 4]!;
      for (const [k, family] of families.entries()) {
        record.spans[family] += words[at + rSpans / 4 + k]!;
        record.parts[family] += words[at + rParts / 4 + k]!;
      }
      words.fill(0, at + rEntries / 4, at + rParts / 4 + 3);
    }
  }

  /** The general tier does something that changes no regions, and sees all that is active. */
  show<T>(run: () => T): T {
    const { regions, kit } = this.#tracer;
    const { words } = this.#space;
    const { loops } = regions;
    const outer = loops.length;
    const { outermost, iterationStart, startCount } = regions;
    const charging = words[chargingAt / 4]!;
    this.#takeCounts();
    this.#takePartials();
    const places: number[] = [];
    for (let at = words[loopAt / 4]!; at > this.#outer; at = words[(at + aLoopBelow) / 4]!) places.unshift(at);
    for (const [depth, at] of places.entries()) loops.push(this.#show(depth, at));
    regions.outermost = words[outermostAt / 4]!;
    regions.iterationStart = words[iterationStartAt / 4]!;
    regions.startCount = words[startedAt / 4]!;
    kit.charge(charging - this.#charging);
    try {
      return run();
    } finally {
      for (const [depth, at] of places.entries()) words[(at + aPartials) / 4] = this.#shown[depth]!.partials;
      for (let at = 0; at < outer; at++)
        words[(this.#bottom + (at + 1) * activationBytes + aPartials) / 4] = loops[at]!.partials;
      loops.length = outer;
      regions.outermost = outermost;
      regions.iterationStart = iterationStart;
      regions.startCount = startCount;
      kit.charge(this.#charging - charging);
      words[chargingAt / 4] = charging;
      words[updatesAt / 4] = kit.state.updates;
    }
  }

  #show(depth: number, at: number): Activation {
    const { words } = this.#space;
    const { regions, kit } = this.#tracer;
    const record = regions.recordOf((words[(at + aRecord) / 4]! - recordsFrom) / recordBytes);
    const known = this.#shown[depth];
    const shown = known?.record === record ? known : new Activation(record, kit.state.control);
    this.#shown[depth] = shown;
    shown.entered = words[(at + aEntered) / 4]!;
    shown.iterationStart = words[(at + aIterationStart) / 4]!;
    shown.firstStart = words[(at + aFirstStart) / 4]!;
    shown.begun = words[(at + aBegun) / 4]!;
    shown.partials = words[(at + aPartials) / 4]!;
    return shown;
  }
}
