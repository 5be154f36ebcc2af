/**
 * Copies the contents of one input's arrays into another's of the same shape, in place, so that the same memory holds
 * other numbers: what a variant remembers by identity is then wrong.
 *
 * @returns false, and nothing changed, where the two differ in anything but the contents of their arrays
 */
export function replaceContents(target: unknown, source: unknown): boolean {
  const copies: (() => void)[] = [];
  if (!pair(target, source, copies)) return false;
  for (const copy of copies) copy();
  return copies.length > 0;
}

type Settable = { readonly length: number; set(source: ArrayLike<number>): void };

function pair(target: unknown, source: unknown, copies: (() => void)[]): boolean {
  if (ArrayBuffer.isView(target) && ArrayBuffer.isView(source)) {
    const into = target as unknown as Settable;
    const from = source as unknown as Settable & ArrayLike<number>;
    if (target.constructor !== source.constructor || into.length !== from.length) return false;
    copies.push(() => into.set(from));
    return true;
  }
  if (typeof target === 'object' && target !== null && typeof source === 'object' && source !== null) {
    const keys = Object.keys(target);
    if (keys.length !== Object.keys(source).length) return false;
    return keys.every(key => pair(target[key as never], source[key as never], copies));
  }
  return typeof target === 'function' || Object.is(target, source);
}

/**
 * A copy of an input with arrays of its own: whoever changes what it was given spoils nobody else's input. What is
 * neither an array nor a plain object is shared.
 */
export function copyInput<T>(input: T): T {
  if (ArrayBuffer.isView(input) && 'slice' in input) return (input as unknown as { slice(): T }).slice();
  if (Array.isArray(input)) return input.map(copyInput) as T;
  if (typeof input === 'object' && input !== null && Object.getPrototypeOf(input) === Object.prototype)
    return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, copyInput(value)])) as T;
  return input;
}
