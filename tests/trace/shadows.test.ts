import { expect, test } from 'vitest';
import type { LoopResult } from '../../src/trace/types.ts';
import { traceSource } from './support.ts';

const traced = async (body: string, n: number) => {
  const run = await traceSource(`export function run(n) {\n${body}\n}`, {
    size: n,
    only: 'general',
    chargeMemory: false,
  });
  expect(run.output).toBe(run.plainOutput);
  return run;
};

const edges = (loop: LoopResult | undefined): string[] =>
  (loop?.carried ?? []).map(({ kind, variable, distance }) => `${kind} ${variable} ${distance}`).sort();

test('a chain that begins late: what long and short arrays hold from before is as late rebalanced as in order', async () => {
  // Every element takes two operations, one after the other; the chain of n updates begins when all are stored.
  const body = (make: string) => `
    ${make}
    for (let i = 0; i < n; i++) { a[i] = b[i] * 3; a[i] = a[i] - 1; }
    let s = 0;
    for (let i = 0; i < n; i++) s += a[i];
    return s;`;
  const makes = [
    'const a = new Float64Array(n), b = new Float64Array(n).fill(2);',
    'const a = [], b = Array.from({ length: n }, () => 2);',
  ];
  for (const make of makes)
    for (const n of [40, 300]) {
      const { work, span, spanReassociated } = await traced(body(make), n);
      expect({ work, span, spanReassociated }).toEqual({
        work: 3 * n,
        span: n + 2,
        spanReassociated: 2 + Math.ceil(Math.log2(n + 1)),
      });
    }
});

test('an expression of several operations costs each, and waits for each way through it', async () => {
  // The longest way is that of x, late by n products: through x * x, the difference, the maximum and the sum.
  const { work, span } = await traced(
    `let x = 1.5; for (let i = 0; i < n; i++) x = x * x;
     const y = [n][0] + 1;
     return Math.max(x - (2 * y + y) / 7, x * x - 1) + x;`,
    9,
  );
  expect({ work, span }).toEqual({ work: 9 + 1 + 8, span: 9 + 4 });
});

test('reads of a new array are remembered until its first write, however many: the nearest earlier one is found', async () => {
  const body = (make: string) => `
    const a = ${make};
    let t = 0;
    for (let k = 0; k < 8; k++) for (let i = 0; i < n; i++) t += a[i];
    for (let i = 0; i < n; i++) {
      t += a[i];
      if (i >= 3) a[i - 3] = t;
    }
    return t;`;
  for (const make of ['Array.from({ length: n }, (_, i) => i)', '[...new Float64Array(n)].map((_, i) => i)'])
    for (const n of [5, 200]) {
      const { loops } = await traced(body(make), n);
      const last = loops.findLast(({ line }) => line > 4);
      expect(edges(last)).toContain('WAR a 3');
      expect(edges(last).filter(edge => / a /.test(edge))).toEqual(['WAR a 3']);
    }
});

test('an array that was made by map is written there: the next iteration of the loop around reads it', async () => {
  const { loops } = await traced(
    `let a = [1, 2, 3];
     for (let i = 0; i < n; i++) {
       const b = a.map(x => x * 2);
       a = b;
     }
     return a;`,
    4,
  );
  const outer = loops.find(({ line }) => line === 3);
  // The variable, and the elements that it leads to.
  expect(edges(outer).filter(edge => edge.startsWith('RAW'))).toEqual(['RAW a 1', 'RAW a 1']);
});

test('an object of many fields keeps each of them', async () => {
  const names = Array.from({ length: 20 }, (_, k) => `f${k}`);
  // Field k is written by k + 1 operations; all are then added up in order.
  const body = `
    const o = { ${names.map(name => `${name}: 0`).join(', ')} };
    ${names.map((name, k) => `for (let i = 0; i <= ${k}; i++) o.${name} = o.${name} * 2;`).join('\n')}
    return ${names.map(name => `o.${name}`).join(' + ')};`;
  const { work, span } = await traced(body, 1);
  expect(work).toBe((20 * 21) / 2 + 19);
  expect(span).toBe(21);
});

test('a function value that outlives its call keeps the times it was given', async () => {
  const { work, span } = await traced(
    `class Late { constructor(x) { this.x = x; } later(y) { return () => this.x + y + arguments.length * 0; } }
     let x = 1; for (let i = 0; i < n; i++) x = x * 1.5;
     const first = new Late(1).later(x);
     for (let i = 0; i < 5; i++) new Late(2).later(i);
     return first();`,
    6,
  );
  expect({ work, span }).toEqual({ work: 6 + 3, span: 6 + 2 });
});
