import { type CsvRow, schemaVersion } from '../results/schema.ts';
import type { Levels } from '../trace/levels.ts';
import { type Extrapolated, extrapolate, type Sweep } from '../trace/sweep.ts';
import type { LoopResult, TraceResult } from '../trace/types.ts';

/** What the rows of one run share. */
export interface RunOfRows {
  readonly runId: string;
  readonly result: TraceResult;
}

const common = ({ runId, result }: RunOfRows, size = result.size): CsvRow => ({
  schema_version: schemaVersion,
  run_id: runId,
  target: result.target,
  ...(size === null ? {} : { size }),
});

/** `loops.csv` of one size. */
export function loopRows(run: RunOfRows): CsvRow[] {
  const { loops, functions } = run.result;
  return [...loops.map(loop => loopRow(loop, 'loop', run)), ...functions.map(each => loopRow(each, 'function', run))];
}

function loopRow(loop: LoopResult, kind: 'loop' | 'function', run: RunOfRows): CsvRow {
  const { cost, inputs, complete, work } = run.result;
  const distances = loop.carried.map(({ distance }) => distance);
  return {
    ...common(run),
    cost,
    inputs,
    complete,
    kind,
    function: loop.function,
    file: loop.file,
    line: loop.line,
    column: loop.column,
    depth: loop.depth,
    entries: loop.entries,
    iterations: loop.iterations,
    work: loop.work,
    work_share: work > 0 ? loop.work / work : undefined,
    span: loop.span,
    span_reassociated: loop.spanReassociated,
    self_parallelism: loop.selfParallelism ?? undefined,
    self_parallelism_reassociated: loop.selfParallelismReassociated ?? undefined,
    verdict: loop.verdict ?? undefined,
    evidence: loop.evidence ?? undefined,
    reason: loop.reason,
    divergence: kind === 'loop' ? loop.divergence : undefined,
    carried: loop.carried.length,
    carried_kinds: [...new Set(loop.carried.map(edge => edge.kind))].join(';'),
    smallest_distance: distances.length > 0 ? Math.min(...distances) : undefined,
  };
}

/** `levels.csv`: the parallelogram. */
export const levelRows = (run: RunOfRows, { operations, levelsEach, span }: Levels): CsvRow[] =>
  operations.map((each, k) => ({
    ...common(run),
    first_level: k * levelsEach + 1,
    last_level: Math.min(span, (k + 1) * levelsEach),
    operations: each,
  }));

/** `growth.csv`: what was counted, then what the laws say. */
export function growthRows(run: RunOfRows, sweep: Sweep, sizes: readonly number[]): CsvRow[] {
  const laws = { work_law: sweep.work.law, span_law: sweep.span.law };
  const traced = sweep.results
    .filter(({ complete }) => complete)
    .map(({ size, work, span, parallelism }) => ({
      ...common(run, size),
      traced: true,
      work,
      span,
      parallelism: parallelism ?? undefined,
      ...laws,
    }));
  return [...traced, ...sizes.map(size => ({ ...common(run, size), ...beyond(extrapolate(sweep, size)), ...laws }))];
}

const beyond = ({ work, span, parallelism }: Extrapolated): CsvRow => ({
  traced: false,
  work: work.mid,
  work_low: work.low,
  work_high: work.high,
  span: span.mid,
  span_low: span.low,
  span_high: span.high,
  parallelism: parallelism?.mid,
  parallelism_low: parallelism?.low,
  parallelism_high: parallelism?.high,
});
