import { type Column, flag, integer, number, text } from './columns.ts';
import { traceFiles } from './trace-tables.ts';

export type { Column } from './columns.ts';

export const schemaVersion = 1;

export const statuses = [
  'ok',
  'skipped',
  'compile-error',
  'runtime-error',
  'timeout',
  'incorrect',
  'device-lost',
  'out-of-memory',
] as const;
export type Status = (typeof statuses)[number];

export { type Phase, phases, type Regime, regimes } from '../measure/phases.ts';

/** What every table of a run folder begins with. */
export const tableColumns: readonly Column[] = [
  integer('schema_version', 'version of these columns'),
  text('run_id', 'folder of the run under results/'),
];

/** What identifies a cell; the same columns begin `samples.csv` and `summary.csv`. */
const cellColumns: readonly Column[] = [
  ...tableColumns,
  text('workload', 'what is computed'),
  integer('size', 'the integer that --size means for this workload'),
  text('parameters', 'other axes, `name=value` joined with `;`, sorted by name; empty where there are none'),
  text('variant', 'which implementation'),
  text('device', 'where it was asked to run: cpu-1 (one core), cpu-all (all cores), or the name of the WebGPU adapter'),
  text('ran_on', 'where it really ran: cpu, software-adapter (a CPU pretending to be a GPU) or gpu'),
];

/** Where on a cluster a row was measured; empty without Slurm. */
const placeColumns: readonly Column[] = [
  text('node', 'node of the cluster; rows of different nodes are compared, never averaged together'),
  text('gpu', 'WebGPU adapter of that node, whether or not this variant ran on it; empty without one'),
  text('driver', 'what its driver says of itself'),
  text('slurm_job_id', 'SLURM_JOB_ID of the task'),
  text('slurm_array_task', 'array job and index of the task, `job_index`'),
].map(column => ({ ...column, optional: true }));

/** `samples.csv`: one row a measurement, appended as it happens. */
export const sampleColumns: readonly Column[] = [
  ...cellColumns,
  text('phase', 'compile, upload, dispatch, kernel, readback, compute or end_to_end'),
  text('regime', 'first (the first call in its process) or steady'),
  integer('process', 'number of the process in this cell, from 0; processes are the sampling unit'),
  integer('iteration', 'number of the measurement in its process, from 0; steady ones count from 0 again'),
  integer('repetitions', 'calls that were timed together because one is near the resolution of the clock'),
  number('time_ns', 'duration of one call in nanoseconds (the timed duration over repetitions)'),
  text('measured_at', 'when, ISO 8601 in UTC'),
  ...placeColumns,
];

/**
 * `processes.csv`: how each variant fared in each process, written when its checks after the timing are done. The
 * journal of a run: what has no row here did not finish, and its samples count for nothing.
 */
export const processColumns: readonly Column[] = [
  ...cellColumns,
  integer('process', 'number of the process in this cell, from 0'),
  text('status', statuses.join(', ')),
  text('reason', 'why the status is not ok'),
  flag('same_algorithm', 'whether the variant runs the same algorithm as naive'),
  flag('steady', 'whether the warm-up reached a steady state'),
  integer('elements_compared', 'elements of the output that were compared with the reference'),
  number('max_abs_error', 'largest |got − reference| in this process'),
  number('max_rel_error', 'largest |got − reference| / |reference|'),
  number('max_ulp', 'largest error in units in the last place of the output type'),
  number('tolerance', 'allowed |got − reference| at the worst element'),
  number('tolerance_share', 'largest |got − reference| / allowed; at most 1 where the output is right'),
  text('finished_at', 'when, ISO 8601 in UTC'),
  ...placeColumns,
];

/** `summary.csv`: one row a cell, phase and regime; failed and skipped cells are rows with a status and a reason. */
export const summaryColumns: readonly Column[] = [
  ...cellColumns,
  text('phase', 'as in samples.csv; empty for a cell that did not run'),
  text('regime', 'first or steady'),
  text('status', statuses.join(', ')),
  text('reason', 'why the status is not ok'),
  flag('same_algorithm', 'whether the variant runs the same algorithm as naive'),
  integer('processes', 'processes with at least one sample'),
  integer('samples', 'samples in all processes'),
  number('time_median_ns', 'median over processes of the median within each process'),
  number('time_median_low_ns', 'lower end of the 95 % interval of the median (hierarchical bootstrap)'),
  number('time_median_high_ns', 'upper end'),
  number('time_mad_ns', 'median absolute deviation of the process medians'),
  number('time_min_ns', 'smallest sample'),
  number('time_p05_ns', '5th percentile of all samples'),
  number('time_p95_ns', '95th percentile of all samples'),
  number('time_max_ns', 'largest sample'),
  number('speedup_vs_naive', 'time of naive over time of this variant, same phase scope (end_to_end), same run'),
  number('speedup_vs_naive_low', 'lower end of the 95 % interval of that ratio'),
  number('speedup_vs_naive_high', 'upper end'),
  text('verdict_vs_naive', 'FAST, SLOW, SAME or AMBIGUOUS'),
  text('best_cpu_variant', 'the fastest CPU variant of this cell group on any number of cores'),
  number('speedup_vs_best_cpu', 'time of the best CPU variant over time of this one, end to end'),
  number('speedup_vs_best_cpu_low', 'lower end of the 95 % interval'),
  number('speedup_vs_best_cpu_high', 'upper end'),
  number('operations', 'operations of the work model'),
  text('operation_unit', 'flop or intop'),
  number('gigaoperations_per_s', 'operations over median time, in 10⁹ a second'),
  number('items_per_s', 'items of the work model over median time'),
  text('item_unit', 'what an item is: flop, byte, key, step, image'),
  number('bandwidth_gb_per_s', 'compulsory bytes read and written over median time'),
  number(
    'bound_ns',
    'the shortest time that the device probe allows (what the variant cannot do without over the rate of it)',
  ),
  number('bound_share', 'bound_ns over time_median_ns; above 1 the measurement is wrong'),
  text('bound_by', 'compute (floating point), integer operations, shuffles, look-ups, moves (into buckets), or memory'),
  number('max_abs_error', 'largest |got − reference|'),
  number('max_rel_error', 'largest |got − reference| / |reference|'),
  number('max_ulp', 'largest error in units in the last place of the output type'),
  number('tolerance', 'allowed |got − reference| at the worst element'),
  number('tolerance_share', 'largest |got − reference| / allowed; at most 1'),
  flag('steady', 'whether every process reached a steady state before its samples'),
  flag('noisy', 'spread (half the interval of the median over the median) above 10 %'),
  flag('below_resolution', 'the duration is under 100 times the resolution of the clock'),
  flag('faster_than_bound', 'the median is below bound_ns: the measurement is wrong'),
  integer('outliers', 'samples beyond 3 MAD-sigmas of their process median; flagged, never dropped'),
  ...placeColumns,
];

