import { expect, test } from 'vitest';
import { operationMix } from '../../../src/census/operations/count.ts';
import type { OperationClass } from '../../../src/census/operations/types.ts';
import { runSource } from './support.ts';

const counted = async (body: string) =>
  operationMix(await runSource(`export function run(n) { ${body} }`, { size: 8 })).total;

const onlyClass = async (body: string, name: OperationClass, count: number) => {
  const { classes } = await counted(body);
  expect(Object.entries(classes).filter(([, value]) => value > 0)).toEqual([[name, count]]);
};

test('a Float32Array makes single precision, a Float64Array or plain array double, whatever else takes part', async () => {
  const loop = (array: string) =>
    `const a = ${array}; let sum = 0; for (let i = 0; i < n; i++) sum += a[i] * 2.5; return sum;`;
  await onlyClass(loop('new Float32Array(n)'), 'fp32', 16);
  await onlyClass(loop('new Float64Array(n)'), 'fp64', 16);
  await onlyClass(loop('new Array(n).fill(1)'), 'fp64', 16);
  await onlyClass(
    'const a = new Float32Array(n), b = new Float64Array(n); for (let i = 0; i < n; i++) b[i] = a[i] + b[i];',
    'fp64',
    8,
  );
});

test('Math.fround makes what follows single precision, itself included', async () => {
  await onlyClass('let x = Math.fround(n / 1); return x;'.replace('n / 1', 'n'), 'fp32', 1);
  await onlyClass(
    'let x = Math.fround(0.1); for (let i = 0; i < n; i++) x = Math.fround(x * x); return x;',
    'fp32',
    17,
  );
});

test('integers: integer arrays, sums into a bitwise operator, Math.imul, steps of a count', async () => {
  await onlyClass('const a = new Int32Array(n); for (let i = 0; i < n; i++) a[i] = a[i] * 3 + 1;', 'int32', 16);
  const { classes } = await counted(
    'const a = new Float64Array(n); let h = 0; for (let i = 0; i < n; i++) h = (h + a[i]) | 0; return h;',
  );
  expect(classes).toMatchObject({ int32: 8, logic: 8, fp64: 0 });
  await onlyClass('let h = 1; for (let i = 0; i < n; i++) h = Math.imul(h, 31); return h;', 'int32', 8);
  await onlyClass('const o = { hits: 0 }; for (let i = 0; i < n; i++) o.hits++; return o;', 'int32', 8);
});

test('logic, comparisons and what is special, by name', async () => {
  await onlyClass(
    'const a = new Int32Array(n); for (let i = 0; i < n; i++) a[i] = ~((a[i] << 3) ^ (a[i] >>> 29));',
    'logic',
    32,
  );
  await onlyClass(
    'const a = new Float64Array(n); let m = 0; for (let i = 0; i < n; i++) m = Math.max(m, a[i]); return m;',
    'compare',
    8,
  );
  const { classes, specials } = await counted(`const a = new Float64Array(n); let text = '';
    for (let i = 0; i < n; i++) { a[i] = Math.sqrt(a[i]) / 3 + Math.sin(a[i]) % 2; text += 'x'; }
    return [text, text.charCodeAt(0)];`);
  expect(classes).toMatchObject({ fp64: 8, special: 41 });
  expect(specials).toEqual({ sqrt: 8, divide: 8, sin: 8, remainder: 8, string: 8, native: 1 });
});

test('loads and stores have the size of the elements that were seen', async () => {
  const moved = await counted(
    'const a = new Uint8Array(n), b = new Float64Array(n); for (let i = 0; i < n; i++) b[i] = a[i];',
  );
  expect(moved).toMatchObject({ loads: 8, loadBytes: 8, stores: 8, storeBytes: 64 });
  const updated = await counted('const a = new Int16Array(n); for (let i = 0; i < n; i++) a[i] += 1;');
  expect(updated).toMatchObject({ loads: 8, loadBytes: 16, stores: 8, storeBytes: 16 });
});

test('an exception that passes through is told', async () => {
  const mix = operationMix(
    await runSource(`function f(x) { if (x > 4) throw 1; return x * 2; }
    export function run(n) { let s = 0; for (let i = 0; i < n; i++) { try { s += f(i); } catch { s -= 1; } } return s; }`),
  );
  expect(mix.uncertain.map(({ reason }) => reason).join()).toMatch(/exception was caught here/);
});
