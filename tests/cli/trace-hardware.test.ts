import { expect, test } from 'vitest';
import { meaningForHardware } from '../../src/cli/trace-hardware.ts';
import type { LoopResult, TraceResult } from '../../src/trace/types.ts';

const loop = (line: number, { entries, iterations, work }: Pick<LoopResult, 'entries' | 'iterations' | 'work'>) =>
  ({
    ...{ function: `f${line}`, file: '/app/a.ts', line, column: 1, depth: 0, entries, iterations, work },
    ...{ span: 1, spanReassociated: 1, selfParallelism: 8, selfParallelismReassociated: 8 },
    ...{ verdict: 'parallel', evidence: 'observed', reason: '', divergence: 0, carried: [], memory: [] },
  }) as LoopResult;

const simdOf = (loops: readonly LoopResult[]): string =>
  meaningForHardware({ work: 1000, loops, parallelism: 100, unknown: [] } as unknown as TraceResult).simd;

test('a loop that calls a function with a loop in it is not taken for the innermost one', () => {
  const steps = loop(29, { entries: 1, iterations: 10, work: 990 });
  const bodies = loop(12, { entries: 80, iterations: 640, work: 960 });
  // 990 + 960 of 1000 operations: they cannot lie side by side.
  expect(simdOf([bodies, steps])).toMatch(/^f12:12 \(96 % of the work\)/);
});

test('of two that may lie side by side the one with more work counts', () => {
  const first = loop(3, { entries: 1, iterations: 100, work: 600 });
  const second = loop(9, { entries: 10, iterations: 100, work: 300 });
  expect(simdOf([first, second])).toMatch(/^f3:3 \(60 % of the work\)/);
});
