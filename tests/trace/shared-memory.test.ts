import { describe, expect, test } from 'vitest';
import { traceSource } from './support.ts';

const flows = (loop: Awaited<ReturnType<typeof traceSource>>['loops'][number]) =>
  loop.carried.filter(({ kind }) => kind === 'RAW').map(({ variable, distance }) => [variable, distance]);

describe('a DataView reads and writes bytes of the memory that other views see', () => {
  test.each([4, 9])('a chain through set and get, n = %i: 2n operations, each after the one before', async n => {
    const got = await traceSource(
      `export function run(n) {
        const d = new DataView(new ArrayBuffer(8 * n + 8));
        for (let i = 0; i < n; i++) d.setFloat64(8 * i + 8, d.getFloat64(8 * i) * 2 + 1);
        return d.getFloat64(8 * n);
      }`,
      { size: n },
    );
    expect([got.work, got.span, got.output]).toEqual([2 * n, 2 * n, got.plainOutput]);
    expect(flows(got.loops[0]!)).toEqual([['d', 1]]);
    expect(got.loops[0]!.verdict).toBe('sequential');
  });

  test('records apart from one another are parallel: 2n operations, span 2', async () => {
    const got = await traceSource(`export function run(n) {
      const d = new DataView(new ArrayBuffer(12 * n));
      for (let i = 0; i < n; i++) { d.setInt32(12 * i, d.getInt32(12 * i, true) + 1, true); d.setUint8(12 * i + 4, d.getInt32(12 * i + 8) ^ 3); }
      return d;
    }`);
    expect([got.work, got.span, got.loops[0]!.verdict]).toEqual([16, 1, 'parallel']);
  });

  test('one byte stored through a Uint8Array is in the word that the view reads', async () => {
    const got = await traceSource(`export function run(n) {
      const bytes = new Uint8Array(4 * n + 4), d = new DataView(bytes.buffer);
      for (let i = 0; i < n; i++) bytes[4 * i + 7] = d.getUint32(4 * i) + 1;
      return bytes;
    }`);
    expect([got.work, got.span]).toEqual([8, 8]);
    expect(got.loops[0]!.carried.map(({ kind, distance }) => [kind, distance])).toEqual([['RAW', 1]]);
  });

  test('neighbouring bytes of a word are cells of their own', async () => {
    const got = await traceSource(`export function run(n) {
      const d = new DataView(new ArrayBuffer(n + 1));
      for (let i = 0; i < n; i++) d.setUint8(i, d.getUint8(i) + 1);
      return d;
    }`);
    expect([got.work, got.span, got.loops[0]!.verdict]).toEqual([8, 1, 'parallel']);
  });
});

describe('a field inherited from a prototype has the time and the dependences of the one that holds it', () => {
  test.each([4, 9])('n = %i: every iteration goes on from the shared field', async n => {
    const got = await traceSource(
      `export function run(n) {
        const shared = { total: 1 };
        const own = Object.create(shared);
        for (let i = 0; i < n; i++) shared.total = own.total * 3;
        return own.total;
      }`,
      { size: n },
    );
    // One more for Object.create, which the object that is read through waits for.
    expect([got.work, got.span, got.output]).toEqual([n + 1, n + 1, got.plainOutput]);
    expect(flows(got.loops[0]!)).toEqual([['shared.total', 1]]);
  });

  test('static fields of a parent class', async () => {
    const got = await traceSource(`class A { static count = 0; } class B extends A {}
    export function run(n) {
      for (let i = 0; i < n; i++) A.count = B.count * 2 + 1;
      return B.count;
    }`);
    expect([got.work, got.span, got.loops[0]!.verdict]).toEqual([16, 16, 'sequential']);
  });

  test('once a field is the object’s own, the prototype’s is another', async () => {
    const got = await traceSource(`export function run(n) {
      const shared = { x: 1 };
      const list = Array.from({ length: n }, () => Object.create(shared));
      for (let i = 0; i < n; i++) list[i].x = list[i].x * 2;
      return list.map(each => each.x);
    }`);
    const loop = got.loops.find(({ work }) => work === 8)!;
    // Object.create, then the product.
    expect([got.span, loop.verdict]).toEqual([2, 'parallel']);
  });
});

test.each([4, 9])('what next(v) sends is ready when the generator goes on with it, n = %i', async n => {
  const got = await traceSource(
    `function* accumulate() { let sum = 0; for (;;) sum = (yield sum) * 2 + sum; }
    export function run(n) {
      const it = accumulate();
      it.next();
      let x = 1;
      for (let i = 0; i < n; i++) x = it.next(x + 1).value;
      return x;
    }`,
    { size: n },
  );
  // Each iteration: x + 1, then a product and a sum in the generator, each after the one before.
  expect(got.output).toBe(got.plainOutput);
  expect(got.work).toBe(3 * n);
  expect(got.span).toBe(3 * n);
});
