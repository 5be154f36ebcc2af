import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/trace/types.ts';
import { alone } from './alone.ts';
import { fixture, loopsOf, traceSource } from './support.ts';

const source = readFileSync(fixture('ours.ts'), 'utf8');
const levels = (m: number): number => Math.ceil(Math.log2(m + 1));

/** Derivations stand beside the kernels. `loops` are the verdicts, outermost first; `ratio` the SP of the outermost. */
interface Form {
  readonly work: (n: number) => number;
  readonly span: (n: number) => number;
  readonly rebalanced?: (n: number) => number;
  readonly ratio: (n: number) => number;
  readonly loops: readonly Verdict[];
}

const same = (n: number): number => n;
const one = (): number => 1;
const sum = (last: number, term: (m: number) => number): number =>
  Array.from({ length: last }, (_, k) => term(k + 1)).reduce((a, b) => a + b, 0);

const forms: Record<string, Form> = {
  matVec: {
    work: n => 2 * n * n,
    span: n => n + 1,
    rebalanced: n => 1 + levels(n),
    ratio: same,
    loops: ['parallel', 'reduction'],
  },
  axpy: { work: n => 2 * n, span: () => 2, ratio: same, loops: ['parallel'] },
  arraySum: { work: same, span: same, rebalanced: levels, ratio: one, loops: ['reduction'] },
  columnSums: { work: n => n * n, span: same, rebalanced: levels, ratio: one, loops: ['reduction', 'parallel'] },
  histogram: {
    work: same,
    span: n => n / 4,
    rebalanced: n => Math.min(n / 4, levels(n / 4)),
    ratio: () => 4,
    loops: ['reduction'],
  },
  shiftedCopy: { work: () => 0, span: () => 0, ratio: n => n - 1, loops: ['parallel'] },
  shiftDown: { work: () => 0, span: () => 0, ratio: n => n - 1, loops: ['parallel-after-renaming'] },
  smear: { work: () => 0, span: () => 0, ratio: one, loops: ['sequential'] },
  pointerChase: { work: () => 0, span: () => 0, ratio: one, loops: ['sequential'] },
  chaseWithWork: { work: n => 4 * n, span: () => 3, ratio: same, loops: ['sequential'] },
  wavefront: {
    work: n => (n - 1) ** 2,
    span: n => 2 * n - 3,
    ratio: n => (n - 1) ** 2 / (2 * n - 3),
    loops: ['doacross', 'sequential'],
  },
  recurrence: { work: n => 2 * (n - 1), span: n => 2 * (n - 1), ratio: one, loops: ['sequential'] },
  strideThree: {
    work: n => n - 3,
    span: n => Math.ceil((n - 3) / 3),
    rebalanced: n => Math.min(Math.ceil((n - 3) / 3), levels(Math.ceil((n - 3) / 3))),
    ratio: n => (n - 3) / Math.ceil((n - 3) / 3),
    loops: ['scan'],
  },
  fibonacci: { work: n => n - 2, span: n => n - 2, ratio: one, loops: ['sequential'] },
  runningTotal: { work: same, span: same, rebalanced: levels, ratio: one, loops: ['scan'] },
  scalarTotal: { work: same, span: same, rebalanced: levels, ratio: one, loops: ['scan'] },
  minimumByIf: { work: n => n - 1, span: n => n - 1, rebalanced: n => levels(n - 1), ratio: one, loops: ['reduction'] },
  minimumOfRising: { work: n => n - 1, span: one, ratio: n => n - 1, loops: ['parallel'] },
  maximumByMath: {
    work: n => n - 1,
    span: n => n - 1,
    rebalanced: n => levels(n - 1),
    ratio: one,
    loops: ['reduction'],
  },
  scratch: { work: n => 2 * n, span: () => 2, ratio: same, loops: ['parallel-after-renaming'] },
  search: { work: same, span: same, ratio: one, loops: ['sequential'] },
  lu: {
    work: n => sum(n - 1, m => m + 2 * m * m),
    span: n => 3 * (n - 1),
    ratio: one,
    loops: ['sequential', 'parallel', 'parallel'],
  },
  bordered: { work: n => 4 * (n - 2) ** 2, span: () => 4, ratio: n => n - 2, loops: ['parallel', 'parallel'] },
  classProduct: {
    work: n => 2 * n ** 3,
    span: n => n + 1,
    rebalanced: n => 1 + levels(n),
    ratio: same,
    loops: ['parallel', 'parallel', 'reduction'],
  },
  dotByReduce: {
    work: n => 2 * n,
    span: n => n + 1,
    rebalanced: n => 1 + levels(n),
    ratio: n => (2 * n) / (n + 1),
    loops: ['reduction'],
  },
  linkedSum: { work: same, span: same, rebalanced: levels, ratio: one, loops: ['sequential'] },
  escape: { work: n => 32 * n, span: () => 32, ratio: same, loops: ['parallel', 'sequential'] },
  scatter: { work: same, span: one, ratio: same, loops: ['parallel'] },
};

