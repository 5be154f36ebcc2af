import { Activation, type Regions } from './regions.ts';
import { type Tracer, UndatedAccess } from './runtime.ts';
import { fixed } from './slot-layout.ts';
import type { SlotSpace } from './slot-space.ts';

/** Regions where times are slots: what `Regions` and `Tracer` do where they are objects. */
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
  begin(isConditional: boolean): void {
    const { words, size, header } = this.#space;
    words[fixed.control * size + header + 1] = isConditional ? 1 : 0;
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

  /** @returns the lane that begins, or −1 */
  #start(activation: Activation, lanes: number): number {
    const regions = this.#regions;
    this.#space.count(regions.kit.state);
    const begins = regions.open(activation) && regions.takeLanes(activation, lanes, this.#isFresh);
    regions.stack.push(activation);
    return begins ? activation.lane : -1;
  }

  #tick(): void {
    if ((++this.#regions.iterations & 1023) !== 0) return;
    this.#space.count(this.#regions.kit.state);
    this.#regions.onTick();
  }

  /**
   * @param slot where the caller's control is kept
   * @param end the first slot beyond the frame
   */
  enter(id: number, slot: number, end: number): Activation {
    // Frames of what it calls begin there, with the arguments.
    if (end + 256 > this.#space.end) this.giveUp();
    this.#space.use(end + 256);
    const activation = this.#activation(id, slot);
    const { control } = this.#space;
    control.copy(slot, fixed.control);
    const lane = this.#start(activation, 1);
    if (lane >= 0) control.begin(fixed.control, slot, lane);
    this.#tick();
    return activation;
  }

  leave(activation: Activation): void {
    this.#leave(activation);
    this.#space.control.copy(fixed.control, activation.slots);
  }

  #leave(activation: Activation): void {
    this.#space.count(this.#regions.kit.state);
    this.#regions.leave(activation);
    this.#spare[activation.record.site.id]!.push(activation);
  }

  /** A loop that is about to start; two slots are for its controls: that of the entry, that of new iterations. */
  prepare(id: number, slots: number): Activation {
    return this.#activation(id, slots);
  }

  iterate(activation: Activation): void {
    const { control } = this.#space;
    const { slots } = activation;
    const isFirst = !activation.started;
    if (isFirst) {
      control.copy(slots, fixed.control);
      control.begin(slots + 1, fixed.control, this.#start(activation, 2));
    } else this.#space.count(this.#regions.kit.state);
    this.#regions.nextIteration(activation, isFirst);
    control.begin(fixed.control, slots + 1, activation.lane >= 0 ? activation.lane + 1 : -1);
    this.#tick();
  }

  leaveLoop(activation: Activation): void {
    if (!activation.started) return;
    this.#leave(activation);
    this.#space.control.copy(fixed.control, activation.slots);
  }
}
