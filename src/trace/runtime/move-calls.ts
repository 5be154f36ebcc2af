import type { NumberArray } from './array-shadows.ts';
import type { Calls } from './calls.ts';
import { fixed } from './slot-layout.ts';

/**
 * Built-ins that move elements (`array.set(other)`, `array.fill(0)`), called from functions on numbers: the general tier
 * states their reads and writes, one by one, under the conditions that hold there.
 */
export class MoveCalls {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** @param frame first of the slots that hold the arguments' times, that of `this` before them */
  call(frame: number, method: 'set' | 'fill', values: readonly unknown[], site: number): void {
    this.#calls.tracer.slots.lend(() => this.#call(frame, method, values, site));
  }

  #call(frame: number, method: 'set' | 'fill', values: readonly unknown[], site: number): void {
    const { tracer } = this.#calls;
    const { kit, table } = tracer;
    const space = tracer.space!;
    const { words, size, header, layout } = space;
    const [self, ...args] = values as [NumberArray, ...unknown[]];
    const outside = kit.state.control;
    const control = fixed.control * size;
    const now = kit.fill(words, control) as { conditional: boolean };
    now.conditional = words[control + header + 1] !== 0;
    kit.state.control = now as typeof outside;
    const times = values.map((_, at) => space.give((frame + at) * layout.bytes, kit));
    const fn = (self as unknown as Record<string, unknown>)[method];
    if (fn !== Int8Array.prototype[method]) tracer.slots.giveUp();
    try {
      this.#calls.call(fn, { self, args, times, site, name: table.sites[site]!.name });
    } catch (error) {
      // What is thrown leaves functions on numbers, which cannot be told how.
      if (!kit.state.lost && error instanceof RangeError) tracer.slots.giveUp();
      throw error;
    } finally {
      kit.state.control = outside;
    }
  }
}
