import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LoopResult } from '../../src/trace/types.ts';
import { kernelsOf } from './oracle/extract.ts';
import { closedForms, further, writeAfterRead } from './oracle/further.ts';
import { figures } from './oracle/graph.ts';
import { Interpreter } from './oracle/interpret.ts';
import { fixture, traceSource } from './support.ts';

/**
 * Verdicts of the loops in source order, judged by hand from the rules (DESIGN §3). Where a minimum is never beaten or
 * a flag never changes, `parallel` is what these inputs show.
 */
const verdicts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  further,
  linear: {
    gemm: 'parallel parallel reduction parallel',
    gemmIkj: 'parallel reduction parallel',
    gemmNested: 'parallel parallel parallel reduction',
    gemmMap: 'parallel parallel reduction',
    gemver: 'parallel parallel parallel reduction parallel parallel reduction',
    atax: 'reduction reduction parallel',
    bicg: 'reduction reduction',
    mvt: 'parallel reduction parallel reduction',
    syrk: 'parallel parallel reduction parallel',
    syr2k: 'parallel parallel reduction parallel',
    trmm: 'parallel-after-renaming parallel reduction',
    trisolv: 'doacross reduction',
    lu: 'doacross doacross reduction parallel reduction',
    ludcmp: 'doacross doacross reduction parallel reduction doacross reduction sequential reduction',
    cholesky: 'doacross doacross reduction reduction',
    gramschmidt: 'sequential reduction parallel parallel reduction parallel',
    durbin: 'sequential reduction parallel parallel',
    correlation: 'parallel reduction parallel reduction parallel parallel parallel parallel reduction',
    covariance: 'parallel reduction parallel parallel parallel parallel reduction',
    heat3d: 'sequential parallel parallel parallel parallel parallel parallel',
    jacobi1d: 'sequential parallel parallel',
    fdtd2d: 'sequential parallel parallel parallel parallel parallel parallel parallel',
    adi: 'doacross parallel doacross sequential parallel scan',
    seidel: 'doacross doacross sequential',
    doitgen: 'parallel-after-renaming parallel-after-renaming parallel reduction parallel',
    matVecClass: 'parallel reduction',
    matVecReduce: 'parallel reduction',
    floydIf: 'doacross parallel parallel',
    deriche: 'parallel doacross parallel parallel',
  },
  lists: {
    lcs: 'doacross doacross',
    editDistance: 'parallel doacross doacross',
    editNested: 'parallel doacross doacross',
    smithWaterman: 'doacross doacross',
    lcsIf: 'doacross doacross',
    nussinov: 'doacross doacross reduction',
    sumIf: 'reduction',
    minIf: 'parallel',
    maxTernary: 'reduction',
    maxTernaryLe: 'reduction',
    minArray: 'reduction',
    argmin: 'parallel',
    argminIndexOnly: 'parallel',
    minMax: 'reduction',
    minForOf: 'reduction',
    sumForOf: 'reduction',
    sumForEach: 'reduction',
    sumReduce: 'reduction',
    maxReduce: 'reduction',
    product: 'reduction',
    xorAll: 'reduction',
    countIf: 'reduction',
    countTernary: 'reduction',
    meanVar: 'reduction',
    dotForEach: 'reduction',
    norm: 'reduction',
    histogram: 'reduction',
    histogramObj: 'reduction',
    shiftBack: 'parallel-after-renaming',
    shiftForward: 'sequential',
    shiftForwardSafe: 'parallel-after-renaming',
    reverse: 'parallel',
    reverseSwap: 'parallel',
    copyRev: 'parallel',
    rotate3: 'parallel-after-renaming',
    pointerArray: 'sequential',
    listObjects: 'sequential',
    listMax: 'sequential',
    listScale: 'sequential',
    prefix: 'scan',
    prefixScalar: 'scan',
    prefixExclusive: 'scan',
    prefixBlocked: 'parallel scan scan parallel parallel',
    suffix: 'scan',
    prefixMax: 'scan',
    prefixRight: 'scan',
    hillisSteele: 'sequential parallel',
    horner: 'sequential',
    hornerDown: 'sequential',
    powers: 'scan',
    fibArray: 'sequential',
    fibScalars: 'sequential',
    bubble: 'doacross doacross',
    insertion: 'doacross sequential',
    selection: 'doacross doacross',
    sieve: 'doacross parallel',
    life: 'parallel parallel reduction reduction',
    game: 'sequential parallel parallel',
    binarySearch: 'sequential',
    linearSearch: 'sequential',
    linearFind: 'sequential',
    allPositive: 'sequential',
    fibRec: '',
    treeSum: '',
    gcd: 'sequential',
    collatz: 'parallel',
    newton: 'sequential',
    csr: 'parallel reduction',
    unionFind: 'doacross parallel parallel',
    conv1d: 'parallel reduction',
    movingAvg: 'parallel',
    movingSum: 'scan',
    ema: 'sequential',
    transpose: 'parallel parallel',
    transposeOut: 'parallel parallel',
    pascal: 'sequential parallel',
    pascalRow: 'sequential parallel-after-renaming',
    knapsack: 'doacross parallel-after-renaming',
    coin: 'doacross scan',
    matChain: 'doacross parallel reduction',
    classAcc: 'reduction',
    closureAcc: 'reduction',
    closureGet: 'parallel reduction',
    privateTmp: 'parallel',
    sharedTmp: 'parallel-after-renaming',
    sharedTmpArr: 'parallel-after-renaming',
    destructSwap: 'parallel',
    objParticles: 'parallel',
    nbody: 'parallel reduction parallel',
    mapChain: 'parallel parallel reduction',
    zipWith: 'parallel',
    whileCount: 'reduction',
    doWhile: 'reduction',
    labelled: 'reduction reduction',
    continueOdd: 'reduction',
    strideTwo: 'doacross',
    oddEven: 'sequential parallel',
    downward: 'parallel-after-renaming',
    conditionalStore: 'parallel',
    lastWins: 'parallel-after-renaming',
    flag: 'parallel-after-renaming',
    wavefront: 'doacross sequential',
    skewed: 'scan parallel',
    lorenz: 'parallel doacross',
    logistic: 'sequential',
    mandel: 'parallel sequential',
    saxpyInPlace: 'parallel',
    polyEval: 'parallel sequential',
    scalarExp: 'parallel',
  },
};
const sizes: Readonly<Record<string, number>> = { linear: 5, lists: 6, further: 6 };

