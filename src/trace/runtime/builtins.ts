import { arrayHandlers } from './arrays.ts';
import { callbackHandlers } from './callbacks.ts';
import type { Call, Calls } from './calls.ts';

type Callable = (...args: unknown[]) => unknown;

/** Runs a native function and accounts for what it reads and writes. */
export type Handler = (calls: Calls, fn: Callable, call: Call) => unknown;

/** Functions of the language whose only effect is their result, as long as they are not handled otherwise. */
export function knownNatives(): Set<Callable> {
  const found = new Set<Callable>();
  const seen = new Set<object>();
  const visit = (holder: object | null, depth: number): void => {
    if (holder === null || seen.has(holder) || depth > 2) return;
    seen.add(holder);
    for (const key of Reflect.ownKeys(holder)) {
      const descriptor = Object.getOwnPropertyDescriptor(holder, key);
      const { value } = descriptor ?? {};
      if (typeof value === 'function') {
        found.add(value);
        visit(value, depth + 1);
        visit(value.prototype ?? null, depth + 1);
      }
    }
  };
  for (const name of languageGlobals) {
    const value = (globalThis as Record<string, unknown>)[name];
    if (typeof value === 'function') found.add(value as Callable);
    if (typeof value === 'function' || (typeof value === 'object' && value !== null)) {
      visit(value as object, 1);
      visit((value as { prototype?: object }).prototype ?? null, 1);
    }
  }
  for (const iterator of [
    [].values(),
    new Map().values(),
    new Set().values(),
    ''[Symbol.iterator](),
    ''.matchAll(/x/g),
  ])
    visit(Object.getPrototypeOf(iterator), 1);
  visit(Object.getPrototypeOf(Int8Array), 1);
  visit(Object.getPrototypeOf(Int8Array.prototype), 1);
  function* generator() {}
  visit(Object.getPrototypeOf(Object.getPrototypeOf(generator())), 1);
  for (const fn of [Math.random, Date.now]) found.delete(fn);
  return found;
}

