import { isList } from './arrays.ts';
import { builtinHandlers, type Handler, hiddenState, knownNatives } from './builtins.ts';
import { Cell } from './cells.ts';
import type { Activation } from './regions.ts';
import type { Tracer } from './runtime.ts';
import { createSlot } from './stamp.ts';
import type { Times } from './times.ts';

/** A call as it arrives at the runtime. `times` begins with that of `this`. */
export interface Call {
  readonly self: unknown;
  readonly args: unknown[];
  readonly times: readonly Times[];
  readonly site: number;
  readonly name: string;
}

type Callable = (...args: unknown[]) => unknown;

/** Where a function's code is: traced, native with known effects, or out of sight. */
type Kind =
  | { readonly kind: 'traced' }
  | { readonly kind: 'bound'; readonly target: Callable; readonly self: unknown; readonly args: readonly unknown[] }
  | { readonly kind: 'handled'; readonly handler: Handler }
  | { readonly kind: 'native' }
  | { readonly kind: 'foreign' };

const traced: Kind = { kind: 'traced' };
const sourceOf = Function.prototype.toString;

/** Calls through values: finds out what a function is, hands times over, and accounts for what cannot be traced. */
export class Calls {
  /** What iterators of arrays (`entries`, `values`) go through, as long as nobody but a loop asks them for more. */
  readonly iterated = new WeakMap<object, ArrayLike<unknown> & object>();
  readonly tracer: Tracer;
  readonly #kinds = createSlot<Kind>();
  /** By site. */
  readonly #loops: (number | undefined)[] = [];
  readonly #marker: () => string;

  /** @param marker beginning of the comment that instrumented functions carry */
  constructor(tracer: Tracer, marker: () => string) {
    this.tracer = tracer;
    this.#marker = marker;
    for (const fn of knownNatives()) this.#kinds.set(fn, { kind: 'native' });
    for (const [fn, handler] of builtinHandlers()) this.#kinds.set(fn, { kind: 'handled', handler });
  }

  /** Traced functions that were made lately: most callbacks are written where they are handed over. */
  readonly #recent: unknown[] = [undefined, undefined, undefined, undefined];
  #made = 0;

  /** A function of the source, just made. */
  made<T>(fn: T): T {
    this.#recent[this.#made++ & 3] = fn;
    return fn;
  }

  /** Whether a call of it is one of instrumented code, in the part of the run that is asked about. */
  isTraced(fn: unknown): fn is Callable {
    return typeof fn === 'function' && this.tracer.kit.state.active && this.kindOf(fn as Callable) === traced;
  }

  kindOf(fn: Callable): Kind {
    const recent = this.#recent;
    if (recent[0] === fn || recent[1] === fn || recent[2] === fn || recent[3] === fn) return traced;
    const known = this.#kinds.get(fn);
    if (known) return known;
    const source = sourceOf.call(fn);
    const kind: Kind = source.includes(this.#marker()) ? traced : { kind: 'foreign' };
    this.#kinds.set(fn, kind);
    return kind;
  }

  bind(fn: Callable, bound: Callable, self: unknown, args: readonly unknown[]): void {
    this.#kinds.set(bound, { kind: 'bound', target: fn, self, args });
  }

  /** Calls a traced function without a receiver. */
  hand(fn: Callable, args: unknown[], times: readonly Times[]): unknown {
    const { tracer } = this;
    tracer.pending = times;
    tracer.returned = tracer.kit.zero;
    try {
      switch (args.length) {
        case 0:
          return fn();
        case 1:
          return fn(args[0]);
        case 2:
          return fn(args[0], args[1]);
        case 3:
          return fn(args[0], args[1], args[2]);
        default:
          return Reflect.apply(fn, undefined, args);
      }
    } finally {
      tracer.pending = undefined;
    }
  }

  /** @throws TypeError as the language does, for what is no function */
  call(fn: unknown, call: Call): unknown {
    if (typeof fn !== 'function') throw new TypeError(`${call.name} is not a function`);
    const { tracer } = this;
    if (!tracer.kit.state.active) return Reflect.apply(fn as Callable, call.self, call.args);
    const kind = this.kindOf(fn as Callable);
    switch (kind.kind) {
      case 'traced':
        if (call.self === undefined) return this.hand(fn as Callable, call.args, call.times);
        tracer.pending = call.times;
        tracer.returned = tracer.kit.zero;
        try {
          return Reflect.apply(fn as Callable, call.self, call.args);
        } finally {
          tracer.pending = undefined;
        }
      case 'bound': {
        const { zero } = tracer.kit;
        const times = [zero, ...kind.args.map(() => zero), ...call.times.slice(1)];
        return this.call(kind.target, { ...call, self: kind.self, args: [...kind.args, ...call.args], times });
      }
      case 'handled':
        return kind.handler(this, fn as Callable, call);
      default:
        return this.opaque(call, kind.kind === 'foreign' ? fn.name : undefined, () =>
          Reflect.apply(fn as Callable, call.self, call.args),
        );
    }
  }

  construct(fn: unknown, call: Call): unknown {
    if (typeof fn !== 'function') throw new TypeError(`${call.name} is not a constructor`);
    const { tracer } = this;
    if (!tracer.kit.state.active) return Reflect.construct(fn as Callable, call.args);
    const kind = this.kindOf(fn as Callable);
    const make = () => Reflect.construct(fn as Callable, call.args);
    if (kind.kind === 'traced') {
      tracer.pending = call.times;
      try {
        const made = make();
        // The object is there from the start; what it holds has times of its own.
        tracer.returned = tracer.kit.zero;
        return made;
      } finally {
        tracer.pending = undefined;
      }
    }
    if (kind.kind === 'foreign') return this.opaque(call, fn.name, make);
    // `new` costs nothing; what a native constructor copies keeps its times.
    return builtinConstruct(this, call, make);
  }

  /**
   * One operation on everything that is handed over. Its callbacks run as ready as its arguments, and its result
   * waits for theirs.
   *
   * @param foreign name of a function whose effects are not known
   */
  opaque<T>(call: Call, foreign: string | undefined, run: () => T): T {
    const { tracer } = this;
    const { kit } = tracer;
    const outer = tracer.native;
    let times = tracer.joinAll(call.times);
    times = kit.join(times, this.readAll(call.self, call.site));
    // `next`: a loop over what is left would not begin at the first.
    this.iterated.delete(call.self as object);
    for (let at = 0; at < call.args.length; at++) times = kit.join(times, this.readAll(call.args[at], call.site));
    const native = { times };
    tracer.native = native;
    tracer.pending = undefined;
    const began = foreign === undefined ? 0 : performance.now();
    try {
      return run();
    } finally {
      tracer.native = outer;
      if (foreign !== undefined) this.#outOfSight(call, foreign, performance.now() - began);
      tracer.returned = kit.op1(native.times);
    }
  }

  #outOfSight(call: Call, name: string, ms: number): void {
    const hidden = hiddenState(call.name);
    // The exports of WebAssembly are called by their numbers.
    const what = /^\d*$/.test(name) ? call.name : name;
    this.tracer.note(
      call.site,
      hidden ?? `calls ${what}, which is not traced: what it reads and writes is not seen`,
      ms,
    );
    this.taint();
  }

