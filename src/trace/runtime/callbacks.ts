import { isList, methods, plain } from './arrays.ts';
import type { Handler } from './builtins.ts';
import type { Call, Calls } from './calls.ts';
import type { Times } from './times.ts';

type Callable = (...args: unknown[]) => unknown;
type List = ArrayLike<unknown> & object;

/**
 * Methods that call back. They are run step by step as the language specifies them, so that each call of the callback
 * is an iteration of a loop, with times for its arguments and its result.
 */
export function callbackHandlers(): [Callable, Handler][] {
  return [
    ...methods('map', stepped(map)),
    ...methods('forEach', stepped(forEach)),
    ...methods('filter', stepped(filter)),
    ...methods('some', stepped(search('some'))),
    ...methods('every', stepped(search('every'))),
    ...methods('find', stepped(search('find'))),
    ...methods('findIndex', stepped(search('findIndex'))),
    ...methods('reduce', reduce),
    ...methods('sort', sort),
    [Array.from as Callable, from],
  ];
}

type Step = (calls: Calls, call: Call, callback: Callback) => unknown;

/** The callback of one call, run for one element after another. */
class Callback {
  readonly #calls: Calls;
  readonly #call: Call;
  readonly #fn: Callable;
  readonly #isTraced: boolean;
  /** When what it returned last is ready. */
  times: Times;

  constructor(calls: Calls, call: Call, fn: Callable) {
    this.#calls = calls;
    this.#call = call;
    this.#fn = fn;
    this.#isTraced = calls.isTraced(fn);
    this.times = calls.tracer.kit.zero;
  }