const compared = (side: 'a' | 'b'): readonly Column[] => [
  text(`device_${side}`, `where it was asked to run in run ${side.toUpperCase()}`),
  text(`ran_on_${side}`, 'where it really ran: cpu, software-adapter or gpu'),
  text(`status_${side}`, `status in run ${side.toUpperCase()}; a cell that only the other run has is skipped`),
  text(`reason_${side}`, 'why the status is not ok'),
  flag(
    `faster_than_bound_${side}`,
    `whether run ${side.toUpperCase()} calls this cell a wrong measurement (column of its summary.csv): then its times stand here, and no ratio`,
  ),
];

const comparedTime = (side: 'a' | 'b'): readonly Column[] => [
  integer(`processes_${side}`, 'processes with at least one sample'),
  number(`time_${side}_median_ns`, 'median over processes of the median within each process'),
  number(`time_${side}_median_low_ns`, 'lower end of its 95 % interval (hierarchical bootstrap)'),
  number(`time_${side}_median_high_ns`, 'upper end'),
];

/** `compare.csv`, which `pgram compare A B --out` writes: one row a cell, phase and regime of either run. */
export const compareColumns: readonly Column[] = [
  ...cellColumns.filter(({ name }) => !['run_id', 'device', 'ran_on'].includes(name)),
  text('phase', 'as in samples.csv; empty where the runs share no time'),
  text('regime', 'first or steady'),
  ...compared('a'),
  ...compared('b'),
  ...comparedTime('a'),
  ...comparedTime('b'),
  number('speedup_b_vs_a', 'time in A over time in B: above 1, B is faster'),
  number('speedup_b_vs_a_low', 'lower end of its 95 % interval; processes of both runs are drawn independently'),
  number('speedup_b_vs_a_high', 'upper end'),
  text('verdict', 'what that interval supports: FAST (B is faster), SLOW, SAME (within 5 %) or AMBIGUOUS'),
  number(
    'speedup_change',
    'speed-up over naive in B over speed-up over naive in A: what a machine does to a whole process cancels',
  ),
  number('speedup_change_low', 'lower end of its 95 % interval'),
  number('speedup_change_high', 'upper end'),
  text('speedup_change_verdict', 'what that interval supports'),
];

/** `census.csv`: one row a function of a layer; counts of instructions by category. */
export const censusColumns: readonly Column[] = [
  ...tableColumns,
  text('target', 'what was counted'),
  integer('size', 'the integer that --size means for this target; empty for a script'),
  text('parameters', 'other axes, `name=value` joined with `;`; empty where there are none'),
  text('variant', 'which implementation; empty for a target that is no workload'),
  text('layer', 'bytecode, executed-bytecode, machine-code, webassembly, gpu-kernel or native (by symbol)'),
  text('kind', 'static (each instruction once) or executed (as often as it ran)'),
  text('function', 'function, kernel or symbol'),
  text('file', 'where its source is; for a kernel its label, for WebAssembly the number of the module'),
  integer('line', 'line of its beginning, from 1; 0 where there is no source'),
  number('instructions', 'sum over all categories'),
  number('arithmetic', 'instructions that compute with numbers'),
  number('bitwise', 'instructions on bits'),
  number('comparison', 'tests and comparisons'),
  number('register_move', 'moves between registers, constants, conversions'),
  number('memory', 'loads and stores; with register_move what the original study called load/store'),
  number('control_flow', 'jumps, branches, loops, returns'),
  number('call', 'calls'),
  number('object', 'making and taking apart of objects, closures and contexts'),
  number('other', 'what is in no other category'),
  number(
    'flops',
    'floating-point operations on data, lanes and fused multiply-adds (as two) included; empty where not known',
  ),
  text('unsolved', 'why a count is not known; empty where all are'),
];

/** The CSVs of a run folder by file name; an experiment may add files of its own. */
export const csvFiles = {
  'samples.csv': sampleColumns,
  'processes.csv': processColumns,
  'summary.csv': summaryColumns,
  'compare.csv': compareColumns,
  'census.csv': censusColumns,
  ...traceFiles,
} as const;

export type CsvValue = string | number | boolean | undefined;
export type CsvRow = Readonly<Record<string, CsvValue>>;
