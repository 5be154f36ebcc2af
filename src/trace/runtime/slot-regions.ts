import { Activation, type Regions } from './regions.ts';
import { type Tracer, UndatedAccess } from './runtime.ts';
import { fixed } from './slot-module.ts';
import type { SlotSpace } from './slot-space.ts';

/** Regions and control where times are slots: what `Regions` and `Tracer` do where they are objects. */
export class SlotRegions {
  readonly #tracer: Tracer;
  readonly #regions: Regions;
  readonly #space: SlotSpace;
  /** Activations that ended, by region. */
  readonly #spare: Activation[][] = [];

  constructor(tracer: Tracer, space: SlotSpace) {
    this.#tracer = tracer;
    this.#regions = tracer.regions;
    this.#space = space;
  }

  /** Control has been brought into its slot. */
  begin(control: number, isConditional: boolean): void {
    const { words, size, header } = this.#space;
    words[control * size + header + 1] = isConditional ? 1 : 0;
  }

  /** The run is void: it starts again without clones and nests. */
  giveUp(): never {
    this.#tracer.kit.state.lost = true;
    this.#tracer.nests.wrong = -1;
    throw new UndatedAccess('a function on numbers cannot go on as one');
  }

  #activation(id: number, slots: number): Activation {
    const { kit } = this.#regions;
    const list = this.#spare[id] ?? [];
    this.#spare[id] = list;
    const activation = list.pop() ?? new Activation(this.#regions.recordOf(id), kit.state.control);
    activation.slots = slots;
    activation.lane = -1;
    activation.ownsLane = false;
    activation.started = false;
    activation.childWork = 0;
    const spans = activation.childSpans;
    spans.s = 0;
    spans.r = 0;
    spans.m = 0;
    activation.begun = 0;
    activation.finished = false;
    activation.pendingControl = 0;
    return activation;
  }

  /** @param to the slot of a control whose lane begins anew at its high-water mark */
  #beginLane(to: number, lane: number): void {
    const { words, size, layout } = this.#space;
    const highs = layout.highs / 4 + lane;
    const bases = layout.bases / 4 + lane;
    const end = layout.lanes * layout.families.length;
    for (let at = 0; at < end; at += layout.lanes) {
      const high = words[highs + at]!;
      words[bases + at] = high;
      words[to * size + lane + at] = high;
    }
  }

  /** Whether control is as late as anything in the innermost lane. */
  get #isFresh(): boolean {
    if (!this.#regions.isUnchained) return false;
    const { words, size, layout } = this.#space;
    const lane = this.#regions.lanes - 1;
    const { families, lanes } = layout;
    for (let at = 0; at < families.length; at++) {
      if (families[at] === 'm' && words[layout.charging / 4] === 0) continue;
      if (words[fixed.control * size + at * lanes + lane] !== words[layout.highs / 4 + at * lanes + lane]) return false;
    }
    return true;
  }

  /** @param control slot of the control of the region, which is that of the caller so far */
  #start(activation: Activation, lanes: number, control: number): void {
    const regions = this.#regions;
    this.#space.countWork(regions.kit.state);
    if (regions.open(activation) && regions.takeLanes(activation, lanes, this.#isFresh))
      this.#beginLane(control, activation.lane);
    regions.stack.push(activation);
  }

  #tick(): void {
    if ((++this.#regions.iterations & 1023) !== 0) return;
    this.#space.countWork(this.#regions.kit.state);
    this.#regions.onTick();
  }

  /**
   * @param slot where the caller's control is kept
   * @param end the first slot beyond the frame
   */
  enter(id: number, slot: number, end: number): Activation {
    // Frames of what it calls begin there, with the arguments.
    if (end + 256 > this.#space.end) this.giveUp();
    const activation = this.#activation(id, slot);
    this.#space.arithmetic.copy(slot, fixed.control);
    this.#start(activation, 1, fixed.control);
    this.#tick();
    return activation;
  }

  leave(activation: Activation): void {
    this.#leave(activation);
    this.#space.arithmetic.copy(fixed.control, activation.slots);
  }

  #leave(activation: Activation): void {
    this.#space.countWork(this.#regions.kit.state);
    this.#regions.leave(activation);
    this.#spare[activation.record.site.id]!.push(activation);
  }

  /** A loop that is about to start; two slots are for its controls. */
  prepare(id: number, slots: number): Activation {
    return this.#activation(id, slots);
  }

  iterate(activation: Activation): void {
    const { arithmetic } = this.#space;
    const { slots } = activation;
    const isFirst = !activation.started;
    if (isFirst) {
      arithmetic.copy(slots, fixed.control);
      arithmetic.copy(slots + 1, fixed.control);
      this.#start(activation, 2, slots + 1);
    } else this.#space.countWork(this.#regions.kit.state);
    this.#regions.nextIteration(activation, isFirst);
    arithmetic.copy(fixed.control, slots + 1);
    if (activation.lane >= 0) this.#beginLane(fixed.control, activation.lane + 1);
    this.#tick();
  }

  leaveLoop(activation: Activation): void {
    if (!activation.started) return;
    this.#leave(activation);
    this.#space.arithmetic.copy(fixed.control, activation.slots);
  }

  #isZero(times: number): boolean {
    return this.#space.words[times * this.#space.size + this.#space.header] === 0;
  }

  branch<T>(value: T, times: number, site: number): T {
    if (!this.#isZero(times)) this.#space.arithmetic.when(fixed.control, times);
    this.#regions.branch(site, value ? 1 : 0);
    return value;
  }

  exit<T>(value: T, times: number, site: number, loops: readonly Activation[], returns: boolean): T {
    const { arithmetic } = this.#space;
    this.#regions.branch(site, value ? 1 : 0);
    if (!this.#isZero(times)) arithmetic.when(fixed.control, times);
    for (let at = 0; at < loops.length; at++) {
      const loop = loops[at]!;
      arithmetic.when(loop.slots + 1, times);
      loop.pendingControl = site;
      if (returns) arithmetic.when(loop.slots, times);
    }
    return value;
  }

  /** The test at the end of a `do`: it belongs to the iteration that it ends. */
  testAtEnd<T>(loop: Activation, value: T, times: number, site: number, carried: boolean): T {
    if (!this.#isZero(times) || carried) {
      const { arithmetic } = this.#space;
      arithmetic.when(fixed.control, times);
      arithmetic.when(loop.slots + 1, times);
      if (carried) loop.pendingControl = site;
    }
    return value;
  }

  test<T>(loop: Activation, value: T, times: number, site: number, carried: boolean): T {
    this.testAtEnd(loop, value, times, site, carried);
    if (!value) this.#regions.finish(loop);
    return value;
  }
}
