import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { parseFile } from '../../src/target/parse.ts';
import { type Observed, type Plan, Session } from '../../src/trace/session.ts';

/*
 * What the general tier leaves out where nobody can tell: loads and stores are charged only while a loop without any
 * operation runs, short arrays keep times in another form than long ones, and arrays grow. The numbers must not tell.
 */

const folder = mkdtempSync(join(tmpdir(), 'pgram-charging-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let counter = 0;

async function observe(source: string, size: number, plan: Partial<Plan>): Promise<Observed> {
  const session = new Session({ lanes: 24, chargeMemory: false, tier: 'general', ...plan });
  const file = join(folder, `program-${counter++}.mjs`);
  writeFileSync(file, session.transform(parseFile('/program.ts', source)));
  const { run } = await import(/* @vite-ignore */ pathToFileURL(file).href);
  session.begin();
  run(size);
  return session.observed();
}

const numbers = ({ work, span, spanReassociated, loops, functions }: Observed) => ({
  ...{ work, span, spanReassociated, loops, functions },
});

/** Copies stand alone, inside loops that cost, around them by a call, in a recursion, and twice in one lane. */
const copies = `
function copy(a, b, n) { for (let i = 0; i < n; i++) b[i] = a[i]; }
function mirror(a, b, n) { for (let i = 0; i < n; i++) for (let j = 0; j < 2; j++) b[2 * i + j] = a[2 * (n - 1 - i) + j]; }
function apart(a, b, n) { for (let i = 0; i < n; i++) b[i] = a[i]; for (let i = 0; i < n; i++) b[n + i] = a[i]; }
function halve(a, b, n, depth) {
  if (a[0] + depth < 0 || depth === 0) return a[0];
  copy(a, b, n);
  for (let i = 0; i < n; i++) a[i] = b[i] * 2 + depth;
  return halve(b, a, n, depth - 1) + 1;
}
export function run(n) {
  const a = Float64Array.from({ length: 2 * n }, (_, k) => k % 7);
  const b = new Float64Array(2 * n);
  copy(a, b, n);
  let s = 0;
  for (let t = 0; t < 3; t++) {
    for (let i = 0; i < n; i++) { a[i] = a[i] + s; s += b[i]; }
    copy(a, b, n);
    apart(a, b, n);
    mirror(a, b, n);
    while (s > 40) { s = s - b[1]; for (let i = 1; i < n; i++) b[i] = b[i - 1]; }
  }
  return s + halve(a, b, n, 4);
}`;

test.each([4, 9, 60])('charging idle loops alone gives each of them what charging everything gives, at %i', async n => {
  const [onDemand, always] = [await observe(copies, n, {}), await observe(copies, n, { chargeMemory: true })];
  expect(onDemand.wantsMemory).toBe(false);
  expect(numbers(onDemand)).toEqual(numbers(always));
  const idle = onDemand.loops.filter(({ span }) => span === 0);
  expect(idle.map(({ line }) => line)).toEqual(expect.arrayContaining([2, 3]));
  expect(idle.every(({ selfParallelism }) => selfParallelism !== null)).toBe(true);
  expect(onDemand.loops.find(({ line }) => line === 2)?.selfParallelism).toBe(n);
});

test('a loop that could cost but did nothing asks for a run that charges everything', async () => {
  const source = `export function run(n) {
  const a = new Float64Array(n), b = new Float64Array(n);
  for (let i = 0; i < n; i++) b[i] = a[i];
  for (let i = 0; i < n; i++) { b[i] = a[i]; if (i < 0) b[i] = b[i] * 2; }
  return b;
}`;
  expect((await observe(source, 8, {})).wantsMemory).toBe(true);
  const { loops } = await observe(source, 8, { chargeMemory: true });
  expect(loops.map(({ selfParallelism }) => selfParallelism)).toEqual([8, 8]);
});

// A running sum is n − 1 long whatever keeps its times: a list up to 256 elements, fields beyond.
test.each([
  ['a typed array', 'new Float64Array(n).fill(1)', 200],
  ['a typed array', 'new Float64Array(n).fill(1)', 300],
  ['an array', 'Array.from({ length: n }, () => 1)', 200],
  ['an array', 'Array.from({ length: n }, () => 1)', 300],
])('%s (%s) of %i elements: a prefix sum takes n − 1', async (_, made, n) => {
  const source = `export function run(n) { const a = ${made}; for (let i = 1; i < n; i++) a[i] = a[i] + a[i - 1]; return a; }`;
  for (const dependences of [true, false]) {
    const { work, span } = await observe(source, n, { dependences });
    expect({ work, span }).toEqual({ work: n - 1, span: n - 1 });
  }
});

test.each([100, 700])('an array that grows to %i keeps its times, with dependences and without', async n => {
  const source = `export function run(n) { const a = [1]; for (let i = 1; i < n; i++) a[i] = a[i - 1] * 2; return a; }`;
  for (const dependences of [true, false]) expect((await observe(source, n, { dependences })).span).toBe(n - 1);
});

test('a chain that comes and goes in the same elements is paid for once', async () => {
  const source = `export function run(n) {
  const a = new Float64Array(16);
  for (let t = 0; t < n; t++) for (let i = 0; i < 16; i++) { a[i] = a[i] ^ t; a[i] = a[i] * 2 - 1; }
  return a;
}`;
  const [few, many] = [await observe(source, 4, {}), await observe(source, 400, {})];
  expect(many.bytesPerElement).toBe(few.bytesPerElement);
});