  run(at: number): unknown {
    const calls = this.#calls;
    const { tracer } = calls;
    const { site, name, times, args } = this.#call;
    const list = this.#call.self as List;
    const { zero } = tracer.kit;
    const address = times[0]!;
    const ready = [zero, tracer.load(list, at, site, address), zero, address];
    const self = args[1];
    const value =
      this.#isTraced && self === undefined
        ? calls.hand(this.#fn, [list[at], at, list], ready)
        : calls.call(this.#fn, { self, args: [list[at], at, list], times: ready, site, name });
    this.times = tracer.take();
    return value;
  }
}

/** Only lists that behave as specified without observable steps of their own are run by us. */
function stepped(run: Step): Handler {
  return (calls, fn, call) => {
    const [callback] = call.args;
    if (typeof callback !== 'function' || !isOrdinary(call.self as List)) return plain(calls, fn, call);
    return run(calls, call, new Callback(calls, call, callback as Callable));
  };
}

/** Arrays and typed arrays of the language itself: no subclass decides what a method returns. */
function isOrdinary(list: List): boolean {
  const prototype = Object.getPrototypeOf(list);
  return (
    (prototype === Array.prototype || ordinaryTyped.has(prototype)) &&
    !Object.hasOwn(list, 'constructor') &&
    Array[Symbol.species] === Array
  );
}

const ordinaryTyped = new Set<object>(
  [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ].map(({ prototype }) => prototype),
);

const present = (list: List, at: number): boolean => !Array.isArray(list) || at in list;

/** Runs `body` for each index that is there, each in an iteration of its own; stops when it returns true. */
function each(calls: Calls, call: Call, body: (at: number) => boolean | undefined): void {
  const { tracer } = calls;
  const list = call.self as List;
  const loop = calls.loop(call.site);
  const { length } = list;
  for (let at = 0; at < length; at++) {
    tracer.regions.iterate(loop);
    if (present(list, at) && body(at)) break;
  }
  tracer.leaveLoop(loop);
}

const map: Step = (calls, call, callback) => {
  const list = call.self as List;
  return Array.isArray(list) ? mapArray(calls, call, callback) : mapTyped(calls, call, callback);
};

function mapArray(calls: Calls, call: Call, callback: Callback): unknown[] {
  const { memory, kit } = calls.tracer;
  const list = call.self as unknown[];
  const { length } = list;
  const result: unknown[] = new Array(length);
  const times: Times[] = [];
  const { regions } = calls.tracer;
  const isFollowed = memory.onAccess !== undefined;
  const loop = calls.loop(call.site);
  for (let at = 0; at < length; at++) {
    regions.iterate(loop);
    if (!(at in list)) continue;
    const value = callback.run(at);
    if (isFollowed) memory.store(result, at, value, { times: callback.times, site: call.site, address: kit.zero });
    else {
      // What a store would do: nobody can see the array before it is whole.
      while (times.length < at) times.push(kit.zero);
      times.push(kit.touch(kit.under(callback.times)));
    }
    result[at] = value;
  }
  calls.tracer.leaveLoop(loop);
  if (!isFollowed) memory.written(result, times, call.site);
  calls.tracer.returned = kit.zero;
  return result;
}

function mapTyped(calls: Calls, call: Call, callback: Callback): unknown {
  const { memory, kit } = calls.tracer;
  const list = call.self as List;
  const result = new (list.constructor as Uint8ArrayConstructor)(list.length);
  each(calls, call, at => {
    const value = callback.run(at);
    memory.store(result, at, value, { times: callback.times, site: call.site, address: kit.zero });
    result[at] = value as number;
    return false;
  });
  calls.tracer.returned = kit.zero;
  return result;
}

const forEach: Step = (calls, call, callback) => {
  each(calls, call, at => {
    callback.run(at);
    return false;
  });
  calls.tracer.returned = calls.tracer.kit.zero;
  return undefined;
};

/** Where a kept element goes depends on all decisions before it. */
const filter: Step = (calls, call, callback) => {
  const { memory, kit } = calls.tracer;
  const list = call.self as List;
  const kept: unknown[] = [];
  const position = calls.accumulator(kit.zero);
  each(calls, call, at => {
    const element = list[at];
    const value = callback.run(at);
    const { times } = callback;
    const before = memory.readCell(position, call.site);
    memory.writeCell(position, kit.join(before, times), call.site);
    if (value) {
      const ready = kit.join(memory.timesOf(list, at), kit.join(before, times));
      memory.store(kept, kept.length, element, { times: ready, site: call.site, address: kit.zero });
      kept.push(element);
    }
    return false;
  });
  calls.tracer.returned = kit.zero;
  return Array.isArray(list) ? kept : copyTyped(calls, call, kept);
};

function copyTyped(calls: Calls, call: Call, kept: readonly unknown[]): unknown {
  const result = new (call.self as { constructor: Uint8ArrayConstructor }).constructor(kept.length);
  for (const [at, value] of kept.entries()) {
    result[at] = value as number;
    calls.tracer.memory.setTimes(result, at, calls.tracer.memory.timesOf(kept as List, at), call.site);
  }
  return result;
}

/** Stops at the first that decides: later iterations wait for the earlier ones' outcomes. */
const search =
  (kind: 'some' | 'every' | 'find' | 'findIndex'): Step =>
  (calls, call, callback) => {
    const { tracer } = calls;
    const list = call.self as List;
    let result: unknown = kind === 'some' ? false : kind === 'every' ? true : kind === 'find' ? undefined : -1;
    let ready = tracer.kit.zero;
    // `find` visits holes as well.
    const loop = calls.loop(call.site);
    const { length } = list;
    for (let at = 0; at < length; at++) {
      tracer.regions.iterate(loop);
      if (!kind.startsWith('find') && !present(list, at)) continue;
      const element = list[at];
      const value = callback.run(at);
      const { times } = callback;
      ready = tracer.kit.join(ready, times);
      tracer.exit(value, times, { site: call.site, loops: [loop], past: 0 });
      if (Boolean(value) === (kind === 'every')) continue;
      result = kind === 'some' ? true : kind === 'every' ? false : kind === 'find' ? element : at;
      if (kind === 'find') ready = tracer.kit.join(ready, tracer.memory.timesOf(list, at));
      break;
    }
    tracer.leaveLoop(loop);
    tracer.returned = ready;
    return result;
  };

const reduce: Handler = (calls, fn, call) => {
  const { tracer } = calls;
  const { memory, kit } = tracer;
  const list = call.self as List;
  const [callback, initial] = call.args;
  if (typeof callback !== 'function' || !isOrdinary(list)) return plain(calls, fn, call);
  let first = 0;
  let value = initial;
  let start = call.times[2] ?? kit.zero;
  if (call.args.length < 2) {
    while (first < list.length && !present(list, first)) first++;
    if (first >= list.length) return plain(calls, fn, call);
    start = tracer.load(list, first, call.site, call.times[0]!);
    value = list[first++];
  }
  const running = calls.accumulator(start);
  const loop = calls.loop(call.site);
  for (let at = first; at < list.length; at++) {
    tracer.regions.iterate(loop);
    if (!present(list, at)) continue;
    const before = memory.readCell(running, call.site);
    const times = [kit.zero, before, tracer.load(list, at, call.site, call.times[0]!), kit.zero, call.times[0]!];
    value = calls.call(callback, {
      self: undefined,
      args: [value, list[at], at, list],
      times,
      site: call.site,
      name: call.name,
    });
    memory.writeCell(running, tracer.take(), call.site);
  }
  tracer.leaveLoop(loop);
  tracer.returned = running.times;
  return value;
};

/** The engine's sort: one operation, and the comparator's calls, each after the one before. */
const sort: Handler = (calls, _fn, call) => {
  const { tracer } = calls;
  const { kit } = tracer;
  const list = call.self as unknown[];
  const [compare] = call.args;
  const outer = kit.state.control;
  let ready = kit.op1(kit.join(tracer.joinAll(call.times), calls.readAll(list, call.site)));
  const sorter = Object.getPrototypeOf(list).sort as Callable;
  const wrapped =
    typeof compare === 'function'
      ? (a: unknown, b: unknown) => {
          const times = [kit.zero, ready, ready];
          const result = calls.call(compare, {
            self: undefined,
            args: [a, b],
            times,
            site: call.site,
            name: call.name,
          });
          ready = kit.join(ready, tracer.take());
          return result;
        }
      : compare;
  const result = Reflect.apply(sorter, list, wrapped === undefined ? [] : [wrapped]);
  kit.state.control = outer;
  calls.writeAll(list, ready, call.site);
  tracer.returned = kit.zero;
  return result;
};

/** `Array.from(list, f)` and `Array.from({ length }, f)`. */
const from: Handler = (calls, fn, call) => {
  const { tracer } = calls;
  const { memory, kit } = tracer;
  const [source, callback, self] = call.args;
  const isLength =
    typeof source === 'object' &&
    source !== null &&
    Object.getPrototypeOf(source) === Object.prototype &&
    !(Symbol.iterator in source);
  if (
    call.self !== Array ||
    (!isList(source) && !isLength) ||
    (callback !== undefined && typeof callback !== 'function')
  )
    return plain(calls, fn, call);
  if (isList(source) && !isOrdinary(source)) return plain(calls, fn, call);
  const list = source as List;
  const length = isLength ? Math.max(0, Math.trunc(Number(list.length)) || 0) : list.length;
  const result: unknown[] = [];
  const stored: Times[] = [];
  const isFollowed = memory.onAccess !== undefined;
  const loop = callback === undefined ? undefined : calls.loop(call.site);
  for (let at = 0; at < length; at++) {
    if (loop) tracer.regions.iterate(loop);
    let value = list[at];
    let times = tracer.load(list, at, call.site, call.times[1]!);
    if (callback) {
      value = calls.call(callback, {
        self,
        args: [value, at],
        times: [kit.zero, times, kit.zero],
        site: call.site,
        name: call.name,
      });
      times = tracer.take();
    }
    if (isFollowed) memory.store(result, at, value, { times, site: call.site, address: kit.zero });
    else stored.push(kit.touch(kit.under(times)));
    result.push(value);
  }
  if (loop) tracer.leaveLoop(loop);
  if (!isFollowed) memory.written(result, stored, call.site);
  tracer.returned = kit.zero;
  return result;
};
