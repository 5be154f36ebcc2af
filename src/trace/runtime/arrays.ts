import { types } from 'node:util';
import type { Handler } from './builtins.ts';
import type { Call, Calls } from './calls.ts';
import type { Times } from './times.ts';

type Callable = (...args: unknown[]) => unknown;
type List = ArrayLike<unknown> & object;

/** An array or typed array whose elements can be looked at without anybody noticing: not a proxy of one. */
export const isList = (value: unknown): value is List =>
  (Array.isArray(value) && !types.isProxy(value)) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** A built-in method of arrays, of typed arrays, or of both under the same handler. */
export function methods(name: string, handler: Handler): [Callable, Handler][] {
  const guarded: Handler = (calls, fn, call) => (isList(call.self) ? handler(calls, fn, call) : plain(calls, fn, call));
  return [Array.prototype, Object.getPrototypeOf(Int8Array.prototype)].flatMap(prototype => {
    const fn = (prototype as Record<string, Callable>)[name];
    return fn ? [[fn, guarded] as [Callable, Handler]] : [];
  });
}

export const plain: Handler = (calls, fn, call) =>
  calls.opaque(call, undefined, () => Reflect.apply(fn, call.self, call.args));

/** Methods that change or copy elements without running code of the user's. */
export function arrayHandlers(): [Callable, Handler][] {
  return [
    ...methods('push', push),
    ...methods('pop', pop),
    ...methods('shift', shift),
    ...methods('unshift', unshift),
    ...methods('splice', splice),
    ...methods('reverse', rearrange),
    ...methods('fill', fill),
    ...methods('copyWithin', rearrange),
    ...methods('set', setFrom),
    ...methods('slice', slice),
    ...methods('subarray', subarray),
    ...methods('concat', concat),
    ...methods('at', at),
    ...methods('entries', iterated),
    ...methods('values', iterated),
    [Array.of as Callable, listOf],
  ];
}

/** When the call's arguments and its receiver's reference are ready: it moves data, which costs nothing. */
function base(calls: Calls, call: Call): Times {
  return calls.tracer.joinAll(call.times);
}

function finish<T>(calls: Calls, result: T, times: Times): T {
  calls.tracer.returned = times;
  return result;
}

/** The length is a cell: where an element goes depends on how many there were. */
export function touchLength(calls: Calls, call: Pick<Call, 'self' | 'site'>): Times {
  const { memory, kit } = calls.tracer;
  const shadow = memory.shadowOf(call.self as object, call.site);
  const cell = memory.field(shadow, 'length');
  const before = memory.readCell(cell, call.site);
  memory.writeCell(cell, kit.under(before), call.site);
  return before;
}

const push: Handler = (calls, fn, call) => {
  const { tracer } = calls;
  const list = call.self as unknown[];
  const from = list.length;
  touchLength(calls, call);
  const result = Reflect.apply(fn, list, call.args);
  for (const [i, value] of call.args.entries())
    tracer.memory.store(list, from + i, value, {
      times: call.times[i + 1]!,
      site: call.site,
      address: tracer.kit.zero,
    });
  return finish(calls, result, tracer.kit.zero);
};

const pop: Handler = (calls, fn, call) => {
  const { tracer } = calls;
  const list = call.self as unknown[];
  const from = list.length;
  touchLength(calls, call);
  const times = from > 0 ? tracer.load(list, from - 1, call.site, call.times[0]!) : tracer.kit.zero;
  return finish(calls, Reflect.apply(fn, list, call.args), times);
};

const shift: Handler = (calls, fn, call) => {
  const { tracer } = calls;
  const list = call.self as unknown[];
  touchLength(calls, call);
  const times = list.length > 0 ? tracer.load(list, 0, call.site, call.times[0]!) : tracer.kit.zero;
  const moved = movedTimes(calls, list, 1, list.length);
  const result = Reflect.apply(fn, list, call.args);
  writeMoved(calls, call, { list, at: 0, times: moved });
  return finish(calls, result, times);
};

const unshift: Handler = (calls, fn, call) => {
  const { tracer } = calls;
  const list = call.self as unknown[];
  touchLength(calls, call);
  const moved = [...call.times.slice(1), ...movedTimes(calls, list, 0, list.length)];
  const result = Reflect.apply(fn, list, call.args);
  writeMoved(calls, call, { list, at: 0, times: moved });
  return finish(calls, result, tracer.kit.zero);
};

const splice: Handler = (calls, fn, call) => {
  const { tracer } = calls;
  const list = call.self as unknown[];
  const before = movedTimes(calls, list, 0, list.length);
  touchLength(calls, call);
  const address = base(calls, { ...call, times: call.times.slice(0, 3) });
  const old = list.length;
  const removed = Reflect.apply(fn, list, call.args) as unknown[];
  const put = Math.max(0, call.args.length - 2);
  const start = startOf(call.args[0], old);
  for (let i = 0; i < removed.length; i++)
    tracer.memory.setTimes(removed, i, tracer.kit.join(before[start + i] ?? tracer.kit.zero, address), call.site);
  const times = [...call.times.slice(3), ...before.slice(start + removed.length)].map(time =>
    tracer.kit.join(time, address),
  );
  if (put !== removed.length || put > 0) writeMoved(calls, call, { list, at: start, times });
  return finish(calls, removed, address);
};