const languageGlobals = [
  ...[
    'Object',
    'Function',
    'Array',
    'String',
    'Number',
    'Boolean',
    'Symbol',
    'BigInt',
    'Math',
    'JSON',
    'Reflect',
    'Proxy',
  ],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Promise', 'RegExp', 'Date', 'Error', 'TypeError', 'RangeError'],
  ...['SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'AggregateError', 'ArrayBuffer', 'SharedArrayBuffer'],
  ...['DataView', 'Atomics', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array'],
  ...[
    'Uint32Array',
    'Float16Array',
    'Float32Array',
    'Float64Array',
    'BigInt64Array',
    'BigUint64Array',
    'Intl',
    'Iterator',
  ],
  ...['parseInt', 'parseFloat', 'isNaN', 'isFinite', 'structuredClone', 'queueMicrotask', 'TextEncoder', 'TextDecoder'],
  ...['encodeURIComponent', 'decodeURIComponent', 'encodeURI', 'decodeURI', 'FinalizationRegistry'],
];

const hidden: readonly (readonly [RegExp, string])[] = [
  [
    /\bMath\.random$/,
    'Math.random is hidden state shared by all iterations: pass a seeded generator, one per iteration',
  ],
  [/\b(Date\.now|performance\.now|hrtime|hrtime\.bigint)$/, 'reads the clock: take the time outside the loop'],
  [/\bgetRandomValues$|\brandom(Bytes|Int|UUID)$/, 'draws random numbers from the system: pass them in'],
  [
    /\bconsole\.|\bprocess\.std(out|err)\b/,
    'prints: its order is hidden state; collect the lines and print them afterwards',
  ],
];

/** Why a call reads or changes state that no variable shows, by the name it is called by. */
export const hiddenState = (name: string): string | undefined => hidden.find(([pattern]) => pattern.test(name))?.[1];

/** The built-ins whose reads and writes are stated one by one. */
export function builtinHandlers(): Map<Callable, Handler> {
  return new Map<Callable, Handler>([
    ...arrayHandlers(),
    ...callbackHandlers(),
    ...collectionHandlers(),
    ...dataViewHandlers(),
    ...generatorHandlers(),
    ...functionHandlers(),
    ...objectHandlers(),
  ]);
}

function functionHandlers(): [Callable, Handler][] {
  const { call, apply, bind } = Function.prototype as unknown as Record<'call' | 'apply' | 'bind', Callable>;
  const spreadTimes = (calls: Calls, list: unknown, { times, site }: Call, at: number) => {
    const { tracer } = calls;
    const all = Array.from((list ?? []) as ArrayLike<unknown>);
    const address = times[at] ?? tracer.kit.zero;
    return { all, times: all.map((_, i) => tracer.load(list, i, site, address)) };
  };
  return [
    [
      call,
      (calls, _, { self, args, times, ...rest }) =>
        calls.call(self, {
          ...rest,
          self: args[0],
          args: args.slice(1),
          times: [times[1] ?? times[0]!, ...times.slice(2)],
        }),
    ],
    [
      apply,
      (calls, _, given) => {
        const list = spreadTimes(calls, given.args[1], given, 2);
        return calls.call(given.self, {
          ...given,
          self: given.args[0],
          args: list.all,
          times: [given.times[0]!, ...list.times],
        });
      },
    ],
    [
      Reflect.apply as Callable,
      (calls, _, given) => {
        const list = spreadTimes(calls, given.args[2], given, 3);
        return calls.call(given.args[0], {
          ...given,
          self: given.args[1],
          args: list.all,
          times: [given.times[0]!, ...list.times],
        });
      },
    ],
    [
      bind,
      (calls, fn, given) => {
        const bound = Reflect.apply(fn, given.self, given.args) as Callable;
        calls.bind(given.self as Callable, bound, given.args[0], given.args.slice(1));
        calls.tracer.returned = calls.tracer.kit.zero;
        return bound;
      },
    ],
    [
      Math.random as Callable,
      (calls, fn, given) => {
        calls.tracer.note(given.site, hiddenState('Math.random')!);
        calls.taint();
        calls.tracer.returned = calls.tracer.kit.op1(calls.tracer.kit.zero);
        return Reflect.apply(fn, given.self, given.args);
      },
    ],
    [
      Date.now as Callable,
      (calls, fn, given) => {
        calls.tracer.note(given.site, hiddenState('Date.now')!);
        calls.taint();
        calls.tracer.returned = calls.tracer.kit.op1(calls.tracer.kit.zero);
        return Reflect.apply(fn, given.self, given.args);
      },
    ],
  ];
}

function objectHandlers(): [Callable, Handler][] {
  return [
    [
      Object.assign as Callable,
      (calls, fn, given) => {
        const result = calls.opaque({ ...given, args: [] }, undefined, () => Reflect.apply(fn, given.self, given.args));
        for (const source of given.args.slice(1)) calls.tracer.memory.copyFields(result as object, source, given.site);
        return result;
      },
    ],
    [
      Object.defineProperty as Callable,
      (calls, fn, given) => {
        const result = calls.opaque(given, undefined, () => Reflect.apply(fn, given.self, given.args));
        calls.tracer.memory.define(given.args[0], given.args[1] as PropertyKey, calls.tracer.returned, given.site);
        return result;
      },
    ],
  ];
}

/** Going on with a generator is a call, which costs nothing; what it hands out is as ready as what was yielded. */
function generatorHandlers(): [Callable, Handler][] {
  const own = Object.getPrototypeOf(function* () {}).prototype as Record<string, Callable>;
  const resuming: Handler = (calls, fn, given) => {
    const { tracer } = calls;
    const { kit } = tracer;
    tracer.pending = undefined;
    tracer.yielded = kit.zero;
    tracer.returned = kit.zero;
    const result = Reflect.apply(fn, given.self, given.args);
    tracer.returned = kit.join(tracer.joinAll(given.times), kit.join(tracer.yielded, tracer.returned));
    return result;
  };
  return ['next', 'return', 'throw'].map(name => [own[name]!, resuming]);
}

/** A DataView's methods by the bytes that they touch: views of one buffer are one memory, whatever their kind. */
function dataViewHandlers(): [Callable, Handler][] {
  const own = DataView.prototype as unknown as Record<string, Callable>;
  return Object.getOwnPropertyNames(own).flatMap((name): [Callable, Handler][] => {
    const [, verb, bits] = /^(get|set)\D+(\d+)$/.exec(name) ?? [];
    if (bits === undefined) return [];
    return [[own[name]!, verb === 'get' ? readingView(Number(bits) / 8) : writingView(Number(bits) / 8)]];
  });
}

const readingView =
  (bytes: number): Handler =>
  (calls, fn, given) => {
    const { tracer } = calls;
    const value = Reflect.apply(fn, given.self, given.args);
    const from = Number(given.args[0]);
    // One load; its other bytes may have come from elsewhere.
    let times = tracer.load(given.self, from, given.site, tracer.joinAll(given.times));
    const shadow = tracer.memory.shadowOf(given.self as object, given.site);
    for (let at = from + 1; at < from + bytes; at++)
      times = tracer.kit.join(times, tracer.memory.loadElement(given.self as object, shadow, at, given.site));
    tracer.returned = times;
    return value;
  };

const writingView =
  (bytes: number): Handler =>
  (calls, fn, given) => {
    const { tracer } = calls;
    const times = tracer.kit.under(tracer.joinAll(given.times));
    const value = Reflect.apply(fn, given.self, given.args);
    const from = Number(given.args[0]);
    const shadow = tracer.memory.shadowOf(given.self as object, given.site);
    for (let at = from; at < from + bytes; at++)
      tracer.memory.storeElement(given.self as object, shadow, at, { times, site: given.site });
    tracer.returned = tracer.kit.zero;
    return value;
  };

/** `Map` and `Set`: an entry is a cell; whether there is one is part of it. */
function collectionHandlers(): [Callable, Handler][] {
  const reading: Handler = (calls, fn, given) => {
    const { tracer } = calls;
    const { kit, memory } = tracer;
    const entry = memory.entry(given.self as object, given.args[0], given.site);
    const times = kit.join(memory.readCell(entry, given.site), tracer.joinAll(given.times));
    tracer.pending = undefined;
    const result = Reflect.apply(fn, given.self, given.args);
    tracer.returned = times;
    return result;
  };
  const writing: Handler = (calls, fn, given) => {
    const { tracer } = calls;
    const { kit, memory } = tracer;
    const times = tracer.joinAll(given.times);
    const result = Reflect.apply(fn, given.self, given.args);
    memory.writeCell(memory.entry(given.self as object, given.args[0], given.site), times, given.site);
    tracer.returned = kit.zero;
    return result;
  };
  const clearing: Handler = (calls, fn, given) => {
    const { tracer } = calls;
    const times = tracer.joinAll(given.times);
    const keys = [...(given.self as Map<unknown, unknown>).keys()];
    const result = Reflect.apply(fn, given.self, given.args);
    for (const key of keys)
      tracer.memory.writeCell(tracer.memory.entry(given.self as object, key, given.site), times, given.site);
    return result;
  };
  const guard =
    (type: unknown, handler: Handler): Handler =>
    (calls, fn, given) =>
      given.self instanceof (type as typeof Map)
        ? handler(calls, fn, given)
        : calls.opaque(given, undefined, () => Reflect.apply(fn, given.self, given.args));
  const of = (type: { prototype: object }, name: string) => (type.prototype as Record<string, Callable>)[name]!;
  return [
    ...['get', 'has'].map(name => [of(Map, name), guard(Map, reading)] as [Callable, Handler]),
    ...['set', 'delete'].map(name => [of(Map, name), guard(Map, writing)] as [Callable, Handler]),
    [of(Map, 'clear'), guard(Map, clearing)],
    [of(Set, 'has'), guard(Set, reading)],
    ...['add', 'delete'].map(name => [of(Set, name), guard(Set, writing)] as [Callable, Handler]),
    [of(Set, 'clear'), guard(Set, clearing)],
  ];
}