describe('kernels of ours come out as derived', () => {
  for (const [name, form] of Object.entries(forms))
    test.each([4, 8, 16])(`${name} at n = %i`, async n => {
      const result = await traceSource(alone(source, name), { name, size: n });
      const loops = loopsOf(result, name);
      const span = form.span(n);
      expect({ work: result.work, span: result.span, rebalanced: result.spanReassociated }).toEqual({
        work: form.work(n),
        span,
        rebalanced: (form.rebalanced ?? form.span)(n),
      });
      expect(result.output).toBe(result.plainOutput);
      // With four elements some chains have no second link.
      if (n > 4) {
        expect(loops.map(({ verdict }) => verdict)).toEqual(form.loops);
        expect(loops[0]!.selfParallelism).toBeCloseTo(form.ratio(n), 10);
      }
    });

  test.each([4, 8, 16])(
    'forwardSolve at n = %i: 1 for the first unknown, then product, subtraction and quotient each',
    async n => {
      const result = await traceSource(alone(source, 'forwardSolve'), { name: 'forwardSolve', size: n });
      expect([result.work, result.span]).toEqual([n * n, 3 * n - 2]);
      expect(loopsOf(result, 'forwardSolve').map(({ verdict }) => verdict)).toEqual(['doacross', 'reduction']);
    },
  );

  test('newton: a loop decided by what it computes is a chain of control', async () => {
    const result = await traceSource(alone(source, 'newton'), { name: 'newton', size: 8 });
    const [loop] = loopsOf(result, 'newton');
    expect(loop!.verdict).toBe('sequential');
    expect(loop!.selfParallelism).toBe(1);
    expect(loop!.carried.map(({ kind }) => kind)).toContain('control');
  });
});

describe('dependences', () => {
  test('distance and witness are the smallest and the first', async () => {
    const [loop] = loopsOf(
      await traceSource(alone(source, 'strideThree'), { name: 'strideThree', size: 16 }),
      'strideThree',
    );
    expect(loop!.carried).toMatchObject([
      { kind: 'RAW', variable: 'x', cell: 'x[3]', distance: 3, from: { iteration: 0 }, to: { iteration: 3 } },
    ]);
  });

  test('an index that wraps around at a border comes from the counter; one that data decide does not', async () => {
    const program = (index: string) => `export function run(n) {
      const x = new Float64Array(64), y = new Float64Array(64);
      for (let i = 0; i < 64; i++) y[i] = x[${index}] * 2;
      return y;
    }`;
    const strideOf = async (index: string) =>
      (await traceSource(program(index))).loops[0]!.memory.find(({ variable }) => variable === 'x');
    expect(await strideOf('i === 0 ? 63 : i - 1')).toMatchObject({ stride: 'unit', strideElements: 1 });
    expect(await strideOf('(2 * i) % 64')).toMatchObject({ stride: 'constant', strideElements: 2 });
    expect(await strideOf('(i * i) % 64')).toMatchObject({ stride: 'indirect', strideElements: null });
  });

  test('overlapping views of one buffer are one memory', async () => {
    const program = `export function run(n) {
      const bytes = new Uint8Array(4 * n), words = new Int32Array(bytes.buffer);
      for (let i = 0; i < n; i++) bytes[4 * i] = (i > 0 ? words[i - 1] : 1) * 2;
      return bytes;
    }`;
    const [loop] = (await traceSource(program)).loops;
    expect(loop!.carried.map(({ kind, distance }) => [kind, distance])).toEqual([['RAW', 1]]);
    expect(loop!.verdict).toBe('sequential');
  });

  test('a read two iterations back is kept though the last iteration read as well', async () => {
    const program = `export function run(n) {
      const a = new Float64Array(n + 2).fill(1), b = new Float64Array(n);
      for (let i = 0; i < n; i++) { b[i] = a[i + 2] + a[i + 1]; a[i] = b[i]; }
      return b;
    }`;
    const loop = (await traceSource(program)).loops.at(-1)!;
    expect(loop.carried.map(({ kind, variable, distance }) => [kind, variable, distance])).toEqual([['WAR', 'a', 1]]);
    expect(loop.verdict).toBe('parallel-after-renaming');
  });

  test('fields, captured variables and Map entries carry dependences', async () => {
    const program = `export function run(n) {
      const o = { last: 0, other: 0 }, m = new Map([['k', 1]]);
      let seen = 0;
      const note = x => { seen = seen * 2 + x; };
      for (let i = 0; i < n; i++) { o.last = o.last * 3 + 1; o.other = i; }
      for (let i = 0; i < n; i++) note(i);
      for (let i = 0; i < n; i++) m.set('k', m.get('k') * 2 + 1);
      return [o, seen, m];
    }`;
    const { loops } = await traceSource(program);
    const flows = loops.map(({ carried }) => carried.filter(({ kind }) => kind === 'RAW').map(({ cell }) => cell));
    expect(flows).toEqual([['o.last'], ['seen'], ['m.get("k")']]);
    expect(loops.map(({ verdict }) => verdict)).toEqual(['sequential', 'sequential', 'sequential']);
  });

  test('hidden state makes a loop unknown, and says how to cure it', async () => {
    const program =
      'export function run(n) { let hits = 0; for (let i = 0; i < n; i++) if (Math.random() < 0.5) hits++; return 0; }';
    const { loops, unknown } = await traceSource(program);
    expect(loops[0]!.verdict).toBe('unknown');
    expect(unknown.map(({ reason }) => reason).join()).toMatch(/Math\.random.*seeded/);
  });
});
