import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workOf } from '../../../src/census/operations/types.ts';
import { fingerprint } from '../../../src/trace/fingerprint.ts';
import { traceSource } from '../../trace/support.ts';
import { countSource, runSource, sideBySide } from './support.ts';

/** Programs with every kind of jump, over two arrays, two scalars, a recursive function and a captured variable. */
const value = fc.letrec<{ v: string }>(tie => ({
  v: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    fc.constantFrom('s', 't', '1', '2.5', 'a[i % 8]', 'b[(i + 3) % 8]', 'a[b[i % 8] & 7]', 'o.x', 'i'),
    fc
      .tuple(tie('v'), fc.constantFrom('+', '-', '*', '<', '&', '>>>'), tie('v'))
      .map(([l, o, r]) => `(${l} ${o} ${r})`),
    fc.tuple(tie('v'), tie('v'), tie('v')).map(([c, y, n]) => `(${c} ? ${y} : ${n})`),
    fc.tuple(tie('v'), fc.constantFrom('&&', '||'), tie('v')).map(([l, o, r]) => `(${l} ${o} ${r})`),
    fc.tuple(tie('v'), tie('v')).map(([l, r]) => `Math.min(${l}, ${r})`),
    tie('v').map(v => `f(${v}, 3)`),
    tie('v').map(v => `g(${v})`),
    tie('v').map(v => `o.m(${v})`),
    tie('v').map(v => `[1, 2, 3].map(e => e * ${v}).reduce((p, q) => p + q, 0)`),
  ),
})).v;

const { statement } = fc.letrec<{ statement: string }>(tie => {
  const block = fc.array(tie('statement'), { minLength: 1, maxLength: 3 }).map(list => `{ ${list.join(' ')} }`);
  return {
    statement: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      fc
        .tuple(fc.constantFrom('s', 't'), fc.constantFrom('=', '+=', '|='), value)
        .map(([n, o, v]) => `${n} ${o} ${v};`),
      fc
        .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('=', '+='), value)
        .map(([n, o, v]) => `${n}[i & 7] ${o} ${v};`),
      fc.constantFrom('s++;', 'a[1]--;', 'o.x += 2;'),
      fc.tuple(value, tie('statement')).map(([v, s]) => `if (${v} > 2) ${s}`),
      fc.tuple(value, block, block).map(([v, y, n]) => `if (${v} > 2) ${y} else ${n}`),
      block.map(b => `for (let j = 0; j < 3; j++) ${b}`),
      fc.tuple(value, block).map(([v, b]) => `{ let k = 0; do { k++; ${b} } while (k < 3 && ${v} > 1); }`),
      fc.tuple(value, block).map(([v, b]) => `{ let k = 4; while (k-- > 0) { if (${v} < 1) continue; ${b} } }`),
      block.map(b => `for (const e of a.slice(0, 2)) ${b}`),
      fc
        .tuple(value, tie('statement'), tie('statement'))
        .map(([v, x, y]) => `switch (${v} & 3) { case 0: ${x} break; case 1: ${y} default: s += 1; }`),
      fc
        .tuple(value, fc.constantFrom('break outer;', 'continue outer;', 'return s;'))
        .map(([v, j]) => `if (${v} > 9) ${j}`),
    ),
  };
});

const program = fc.array(statement, { minLength: 1, maxLength: 4 }).map(
  list => `
let seen = 0;
function f(x, d) { if (d <= 0) return x; seen += x; return f(x * 2, d - 1) + 1; }
const g = x => x > 3 ? x - 1 : x + f(x, 1);
export function run(n) {
  const a = new Float64Array(8).fill(2), b = Int32Array.from([3, 1, 4, 1, 5, 9, 2, 6]), o = { x: 1, m(v) { return v * this.x; } };
  let s = 0, t = 1;
  outer: for (let i = 0; i < n; i++) { ${list.join('\n')} }
  return [s, t, a, b, seen];
}`,
);

test('counting changes nothing, and agrees with the trace on any program', async () => {
  await fc.assert(
    fc.asyncProperty(program, async source => {
      const traced = await traceSource(source, { size: 3 });
      const mix = await countSource(source, { size: 3 });
      expect(workOf(mix.total)).toBe(traced.work);
      const { traced: expected, counted } = sideBySide(traced, mix);
      expect(counted).toEqual(expected);
      expect(fingerprint((await runSource(source, { size: 3 })).output)).toBe(traced.plainOutput);
    }),
    { numRuns: 30 },
  );
});