type Module = { inputs: Record<string, (n: number) => unknown[]> } & Record<string, (...args: unknown[]) => unknown>;

const describeEdge = (kind: string, from: number, to: number, distance: number): string =>
  `${kind} ${from} → ${to} at ${distance}`;

/** Dependences with lines and smallest distances. */
function nearest(edges: readonly { kind: string; from: number; to: number; distance: number }[]): string[] {
  const found = new Map<string, number>();
  for (const { kind, from, to, distance } of edges) {
    const key = `${kind}|${from}|${to}`;
    found.set(key, Math.min(found.get(key) ?? distance, distance));
  }
  return [...found]
    .map(([key, distance]) => {
      const [kind, from, to] = key.split('|');
      return describeEdge(kind!, Number(from), Number(to), distance);
    })
    .sort();
}

const byLines = ({ carried }: LoopResult) =>
  carried.map(({ kind, from, to, distance }) => ({ kind, from: from.line, to: to.line, distance }));

for (const [file, expected] of Object.entries(verdicts))
  describe(`an interpreter that keeps the whole graph agrees: ${file}`, () => {
    const kernels = kernelsOf(readFileSync(fixture(`kernels-${file}.ts`), 'utf8'));
    test('every kernel has its verdicts', () => expect([...kernels.keys()]).toEqual(Object.keys(expected)));

    test.each([...kernels])('%s', async (name, { source, addresses }) => {
      const n = sizes[file]!;
      const module = (await import(
        /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source)}`
      )) as unknown as Module;
      const oracle = new Interpreter(source, addresses);
      const output = oracle.run(name, module.inputs[name]!(n));
      expect(output).toEqual(module[name]!(...module.inputs[name]!(n)));
      const want = figures(oracle.graph);
      const got = await traceSource(source, { name, size: n });
      expect(got.output).toBe(got.plainOutput);
      expect({ work: got.work, span: got.span }).toEqual({ work: want.work, span: want.span });
      const form = file === 'further' ? closedForms[name] : undefined;
      if (form) expect({ work: got.work, span: got.span }).toEqual({ work: form.work(n), span: form.span(n) });
      expect(got.loops.map(({ verdict }) => verdict).join(' ')).toBe(expected[name]);
      expect(got.loops.map(({ line, column }) => `${line}:${column}`).sort()).toEqual([...want.loops.keys()].sort());
      for (const loop of got.loops) {
        const own = want.loops.get(`${loop.line}:${loop.column}`)!;
        const { entries, iterations, work, span, selfParallelism } = loop;
        expect({ entries, iterations, work, span }).toEqual({
          entries: own.entries,
          iterations: own.iterations,
          work: own.work,
          span: own.span,
        });
        if (own.selfParallelism === null) expect(selfParallelism).toBeNull();
        else expect(selfParallelism).toBeCloseTo(own.selfParallelism, 9);
        expect(nearest(byLines(loop))).toEqual(nearest(own.edges));
      }
    });
  });

describe('closed forms and distances that were worked out by hand', () => {
  const kernels = kernelsOf(readFileSync(fixture('kernels-further.ts'), 'utf8'));
  const trace = (name: string, n: number) => traceSource(kernels.get(name)!.source, { name, size: n, only: 'general' });

  test.each(Object.entries(closedForms))('%s', async (name, { work, span }) => {
    const got = await trace(name, 16);
    expect({ work: got.work, span: got.span }).toEqual({ work: work(16), span: span(16) });
  });

  test.each(Object.entries(writeAfterRead))('%s: each pair of lines at its smallest distance', async (name, wanted) => {
    const { loops } = await trace(name, 8);
    const first =
      kernels
        .get(name)!
        .source.split('\n')
        .findIndex(line => line.startsWith('export function')) + 1;
    const found = loops.map(({ carried }) =>
      carried
        .map(({ kind, from, to, distance }) => `${kind} ${from.line - first} → ${to.line - first} at ${distance}`)
        .sort(),
    );
    expect(found).toEqual(wanted);
  });
});