function startOf(value: unknown, length: number): number {
  const start = Math.trunc(Number(value)) || 0;
  return start < 0 ? Math.max(length + start, 0) : Math.min(start, length);
}

function movedTimes(calls: Calls, list: List, from: number, to: number): Times[] {
  const times: Times[] = [];
  for (let at = from; at < to; at++) times.push(calls.tracer.memory.timesOf(list, at));
  return times;
}

function writeMoved(
  calls: Calls,
  call: Call,
  { list, at, times }: { list: List; at: number; times: readonly Times[] },
): void {
  const { memory, kit } = calls.tracer;
  const shadow = memory.shadowOf(list, call.site);
  for (const [i, time] of times.entries())
    memory.storeElement(list, shadow, at + i, { times: kit.under(time), site: call.site });
}

/** Every element may end up anywhere in the list. */
const rearrange: Handler = (calls, fn, call) => {
  const times = calls.tracer.kit.join(base(calls, call), calls.readAll(call.self, call.site));
  const result = Reflect.apply(fn, call.self, call.args);
  calls.writeAll(call.self as object, times, call.site);
  return finish(calls, result, calls.tracer.kit.zero);
};

/** What a loop takes from it is read as it gets there; whoever else takes it gets all of it. */
const iterated: Handler = (calls, fn, call) => {
  const result = Reflect.apply(fn, call.self, call.args) as object;
  calls.iterated.set(result, call.self as List);
  return finish(calls, result, calls.tracer.kit.join(base(calls, call), calls.readAll(call.self, call.site)));
};

const fill: Handler = (calls, fn, call) => {
  const { memory, kit } = calls.tracer;
  const times = base(calls, call);
  const result = Reflect.apply(fn, call.self, call.args);
  const list = call.self as List;
  const from = startOf(call.args[1] ?? 0, list.length);
  const to = call.args[2] === undefined ? list.length : startOf(call.args[2], list.length);
  const shadow = memory.shadowOf(list, call.site);
  for (let i = from; i < to; i++) memory.storeElement(list, shadow, i, { times: kit.under(times), site: call.site });
  return finish(calls, result, kit.zero);
};

/** `typed.set(source, offset)`. */
const setFrom: Handler = (calls, fn, call) => {
  const { tracer } = calls;
  const [source, offset = 0] = call.args;
  if (!isList(source)) return plain(calls, fn, call);
  const address = base(calls, call);
  const times: Times[] = [];
  for (let i = 0; i < source.length; i++) times.push(tracer.load(source, i, call.site, address));
  const result = Reflect.apply(fn, call.self, call.args);
  writeMoved(calls, call, { list: call.self as List, at: Number(offset), times });
  return finish(calls, result, tracer.kit.zero);
};

/** A copy of a part. */
const slice: Handler = (calls, fn, call) => {
  const { tracer } = calls;
  const list = call.self as List;
  const address = base(calls, call);
  const result = Reflect.apply(fn, call.self, call.args) as List;
  const from = startOf(call.args[0] ?? 0, list.length);
  for (let i = 0; i < result.length; i++)
    tracer.memory.setTimes(result, i, tracer.load(list, from + i, call.site, address), call.site);
  return finish(calls, result, tracer.kit.zero);
};

/** The same memory under another view. */
const subarray: Handler = (calls, fn, call) => {
  const times = base(calls, call);
  return finish(calls, Reflect.apply(fn, call.self, call.args), times);
};

const concat: Handler = (calls, fn, call) => {
  const { tracer } = calls;
  const address = base(calls, call);
  const result = Reflect.apply(fn, call.self, call.args) as unknown[];
  let at = 0;
  for (const [i, part] of [call.self, ...call.args].entries()) {
    const own = tracer.kit.join(address, call.times[i] ?? tracer.kit.zero);
    if (!Array.isArray(part)) tracer.memory.setTimes(result, at++, own, call.site);
    else
      for (let j = 0; j < part.length; j++)
        tracer.memory.setTimes(result, at++, tracer.load(part, j, call.site, own), call.site);
  }
  return finish(calls, result, tracer.kit.zero);
};

const at: Handler = (calls, fn, call) => {
  const { tracer } = calls;
  const list = call.self as List;
  const index = Math.trunc(Number(call.args[0])) || 0;
  const times = tracer.load(list, index < 0 ? list.length + index : index, call.site, base(calls, call));
  return finish(calls, Reflect.apply(fn, call.self, call.args), times);
};

const listOf: Handler = (calls, fn, call) => {
  const result = Reflect.apply(fn, call.self, call.args) as unknown[];
  for (const [i, time] of call.times.slice(1).entries()) calls.tracer.memory.setTimes(result, i, time, call.site);
  return finish(calls, result, base(calls, { ...call, times: [] }));
};
