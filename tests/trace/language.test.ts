import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fixture, traceFixture, traceSource } from './support.ts';

describe('behaviour is preserved', () => {
  test('objects, classes, closures, generators, proxies, getters, frozen objects, labels, exceptions, async: in a child process', async () => {
    const [run, later] = await Promise.all([
      traceFixture('language.ts', 'run', 3),
      traceFixture('language.ts', 'runAsync', 3),
    ]);
    expect(run.sameOutput).toBe(true);
    expect(later.sameOutput).toBe(true);
    expect(run.unknown.map(({ reason }) => reason).join('\n')).toMatch(/proxy/);
  });

  test('a function that prints itself shows the user’s text', async () => {
    const result = await traceFixture('limits.ts', 'ownSource', 1);
    expect(result.sameOutput).toBe(true);
  });
});

describe('a running result that is updated in a function which the loop calls', () => {
  const source = `
    class Sum { total = 1; add(x: number): void { this.total += x; } }
    class Body { x = 1; v = 0; step(force: number): void { this.v += force * 0.01; this.x += this.v * 0.01; } }
    export function gathers(n: number) { const s = new Sum(); for (let i = 0; i < n; i++) s.add(2 * i); return s.total; }
    export function partials(n: number) {
      const s = new Sum(), out: number[] = new Array(n);
      for (let i = 0; i < n; i++) { out[i] = s.total; s.add(2 * i); }
      return out;
    }
    export function fedBack(n: number) { const s = new Sum(); for (let i = 0; i < n; i++) s.add(0.5 * s.total); return s.total; }
    export function motion(n: number) { const b = new Body(); for (let t = 0; t < n; t++) b.step(-b.x); return b.x; }
    export function captured(n: number) {
      let x = 1, v = 0;
      const step = (force: number) => { v += force * 0.01; x += v * 0.01; };
      for (let t = 0; t < n; t++) step(-x);
      return x;
    }`;

  test.each([
    ['gathers', 'reduction'],
    ['partials', 'scan'],
    ['fedBack', 'sequential'],
    ['motion', 'sequential'],
    ['captured', 'sequential'],
  ])('%s is a %s: what comes back through an argument makes it sequential', async (name, verdict) => {
    const { loops } = await traceSource(source, { name, size: 12 });
    expect(loops.map(loop => loop.verdict)).toEqual([verdict]);
  });
});

test.each([
  'export const sum = function total(n: number) { BODY };',
  'const o = { method: function total(n: number) { BODY } }; export const sum = (n: number) => o.method(n);',
  'export const sum = (n: number) => [n].map(function total(n) { BODY });',
  'export const sum = function (n: number) { BODY };',
  'export function sum(n: number) { BODY }',
])('a function expression’s own name is not all that calls it: %s', async text => {
  const source = text.replace('BODY', 'let s = 0; for (let i = 0; i < n; i++) s += i * i; return s;');
  const { work, span } = await traceSource(source, { name: 'sum', size: 8 });
  expect([work, span]).toEqual([16, 9]);
});

describe('limits', () => {
  test('a loop without any operation stops at as many iterations', async () => {
    const result = await traceFixture('limits.ts', 'spin', 1, { maxOperations: 50_000 });
    expect(result).toMatchObject({ complete: false, work: 0 });
    expect(result.stopped).toMatch(/50000 iterations and calls/);
  });

  test('an error of the program names its own line, and none of ours', async () => {
    const error = await traceFixture('limits.ts', 'throwsNew', 1).catch((thrown: Error) => thrown.message);
    expect(error).toMatch(/it throws Error: three \(.*limits\.ts:\d+\)$/);
    expect(error).not.toMatch(/src\/trace/);
  });

  test('a program that never ends stops at its operations, with what was seen', async () => {
    const result = await traceFixture('limits.ts', 'endless', 1, { maxOperations: 100_000 });
    expect(result).toMatchObject({ complete: false, sameOutput: null });
    expect(result.stopped).toMatch(/100000 operations.*--max-operations/);
    expect(result.work).toBeGreaterThan(100_000);
    expect(result.loops[0]!.verdict).toBe('sequential');
  });

  test('catching everything does not keep it running', async () => {
    const result = await traceFixture('limits.ts', 'catchesEverything', 1, { timeoutMs: 500 });
    expect(result.complete).toBe(false);
    expect(result.stopped).toMatch(/--timeout/);
  });

  test('what the program throws is reported with its place', async () => {
    await expect(traceFixture('limits.ts', 'throws', 4)).rejects.toThrow(/RangeError: too big: 4/);
  });

  test('recursion counts its outermost entry only', async () => {
    const { functions, work, span } = await traceSource(readFileSync(fixture('limits.ts'), 'utf8'), {
      name: 'deep',
      size: 5,
    });
    // Six comparisons of the size with 0 and five times a difference and a sum.
    expect([work, functions[0]!.work, functions[0]!.entries]).toEqual([16, 16, 6]);
    expect(functions[0]!.span).toBe(span);
  });
});

