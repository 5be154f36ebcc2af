import { describe, expect, test } from 'vitest';
import { latencies } from '../../src/trace/latencies.ts';
import { loopsOf, traceSource } from './support.ts';

const { add, multiply, divide, compare, bitwise, squareRoot, extremum, load, loadFloat, remainder } = latencies;
const levels = (m: number): number => Math.ceil(Math.log2(m + 1));

/** Derived by hand from the rules, with a letter for each latency; loads wait like operations, stores are free. */
interface Form {
  readonly source: string;
  readonly work: (n: number) => number;
  readonly span: (n: number) => number;
  readonly rebalanced?: (n: number) => number;
}

const floats = (count: string): string => `Float64Array.from({ length: ${count} }, (_, i) => 1 + (i * 7) % 5)`;
const program = (args: string, body: string): string =>
  `export const inputs = { run: n => [${args}] };\nexport ${body}`;

const forms: Record<string, Form> = {
  // Both factors are loaded at once, multiplied, then n additions in a row.
  matmul: {
    source: program(
      `n, ${floats('n * n')}, ${floats('n * n')}, new Float64Array(n * n)`,
      `function run(n, a, b, c) {
        for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) {
          let s = 0;
          for (let k = 0; k < n; k++) s += a[i * n + k] * b[k * n + j];
          c[i * n + j] = s;
        }
        return c;
      }`,
    ),
    work: n => n ** 3 * (2 * loadFloat + multiply + add),
    span: n => loadFloat + multiply + n * add,
    rebalanced: n => loadFloat + multiply + add * levels(n),
  },
  // Each sum is stored and loaded again by the next iteration.
  prefix: {
    source: program(
      floats('n'),
      'function run(a) { for (let i = 1; i < a.length; i++) a[i] = a[i - 1] + a[i]; return a; }',
    ),
    work: n => (n - 1) * (2 * loadFloat + add),
    span: n => (n - 1) * (loadFloat + add),
    // Partial results no longer wait for one another; the last that is loaded is one of n − 2 operands.
    rebalanced: n => loadFloat + add * levels(n - 2) + loadFloat,
  },
  pointerChase: {
    source: program(
      'Int32Array.from({ length: n }, (_, i) => (i + 1) % n)',
      'function run(next) { let p = 0; for (let i = 0; i < next.length; i++) p = next[p]; return p; }',
    ),
    work: n => n * load,
    span: n => n * load,
  },
  horner: {
    source: program(
      floats('n'),
      'function run(c) { let r = 1.5; for (let i = 0; i < c.length; i++) r = r * 3.5 + c[i]; return r; }',
    ),
    work: n => n * (multiply + add + loadFloat),
    span: n => Math.max(multiply, loadFloat) + add + (n - 1) * (multiply + add),
  },
  maximum: {
    source: program(
      floats('n'),
      'function run(a) { let m = 0; for (let i = 0; i < a.length; i++) m = Math.max(m, a[i]); return m; }',
    ),
    work: n => n * (loadFloat + extremum),
    span: n => loadFloat + n * extremum,
    rebalanced: n => loadFloat + extremum * levels(n),
  },
  // Under a branch the load waits for the comparison, which waits for its own load.
  branch: {
    source: program(
      `${floats('n')}, new Float64Array(n)`,
      'function run(a, b) { for (let i = 0; i < a.length; i++) if (a[i] > 0) b[i] = a[i] / 3; return b; }',
    ),
    work: n => n * (2 * loadFloat + compare + divide),
    span: () => loadFloat + compare + loadFloat + divide,
  },
  norm: {
    source: program(floats('n'), 'function run(a) { let s = 0; for (const x of a) s += x * x; return Math.sqrt(s); }'),
    work: n => n * (loadFloat + multiply + add) + squareRoot,
    span: n => loadFloat + multiply + n * add + squareRoot,
    rebalanced: n => loadFloat + multiply + add * levels(n) + squareRoot,
  },
  generator: {
    source: program(
      'n, 12345',
      'function run(n, x) { for (let i = 0; i < n; i++) x = ((x << 1) ^ (x >>> 3)) % 65537; return x; }',
    ),
    work: n => n * (3 * bitwise + remainder),
    span: n => n * (2 * bitwise + remainder),
  },
  objects: {
    source: program(
      'Array.from({ length: n }, (_, i) => ({ x: i, v: 2 }))',
      'function run(list) { for (const p of list) p.x += p.v * 0.5; return list; }',
    ),
    // The list's element, then both fields; the sum waits for the product.
    work: n => n * (3 * load + multiply + add),
    span: () => 2 * load + multiply + add,
  },
};

describe('work and span in cycles', () => {
  for (const [name, { source, work, span, rebalanced }] of Object.entries(forms))
    test.each([4, 9])(`${name} at n = %i`, async n => {
      const got = await traceSource(source, { size: n, cost: 'machine' });
      expect({ work: got.work, span: got.span }).toEqual({ work: work(n), span: span(n) });
      if (rebalanced) expect(got.spanReassociated).toBe(rebalanced(n));
      expect(got.spanReassociated).toBeLessThanOrEqual(got.span);
      expect(got.output).toBe(got.plainOutput);
      const [loop] = loopsOf(got, 'run');
      expect(loop!.work).toBeLessThanOrEqual(got.work);
    });

  test('iterations of matmul are alike: self-parallelism is the trip count, of the inner loop that of a chain', async () => {
    const n = 8;
    const [i, j, k] = loopsOf(await traceSource(forms.matmul!.source, { size: n, cost: 'machine' }), 'run');
    expect([i!.selfParallelism, j!.selfParallelism]).toEqual([n, n]);
    const iteration = loadFloat + multiply + add;
    expect(k!.selfParallelism).toBeCloseTo((n * iteration) / (loadFloat + multiply + n * add), 12);
  });

  test('verdicts and dependences do not depend on the cost', async () => {
    for (const { source } of Object.values(forms)) {
      // One after the other: they share a process.
      const unit = await traceSource(source, { size: 6 });
      const machine = await traceSource(source, { size: 6, cost: 'machine' });
      expect(machine.loops.map(({ carried }) => carried)).toEqual(unit.loops.map(({ carried }) => carried));
    }
  });
});
