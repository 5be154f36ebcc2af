import { recorderName } from './runtime.ts';

type Callable = (...args: unknown[]) => unknown;

const source = Function.prototype.toString;

/**
 * Native functions that only move data or call back, which cost nothing; every other native call is one operation
 * (docs/vocabulary.md, unit cost). `sort` is one operation besides its comparator's.
 */
function movers(): Set<unknown> {
  const typed = Object.getPrototypeOf(Int8Array.prototype) as object;
  const named = (holder: object, names: string) =>
    names.split(' ').map(name => (holder as Record<string, unknown>)[name]);
  const lists =
    `push pop shift unshift splice reverse fill copyWithin set slice subarray concat at map forEach filter some
    every find findIndex reduce entries values`.replace(/\s+/g, ' ');
  return new Set([
    ...named(Array.prototype, lists),
    ...named(typed, lists),
    ...named(Array, 'of from'),
    ...named(Map.prototype, 'get has set delete clear'),
    ...named(Set.prototype, 'has add delete clear'),
    ...named(Function.prototype, 'bind call apply'),
    Reflect.apply,
  ]);
}

/** @returns whether calling a function is an operation: it is neither the user's own nor a mover of data */
export function costOfCalls(): (fn: Callable) => boolean {
  const free = movers();
  return fn => !free.has(fn) && !fn.name.startsWith('bound ') && !source.call(fn).includes(recorderName);
}
