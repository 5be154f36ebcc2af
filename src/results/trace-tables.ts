import { type Column, flag, integer, number, text } from './columns.ts';

const runColumns: readonly Column[] = [
  integer('schema_version', 'version of these columns'),
  text('run_id', 'folder of the run'),
  text('target', 'the program: a workload, file#function or file'),
  integer('size', 'what --size means for the target; empty where it takes none'),
];

/** `loops.csv`: one row a loop or function and size. */
export const loopColumns: readonly Column[] = [
  ...runColumns,
  text('cost', 'unit or machine'),
  integer('inputs', 'seeds that were run; the numbers are of the first, dependences of all'),
  flag('complete', 'false where a limit stopped the run: the numbers are of what ran until then'),
  text('kind', 'loop or function'),
  text('function', 'name of the function that holds the loop; empty for a module'),
  text('file', 'source file'),
  integer('line', 'from 1'),
  integer('column', 'from 1'),
  integer('depth', 'loops of the same function around it'),
  integer('entries', 'times it was entered'),
  integer('iterations', 'total over all entries'),
  integer('work', 'operations in it and in what it calls, outermost entries only'),
  number('work_share', 'work over the work of the program; loops inside each other count twice'),
  integer('span', 'longest chain of operations, summed over outermost entries'),
  integer('span_reassociated', 'the same with chains of one associative operator rebalanced into trees'),
  number('self_parallelism', 'sum of the iterations’ spans over the span; empty where nothing took time'),
  number('self_parallelism_reassociated', 'the same over rebalanced spans'),
  text(
    'verdict',
    'unknown, parallel, parallel-after-renaming, reduction, scan, sequential or doacross; empty for functions',
  ),
  text('evidence', 'proven (from the text) or observed (on the inputs that ran)'),
  text('reason', 'what decided the verdict'),
  number('divergence', 'share of iterations that leave the most common path of their group of 32'),
  integer('carried', 'dependences between iterations, one for each kind, variable and pair of lines'),
  text('carried_kinds', 'which kinds: RAW, WAR, WAW, control; joined with `;`'),
  integer('smallest_distance', 'iterations between the two ends of the nearest dependence'),
];

/** `levels.csv`: the parallelogram of a run, one row a level or group of levels of the dependence graph. */
export const levelColumns: readonly Column[] = [
  ...runColumns,
  integer('first_level', 'from 1'),
  integer('last_level', 'the same as first_level unless the run has very many levels'),
  integer('operations', 'operations whose results are ready at these levels; they sum to the work'),
];

/** `growth.csv`: one row a size, traced or extrapolated from the laws (`--sizes`). */
export const growthColumns: readonly Column[] = [
  ...runColumns,
  flag('traced', 'true where it was counted, false where the laws say it'),
  number('work', 'operations'),
  number('work_low', 'lower end of the interval of an extrapolation; empty where traced'),
  number('work_high', 'upper end'),
  number('span', 'longest chain of operations, sums in source order'),
  number('span_low', 'lower end of the interval of an extrapolation'),
  number('span_high', 'upper end'),
  number('parallelism', 'work over span; empty where the span is 0'),
  number('parallelism_low', 'work_low over span_high'),
  number('parallelism_high', 'work_high over span_low'),
  text('work_law', 'the fitted W(n)'),
  text('span_law', 'the fitted S(n)'),
];

/** The tables that `trace --out` writes. */
export const traceFiles = {
  'loops.csv': loopColumns,
  'levels.csv': levelColumns,
  'growth.csv': growthColumns,
} as const;