  /** The loops that run now depend on something that cannot be seen. */
  taint(): void {
    for (const loop of this.tracer.regions.loops) loop.record.hidden = true;
  }

  /** Reads every element or entry of a value that native code goes through. */
  readAll(value: unknown, site: number): Times {
    const { memory, kit } = this.tracer;
    if (typeof value !== 'object' || value === null) return kit.zero;
    const shadow = memory.known(value);
    if (!shadow) return kit.zero;
    let times = kit.zero;
    const indexed = shadow.elements !== undefined || shadow.view !== undefined;
    const length = indexed ? ((value as { length?: number }).length ?? 0) : 0;
    for (let at = 0; at < length; at++) times = kit.join(times, memory.loadElement(value, shadow, at, site));
    for (let cell = shadow.fields?.first; cell !== undefined; cell = cell.next)
      times = kit.join(times, memory.readCell(cell, site));
    return times;
  }

  /** Writes every element. */
  writeAll(value: object, times: Times, site: number): void {
    const { memory, kit } = this.tracer;
    const length = (value as { length?: number }).length ?? 0;
    const ready = kit.under(times);
    const shadow = memory.shadowOf(value, site);
    for (let at = 0; at < length; at++) memory.storeElement(value, shadow, at, { times: ready, site });
  }

  /** The time of what `for … of` handed out. */
  element(loop: Activation, source: unknown, at: Times, site: number): Times {
    const { kit, memory } = this.tracer;
    if (typeof source !== 'object' || source === null) return at;
    if (isList(source)) return this.tracer.load(source, loop.begun - 1, site, at);
    const list = this.iterated.get(source);
    if (list !== undefined) return this.tracer.load(list, loop.begun - 1, site, kit.zero);
    return kit.join(kit.join(at, memory.contents(source)), this.tracer.yielded);
  }

  /** A loop that a built-in runs over a callback; it stands where the call stands. */
  loop(site: number): Activation {
    const { tracer } = this;
    const known = this.#loops[site];
    if (known !== undefined) return tracer.regions.prepare(known);
    const { file, line, column } = tracer.table.sites[site]!;
    const { stack, loops } = tracer.regions;
    const owner = stack.findLast(({ record }) => record.site.kind === 'function');
    const id = tracer.table.region({
      ...{ kind: 'loop', functionName: owner?.record.site.functionName ?? '(module)', file, line, column },
      ...{ depth: loops.length, suspends: false, chases: [], start: 0, end: 0 },
    });
    this.#loops[site] = id;
    return tracer.regions.prepare(id);
  }

  /** The running result of `reduce`. */
  accumulator(times: Times): Cell {
    return new Cell('accumulator', times);
  }
}

function builtinConstruct(calls: Calls, call: Call, make: () => unknown): unknown {
  const { tracer } = calls;
  const { kit, memory } = tracer;
  tracer.pending = undefined;
  const made = make();
  tracer.returned = kit.zero;
  const [source] = call.args;
  if (made instanceof Date && call.args.length === 0) {
    tracer.note(call.site, hiddenState('Date.now')!);
    calls.taint();
  }
  if (typeof source !== 'object' || source === null || typeof made !== 'object' || made === null) return made;
  if (source instanceof ArrayBuffer || source instanceof SharedArrayBuffer) return made;
  if (isList(source) && isList(made)) {
    const { length } = source;
    for (let at = 0; at < length; at++)
      memory.store(made, at, undefined, {
        times: tracer.load(source, at, call.site, kit.zero),
        site: call.site,
        address: kit.zero,
      });
  } else if (made instanceof Map || made instanceof Set) {
    const times = kit.join(kit.join(calls.readAll(source, call.site), tracer.yielded), call.times[1] ?? kit.zero);
    if (times !== kit.zero)
      for (const key of made.keys()) memory.writeCell(memory.entry(made, key, call.site), times, call.site);
  }
  return made;
}
