import { fileURLToPath } from 'node:url';
import { traceTarget } from '../../src/trace/run.ts';
import type { LoopResult, TraceOptions, TraceResult } from '../../src/trace/types.ts';

const fixtures = new URL('../fixtures/trace/', import.meta.url);

/** Traces a function of a fixture. */
export const traceFixture = (
  file: string,
  name: string,
  size: number,
  options: TraceOptions = {},
): Promise<TraceResult> =>
  traceTarget({ kind: 'function', file: fileURLToPath(new URL(file, fixtures)), export: name }, { size, ...options });

/** The loops of one function, outermost first, as they stand in the source. */
export const loopsOf = (result: TraceResult, name: string): LoopResult[] =>
  result.loops.filter(loop => loop.function === name);
