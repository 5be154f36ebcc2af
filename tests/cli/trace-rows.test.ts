import { expect, test } from 'vitest';
import { growthRows, levelRows, loopRows } from '../../src/cli/trace-rows.ts';
import { csvFiles } from '../../src/results/schema.ts';
import type { Fit } from '../../src/trace/growth.ts';
import type { Sweep } from '../../src/trace/sweep.ts';
import type { CarriedResult, LoopResult, TraceResult } from '../../src/trace/types.ts';

const edge = (kind: CarriedResult['kind'], distance: number): CarriedResult => ({
  ...{ kind, distance, variable: 's', cell: 's', count: 1, silent: false },
  ...{ from: { line: 2, iteration: 0 }, to: { line: 2, iteration: distance } },
});

const loop: LoopResult = {
  ...{ function: 'f', file: 'f.ts', line: 2, column: 3, depth: 1, entries: 4, iterations: 40, work: 250, span: 50 },
  ...{ spanReassociated: 25, selfParallelism: 5, selfParallelismReassociated: 8, verdict: 'scan', evidence: 'proven' },
  ...{ reason: 'why', divergence: 0.25, memory: [], carried: [edge('RAW', 3), edge('WAR', 1), edge('RAW', 2)] },
};
const traced = (size: number): TraceResult => ({
  ...{
    schema: 1,
    target: 'f.ts#f',
    size,
    cost: 'unit',
    complete: true,
    inputs: 2,
    work: 2 * size ** 3,
    span: size + 1,
  },
  ...{ spanReassociated: size, parallelism: (2 * size ** 3) / (size + 1), slowdown: 3, sameOutput: true },
  ...{
    loops: [loop],
    functions: [{ ...loop, function: 'g', verdict: null, evidence: null, carried: [] }],
    unknown: [],
  },
});
const names = (table: keyof typeof csvFiles) => csvFiles[table].map(({ name }) => name);

test('loops.csv: a loop and a function as the trace has them, with what follows from it', () => {
  const rows = loopRows({ runId: 'r', result: { ...traced(8), work: 1000 } });
  expect(rows[0]).toEqual({
    ...{ schema_version: 1, run_id: 'r', target: 'f.ts#f', size: 8, cost: 'unit', inputs: 2, complete: true },
    ...{ kind: 'loop', function: 'f', file: 'f.ts', line: 2, column: 3, depth: 1, entries: 4, iterations: 40 },
    ...{ work: 250, work_share: 0.25, span: 50, span_reassociated: 25 },
    ...{ self_parallelism: 5, self_parallelism_reassociated: 8, verdict: 'scan', evidence: 'proven', reason: 'why' },
    ...{ divergence: 0.25, carried: 3, carried_kinds: 'RAW;WAR', smallest_distance: 1 },
  });
  expect(rows[1]).toMatchObject({ kind: 'function', function: 'g', carried: 0, carried_kinds: '' });
  expect([rows[1]!.verdict, rows[1]!.divergence, rows[1]!.smallest_distance]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(Object.keys(rows[0]!).sort()).toEqual(names('loops.csv').sort());
});

test('levels.csv: levels count from 1, several to a row where they are joined, the last one only to the span', () => {
  const rows = levelRows({ runId: 'r', result: traced(8) }, { operations: [30, 20, 5], levelsEach: 4, span: 10 });
  expect(rows.map(({ first_level, last_level, operations }) => [first_level, last_level, operations])).toEqual([
    [1, 4, 30],
    [5, 8, 20],
    [9, 10, 5],
  ]);
});

test('growth.csv: what was counted, then what the laws say elsewhere; parallelism from opposite ends', () => {
  const law = (text: string, of: (n: number) => number, widen: number): Fit => ({
    ...{ law: text, error: 0.1, exact: false, foretold: null },
    at: n => ({ low: of(n) / widen, mid: of(n), high: of(n) * widen }),
  });
  const cut = { ...traced(16), complete: false };
  const sweep: Sweep = {
    results: [traced(4), traced(8), cut],
    work: law('2·n^3', n => 2 * n ** 3, 1.25),
    span: law('n + 1', n => n + 1, 2),
    untraced: [16],
  };
  const rows = growthRows({ runId: 'r', result: traced(8) }, sweep, [64]);
  const laws = { run_id: 'r', target: 'f.ts#f', work_law: '2·n^3', span_law: 'n + 1' };
  expect(rows).toHaveLength(3);
  expect(rows[1]).toMatchObject({ ...laws, size: 8, traced: true, work: 1024, span: 9, parallelism: 1024 / 9 });
  const [work, span] = [2 * 64 ** 3, 65];
  expect(rows[2]).toMatchObject({
    ...{ ...laws, size: 64, traced: false, work, work_low: work / 1.25, work_high: work * 1.25 },
    ...{ span, span_low: span / 2, span_high: span * 2 },
  });
  expect(rows[2]!.parallelism).toBeCloseTo(work / span, 9);
  expect(rows[2]!.parallelism_low).toBeCloseTo(work / 1.25 / (span * 2), 9);
  expect(rows[2]!.parallelism_high).toBeCloseTo((work * 1.25) / (span / 2), 9);
  const known = names('growth.csv');
  expect(rows.flatMap(row => Object.keys(row)).filter(name => !known.includes(name))).toEqual([]);
});
