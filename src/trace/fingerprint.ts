import { createHash, type Hash } from 'node:crypto';

/**
 * SHA-256 over what a value is, bit for bit: −0 is not 0, NaN is NaN, order of keys counts, shared and cyclic parts
 * are the same parts. Null for what has no such form (functions, symbols, promises, weak collections).
 */
export function fingerprint(value: unknown): string | null {
  const hash = createHash('sha256');
  return feed(hash, value, new Map()) ? hash.digest('hex') : null;
}

const number = new Float64Array(1);
const bytes = new Uint8Array(number.buffer);

function feed(hash: Hash, value: unknown, seen: Map<object, number>): boolean {
  switch (typeof value) {
    case 'number':
      number[0] = value;
      hash.update('n').update(Number.isNaN(value) ? 'NaN' : bytes);
      return true;
    case 'string':
      hash.update(`s${value.length}:`).update(Buffer.from(value, 'utf16le'));
      return true;
    case 'bigint':
    case 'boolean':
    case 'undefined':
      hash.update(`${typeof value}:${String(value)};`);
      return true;
    case 'object':
      return value === null ? Boolean(hash.update('null;')) : feedObject(hash, value, seen);
    default:
      return false;
  }
}

function feedObject(hash: Hash, value: object, seen: Map<object, number>): boolean {
  const known = seen.get(value);
  if (known !== undefined) {
    hash.update(`@${known};`);
    return true;
  }
  seen.set(value, seen.size);
  if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name}${value.byteLength}:`);
    hash.update(bytesOf(value));
    return true;
  }
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    hash.update(`buffer${value.byteLength}:`).update(new Uint8Array(value));
    return true;
  }
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) return false;
  if (value instanceof Map || value instanceof Set) {
    hash.update(`${value.constructor.name}${value.size}:`);
    for (const entry of value instanceof Map ? [...value].flat(1) : value) if (!feed(hash, entry, seen)) return false;
    return true;
  }
  if (value instanceof Date || value instanceof RegExp)
    hash.update(`${value.constructor.name}${String(Number(value) || value)};`);
  if (value instanceof Error) hash.update(`${value.name}:${value.message};`);
  const keys = Object.keys(value);
  hash.update(`${Array.isArray(value) ? `array${value.length}` : 'object'}${keys.length}:`);
  for (const key of keys) {
    hash.update(`${key.length}:${key}`);
    if (!feed(hash, (value as Record<string, unknown>)[key], seen)) return false;
  }
  return true;
}

/** A NaN's sign and payload are the processor's and the compiler's choice: no program of ours decides them. */
function bytesOf(view: ArrayBufferView): Uint8Array {
  const raw = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  if (!(view instanceof Float64Array || view instanceof Float32Array) || !view.some(Number.isNaN)) return raw;
  const copy = raw.slice();
  const each = view.BYTES_PER_ELEMENT;
  for (const [at, value] of view.entries()) if (Number.isNaN(value)) copy.fill(0xff, at * each, (at + 1) * each);
  return copy;
}
