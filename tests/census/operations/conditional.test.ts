import { expect, test } from 'vitest';
import { countSource } from './support.ts';

const regionAt = async (source: string, line: number) => {
  const mix = await countSource(source);
  return mix.regions.find(region => region.kind === 'loop' && region.line === line)!;
};

test('what runs on a condition is told from what every iteration does', async () => {
  const program = (condition: string) => `export function run() {
  const x = new Float64Array(32);
  for (let i = 0; i < 32; i++) {
    x[i] = x[i] * 2 + 1;
    if (${condition}) x[i] = x[i] * 3;
  }
}`;
  // Four each time (a load, a store, two operations) and one for the test; the branch: one operation, a load and a store.
  const some = await regionAt(program('x[i] * i > 20'), 3);
  expect(some.conditional).toBe(3 * 11);
  expect((await regionAt(program('x[i] > -1'), 3)).conditional).toBe(0);
});

test('a loop whose trips data decide is on a condition wherever they differ, in a function called from it as well', async () => {
  const program = (bits: string) => `function weight(value) {
  let count = 0;
  while (value !== 0) { value &= value - 1; count++; }
  return count;
}
export function run() {
  const x = Int32Array.of(${bits});
  let sum = 0;
  for (let i = 0; i < 4; i++) sum += weight(x[i]);
  return sum;
}`;
  const differ = await regionAt(program('1, 3, 7, 7'), 9);
  // Nine bits: a subtraction, an and, a count, and whether there is another; whether there is a first is always asked.
  expect(differ.conditional).toBe(9 * 4);
  expect((await regionAt(program('3, 5, 6, 9'), 9)).conditional).toBe(0);
  expect((await regionAt(program('1, 3, 7, 7'), 3)).conditional).toBe(0);
});

test('a triangle is not: its trips differ, but by counters alone', async () => {
  const triangle = await regionAt(
    'export function run() { const x = new Float64Array(8);\nfor (let i = 0; i < 8; i++) for (let j = 0; j < i; j++) x[i] += x[j] * 2; }',
    2,
  );
  expect(triangle.conditional).toBe(0);
});

test('a loop knows the loops and functions that it always runs inside of', async () => {
  const mix = await countSource(`function inner(x) {
  for (let j = 0; j < x.length; j++) x[j] += 1;
}
function other(x) {
  inner(x);
}
export function run() {
  const x = new Float64Array(4);
  for (let i = 0; i < 3; i++) inner(x);
  for (let i = 0; i < 3; i++) for (let k = 0; k < 2; k++) other(x);
}`);
  const lines = (line: number) =>
    mix.regions
      .filter(region => region.line === line)
      .map(({ around }) => around.map(place => place.line).sort((a, b) => a - b));
  expect(lines(2)).toEqual([[1, 7]]);
  expect(lines(10)).toEqual([[7], [7, 10]]);
  expect(lines(4)).toEqual([[7, 10, 10]]);
});

test('products, the room that elements take in a vector, and look-ups in Maps are counted', async () => {
  const { total, regions } = await countSource(`export function run() {
  const bytes = new Uint8Array(8), wide = new Float64Array(8), table = new Map([[1, 2]]);
  for (let i = 0; i < 8; i++) wide[i] = wide[i] * 3 * bytes[i] + 1;
  for (let i = 0; i < 8; i++) if (table.has(i)) table.set(i, table.get(i));
}`);
  expect(total).toMatchObject({ products: 16, packedBytes: 8 * (4 + 4 + 1), loadBytes: 8 * (8 + 1), storeBytes: 64 });
  expect(regions.map(({ kind, line, hashed }) => [kind, line, hashed])).toEqual([
    ['function', 1, 10],
    ['loop', 3, 0],
    ['loop', 4, 10],
  ]);
});
