/** What a program could replace, as it was when this module was loaded: before any target. */
interface Original {
  readonly name: string;
  readonly object: object;
  readonly keys: readonly PropertyKey[];
  readonly properties: readonly PropertyDescriptor[];
}

const { apply, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, has, ownKeys } = Reflect;
const { is } = Object;

const names = [
  ...['Object', 'Function', 'Array', 'Number', 'BigInt', 'String', 'Symbol', 'Math', 'Reflect', 'JSON', 'Atomics'],
  ...['Promise', 'Map', 'Set', 'WeakMap', 'WeakSet', 'ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Date'],
  ...['Float32Array', 'Float64Array', 'Int8Array', 'Int16Array', 'Int32Array', 'Uint8Array', 'Uint8ClampedArray'],
  ...['Uint16Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array', 'WebAssembly'],
];

const originals: readonly Original[] = [
  ...names.flatMap(name => {
    const object = (globalThis as unknown as Record<string, { readonly prototype?: object }>)[name] as {
      readonly prototype?: object;
    };
    return [remember(name, object), ...(object.prototype ? [remember(`${name}.prototype`, object.prototype)] : [])];
  }),
  remember('TypedArray', getPrototypeOf(Uint8Array) as object),
  remember('TypedArray.prototype', getPrototypeOf(Uint8Array.prototype) as object),
  remember('ArrayIterator.prototype', getPrototypeOf([][Symbol.iterator]()) as object),
];

function remember(name: string, object: object): Original {
  const keys = ownKeys(object);
  return {
    name,
    object,
    keys,
    properties: keys.map(key => getOwnPropertyDescriptor(object, key) as PropertyDescriptor),
  };
}

/**
 * Puts the built-in objects of the language back as they were before the target was loaded. All variants of a process
 * share them: who replaces `Float32Array.prototype.map` makes the others slow, who replaces `Math.abs` makes any error
 * small. What was added beside them (a polyfill) stays, unless it hides what an object inherits.
 *
 * @returns what had been replaced, `Math.abs` for instance; nothing where all is as it was
 */
export function restoreBuiltins(): readonly string[] {
  const replaced: string[] = [];
  for (let at = 0; at < originals.length; at++) {
    const original = originals[at] as Original;
    const { object, keys, properties } = original;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as PropertyKey;
      const before = properties[index] as PropertyDescriptor;
      const now = getOwnPropertyDescriptor(object, key);
      if (now && is(now.value, before.value) && is(now.get, before.get) && is(now.set, before.set)) continue;
      defineProperty(object, key, before);
      replaced[replaced.length] = nameOf(original, key);
    }
    // What was deleted is back by now: only where there are more keys than before is one of them new.
    const found = ownKeys(object);
    if (found.length === keys.length) continue;
    const parent = getPrototypeOf(object);
    for (let index = 0; index < found.length; index++) {
      const key = found[index] as PropertyKey;
      if (apply(includes, keys, [key]) || parent === null || !has(parent, key)) continue;
      deleteProperty(object, key);
      replaced[replaced.length] = nameOf(original, key);
    }
  }
  return replaced;
}

const { includes } = Array.prototype;
const text = String;
const nameOf = ({ name }: Original, key: PropertyKey): string =>
  typeof key === 'symbol' ? `${name}[${text(key)}]` : `${name}.${text(key)}`;
