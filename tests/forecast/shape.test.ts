import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { literalDivisors } from '../../src/forecast/literal-divisors.ts';
import { shapeOf } from '../../src/forecast/shape.ts';
import { resolveTarget } from '../../src/target/index.ts';

const fileOf = (code: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'shape-')), 'program.ts');
  writeFileSync(file, code);
  return file;
};

test('matmul is one parallel loop of 2n³ flops and 3·4n² bytes, also where they are extrapolated', async () => {
  const spec = { target: resolveTarget('matmul'), size: 16 };
  const counted = await shapeOf(spec, { plainSeconds: 1e-3 });
  expect(counted.extrapolated).toBe(false);
  expect(counted.regions).toHaveLength(1);
  expect(counted.regions[0]).toMatchObject({ function: 'multiplyNaive', verdict: 'parallel', entries: 1, width: 16 });
  expect(counted.regions[0]!.operations.fp32).toBe(2 * 16 ** 3);
  expect(counted.regions[0]!.footprintBytes / (3 * 4 * 16 ** 2)).toBeCloseTo(1, 1);
  const foretold = await shapeOf({ ...spec, size: 512 }, { plainSeconds: 10 });
  expect(foretold.extrapolated).toBe(true);
  expect(foretold.regions[0]!.operations.fp32 / (2 * 512 ** 3)).toBeCloseTo(1, 6);
});

test('a pointer chase has nothing to divide, and says which line chases', async () => {
  const file = fileOf(`export function chase(next: Uint32Array): number {
  let at = 0;
  for (let i = 0; i < next.length; i++) at = next[at]!;
  return at;
}
export const inputs = { chase: (size: number) => [Uint32Array.from({ length: size }, (_, i) => (i * 7 + 1) % size)] };
`);
  const shape = await shapeOf({ target: resolveTarget(`${file}#chase`), size: 500 }, { plainSeconds: 1e-5 });
  expect(shape.regions).toEqual([]);
  expect(shape.serialShare).toBe(1);
  expect(shape.kept).toMatchObject([{ line: 3, reason: expect.stringMatching(/pointer chase/) }]);
});

test.each([
  ['for (let i = 2; i <= n; i++) f *= BigInt(i);', 'BigInts'],
  ['for (let i = 2; i <= n; i++) f = f + 3n;', 'BigInts'],
  [
    'let s = ""; for (let i = 0; i < n; i++) s += String.fromCharCode(65 + i % 26); return s;',
    'strings and calls of native',
  ],
  [
    'const m = new Map([[1, 1]]); let s = 0; for (let i = 0; i < n; i++) s += m.get(i) ?? 0; return s;',
    'look-ups in Maps',
  ],
])('what only an engine can do is no work for lanes and GPUs: %s', async (code, what) => {
  const file = fileOf(`export function work(n: number) {\n  let f = 1n;\n  ${code}\n  return f;\n}`);
  const shape = await shapeOf({ target: resolveTarget(`${file}#work`), size: 100 }, { plainSeconds: 1e-3 });
  expect(shape.regions).toEqual([]);
  expect(shape.kept).toMatchObject([{ verdict: 'reduction', reason: expect.stringContaining(what) }]);
  expect(shape.serialShare).toBe(1);
});

test('a division by a number is told from a division by a variable', () => {
  expect(literalDivisors(fileOf('export const f = (a: number, b: number) => a / 2 + b / a;'))).toBe(0.5);
  expect(literalDivisors(fileOf('export const f = (a: number) => a + 1;'))).toBe(0);
});

test('exponentials and sines are told from divisions and roots, which have a unit', async () => {
  const file = fileOf(`export function wave(x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.exp(x[i]!) + Math.sin(x[i]!) / Math.sqrt(x[i]!);
}
export const inputs = { wave: (size: number) => [new Float64Array(size).fill(2), new Float64Array(size)] };
`);
  const shape = await shapeOf({ target: resolveTarget(`${file}#wave`), size: 64 }, { plainSeconds: 1e-5 });
  expect(shape.regions).toHaveLength(1);
  expect(shape.regions[0]!.operations).toMatchObject({ transcendental: 2 * 64, special: 2 * 64, fp64: 64 });
});

test('tables that a first call fills and later ones find are no work of a call, for it is timed warm', async () => {
  const file = fileOf(`const tables = new Map<number, Float64Array>();
export function wave(x: Float64Array): Float64Array {
  let table = tables.get(x.length);
  if (!table) {
    table = x.map((_, i) => Math.sin(i) * Math.cos(i) * Math.exp(-i));
    tables.set(x.length, table);
  }
  const y = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) y[i] = x[i]! * table[i]!;
  return y;
}
export const inputs = { wave: (size: number) => [new Float64Array(size).fill(2)] };
`);
  const shape = await shapeOf({ target: resolveTarget(`${file}#wave`), size: 64 }, { plainSeconds: 1e-5 });
  expect(shape.regions).toMatchObject([{ line: 9, operations: { fp64: 64, products: 64, special: 0 }, share: 1 }]);
});

test('rows that a function goes through are loaded side by side, though the loop around it jumps from array to array', async () => {
  const file = fileOf(`function relax(row: number[], other: number[]): void {
  for (let j = 0; j < row.length; j++) if (other[j]! < row[j]!) row[j] = other[j]!;
}
export function rows(a: number[][], b: number[][]): void {
  for (let i = 0; i < a.length; i++) relax(a[i]!, b[(7 * i * i) % b.length]!);
}
const square = (n: number, seed: number) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (seed * i * j) % 17));
export const inputs = { rows: (size: number) => [square(size, 3), square(size, 5)] };
`);
  const shape = await shapeOf({ target: resolveTarget(`${file}#rows`), size: 32 }, { plainSeconds: 1e-3 });
  expect(shape.regions).toMatchObject([{ function: 'rows', line: 5, width: 32 }]);
  // A row's number comes from the data of i, 64 look-ups; its elements, over 2·32², do not.
  expect(shape.regions[0]!.indirect).toBeLessThanOrEqual(2 * 32);
});

test('edit distance stays where it is: every row waits for the one before', async () => {
  const file = fileOf(`export function distance(a: Uint8Array, b: Uint8Array): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
const letters = (n: number, step: number) => Uint8Array.from({ length: n }, (_, i) => (i * step) % 5);
export const inputs = { distance: (size: number) => [letters(size, 7), letters(size, 11)] };
`);
  const shape = await shapeOf({ target: resolveTarget(`${file}#distance`), size: 200 }, { plainSeconds: 1e-3 });
  expect(shape.regions).toEqual([]);
  expect(shape.kept[0]).toMatchObject({ line: 3, verdict: 'doacross' });
});