describe('times through the language', () => {
  const cases: [string, string, { work: number; span: number }][] = [
    [
      'a call takes its arguments’ times and returns its result’s',
      'const f = x => x * 2; export function run(n) { return f(f(f(n) + 0.5)); }',
      { work: 4, span: 4 },
    ],
    [
      'fields keep times',
      'export function run(n) { const o = { x: n * 2 }; o.y = o.x + 1; return o.y * 3; }',
      { work: 3, span: 3 },
    ],
    [
      'destructuring hands times on',
      'export function run(n) { const o = { a: n * 2, b: [n * 3] }; const { a, b: [c] } = o; return a + c; }',
      { work: 3, span: 2 },
    ],
    [
      'spread copies times',
      'export function run(n) { const xs = [n * 2, n * 3 * 2]; const ys = [...xs, 1]; return ys[0] + ys[1]; }',
      { work: 4, span: 3 },
    ],
    [
      'closures keep times',
      'export function run(n) { const x = n * 2; const f = () => x + 1; return f() * 2; }',
      { work: 3, span: 3 },
    ],
    [
      'map is a parallel loop',
      'export function run(n) { return Array.from({ length: n }, (_, i) => i * 2).map(x => x * x + 1); }',
      { work: 24, span: 3 },
    ],
    [
      'reduce is a chain',
      'export function run(n) { return Array.from({ length: n }, (_, i) => i).reduce((s, x) => s + x, 0); }',
      { work: 8, span: 8 },
    ],
    [
      'a branch on data delays what runs under it',
      'export function run(n) { let y = 0; if (n * 2 > 3) y = 5; return y * 1; }',
      { work: 3, span: 3 },
    ],
    [
      'an assignment not taken leaves the time alone',
      'export function run(n) { let y = n; if (n * 2 > 100) y = 5; return y + 1; }',
      { work: 3, span: 2 },
    ],
    ['?: waits for its condition', 'export function run(n) { return (n * 2 > 3 ? n : 1) + 1; }', { work: 3, span: 3 }],
    [
      'a Map hands times on',
      'export function run(n) { const m = new Map(); m.set(1, n * 2); return m.get(1) + 1; }',
      { work: 2, span: 2 },
    ],
    [
      'what is thrown keeps its time',
      'export function run(n) { try { throw n * 2; } catch (e) { return e + 1; } }',
      { work: 2, span: 2 },
    ],
    [
      'for of hands elements on',
      'export function run(n) { let s = 0; for (const x of [n * 2, n * 3]) s += x; return s; }',
      { work: 4, span: 3 },
    ],
    [
      'sizes are addresses',
      'export function run(n) { return new Float64Array(n * n * 2).length; }',
      { work: 0, span: 0 },
    ],
    [
      'recursion: fib(8) is 67 calls, each a comparison, and 33 of them two differences and a sum; the longest path goes down in steps of 2 and up in steps of 1',
      'export function run(n) { return n < 2 ? n : run(n - 1) + run(n - 2); }',
      { work: 67 + 33 * 3, span: 3 * 8 - 2 },
    ],
  ];
  test.each(cases)('%s', async (_, source, { work, span }) => {
    const run = await traceSource(source, { size: 8 });
    expect(run.output).toBe(run.plainOutput);
    expect({ work: run.work, span: run.span }).toEqual({ work, span });
  });
});
