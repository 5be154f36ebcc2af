import { afterEach, expect, test } from 'vitest';
import { restoreBuiltins } from '../../src/measure/builtins.ts';
import { snapshot, spoil } from '../../src/measure/check.ts';
import { compareOutputs } from '../../src/workload/compare.ts';

afterEach(() => {
  restoreBuiltins();
});

test('what was replaced, deleted or hidden is named and put back; a polyfill is neither', () => {
  expect(restoreBuiltins()).toEqual([]);
  const { abs } = Math;
  const { map } = Float32Array.prototype;
  Math.abs = () => 0;
  Reflect.deleteProperty(Atomics, 'wait');
  Float32Array.prototype.map = (() => 1) as never;
  Object.assign(Map.prototype, { getOrInsertFor1970: () => 1 });
  expect(restoreBuiltins()).toEqual(['Math.abs', 'Atomics.wait', 'Float32Array.prototype.map']);
  expect([Math.abs, Float32Array.prototype.map]).toEqual([abs, map]);
  expect(Object.hasOwn(Float32Array.prototype, 'map')).toBe(false);
  expect(typeof Atomics.wait).toBe('function');
  expect(restoreBuiltins()).toEqual([]);
  expect(Reflect.deleteProperty(Map.prototype, 'getOrInsertFor1970')).toBe(true);
});

test('the judge goes by its own functions, whatever a target has put in their place', () => {
  const tolerance = { kind: 'absolute', bound: 1e-6, reason: 'a test' } as const;
  Math.abs = () => 0;
  Math.max = () => 0;
  Object.is = () => true;
  Object.keys = () => [];
  ArrayBuffer.isView = (() => false) as never;
  const absolute = compareOutputs(Float32Array.of(1, 2), Float32Array.of(1, 3), tolerance);
  const exact = compareOutputs(Float32Array.of(-0), Float32Array.of(0), { kind: 'exact', reason: 'a test' });
  restoreBuiltins();
  expect(absolute).toMatchObject({ ok: false, worst: { index: 1, got: 2, want: 3 } });
  expect(exact.ok).toBe(false);
});

test('an output is copied and spoilt whatever functions it brings', () => {
  class Stubborn extends Float32Array {
    static get [Symbol.species](): Float32ArrayConstructor {
      throw new Error('asked for its species');
    }
    override fill(): this {
      return this;
    }
    override set(): void {
      throw new Error('asked to set');
    }
  }
  const output = { y: new Stubborn(3), z: Uint8Array.of(1, 2) };
  const copy = snapshot(output) as typeof output;
  spoil(output);
  expect([...copy.y, ...copy.z]).toEqual([0, 0, 0, 1, 2]);
  expect([...output.y, ...output.z]).toEqual([Number.NaN, Number.NaN, Number.NaN, 0xa5, 0xa5]);
});

test('what is computed when it is looked at is no output, and nobody looks', () => {
  const bomb = (): never => {
    throw new Error('looked at');
  };
  const want = { y: Float32Array.of(1) };
  const tolerance = { kind: 'exact', reason: 'a test' } as const;
  for (const got of [Object.defineProperty({}, 'y', { enumerable: true, get: bomb }), new Proxy({}, { get: bomb })]) {
    expect(compareOutputs(snapshot(got), want, tolerance)).toMatchObject({
      ok: false,
      mismatch: 'output `y` is missing',
    });
    spoil(got);
  }
});
